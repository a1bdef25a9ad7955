//! Who a request comes from: a user, or an anonymous visitor.

mod attributes;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, OnceLock};

use rjango_core::Result;
use rjango_http::templates::Value;
use rjango_orm::UserModel;
use tokio::sync::OnceCell;

use super::{AnyUser, permissions};

/// The user of a request, or `AnonymousUser`: Django's `request.user`. Clones share what was read.
#[derive(Clone)]
pub struct CurrentUser(Arc<Inner>);

struct Inner {
    user: Option<AnyUser>,
    permissions: OnceCell<BTreeSet<String>>,
    /// The row as templates see it, made when a template asks. It keeps what a page reads of the user's relations.
    row: OnceLock<Value>,
}

impl Inner {
    fn of(user: Option<AnyUser>) -> Self {
        Self { user, permissions: OnceCell::new(), row: OnceLock::new() }
    }
}

impl CurrentUser {
    /// An anonymous visitor.
    pub fn anonymous() -> Self {
        Self(Arc::new(Inner::of(None)))
    }

    /// The user; nothing where nobody is logged in.
    pub fn user(&self) -> Option<&AnyUser> {
        self.0.user.as_ref()
    }

    /// The user as the project's own type; nothing where nobody is logged in.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where AUTH_USER_MODEL names another model.
    pub fn typed<U: UserModel>(&self) -> Result<Option<U>> {
        self.user().map(AnyUser::typed).transpose()
    }

    /// Whether somebody is logged in.
    pub fn is_authenticated(&self) -> bool {
        self.user().is_some()
    }

    /// Whether nobody is logged in.
    pub fn is_anonymous(&self) -> bool {
        self.user().is_none()
    }

    /// Whether the user can log in.
    pub fn is_active(&self) -> bool {
        self.user().is_some_and(AnyUser::is_active)
    }

    /// Whether the admin lets the user in.
    pub fn is_staff(&self) -> bool {
        self.user().is_some_and(AnyUser::is_staff)
    }

    /// Whether the user has every permission.
    pub fn is_superuser(&self) -> bool {
        self.user().is_some_and(AnyUser::is_superuser)
    }

    /// The name to log in with; empty where nobody is logged in.
    pub fn username(&self) -> &str {
        self.user().map_or("", AnyUser::username)
    }

    /// The user's primary key.
    pub fn pk(&self) -> Option<&rjango_orm::Value> {
        self.user().map(AnyUser::pk)
    }

    /// Whether the user has this permission, for example `shop.add_product`. An active superuser has every one, a user
    /// who is not active none. Read once a request.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_perm(&self, permission: &str) -> Result<bool> {
        self.has_perms([permission]).await
    }

    /// Whether the user has all of these permissions.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_perms<'a>(&self, permissions: impl IntoIterator<Item = &'a str>) -> Result<bool> {
        let Some(user) = self.user().filter(|user| user.is_active()) else { return Ok(false) };
        if user.is_superuser() {
            return Ok(true);
        }
        let held = self.permissions().await?;
        Ok(permissions.into_iter().all(|permission| held.contains(permission)))
    }

    /// Whether the user has any permission on the app's models.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_module_perms(&self, app: &str) -> Result<bool> {
        let Some(user) = self.user().filter(|user| user.is_active()) else { return Ok(false) };
        if user.is_superuser() {
            return Ok(true);
        }
        let is_of_app = |name: &String| name.split_once('.').is_some_and(|(of, _)| of == app);
        Ok(self.permissions().await?.iter().any(is_of_app))
    }

    /// Every permission of the user, as `app.codename`, sorted.
    ///
    /// # Errors
    /// The database's.
    pub async fn permissions(&self) -> Result<&BTreeSet<String>> {
        let read = || async {
            match self.user() {
                Some(user) => permissions::all_permissions(user).await,
                None => Ok(BTreeSet::new()),
            }
        };
        self.0.permissions.get_or_try_init(read).await
    }
}

impl From<AnyUser> for CurrentUser {
    fn from(user: AnyUser) -> Self {
        Self(Arc::new(Inner::of(Some(user))))
    }
}

impl<U: UserModel> From<&U> for CurrentUser {
    fn from(user: &U) -> Self {
        AnyUser::from(user).into()
    }
}

/// As the user shows itself, or `AnonymousUser`.
impl fmt::Display for CurrentUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.user() {
            Some(user) => user.fmt(f),
            None => f.write_str("AnonymousUser"),
        }
    }
}

impl fmt::Debug for CurrentUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CurrentUser({self})")
    }
}
