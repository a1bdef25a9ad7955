//! `rjango.contrib.auth.middleware.AuthenticationMiddleware`: fills `request.user()`.

use rjango_core::{Result, Settings};
use rjango_http::{BoxFuture, Middleware, MiddlewareEntry, Next, Request, Response};

use super::backends::backends;
use super::request::UserSlot;
use super::{Hashers, PasswordValidators};
use crate::order;

/// The middleware's name in the settings.
pub(crate) const PATH: &str = "rjango.contrib.auth.middleware.AuthenticationMiddleware";

struct AuthenticationMiddleware;

impl AuthenticationMiddleware {
    fn from_settings(settings: &Settings) -> Result<Self> {
        order::require_before(settings, PATH, crate::sessions::MIDDLEWARE)?;
        // What logging in needs must be found wrong now, not when somebody logs in.
        Hashers::from_settings(settings)?;
        PasswordValidators::from_settings(settings)?;
        backends(settings)?;
        Ok(Self)
    }
}

impl Middleware for AuthenticationMiddleware {
    fn call<'a>(&'a self, request: Request, next: Next) -> BoxFuture<'a, Result<Response>> {
        request.insert(UserSlot::unread());
        Box::pin(next.run(request))
    }
}

inventory::submit! {
    MiddlewareEntry::new(
        || PATH.to_owned(),
        |settings| Ok(Box::new(AuthenticationMiddleware::from_settings(settings)?)),
    )
}
