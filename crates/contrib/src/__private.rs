//! What macros refer to. Not for people: it changes without notice.

pub use rjango_http::__private::*;

pub use crate::auth::{
    AuthenticationBackend, BackendRegistration, Hasher, HasherEntry, ValidatorEntry, validator_of_options,
};
pub use crate::sessions::{IntoEngine, SessionEngine};
