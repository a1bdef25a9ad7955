//! One session as views hold it: a cheap handle on data that is saved when the response leaves.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rjango_core::{Error, Result, ResultExt, Settings};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{SessionBackend, SessionData};

/// Django's key of an expiry of the session's own.
const EXPIRY: &str = "_session_expiry";

/// A dict-like store for one browser: Django's `request.session`. Clones are handles on the same session.
///
/// Changes stay in memory until the middleware saves them with the response (Django's rules: only if something
/// changed, and not if the response is a server error).
#[derive(Clone)]
pub struct Session(Arc<Shared>);

struct Shared {
    backend: Arc<dyn SessionBackend>,
    cookie_age: TimeDelta,
    expire_at_browser_close: bool,
    state: Mutex<State>,
}

struct State {
    /// The key under which the backend has the data; none before the first save.
    key: Option<String>,
    data: SessionData,
    modified: bool,
    /// Keys whose data is to be deleted with the response.
    retired: Vec<String>,
}

/// When a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionExpiry {
    /// When the browser closes; the server forgets it after SESSION_COOKIE_AGE.
    BrowserClose,
    /// After this time without a change, in whole seconds.
    After(Duration),
    /// At this moment.
    At(DateTime<Utc>),
}

impl Session {
    /// The session of this key, if the backend has it; otherwise a new, empty one. A key that the backend does not
    /// have is never taken over, so that no one can be given a key that somebody else knows.
    ///
    /// # Errors
    /// Where the backend cannot be read.
    pub async fn load(settings: &Settings, backend: Arc<dyn SessionBackend>, key: Option<&str>) -> Result<Self> {
        let (key, data) = match key {
            Some(key) => match backend.load(key).await? {
                Some(data) => (Some(key.to_owned()), data),
                None => (None, SessionData::new()),
            },
            None => (None, SessionData::new()),
        };
        Ok(Self(Arc::new(Shared {
            backend,
            cookie_age: TimeDelta::seconds(i64::try_from(settings.session_cookie_age).unwrap_or(i64::MAX / 1000)),
            expire_at_browser_close: settings.session_expire_at_browser_close,
            state: Mutex::new(State { key, data, modified: false, retired: Vec::new() }),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value of this key.
    ///
    /// # Errors
    /// Where there is a value of another type.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let Some(value) = self.state().data.get(key).cloned() else { return Ok(None) };
        serde_json::from_value(value).map(Some).context(format!("the session's `{key}` is of another type"))
    }

    /// Puts a value under this key.
    ///
    /// # Errors
    /// Where the value cannot be written as JSON.
    pub fn set(&self, key: impl Into<String>, value: impl Serialize) -> Result<()> {
        let key = key.into();
        let value = serde_json::to_value(value).context(format!("the session's `{key}` must be JSON"))?;
        let mut state = self.state();
        state.data.insert(key, value);
        state.modified = true;
        Ok(())
    }

    /// Takes the value of this key out; whether there was one.
    pub fn remove(&self, key: &str) -> bool {
        let mut state = self.state();
        let removed = state.data.remove(key).is_some();
        state.modified |= removed;
        removed
    }

    /// Whether there is a value of this key.
    pub fn contains(&self, key: &str) -> bool {
        self.state().data.contains_key(key)
    }

    /// The keys, sorted.
    pub fn keys(&self) -> Vec<String> {
        self.state().data.keys().cloned().collect()
    }

    /// Whether the session has neither data nor a place in the backend.
    pub fn is_empty(&self) -> bool {
        let state = self.state();
        state.key.is_none() && state.data.is_empty()
    }

    /// The key that the cookie carries; none before the first save.
    pub fn key(&self) -> Option<String> {
        self.state().key.clone()
    }

    /// Whether something has changed since the last save.
    pub fn is_modified(&self) -> bool {
        self.state().modified
    }

    /// Has the session saved with the response although nothing has changed.
    pub fn mark_modified(&self) {
        self.state().modified = true;
    }

    /// Forgets everything, here and in the backend, and gives the browser no session: what a log-out does.
    pub fn flush(&self) {
        let mut state = self.state();
        state.data.clear();
        state.modified = true;
        let key = state.key.take();
        state.retired.extend(key);
    }

    /// Keeps the data under a new key and retires the old one: what a log-in does, so that a key which somebody knew
    /// before is worth nothing after.
    pub fn cycle_key(&self) {
        let mut state = self.state();
        state.modified = true;
        let key = state.key.take();
        state.retired.extend(key);
    }

    /// Gives the session an end of its own, or with `None` that of the settings.
    pub fn set_expiry(&self, expiry: Option<SessionExpiry>) {
        let value = match expiry {
            None => {
                self.remove(EXPIRY);
                return;
            }
            Some(SessionExpiry::BrowserClose) => 0.into(),
            Some(SessionExpiry::After(after)) => after.as_secs().into(),
            Some(SessionExpiry::At(moment)) => moment.to_rfc3339_opts(chrono::SecondsFormat::Micros, false).into(),
        };
        let mut state = self.state();
        state.data.insert(EXPIRY.to_owned(), value);
        state.modified = true;
    }

    /// The end of the session's own, if it has one.
    fn expiry(&self) -> Option<SessionExpiry> {
        match self.state().data.get(EXPIRY)? {
            Value::Number(seconds) => match seconds.as_u64()? {
                0 => Some(SessionExpiry::BrowserClose),
                seconds => Some(SessionExpiry::After(Duration::from_secs(seconds))),
            },
            Value::String(moment) => {
                let moment = DateTime::parse_from_rfc3339(moment).ok()?;
                Some(SessionExpiry::At(moment.to_utc()))
            }
            _ => None,
        }
    }

    /// For how long from `now` the session holds; negative where it has ended.
    pub fn expiry_age(&self, now: DateTime<Utc>) -> TimeDelta {
        match self.expiry() {
            None | Some(SessionExpiry::BrowserClose) => self.0.cookie_age,
            Some(SessionExpiry::After(after)) => TimeDelta::from_std(after).unwrap_or(self.0.cookie_age),
            Some(SessionExpiry::At(moment)) => moment - now,
        }
    }

    /// Whether the cookie ends with the browser.
    pub fn expires_at_browser_close(&self) -> bool {
        match self.expiry() {
            None => self.0.expire_at_browser_close,
            Some(expiry) => expiry == SessionExpiry::BrowserClose,
        }
    }

    /// Deletes what [`Session::flush`] and [`Session::cycle_key`] retired.
    pub(super) async fn delete_retired(&self) -> Result<()> {
        let retired = std::mem::take(&mut self.state().retired);
        for key in retired {
            self.0.backend.delete(&key).await?;
        }
        Ok(())
    }

    /// Writes the session to the backend, under a new key if it has none, and deletes what was retired. The
    /// middleware does this with the response; commands and tests do it themselves.
    ///
    /// # Errors
    /// `BadRequest` where another request deleted the session meanwhile: Django's `SessionInterrupted`.
    pub async fn save(&self) -> Result<()> {
        self.delete_retired().await?;
        let (key, data) = {
            let mut state = self.state();
            state.modified = false;
            (state.key.clone(), state.data.clone())
        };
        let now = Utc::now();
        let expires = now.checked_add_signed(self.expiry_age(now)).unwrap_or(DateTime::<Utc>::MAX_UTC);
        match self.0.backend.save(key.as_deref(), &data, expires).await? {
            Some(key) => {
                self.state().key = Some(key);
                Ok(())
            }
            None => Err(Error::bad_request(
                "the request's session was deleted before the request completed; the user may have logged out in a \
                 concurrent request, for example",
            )),
        }
    }
}

/// The keys; the values may be secret.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("keys", &self.keys()).finish_non_exhaustive()
    }
}
