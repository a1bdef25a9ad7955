//! Who says whether a name and a password belong together: AUTHENTICATION_BACKENDS.

mod model;

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

/// A backend under the name that the settings and sessions use; `inventory::submit!` adds one.
pub struct BackendEntry {
    /// For example `rjango.contrib.auth.backends.ModelBackend`.
    pub path: &'static str,
    /// The backend.
    pub backend: &'static dyn AuthenticationBackend,
}

inventory::collect!(BackendEntry);

/// The backends of a site, in the order of the settings.
///
/// # Errors
/// `ImproperlyConfigured` where AUTHENTICATION_BACKENDS is empty or names one that the program does not have.
pub(crate) fn backends(settings: &Settings) -> Result<Vec<&'static BackendEntry>> {
    let entries = || inventory::iter::<BackendEntry>.into_iter();
    let found = settings.authentication_backends.iter().map(|path| {
        entries().find(|entry| entry.path == path).ok_or_else(|| {
            let mut known: Vec<_> = entries().map(|entry| entry.path).collect();
            known.sort_unstable();
            Error::improperly_configured(format!(
                "AUTHENTICATION_BACKENDS names `{path}`, which this program does not have"
            ))
            .with_hint(format!("it has: {}", known.join(", ")))
        })
    });
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
