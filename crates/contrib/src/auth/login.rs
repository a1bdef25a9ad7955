//! Logging in and out, and finding a session's user again.

use std::sync::Arc;

use chrono::Utc;
use rjango_core::signing::constant_time_compare;
use rjango_core::{Error, ErrorKind, Result, Settings, Site};
use rjango_http::{BoxFuture, Client, RequestState};
use rjango_orm::Value;

use super::backends::{BackendEntry, backends, name_in_session};
use super::request::UserSlot;
use super::{AnyUser, CurrentUser, users};
use crate::sessions::{RequestSession as _, Session, session_backend};

/// The session's key with the user's primary key, as text.
const USER_ID: &str = "_auth_user_id";

/// The session's key with the backend that knew the user.
const BACKEND: &str = "_auth_user_backend";

/// The session's key with [`AnyUser::session_auth_hash`].
const HASH: &str = "_auth_user_hash";

/// The user of this name and password, if any backend knows them: Django's `authenticate`.
///
/// # Errors
/// The backends'.
pub async fn authenticate(username: &str, password: &str) -> Result<Option<AnyUser>> {
    for entry in backends(Site::current()?.settings())? {
        match entry.backend.authenticate(username, password).await {
            Ok(Some(user)) => return Ok(Some(user)),
            Ok(None) => {}
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Makes the user the one of this browser: Django's `login`. The session gets a new key, and with it its data where
/// it was nobody's or this user's; the CSRF token changes; the user's `last_login` is set. The user is one of the project's
/// model, or what [`authenticate`] gave.
///
/// # Errors
/// `ImproperlyConfigured` where the request has no session; the database's.
pub async fn login(request: &RequestState, user: impl Into<AnyUser>) -> Result<()> {
    let session = request.session().await?;
    let mut user = user.into();
    enter(request.settings(), &session, &user).await?;
    rjango_http::middleware::csrf::rotate_token(request)?;
    note_login(&mut user).await?;
    request.insert(UserSlot::known(CurrentUser::from(user)));
    Ok(())
}

/// Makes the session the user's, under a new key.
async fn enter(settings: &Settings, session: &Session, user: &AnyUser) -> Result<()> {
    let id = user.pk();
    if id.is_null() {
        return Err(Error::new(ErrorKind::Validation, "a user must be saved before they can log in"));
    }
    let backend = backend_of(settings, id).await?;
    let hash = user.session_auth_hash(settings);
    let earlier = text(session, USER_ID);
    let is_same = earlier.as_deref() == Some(id.to_string().as_str())
        && constant_time_compare(text(session, HASH).unwrap_or_default(), &hash);
    if earlier.is_some() && !is_same {
        session.flush();
    } else {
        session.cycle_key();
    }
    session.set(USER_ID, id.to_string())?;
    session.set(BACKEND, name_in_session(&backend.path))?;
    session.set(HASH, hash)
}

/// The backend to remember: of several, the first that would find the user again.
async fn backend_of(settings: &Settings, id: &Value) -> Result<&'static BackendEntry> {
    let known = backends(settings)?;
    if known.len() > 1 {
        for entry in &known {
            if entry.backend.get_user(id).await?.is_some() {
                return Ok(entry);
            }
        }
    }
    Ok(known[0])
}

/// Stores that the user has logged in now.
async fn note_login(user: &mut AnyUser) -> Result<()> {
    match user.get("last_login") {
        Some(_) => user.store("last_login", Value::DateTime(Utc::now())).await,
        None => Ok(()),
    }
}

/// Logging a test client in without the page and its million rounds.
pub trait ClientLogin {
    /// Makes the client the user's: Django's `force_login`.
    ///
    /// # Errors
    /// The database's.
    fn force_login<'a>(&'a mut self, user: impl Into<AnyUser> + Send + 'a) -> BoxFuture<'a, Result<()>>;
}

impl ClientLogin for Client {
    fn force_login<'a>(&'a mut self, user: impl Into<AnyUser> + Send + 'a) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let site = Arc::clone(self.site());
            let name = site.settings().session_cookie_name.clone();
            let key = self.cookie(&name).map(str::to_owned);
            let key = Arc::clone(&site).scope(async move {
                let backend = session_backend(site.settings())?;
                let session = Session::load(site.settings(), backend, key.as_deref()).await?;
                let mut user = user.into();
                enter(site.settings(), &session, &user).await?;
                session.save().await?;
                note_login(&mut user).await?;
                Ok::<_, Error>(session.key())
            });
            let key = key.await?;
            self.set_cookie(name, key.unwrap_or_default());
            Ok(())
        })
    }
}

/// Forgets who this browser is, and everything in its session: Django's `logout`.
///
/// # Errors
/// `ImproperlyConfigured` where the request has no session.
pub async fn logout(request: &RequestState) -> Result<()> {
    request.session().await?.flush();
    request.insert(UserSlot::known(CurrentUser::anonymous()));
    Ok(())
}

/// Keeps this browser logged in after its user's password has changed: Django's `update_session_auth_hash`.
///
/// # Errors
/// `ImproperlyConfigured` where the request has no session.
pub async fn update_session_auth_hash(request: &RequestState, user: impl Into<AnyUser>) -> Result<()> {
    let session = request.session().await?;
    let user = user.into();
    session.cycle_key();
    if text(&session, USER_ID) == Some(user.pk().to_string()) {
        session.set(HASH, user.session_auth_hash(request.settings()))?;
        request.insert(UserSlot::known(CurrentUser::from(user)));
    }
    Ok(())
}

/// The user of the request's session: Django's `get_user`.
pub(super) async fn user_of_session(request: &RequestState) -> Result<CurrentUser> {
    let settings = request.settings();
    let session = request.session().await?;
    let (Some(id), Some(path)) = (text(&session, USER_ID), text(&session, BACKEND)) else {
        return Ok(CurrentUser::anonymous());
    };
    let known = backends(settings)?;
    let backend = known.iter().find(|entry| entry.path == path || name_in_session(&entry.path) == path);
    let (Some(entry), Some(id)) = (backend, users::parse_pk(&id)?) else { return Ok(CurrentUser::anonymous()) };
    let Some(user) = entry.backend.get_user(&id).await? else { return Ok(CurrentUser::anonymous()) };

    let stored = text(&session, HASH).unwrap_or_default();
    let today = user.session_auth_hash(settings);
    if constant_time_compare(&stored, &today) {
        return Ok(CurrentUser::from(user));
    }
    let under_fallback = |key: &String| constant_time_compare(&stored, user.session_auth_hash_with(key));
    if settings.secret_key_fallbacks.iter().any(under_fallback) {
        session.cycle_key();
        session.set(HASH, today)?;
        return Ok(CurrentUser::from(user));
    }
    // The password has changed since the session began.
    session.flush();
    Ok(CurrentUser::anonymous())
}

/// A text of the session; anything else counts as missing.
fn text(session: &Session, key: &str) -> Option<String> {
    session.get(key).ok().flatten()
}
