//! Who a request comes from: a user, or nobody known.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, Value};
use rjango_core::Result;
use rjango_orm::UserModel;
use rjango_orm::objects::{InstanceObject, template_value};
use tokio::sync::OnceCell;

use super::{AnyUser, permissions};

/// The user of a request, or `AnonymousUser`: Django's `request.user`. Clones share what was read.
#[derive(Clone)]
pub struct CurrentUser(Arc<Inner>);

struct Inner {
    user: Option<AnyUser>,
    permissions: OnceCell<BTreeSet<String>>,
}

impl CurrentUser {
    /// Nobody known.
    pub fn anonymous() -> Self {
        Self(Arc::new(Inner { user: None, permissions: OnceCell::new() }))
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
        Self(Arc::new(Inner { user: Some(user), permissions: OnceCell::new() }))
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

/// In templates: `{{ user }}`, `user.is_authenticated`, `user.username`, and whatever else the model has, relations too. The password
/// is not among them.
impl Object for CurrentUser {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let user = self.user();
        Some(match key.as_str()? {
            "is_authenticated" => self.is_authenticated().into(),
            "is_anonymous" => self.is_anonymous().into(),
            "is_active" => self.is_active().into(),
            "is_staff" => self.is_staff().into(),
            "is_superuser" => self.is_superuser().into(),
            "username" | "get_username" => self.username().into(),
            "email" => user.map_or("", AnyUser::email).into(),
            "get_short_name" => user.map_or("", AnyUser::short_name).into(),
            "get_full_name" => user.map(AnyUser::full_name).unwrap_or_default().into(),
            "has_usable_password" => user.is_some_and(AnyUser::has_usable_password).into(),
            "password" => return None,
            name => match user {
                Some(user) => match user.get(name) {
                    Some(value) => template_value(value),
                    None if name == "full_name" => user.full_name().into(),
                    None => return InstanceObject::value(Arc::clone(user.instance())).get_attr(name).ok(),
                },
                None if name == "full_name" => "".into(),
                // What every model of Django's users has: nobody has none of it.
                None => match name {
                    "id" | "pk" | "last_login" | "date_joined" => Value::from(()),
                    "first_name" | "last_name" => "".into(),
                    _ => return None,
                },
            },
        })
    }

    fn is_true(self: &Arc<Self>) -> bool {
        true
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
