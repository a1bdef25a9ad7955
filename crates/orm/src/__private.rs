//! What the derives and macros refer to, flat and by one path: `::rjango::__private`. Not for people.

pub use inventory;
pub use rjango_core::{Result, dotted};
pub use rjango_schema::ModelSchema;
pub use serde;

pub use crate::choices::{ChoicesCell, choice_from_value, choice_operand, choice_value};
pub use crate::decimal::decimal;
pub use crate::objects::{Answer, AnswerValue, Method, MethodCall, Methods};
pub use crate::query::{Expression, Path};
pub use crate::relations::Reverse;
pub use crate::serialize::serialize_model;
pub use crate::signals::receiver::{Event, Receiver, Signal, instance, sent};
pub use crate::typed::{
    AbstractModel, At, Description, Displayed, Ends, HasField, Keyed, NoDisplay, Reaches, Unknown, bound, label,
    label_of, literal, take,
};
pub use crate::{
    Auto, Choices, Column, ColumnAt, FieldValue, Model, ModelEntry, ModelField, NotNull, Operand, Order, Place, Q,
    QuerySet, Record, Relation, ReverseOf, RouterEntry, Slot, UserModel, Value, ValueType,
};
