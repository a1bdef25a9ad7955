//! Who says whether a name and a password belong together: AUTHENTICATION_BACKENDS.

mod model;

use std::sync::OnceLock;

use rjango_core::named::Named;
use rjango_core::{Error, Result, Settings};
use rjango_http::BoxFuture;
use rjango_orm::Value;

use super::AnyUser;

/// A way to find out who somebody is. A backend that has a user by the project's own type returns `Ok(Some((&user).into()))`.
/// They are asked in the order of the settings; the first that knows, decides.
pub trait AuthenticationBackend: Send + Sync + 'static {
    /// The user of this name, if the password is theirs. Nothing where this backend does not know them; an error of
    /// the kind `PermissionDenied` keeps the backends after this one from being asked.
    fn authenticate<'a>(&'a self, username: &'a str, password: &'a str) -> BoxFuture<'a, Result<Option<AnyUser>>>;

    /// The user of a session, by primary key, if they may still log in.
    fn get_user<'a>(&'a self, pk: &'a Value) -> BoxFuture<'a, Result<Option<AnyUser>>>;
}

static BACKENDS: Named = Named {
    setting: "AUTHENTICATION_BACKENDS",
    noun: "authentication backend",
    attribute: Some("authentication_backend"),
    named: |settings| settings.authentication_backends.iter().map(String::as_str).collect(),
    compiled: || all().iter().map(|entry| entry.path.clone()).collect(),
};

inventory::submit! { &BACKENDS }

/// A backend under the name that the settings and sessions use. `#[authentication_backend]` submits one.
#[doc(hidden)]
pub struct BackendRegistration {
    path: fn() -> String,
    backend: fn() -> &'static dyn AuthenticationBackend,
}

inventory::collect!(BackendRegistration);

impl BackendRegistration {
    /// A backend of this dotted name.
    pub const fn new(path: fn() -> String, backend: fn() -> &'static dyn AuthenticationBackend) -> Self {
        Self { path, backend }
    }
}

/// A backend of this program.
pub(crate) struct BackendEntry {
    /// Its name in the settings.
    pub(crate) path: String,
    pub(crate) backend: &'static dyn AuthenticationBackend,
}

/// Every backend of this program. Each request with a session asks, so the names are made once.
fn all() -> &'static [BackendEntry] {
    static ALL: OnceLock<Vec<BackendEntry>> = OnceLock::new();
    ALL.get_or_init(|| {
        let registered = inventory::iter::<BackendRegistration>.into_iter();
        registered.map(|entry| BackendEntry { path: (entry.path)(), backend: (entry.backend)() }).collect()
    })
}

/// The backends of a site, in the order of the settings.
///
/// # Errors
/// `ImproperlyConfigured` where AUTHENTICATION_BACKENDS is empty or names one that the program does not have.
pub(crate) fn backends(settings: &Settings) -> Result<Vec<&'static BackendEntry>> {
    let found = settings
        .authentication_backends
        .iter()
        .map(|path| all().iter().find(|entry| entry.path == *path).ok_or_else(|| BACKENDS.missing(path, settings)));
    let found = found.collect::<Result<Vec<_>>>()?;
    if found.is_empty() {
        return Err(Error::improperly_configured("AUTHENTICATION_BACKENDS is empty")
            .with_hint("leave the setting out to have `rjango.contrib.auth.backends.ModelBackend`"));
    }
    Ok(found)
}

/// The name under which a session remembers a backend: Django's own for Django's own, so that both read the session.
pub(super) fn name_in_session(path: &str) -> String {
    match path.strip_prefix("rjango.") {
        Some(rest) => format!("django.{rest}"),
        None => path.to_owned(),
    }
}
