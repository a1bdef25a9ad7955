//! `request.user()`.

use rjango_core::{Error, Result};
use rjango_http::{BoxFuture, RequestState};
use rjango_orm::UserModel;
use tokio::sync::OnceCell;

use super::CurrentUser;
use super::login::user_of_session;

/// What the middleware puts on a request: a place for the user, once somebody asks.
pub(super) struct UserSlot(OnceCell<CurrentUser>);

impl UserSlot {
    pub(super) fn unread() -> Self {
        Self(OnceCell::new())
    }

    pub(super) fn known(user: CurrentUser) -> Self {
        Self(OnceCell::new_with(Some(user)))
    }
}

/// The user of a request.
pub trait RequestUser {
    /// The logged-in user, or `AnonymousUser`; read when first asked for.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where the request came past no `AuthenticationMiddleware`; the database's otherwise.
    fn user(&self) -> BoxFuture<'_, Result<CurrentUser>>;

    /// The logged-in user as the project's own model, which AUTH_USER_MODEL names; nothing where nobody is logged in:
    /// `request.user_as::<accounts::User>().await?`.
    ///
    /// # Errors
    /// As [`RequestUser::user`]; `ImproperlyConfigured` where AUTH_USER_MODEL names another model.
    fn user_as<U: UserModel>(&self) -> BoxFuture<'_, Result<Option<U>>>;
}

impl RequestUser for RequestState {
    fn user_as<U: UserModel>(&self) -> BoxFuture<'_, Result<Option<U>>> {
        Box::pin(async { self.user().await?.typed() })
    }

    fn user(&self) -> BoxFuture<'_, Result<CurrentUser>> {
        Box::pin(async {
            match self.get::<UserSlot>() {
                Some(slot) => slot.0.get_or_try_init(|| user_of_session(self)).await.cloned(),
                None => Err(Error::improperly_configured("the request has no user").with_hint(format!(
                    "add `{}` to MIDDLEWARE, after `{}`",
                    super::middleware::PATH,
                    crate::sessions::MIDDLEWARE
                ))),
            }
        })
    }
}
