//! Models, query sets and instances as minijinja objects: what templates and the shell see.
//!
//! `Product.objects.filter(price__lt=5).order_by("-name")[:3]` is an expression over them. Their methods wait for the
//! database on the calling thread ([`crate::block_on`]); a mistake is a template error with the ORM's message, hint
//! and cause.

mod model;
mod query_set;

mod convert;
mod instance;
mod json_null;
mod related;
mod repr;

pub use convert::{template_value, value};
pub use instance::{InstanceObject, set_attribute};
pub use json_null::JsonNullObject;
pub use model::ModelObject;
pub use query_set::QuerySetObject;
pub use related::RelatedObject;
pub use repr::repr;
