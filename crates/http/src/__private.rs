//! What macros refer to. Not for people: it changes without notice.

pub use rjango_orm::__private::*;

pub use inventory;
pub use rjango_core::checks::Check;
pub use rjango_core::named::Made;
pub use rjango_core::{Error, Result, Settings};

pub use crate::middleware::{FunctionMiddleware, IntoLayer, Middleware, MiddlewareEntry};
pub use crate::templates::{ContextLoad, OwnProcessor};
pub use rjango_templates::{
    BoxFuture, Filter, FilterContext, OwnFilter, OwnTag, TagCall, TagContext, TagKind, Takes, Value as TemplateValue,
    argument,
};

/// The context that `context!` makes.
pub fn template_context<const COUNT: usize>(pairs: [(&'static str, TemplateValue); COUNT]) -> TemplateValue {
    TemplateValue::map(pairs)
}

/// A value as templates see it. One that does not serialize is an error where a template uses it.
pub fn template_value(value: &(impl serde::Serialize + ?Sized)) -> TemplateValue {
    rjango_templates::from_serialize(value).unwrap_or_else(rjango_templates::failed)
}
