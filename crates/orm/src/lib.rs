//! The ORM: a typed face over a dynamic core.
//!
//! A [`query::Query`] is data; the compiler in `sql` turns it into a statement whose values are all parameters; a
//! [`Value`] goes in and comes out. Typed query sets and the dynamic objects of the admin and the shell both make
//! such queries.
#![deny(missing_docs)]
// Without an engine nothing runs, and what only an engine's file calls stands idle.
#![cfg_attr(not(feature = "sqlite"), allow(dead_code, unused_imports))]

mod value;

pub mod query;
pub mod sql;

mod block_on;
mod carried;
mod connection;
pub mod dynamic;
pub mod execute;
mod model;
mod nearest;
pub mod objects;
pub mod signals;
mod transaction;

mod auto;
mod choices;
mod decimal;
mod file;
mod relations;
mod serialize;
mod typed;

#[doc(hidden)]
pub mod __private;

pub use auto::{Auto, Auto32, SmallAuto};
pub use block_on::{block_on, unblock};
pub use carried::carried;
pub use choices::Choices;
pub use connection::{
    Database, Databases, Engine, Executed, IsolationLevel, Routed, Router, RouterEntry, Row, RowStream, Statement,
    in_database, refusal_code, refusal_detail, refusal_position,
};
pub use file::File;
pub use model::{Model, ModelEntry, ModelMeta, Models, Record, ReverseRelation, UserModel, join_table};
pub use relations::{
    AnyModel, ForeignKey, ManyToMany, OneToOne, RelationField, RelationSlot, Reverse, Single, UserKey,
};
pub use serialize::serialize_model;
pub use transaction::{AfterCommit, Atomic, atomic, atomic_on, in_atomic_block, on_commit, on_commit_on};
pub use typed::{
    AbstractModel, Aggregate, Annotated, Arithmetic, Assigned, AssignmentsOf, Bounds, Case, Column, ColumnAt, Columns,
    Comparable, ConditionOf, ContainedOperand, Expr, F, FieldsOf, InDatabase, InZone, InsideOfSet, IntoExpr, JSONNull,
    Maybe, ModelField, ModelInstance, MomentField, NotNull, Nullability, Nullable, Number, OneField, Operand, Operands,
    Order, Orderings, OuterRef, Partial, Partials, Pending, Place, Q, QuerySet, Raw, Relation, ReverseOf, RowsStream,
    Selection, Slot, TemporalField, Term, TextField, TextOperand, ToOne, ValuesList, Window, WithRelated, clean,
    clean_sentence, is_taken, taken_message, unique_groups,
};
pub use value::{FieldValue, Value, ValueType, column_problem, parse_value};
