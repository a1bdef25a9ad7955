//! `request.session()`.

use std::sync::Arc;

use rjango_core::{Error, Result};
use rjango_http::{BoxFuture, RequestState};
use tokio::sync::OnceCell;

use super::{Session, SessionBackend};

/// What the middleware puts on a request: the cookie's key, and the session once somebody asked for it.
pub(super) struct SessionSlot {
    backend: Arc<dyn SessionBackend>,
    key: Option<String>,
    session: OnceCell<Session>,
}

impl SessionSlot {
    pub(super) fn new(backend: Arc<dyn SessionBackend>, key: Option<String>) -> Self {
        Self { backend, key, session: OnceCell::new() }
    }

    pub(super) fn loaded(&self) -> Option<Session> {
        self.session.get().cloned()
    }

    pub(super) async fn load(&self, request: &RequestState) -> Result<Session> {
        let load = || Session::load(request.settings(), Arc::clone(&self.backend), self.key.as_deref());
        self.session.get_or_try_init(load).await.cloned()
    }
}

/// The session of a request.
pub trait RequestSession {
    /// The browser's session, read from the backend when first asked for.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where the request came past no `SessionMiddleware`; the backend's own otherwise.
    fn session(&self) -> BoxFuture<'_, Result<Session>>;

    /// Whether asking for the session may find something: the browser sent a key, or the session is in use already.
    fn has_session(&self) -> bool;
}

impl RequestSession for RequestState {
    fn session(&self) -> BoxFuture<'_, Result<Session>> {
        Box::pin(async {
            match self.get::<SessionSlot>() {
                Some(slot) => slot.load(self).await,
                None => Err(Error::improperly_configured("the request has no session")
                    .with_hint(format!("add `{}` to MIDDLEWARE, before what needs it", super::middleware::PATH))),
            }
        })
    }

    fn has_session(&self) -> bool {
        self.get::<SessionSlot>().is_some_and(|slot| slot.key.is_some() || slot.session.initialized())
    }
}
