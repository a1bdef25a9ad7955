//! The user in templates: `{{ user }}`, `user.is_authenticated`, `user.username`, each field and relation of the model, and
//! what Django's users answer without arguments.

use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result, Site};
use rjango_http::templates::{Attribute, BoxFuture, Object, Value};
use rjango_orm::Models;
use rjango_orm::dynamic::{Instance, Objects};
use rjango_orm::objects::{InstanceObject, QuerySetObject};

use super::CurrentUser;
use crate::auth::{AnyUser, permissions, users};

/// What every user answers, whatever the model is.
const ANSWERS: [&str; 16] = [
    "email",
    "get_all_permissions",
    "get_email_field_name",
    "get_full_name",
    "get_group_permissions",
    "get_short_name",
    "get_user_permissions",
    "get_username",
    "has_usable_password",
    "is_active",
    "is_anonymous",
    "is_authenticated",
    "is_staff",
    "is_superuser",
    "pk",
    "username",
];

/// What Django's anonymous user has besides.
const OF_ANONYMOUS: [&str; 3] = ["groups", "id", "user_permissions"];

impl CurrentUser {
    /// The row of a user as templates see it.
    fn row(&self, user: &AnyUser) -> &Value {
        self.0.row.get_or_init(|| InstanceObject::value(Arc::clone(user.instance())))
    }

    fn attribute_of_user<'a>(&'a self, user: &'a AnyUser, name: &str) -> Attribute<'a> {
        let meta = user.instance().meta();
        let is_models_own = meta.schema.field(name).is_some() || meta.method(name).is_some();
        if !is_models_own {
            let answer: Value = match name {
                "is_authenticated" => true.into(),
                "is_anonymous" => false.into(),
                "is_active" => user.is_active().into(),
                "is_staff" => user.is_staff().into(),
                "is_superuser" => user.is_superuser().into(),
                "username" | "get_username" => user.username().into(),
                "email" => user.email().into(),
                "get_email_field_name" => user.email_field().into(),
                "get_short_name" => user.short_name().into(),
                "get_full_name" | "full_name" => user.full_name().into(),
                "has_usable_password" => user.has_usable_password().into(),
                "get_all_permissions" => return later(async { Ok(self.permissions().await?.clone()) }),
                "get_user_permissions" => return later(permissions::own_permissions(user)),
                "get_group_permissions" => return later(permissions::group_permissions(user)),
                _ => Value::Undefined,
            };
            if !answer.is_undefined() {
                return Attribute::Value(answer);
            }
        }
        match self.row(user) {
            Value::Object(row) => row.attribute(name),
            _ => Attribute::Unknown,
        }
    }
}

/// What an anonymous visitor has: what Django's `AnonymousUser` has, and nothing for what the site's users have, so that a page
/// can be shown to everybody.
// DIFFERENCE: Django's `AnonymousUser` does not know the fields of the site's users. Here they are empty, and a misspelt name is told.
fn attribute_of_anonymous(name: &str) -> Attribute<'static> {
    Attribute::Value(match name {
        "is_anonymous" => true.into(),
        "is_authenticated" | "is_active" | "is_staff" | "is_superuser" | "has_usable_password" => false.into(),
        "username" | "get_username" => "".into(),
        "id" | "pk" => Value::None,
        "get_all_permissions" | "get_user_permissions" | "get_group_permissions" => Value::list([]),
        "groups" => return no_rows("auth.Group"),
        "user_permissions" => return no_rows("auth.Permission"),
        "email" | "get_full_name" | "full_name" | "get_short_name" | "get_email_field_name" => "".into(),
        name => match users_have(name) {
            Ok(true) => Value::Undefined,
            Ok(false) => return Attribute::Unknown,
            Err(error) => return Attribute::Refused(error),
        },
    })
}

/// Whether the site's users have an attribute.
fn users_have(name: &str) -> Result<bool> {
    let nobody = InstanceObject::value(Instance::new(users::user_model()?)?);
    Ok(nobody.attribute_names().iter().any(|known| known == name))
}

/// A relation without rows: Django's `EmptyManager`.
fn no_rows(label: &str) -> Attribute<'static> {
    let manager = || -> Result<Value> {
        let site = Site::current()?;
        let meta = Arc::clone(site.require::<Models>()?.require(label)?);
        Ok(QuerySetObject::manager(Objects::of(meta).none()))
    };
    match manager() {
        Ok(manager) => Attribute::Value(manager),
        Err(error) => Attribute::Refused(error),
    }
}

fn later<'a>(permissions: impl Future<Output = Result<BTreeSet<String>>> + Send + 'a) -> Attribute<'a> {
    let wait: BoxFuture<'a, Result<Value>> = Box::pin(async move { Ok(permissions.await?.into_iter().collect()) });
    Attribute::Later(wait)
}

/// What users have and a template does not use.
fn refused(name: &str) -> Option<Error> {
    let error = |message: String, hint: &str| Some(Error::new(ErrorKind::Template, message).with_hint(hint));
    match name {
        "password" | "get_session_auth_hash" => error(
            format!("`user.{name}` is a secret, and a page does not show it"),
            "whether there is a password says `user.has_usable_password`",
        ),
        "has_perm" | "has_perms" | "has_module_perms" => error(
            format!("`user.{name}()` takes arguments, and a template cannot give it any"),
            "write `perms.shop.add_product`, or `perms.shop` for any permission of an app",
        ),
        "check_password" | "get_user_model" | "email_user" => error(
            format!("`user.{name}()` takes arguments, and a template cannot give it any"),
            "call it in the view, and put what it gives into the context",
        ),
        "set_password" | "set_unusable_password" | "save" | "delete" => {
            error(format!("`user.{name}()` changes the database, and a template only shows it"), "call it in the view")
        }
        _ => None,
    }
}

impl Object for CurrentUser {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_name(&self) -> &str {
        self.user().map_or("AnonymousUser", |user| &user.schema().name)
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        if let Some(error) = refused(name) {
            return Attribute::Refused(error);
        }
        match self.user() {
            Some(user) => self.attribute_of_user(user, name),
            None => attribute_of_anonymous(name),
        }
    }

    fn attribute_names(&self) -> Vec<Cow<'_, str>> {
        let mut names: Vec<Cow<'_, str>> = ANSWERS.map(Cow::Borrowed).to_vec();
        match self.user() {
            Some(user) => names.extend(self.row(user).attribute_names()),
            None => names.extend(OF_ANONYMOUS.map(Cow::Borrowed)),
        }
        names.retain(|name| name != "password");
        names.sort();
        names.dedup();
        names
    }

    /// The user of a request is the row of the database: `{% if post.author == user %}`.
    fn equals(&self, other: &dyn Object) -> bool {
        let other = other.as_any();
        if let Some(other) = other.downcast_ref::<Self>() {
            return match (self.user(), other.user()) {
                (Some(own), Some(other)) => own.instance() == other.instance(),
                (None, None) => true,
                _ => false,
            };
        }
        let row = other.downcast_ref::<InstanceObject>();
        self.user().zip(row).is_some_and(|(user, row)| **user.instance() == *row.instance())
    }

    fn is_true(&self) -> bool {
        true
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{self}")
    }
}
