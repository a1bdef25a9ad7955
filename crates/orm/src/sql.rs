//! Queries into SQL: pure functions from a query and the models to a statement whose values are all parameters.
//!
//! `paths` turns names into hops, `joins` hops into tables, `conditions`, `lookups` and `expressions` write what
//! stands between them, and `select`, `insert` and `update` put the statement together. What engines spell
//! differently is asked of the [`Dialect`]. Nothing here touches a database.

mod writer;

pub(crate) mod paths;

mod combined;
mod conditions;
mod dialect;
mod expressions;
mod functions;
mod groups;
mod insert;
mod joins;
mod json;
mod lookups;
mod ordering;
mod outer_aggregates;
mod rows;
mod scope;
mod select;
mod selected;
mod subqueries;
mod update;
mod windowed;
mod windows;
mod years;

pub(crate) use conditions::{equals, is_in};

pub use dialect::{Dialect, JsonKind, ListedColumn, LongList, LookupSql, dialect};
pub(crate) use insert::LEFT_OUT;
pub use insert::{OnConflict, insert};
pub(crate) use ordering::parse_term;
pub(crate) use select::own_name;
pub use select::{Columns, Select, aggregate, count, count_of, exists, related_paths, select};
pub(crate) use update::whole;
pub use update::{delete, update};
pub(crate) use writer::Sql;
