//! What templates have of the user: `user` and `perms`, and the log-in pages' templates.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Object, ObjectRepr};
use rjango_core::Result;
use rjango_http::RequestState;
use rjango_http::templates::{AppTemplates, ContextLoad, ContextProcessor};

use super::request::UserSlot;
use super::{CurrentUser, RequestUser as _};

/// The app's name in INSTALLED_APPS.
const APP: &str = "rjango.contrib.auth";

inventory::submit! {
    ContextProcessor {
        app: APP,
        name: "user",
        load: ContextLoad::Later(|request| Box::pin(async move {
            Ok(Value::from_object(user_or_anonymous(&request).await?))
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
            Ok(Value::from_object(Permissions(Arc::new(held))))
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

/// As in Django, a page that came past no middleware is seen by nobody known.
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
    /// A whole name answers as itself, for `in`.
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        if key.contains('.') {
            return self.0.has(key).then(|| true.into());
        }
        Some(Value::from_object(AppPermissions { held: Arc::clone(&self.0), app: key.to_owned() }))
    }
}

/// `perms.shop`.
#[derive(Debug)]
struct AppPermissions {
    held: Arc<Held>,
    app: String,
}

impl Object for AppPermissions {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        Some(self.held.has(&format!("{}.{}", self.app, key.as_str()?)).into())
    }

    fn is_true(self: &Arc<Self>) -> bool {
        self.held.has_of_app(&self.app)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.is_true())
    }
}
