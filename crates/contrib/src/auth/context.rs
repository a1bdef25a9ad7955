//! What templates have of the user: `user` and `perms`, and the log-in pages' templates.

use std::any::Any;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use rjango_core::Result;
use rjango_http::RequestState;
use rjango_http::templates::{AppTemplates, Attribute, ContextLoad, ContextProcessor, Object, Value};

use super::request::UserSlot;
use super::{CurrentUser, RequestUser as _};

/// The app's name in INSTALLED_APPS.
const APP: &str = "rjango.contrib.auth";

inventory::submit! {
    ContextProcessor {
        app: APP,
        name: "user",
        load: ContextLoad::Later(|request| Box::pin(async move {
            Ok(Value::object(user_or_anonymous(&request).await?))
        })),
    }
}

inventory::submit! {
    ContextProcessor {
        app: APP,
        name: "perms",
        load: ContextLoad::Later(|request| Box::pin(async move {
            let user = user_or_anonymous(&request).await?;
            let held = if user.is_active() && user.is_superuser() {
                Held::All
            } else {
                Held::Some(user.permissions().await?.clone())
            };
            Ok(Value::object(Permissions(Arc::new(held))))
        })),
    }
}

inventory::submit! {
    AppTemplates {
        app: APP,
        templates: &[
            ("registration/page.html", include_str!("templates/registration/page.html")),
            ("registration/login.html", include_str!("templates/registration/login.html")),
            ("registration/logged_out.html", include_str!("templates/registration/logged_out.html")),
            ("registration/password_change_form.html", include_str!("templates/registration/password_change_form.html")),
            ("registration/password_change_done.html", include_str!("templates/registration/password_change_done.html")),
        ],
    }
}

/// As in Django, the visitor is anonymous where the request came past no middleware.
async fn user_or_anonymous(request: &RequestState) -> Result<CurrentUser> {
    match request.get::<UserSlot>() {
        Some(_) => request.user().await,
        None => Ok(CurrentUser::anonymous()),
    }
}

#[derive(Debug)]
enum Held {
    All,
    Some(BTreeSet<String>),
}

impl Held {
    fn has(&self, permission: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(held) => held.contains(permission),
        }
    }

    fn has_of_app(&self, app: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(held) => held.iter().any(|name| name.split_once('.').is_some_and(|(of, _)| of == app)),
        }
    }
}

/// `perms` in templates: `perms.shop`, `perms.shop.add_product`, `"shop.add_product" in perms`.
#[derive(Debug)]
struct Permissions(Arc<Held>);

impl Object for Permissions {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_name(&self) -> &str {
        "PermWrapper"
    }

    /// Every app has permissions to ask for.
    fn attribute(&self, name: &str) -> Attribute<'_> {
        let of_app = AppPermissions { held: Arc::clone(&self.0), app: name.to_owned() };
        Attribute::Value(Value::object(of_app))
    }

    /// `"shop.add_product" in perms`; `"shop" in perms` is true with any permission of the app, as in Django.
    fn contains(&self, item: &Value) -> Option<bool> {
        let Some(name) = item.as_str() else { return Some(false) };
        Some(if name.contains('.') { self.0.has(name) } else { self.0.has_of_app(name) })
    }

    fn is_true(&self) -> bool {
        true
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str("PermWrapper")
    }
}

/// `perms.shop`.
#[derive(Debug)]
struct AppPermissions {
    held: Arc<Held>,
    app: String,
}

impl Object for AppPermissions {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_name(&self) -> &str {
        "PermLookupDict"
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        Attribute::Value(self.held.has(&format!("{}.{name}", self.app)).into())
    }

    fn is_true(&self) -> bool {
        self.held.has_of_app(&self.app)
    }

    // DIFFERENCE: Django prints all permissions of the user, whatever the app, which costs a superuser's page a query.
    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(if self.is_true() { "True" } else { "False" })
    }
}
