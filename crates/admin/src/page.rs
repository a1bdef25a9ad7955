//! What every page of the admin has: the title, the way back, who is logged in.

use minijinja::value::merge_maps;
use rjango_contrib::auth::RequestUser as _;
use rjango_core::Result;
use rjango_http::shortcuts;
use rjango_http::templates::static_url;
use rjango_http::{RequestState, Response, context, reverse};
use rjango_orm::Value as Field;
use rjango_schema::ModelSchema;
use serde::Serialize;

use crate::registration::Registration;

/// The site's name in titles.
const SITE_TITLE: &str = "rjango site admin";

/// The site's name on the page.
const SITE_HEADER: &str = "rjango administration";

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
        Self::default().to("Home", reverse("admin:index", ())?)
    }

    /// From the index and the app.
    pub fn app(app: &str) -> Result<Self> {
        Self::home()?.to(app_name(app), reverse("admin:app_list", [("app_label", app)])?)
    }

    /// From the index, the app and the model's list, which is a link where the user may see it.
    pub fn model(registration: &Registration, may_view: bool) -> Result<Self> {
        let schema = registration.schema();
        let crumbs = Self::app(&schema.app)?;
        let label = capitalized(&schema.verbose_name_plural());
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
    own: minijinja::Value,
) -> Result<Response> {
    let current = request.user().await?;
    let user = current.user().filter(|user| user.is_active() && user.is_staff());
    let admin_user = user.map(|user| match user.short_name() {
        "" => user.username().to_owned(),
        name => name.to_owned(),
    });
    let usual = context! {
        title,
        site_title => SITE_TITLE,
        site_header => SITE_HEADER,
        language_code => request.language_code(),
        stylesheet_url => static_url("admin/admin.css")?,
        script_url => static_url("admin/admin.js")?,
        breadcrumbs => crumbs.0,
        may_change_password => user.is_some_and(|user| user.has_usable_password()),
        admin_user,
    };
    shortcuts::render(request, template, merge_maps([own, usual]))
}

/// The heading of the site.
pub(crate) const fn site_header() -> &'static str {
    SITE_HEADER
}

/// The app's name for people: its label in words. Django's own apps have names of their own.
pub(crate) fn app_name(app: &str) -> String {
    match app {
        "auth" => "Authentication and Authorization".to_owned(),
        "admin" => "Administration".to_owned(),
        "contenttypes" => "Content Types".to_owned(),
        other => other.split('_').map(capitalized).collect::<Vec<_>>().join(" "),
    }
}

/// Django's `capfirst`.
pub(crate) fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// What somebody is told where a row does not exist.
pub(crate) fn missing_object(schema: &ModelSchema, id: &str) -> String {
    format!("{} with ID “{id}” doesn’t exist. Perhaps it was deleted?", schema.verbose_name())
}

/// A primary key as the page's URL spells it: nothing where it is none.
pub(crate) fn parse_pk(schema: &ModelSchema, text: &str) -> Option<Field> {
    let field = schema.primary_key()?;
    let value = rjango_orm::parse_value(field, text).ok()?;
    (!value.is_null()).then_some(value)
}
