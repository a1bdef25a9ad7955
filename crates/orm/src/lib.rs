//! The ORM: a typed face over a dynamic core.
//!
//! A [`query::Query`] is data; the compiler in `sql` turns it into a statement whose values are all parameters; a
//! [`Value`] goes in and comes out. Typed query sets and the dynamic objects of the admin and the shell both make
//! such queries.
#![deny(missing_docs)]

mod value;

pub mod query;
pub mod sql;

mod block_on;
mod connection;
pub mod dynamic;
pub mod execute;
mod model;
mod nearest;
mod transaction;

pub use block_on::{block_on, unblock};
pub use connection::{Database, Databases, Engine, Executed, Row, RowStream, Statement};
pub use model::{Model, ModelEntry, ModelMeta, Models, Record, ReverseRelation, join_table};
pub use transaction::{atomic, atomic_on, in_atomic_block, on_commit, on_commit_on};
pub use value::{FieldValue, Value, ValueType, parse_value};
