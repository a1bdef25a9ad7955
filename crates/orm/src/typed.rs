//! The typed face: query sets, columns, conditions and instances, over the query as data.
//!
//! Types exist at the edge alone. A closure over a model's accessors becomes a [`crate::query::Query`]; the dynamic
//! core runs it; the values that come back become structs by what the derive wrote.

mod field;

mod aggregates;
mod arithmetic;
mod assigned;
mod at;
mod column;
mod case;
mod columns;
mod functions;
mod json;
mod lookups;
mod operand;
mod order;
mod q;
mod relation;
mod subquery;
mod window;

mod describe;

mod annotated;
mod bulk;
mod combine;
mod dates;
mod partial;
mod pending;
mod prefetch;
mod query_set;
mod raw;
mod read;
mod rows;
mod stream;
mod values;
mod with_related;
mod write;

mod clean;
mod fresh;
mod in_database;
mod instance;
mod unique;

pub(crate) use aggregates::aggregate;
pub use aggregates::{Aggregate, Number};
pub use annotated::Annotated;
pub use assigned::Assigned;
pub use at::{At, take};
pub use case::{Case, IntoExpr};
pub use clean::clean;
pub use column::{Column, Expr, Selection};
pub use columns::Columns;
pub use describe::{AbstractModel, Description, Displayed, Keyed, NoDisplay, bound, label, label_of, literal};
pub use field::{ModelField, Slot};
pub use functions::{Like, MomentField, TemporalField, TextField};
pub use in_database::InDatabase;
pub use instance::ModelInstance;
pub use operand::{Bounds, ContainedOperand, Operand, Operands, TextOperand};
pub use order::{Order, Orderings};
pub use partial::{OneField, Partial, Partials};
pub use pending::Pending;
pub(crate) use prefetch::one_of;
pub use q::Q;
pub use query_set::QuerySet;
pub(crate) use query_set::unsaved;
pub use raw::Raw;
pub use relation::{Relation, ReverseOf};
pub use stream::RowsStream;
pub use subquery::{Comparable, OuterRef};
pub use unique::{is_taken, taken_message, unique_groups};
pub use values::ValuesList;
pub use window::Window;
pub use with_related::WithRelated;
