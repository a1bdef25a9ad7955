//! The pages for logging in and out and for a new password, and their routes.

mod login;
mod logout;
mod password_change;

use rjango_http::decorators::{login_not_required, never_cache};
use rjango_http::{Urls, path};

use super::login_required;

pub use login::{LoginForm, LoginPage};
pub use logout::logout_view;
pub use password_change::{PasswordChangeForm, password_change_done_view, password_change_view};

/// The routes `login`, `logout`, `password_change` and `password_change_done`, for
/// `path("accounts/", include(auth::urls()))`: Django's `django.contrib.auth.urls`.
// DIFFERENCE: the four routes for resetting a password come with e-mail.
pub fn urls() -> Urls {
    rjango_http::urls![
        path("login/", LoginPage::new().into_view()).name("login"),
        path("logout/", never_cache(login_not_required(logout_view))).name("logout"),
        path("password_change/", never_cache(login_required(password_change_view))).name("password_change"),
        path("password_change/done/", never_cache(login_required(password_change_done_view)))
            .name("password_change_done"),
    ]
}
