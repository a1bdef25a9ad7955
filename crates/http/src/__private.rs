//! What macros refer to. Not for people: it changes without notice.

pub use rjango_orm::__private::*;

pub use inventory;
pub use rjango_core::checks::Check;
pub use rjango_core::named::Made;
pub use rjango_core::{Error, Result, Settings};

pub use crate::middleware::{FunctionMiddleware, IntoLayer, Middleware, MiddlewareEntry};
pub use crate::templates::{ContextLoad, FilterEntry, OwnProcessor};

/// The context that `context!` makes.
pub fn minijinja_context<const COUNT: usize>(pairs: [(&'static str, minijinja::Value); COUNT]) -> minijinja::Value {
    minijinja::Value::from_pairs(pairs)
}

/// A value as templates see it.
pub fn template_value(value: &(impl serde::Serialize + ?Sized)) -> minijinja::Value {
    minijinja::Value::from(minijinja::value::Serde(value))
}
