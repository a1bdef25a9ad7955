//! What `rjango::models::*` and `rjango::prelude::*` bring into scope, as far as the ORM goes.

pub use rjango_core::Result;
pub use rjango_macros::{Choices, Model, f, q, query_set, set};
pub use rjango_orm::{
    Auto, Auto32, Choices, File, ForeignKey, ManyToMany, ModelInstance as _, OneToOne, Q, QuerySet, SmallAuto, atomic,
    dec,
};
pub use rust_decimal::Decimal;
pub type DateTime = chrono::DateTime<chrono::Utc>;
