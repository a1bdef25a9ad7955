//! Where sessions are kept, behind one trait; SESSION_ENGINE names the one.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rjango_core::named::Named;
use rjango_core::signing::random_string_of;
use rjango_core::{Result, Settings};
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

static ENGINE: Named = Named {
    setting: "SESSION_ENGINE",
    noun: "session engine",
    attribute: Some("session_engine"),
    named: |settings| vec![settings.session_engine.as_str()],
    compiled: || inventory::iter::<SessionEngine>.into_iter().map(|engine| (engine.path)()).collect(),
};

inventory::submit! { &ENGINE }

/// A backend under the name that SESSION_ENGINE uses. `#[session_engine]` submits one.
#[doc(hidden)]
pub struct SessionEngine {
    path: fn() -> String,
    build: fn(&Settings) -> Result<Arc<dyn SessionBackend>>,
}

inventory::collect!(SessionEngine);

impl SessionEngine {
    /// An engine of this dotted name; `build` makes the backend of one site.
    pub const fn new(path: fn() -> String, build: fn(&Settings) -> Result<Arc<dyn SessionBackend>>) -> Self {
        Self { path, build }
    }
}

/// What a function above which `#[session_engine]` stands may make: a backend, or a `Result` of one.
#[doc(hidden)]
pub trait IntoEngine {
    fn into_engine(self) -> Result<Arc<dyn SessionBackend>>;
}

impl<B: SessionBackend> IntoEngine for B {
    fn into_engine(self) -> Result<Arc<dyn SessionBackend>> {
        Ok(Arc::new(self))
    }
}

impl<B: SessionBackend> IntoEngine for Result<B> {
    fn into_engine(self) -> Result<Arc<dyn SessionBackend>> {
        Ok(Arc::new(self?))
    }
}

/// The backend that SESSION_ENGINE names.
///
/// # Errors
/// `ImproperlyConfigured` where the program has none of that name.
pub fn session_backend(settings: &Settings) -> Result<Arc<dyn SessionBackend>> {
    let found = inventory::iter::<SessionEngine>.into_iter().find(|engine| (engine.path)() == settings.session_engine);
    match found {
        Some(engine) => (engine.build)(settings),
        None => Err(ENGINE.missing(&settings.session_engine, settings)),
    }
}

/// A key that nobody can guess.
pub(super) fn new_key() -> String {
    random_string_of(KEY_LENGTH, KEY_LETTERS)
}
