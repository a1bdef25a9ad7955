//! What every page of the admin has: the title, the way back, who is logged in.

use rjango_contrib::auth::RequestUser as _;
use rjango_core::Result;
use rjango_http::shortcuts;
use rjango_http::templates::Value;
use rjango_http::{RequestState, Response, context, reverse};
use rjango_orm::Value as Field;
use rjango_schema::ModelSchema;
use serde::Serialize;

use crate::registration::Registration;
use crate::words::{capitalized, filled, model_name, model_names, text};

/// One step of the way back; the last one, without a URL, is the page itself.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Crumb {
    label: String,
    url: Option<String>,
}

/// The way back from a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Crumbs(Vec<Crumb>);

impl Crumbs {
    /// From the index.
    pub fn home() -> Result<Self> {
        Self::default().to(text("Home"), reverse("admin:index", ())?)
    }

    /// From the index and the app.
    pub fn app(app: &str) -> Result<Self> {
        Self::home()?.to(app_name(app), reverse("admin:app_list", [("app_label", app)])?)
    }

    /// From the index, the app and the model's list, which is a link where the user may see it.
    pub fn model(registration: &Registration, may_view: bool) -> Result<Self> {
        let schema = registration.schema();
        let crumbs = Self::app(&schema.app)?;
        let label = capitalized(&model_names(schema));
        if may_view { crumbs.to(label, registration.url("changelist")?) } else { Ok(crumbs.here(label)) }
    }

    /// One step further, with a link.
    pub fn to(mut self, label: impl Into<String>, url: String) -> Result<Self> {
        self.0.push(Crumb { label: label.into(), url: Some(url) });
        Ok(self)
    }

    /// The page itself.
    pub fn here(mut self, label: impl Into<String>) -> Self {
        self.0.push(Crumb { label: label.into(), url: None });
        self
    }
}

/// A page of the admin.
pub(crate) async fn render(
    request: &RequestState,
    template: &str,
    title: &str,
    crumbs: Crumbs,
    own: Value,
) -> Result<Response> {
    let current = request.user().await?;
    let user = current.user().filter(|user| user.is_active() && user.is_staff());
    let admin_user = user.map(|user| match user.short_name() {
        "" => user.username().to_owned(),
        name => name.to_owned(),
    });
    let usual = context! {
        title,
        site_title => text("rjango site admin"),
        site_header => text("rjango administration"),
        breadcrumbs => crumbs.0,
        may_change_password => user.is_some_and(|user| user.has_usable_password()),
        admin_user,
    };
    shortcuts::render(request, template, usual.merged(&own))
}

/// The app's name for people: its label in words. Django's own apps have names of their own.
pub(crate) fn app_name(app: &str) -> String {
    match app {
        "auth" => text("Authentication and Authorization"),
        "admin" => text("Administration"),
        "contenttypes" => text("Content Types"),
        other => other.split('_').map(capitalized).collect::<Vec<_>>().join(" "),
    }
}

/// What somebody is told where a row does not exist.
pub(crate) fn missing_object(schema: &ModelSchema, id: &str) -> String {
    filled(
        "%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?",
        &[("name", &model_name(schema)), ("key", id)],
    )
}

/// A primary key as the page's URL spells it: nothing where it is none.
pub(crate) fn parse_pk(schema: &ModelSchema, text: &str) -> Option<Field> {
    let field = schema.primary_key()?;
    let value = rjango_orm::parse_value(field, text).ok()?;
    (!value.is_null()).then_some(value)
}
