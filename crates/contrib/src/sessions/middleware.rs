//! `rjango.contrib.sessions.middleware.SessionMiddleware`: fills `request.session()` and saves it with the response.

use std::sync::Arc;

use chrono::Utc;
use rjango_core::{Result, Settings};
use rjango_http::{BoxFuture, Middleware, MiddlewareEntry, Next, Request, RequestState, Response};

use super::cookie::SessionCookie;
use super::request::SessionSlot;
use super::{SessionBackend, session_backend};

/// The middleware's name in the settings.
pub(crate) const PATH: &str = "rjango.contrib.sessions.middleware.SessionMiddleware";

struct SessionMiddleware {
    backend: Arc<dyn SessionBackend>,
    cookie: SessionCookie,
    save_every_request: bool,
}

impl SessionMiddleware {
    fn from_settings(settings: &Settings) -> Result<Self> {
        Ok(Self {
            backend: session_backend(settings)?,
            cookie: SessionCookie::from_settings(settings),
            save_every_request: settings.session_save_every_request,
        })
    }

    async fn finish(&self, request: &RequestState, response: &mut Response) -> Result<()> {
        let Some(slot) = request.get::<SessionSlot>() else { return Ok(()) };
        let session = match slot.loaded() {
            Some(session) => session,
            None if self.save_every_request => slot.load(request).await?,
            None => return Ok(()),
        };
        session.delete_retired().await?;
        if session.is_empty() {
            if request.cookies().get(self.cookie.name()).is_some() {
                self.cookie.delete(response);
            }
        } else if (session.is_modified() || self.save_every_request) && !response.status().is_server_error() {
            session.save().await?;
            let now = Utc::now();
            let age = (!session.expires_at_browser_close()).then(|| session.expiry_age(now));
            self.cookie.set(response, session.key().unwrap_or_default(), now, age);
        }
        response.patch_vary(&["Cookie"]);
        Ok(())
    }
}

impl Middleware for SessionMiddleware {
    fn call<'a>(&'a self, request: Request, next: Next) -> BoxFuture<'a, Result<Response>> {
        Box::pin(async move {
            let state = request.state();
            let key = state.cookies().get(self.cookie.name()).filter(|key| !key.is_empty()).map(str::to_owned);
            state.insert(SessionSlot::new(Arc::clone(&self.backend), key));
            let mut response = next.run(request).await?;
            self.finish(&state, &mut response).await?;
            Ok(response)
        })
    }
}

inventory::submit! {
    MiddlewareEntry::new(|| PATH.to_owned(), |settings| Ok(Box::new(SessionMiddleware::from_settings(settings)?)))
}
