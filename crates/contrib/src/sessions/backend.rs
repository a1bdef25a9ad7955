//! Where sessions are kept, behind one trait; SESSION_ENGINE names the one.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rjango_core::signing::random_string_of;
use rjango_core::{Error, Result, Settings};
use rjango_http::BoxFuture;

use super::SessionData;

/// The length of a session key.
const KEY_LENGTH: usize = 32;

/// The letters of a session key: 32 of them hold 165 bits.
const KEY_LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

/// A place for sessions.
pub trait SessionBackend: Send + Sync + 'static {
    /// The data of this key; nothing where the key is unknown, the data forged or its time over.
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<SessionData>>>;

    /// Stores the data until `expires`, under this key or, without one, under a new key. The key under which the data
    /// is now; nothing where `key` has gone meanwhile.
    fn save<'a>(
        &'a self,
        key: Option<&'a str>,
        data: &'a SessionData,
        expires: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<String>>>;

    /// Forgets a key.
    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<()>>;

    /// Forgets every session whose time is over, and says how many.
    fn clear_expired(&self) -> BoxFuture<'_, Result<u64>>;
}

/// A backend under the name that SESSION_ENGINE uses; `inventory::submit!` adds one.
pub struct SessionEngine {
    /// For example `rjango.contrib.sessions.backends.db`.
    pub path: &'static str,
    /// Makes the backend of one site.
    pub build: fn(&Settings) -> Result<Arc<dyn SessionBackend>>,
}

inventory::collect!(SessionEngine);

/// The backend that SESSION_ENGINE names.
///
/// # Errors
/// `ImproperlyConfigured` where the program has none of that name.
pub fn session_backend(settings: &Settings) -> Result<Arc<dyn SessionBackend>> {
    let engines = || inventory::iter::<SessionEngine>.into_iter();
    match engines().find(|engine| engine.path == settings.session_engine) {
        Some(engine) => (engine.build)(settings),
        None => {
            let mut known: Vec<_> = engines().map(|engine| engine.path).collect();
            known.sort_unstable();
            Err(Error::improperly_configured(format!(
                "SESSION_ENGINE names `{}`, which this program does not have",
                settings.session_engine
            ))
            .with_hint(format!("it has: {}", known.join(", "))))
        }
    }
}

/// A key that nobody can guess.
pub(super) fn new_key() -> String {
    random_string_of(KEY_LENGTH, KEY_LETTERS)
}
