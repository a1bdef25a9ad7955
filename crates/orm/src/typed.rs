//! The typed face: query sets, columns, conditions and instances, over the query as data.
//!
//! Types exist at the edge alone. A closure over a model's accessors becomes a [`crate::query::Query`]; the dynamic
//! core runs it; the values that come back become structs by what the derive wrote.

mod fields;

mod conditions;
mod expressions;

mod query_set;

mod instance;
mod writing;

pub use conditions::operand::{Bounds, ContainedOperand, JSONNull, Operand, Operands, TextOperand};
pub use conditions::q::Q;
pub use conditions::subquery::{Comparable, OuterRef};
pub(crate) use expressions::aggregates::aggregate;
pub use expressions::aggregates::{Aggregate, Number};
pub use expressions::arithmetic::{Arithmetic, Term};
pub use expressions::case::{Case, IntoExpr};
pub use expressions::functions::{MomentField, TemporalField, TextField};
pub use expressions::in_zone::InZone;
pub use expressions::outside::{F, InsideOfSet};
pub use expressions::window::Window;
pub use fields::at::{At, take};
pub use fields::column::{Column, Expr, Selection};
pub use fields::columns::{Columns, ToOne};
pub use fields::describe::{AbstractModel, Description, Displayed, Keyed, NoDisplay, bound, label, label_of, literal};
pub use fields::field::{ModelField, Slot};
pub(crate) use fields::null::{Either, Like, With};
pub use fields::null::{NotNull, Nullability, Nullable};
pub use fields::place::{ColumnAt, Maybe, Place};
pub use fields::relation::{Relation, ReverseOf};
pub use fields::unknown::{Ends, HasField, Reaches, Unknown};
pub use instance::ModelInstance;
pub use instance::clean::{clean, clean_sentence};
pub(crate) use instance::fresh::fresh_times;
pub use instance::in_database::InDatabase;
pub use instance::unique::{is_taken, taken_message, unique_groups};
pub use query_set::QuerySet;
pub use query_set::annotated::Annotated;
pub use query_set::closures::{AssignmentsOf, ConditionOf, FieldsOf};
pub use query_set::order::{Order, Orderings};
pub use query_set::partial::{OneField, Partial, Partials};
pub use query_set::pending::Pending;
pub(crate) use query_set::prefetch::{one_of, text as key_text};
pub use query_set::raw::Raw;
pub(crate) use query_set::rows::instance;
pub use query_set::stream::RowsStream;
pub(crate) use query_set::unsaved;
pub use query_set::values::ValuesList;
pub use query_set::with_related::WithRelated;
pub use writing::assigned::Assigned;
