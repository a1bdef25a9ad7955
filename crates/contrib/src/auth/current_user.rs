//! Who a request comes from: a user, or nobody known.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, Serde, Value};
use rjango_core::Result;
use tokio::sync::OnceCell;

use super::{User, permissions};

/// The user of a request, or `AnonymousUser`: Django's `request.user`. Clones share what was read.
#[derive(Clone)]
pub struct CurrentUser(Arc<Inner>);

struct Inner {
    user: Option<User>,
    permissions: OnceCell<BTreeSet<String>>,
}

impl CurrentUser {
    /// Nobody known.
    pub fn anonymous() -> Self {
        Self(Arc::new(Inner { user: None, permissions: OnceCell::new() }))
    }

    /// The user; nothing where nobody is logged in.
    pub fn user(&self) -> Option<&User> {
        self.0.user.as_ref()
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
        self.user().is_some_and(|user| user.is_active)
    }

    /// Whether the admin lets the user in.
    pub fn is_staff(&self) -> bool {
        self.user().is_some_and(|user| user.is_staff)
    }

    /// Whether the user has every permission.
    pub fn is_superuser(&self) -> bool {
        self.user().is_some_and(|user| user.is_superuser)
    }

    /// The name to log in with; empty where nobody is logged in.
    pub fn username(&self) -> &str {
        self.user().map_or("", |user| &user.username)
    }

    /// The user's primary key.
    pub fn id(&self) -> Option<i32> {
        self.user().and_then(|user| user.id.get())
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
        let Some(user) = self.user().filter(|user| user.is_active) else { return Ok(false) };
        if user.is_superuser {
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
        let Some(user) = self.user().filter(|user| user.is_active) else { return Ok(false) };
        if user.is_superuser {
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

impl From<User> for CurrentUser {
    fn from(user: User) -> Self {
        Self(Arc::new(Inner { user: Some(user), permissions: OnceCell::new() }))
    }
}

/// The username, or `AnonymousUser`.
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

/// In templates: `{{ user }}`, `user.is_authenticated`, `user.username`, ... The password is not among them.
impl Object for CurrentUser {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let user = self.user();
        let text = |read: fn(&User) -> &String| Value::from(user.map(read).cloned().unwrap_or_default());
        let moment = |moment: Option<crate::DateTime>| Value::from(Serde(&moment));
        Some(match key.as_str()? {
            "is_authenticated" => self.is_authenticated().into(),
            "is_anonymous" => self.is_anonymous().into(),
            "is_active" => self.is_active().into(),
            "is_staff" => self.is_staff().into(),
            "is_superuser" => self.is_superuser().into(),
            "id" | "pk" => self.id().map_or(Value::from(()), Value::from),
            "username" | "get_username" => self.username().into(),
            "first_name" | "get_short_name" => text(|user| &user.first_name),
            "last_name" => text(|user| &user.last_name),
            "email" => text(|user| &user.email),
            "full_name" | "get_full_name" => user.map(User::full_name).unwrap_or_default().into(),
            "has_usable_password" => user.is_some_and(User::has_usable_password).into(),
            "last_login" => moment(user.and_then(|user| user.last_login)),
            "date_joined" => moment(user.map(|user| user.date_joined)),
            _ => return None,
        })
    }

    fn is_true(self: &Arc<Self>) -> bool {
        true
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
