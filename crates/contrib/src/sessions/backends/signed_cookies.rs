//! Sessions in the cookie itself, signed but readable: `rjango.contrib.sessions.backends.signed_cookies`.
//!
//! The key is the data. A log-out cannot take an old cookie back before SESSION_COOKIE_AGE is over, as in Django.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rjango_core::Result;
use rjango_http::BoxFuture;

use crate::sessions::codec::Codec;
use crate::sessions::{SessionBackend, SessionData, SessionEngine};

struct SignedCookies(Codec);

impl SessionBackend for SignedCookies {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<SessionData>>> {
        let data = self.0.decode(key);
        Box::pin(async { Ok(data) })
    }

    fn save<'a>(
        &'a self,
        _key: Option<&'a str>,
        data: &'a SessionData,
        _expires: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<String>>> {
        Box::pin(async { self.0.encode(data).map(Some) })
    }

    fn delete<'a>(&'a self, _key: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn clear_expired(&self) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async { Ok(0) })
    }
}

inventory::submit! {
    SessionEngine::new(
        || "rjango.contrib.sessions.backends.signed_cookies".to_owned(),
        |settings| Ok(Arc::new(SignedCookies(Codec::for_cookie(settings)))),
    )
}
