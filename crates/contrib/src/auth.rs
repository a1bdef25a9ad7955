//! Users, passwords, groups and permissions: `rjango.contrib.auth`.
//!
//! ```
//! use rjango_contrib::auth::{self, RequestUser as _, login_required, permission_required};
//! use rjango_core::Result;
//! use rjango_http::{Request, include, path, urls};
//!
//! async fn whoami(request: Request) -> Result<String> {
//!     Ok(request.user().await?.to_string())
//! }
//!
//! async fn close(_request: Request, order: i64) -> String {
//!     format!("order {order} is closed")
//! }
//!
//! let urlpatterns = urls![
//!     path("accounts/", include(auth::urls())),
//!     path("whoami/", login_required(whoami)),
//!     path("orders/<int:pk>/close/", permission_required("shop.change_order", close)),
//! ];
//! assert!(urlpatterns.check().is_empty());
//! ```

mod models;
mod migrations;
mod any_user;
mod user_instance;
pub mod users;
mod login;
mod login_name;
mod request;
mod current_user;
mod middleware;
mod decorators;
mod redirect;
mod context;
mod checks;
pub mod views;
mod backends;
mod permissions;
mod passwords;
mod hashers;
mod validators;
mod safe_url;

pub use any_user::AnyUser;
pub use backends::AuthenticationBackend;
#[doc(hidden)]
pub use backends::BackendRegistration;
pub use current_user::CurrentUser;
pub use decorators::{login_required, permission_required, permission_required_or_403, user_passes_test};
#[doc(hidden)]
pub use hashers::HasherEntry;
pub use hashers::{Hasher, Hashers, Pbkdf2Sha1, Pbkdf2Sha256, Verdict, is_password_usable};
pub use login::{ClientLogin, authenticate, login, logout, update_session_auth_hash};
pub use login_name::LoginName;
pub use models::{
    AbstractBaseUser, AbstractUser, Group, GroupPermissionsReverse, Permission, PermissionContentTypeReverse,
    PermissionsMixin, User, UserGroupsReverse, UserUserPermissionsReverse, abstract_models,
};
pub use passwords::{check_password, make_password, password_help_texts, password_problems, verify_password};
pub use permissions::{all_permissions, create_permissions, permission_codename};
pub use redirect::{next_url, redirect_to_login, redirect_to_login_at};
pub use request::RequestUser;
pub use rjango_macros::{authentication_backend, password_hasher, password_validator};
pub use rjango_orm::{UserKey, UserModel};
pub use safe_url::url_has_allowed_host_and_scheme;
pub use user_instance::UserInstance;
pub(crate) use users::normalize_email;
pub use validators::{
    Attribute, CommonPasswordValidator, MinimumLengthValidator, NumericPasswordValidator, PasswordValidator,
    PasswordValidators, UserAttributeSimilarityValidator,
};
#[doc(hidden)]
pub use validators::{ValidatorEntry, validator_of_options};
pub use views::urls;
