//! Models, query sets and instances as objects: what templates and the shell see.
//!
//! Nothing here holds up a thread. A value that must be read comes as [`rjango_templates::Attribute::Later`], or is read by
//! [`rjango_templates::Object::load`]; the object keeps it, so that a page reads it once. A template gets attributes and the
//! answers of methods without arguments. The shell may call all methods, those that change rows too.

mod model;
mod query_set;

mod answers;
mod checks;
mod convert;
mod given;
mod instance;
mod json_null;
mod kept;
mod methods;
mod refused;
mod related;
mod repr;

pub use convert::{template_value, value};
pub use instance::{InstanceObject, set_attribute};
pub use json_null::JsonNullObject;
pub use methods::{Answer, AnswerValue, Method, MethodCall, Methods, ModelMethod};
pub use model::ModelObject;
pub use query_set::QuerySetObject;
pub(crate) use query_set::Reader;
pub use related::RelatedObject;
pub use repr::repr;
