//! `rjango.contrib.messages.middleware.MessageMiddleware`: takes messages in and lets new ones wait.

use rjango_core::{Result, Settings};
use rjango_http::{BoxFuture, Middleware, MiddlewareEntry, Next, Request, Response};

use super::pending::Pending;
use super::storage::Storage;
use crate::order;

/// The middleware's name in the settings.
pub(super) const PATH: &str = "rjango.contrib.messages.middleware.MessageMiddleware";

struct MessageMiddleware(Storage);

impl MessageMiddleware {
    fn from_settings(settings: &Settings) -> Result<Self> {
        let storage = Storage::from_settings(settings)?;
        if storage.needs_session() {
            order::require_before(settings, PATH, crate::sessions::MIDDLEWARE)?;
        }
        Ok(Self(storage))
    }
}

impl Middleware for MessageMiddleware {
    fn call<'a>(&'a self, request: Request, next: Next) -> BoxFuture<'a, Result<Response>> {
        Box::pin(async move {
            let state = request.state();
            let pending = state.insert(Pending::new(self.0, state.settings()));
            let mut response = next.run(request).await?;
            pending.store(&state, &mut response).await?;
            Ok(response)
        })
    }
}

inventory::submit! {
    MiddlewareEntry::new(|| PATH.to_owned(), |settings| Ok(Box::new(MessageMiddleware::from_settings(settings)?)))
}
