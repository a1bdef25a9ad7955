//! Every setting is followed: for each key of the table a test that sets it in a settings file and sees what comes of it, against what
//! the default does.
//!
//! `SHOWN` in each module names the keys and their tests. A key without a test fails `every_setting_is_shown`.

#[allow(dead_code, unused, reason = "the servers of the http tests; not all of it is needed here")]
#[path = "../../../http/tests/serving/wire.rs"]
mod wire;

mod csrf;
mod databases;
mod files;
mod guide;
mod languages;
mod logging;
mod messages;
mod routes;
mod security;
mod server;
mod sessions;
mod the_site;
mod users;

use std::sync::Arc;

use rjango_contrib::auth::{RequestUser as _, login_required};
use rjango_contrib::sessions::RequestSession as _;
use rjango_core::settings::Sources;
use rjango_core::{Error, Result, Settings, Site};
use rjango_http::client::ClientResponse;
use rjango_http::shortcuts::render;
use rjango_http::{Client, Handler, Request, Response, Templates, Urls, context, include, path, urls};
use rjango_orm::Databases;

use crate::site::site_of;

/// A setting's name, and the test that shows its effect.
type Shown = (&'static str, fn());

const SHOWN: &[&[Shown]] = &[
    the_site::SHOWN,
    databases::SHOWN,
    routes::SHOWN,
    files::SHOWN,
    server::SHOWN,
    logging::SHOWN,
    languages::SHOWN,
    sessions::SHOWN,
    csrf::SHOWN,
    security::SHOWN,
    users::SHOWN,
    messages::SHOWN,
];

#[test]
fn every_setting_is_shown() {
    let mut shown: Vec<&str> = SHOWN.concat().iter().map(|(name, _)| *name).collect();
    shown.sort_unstable();
    let mut known: Vec<&str> = Settings::new("/site").listed().iter().map(|listed| listed.name).collect();
    known.sort_unstable();
    assert_eq!(shown, known);
}

/// What the settings of the tests begin with. Sessions are in the cookie, so that most tests need no tables.
const BASE: &str = r#"
SECRET_KEY = "rjango-insecure-for-tests-alone-0123456789abcdefghijklmnop"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "rjango.contrib.admin", "rjango.contrib.auth", "rjango.contrib.contenttypes", "rjango.contrib.sessions",
    "rjango.contrib.messages", "rjango.contrib.staticfiles",
]
MIDDLEWARE = [
    "rjango.middleware.security.SecurityMiddleware",
    "rjango.contrib.sessions.middleware.SessionMiddleware",
    "rjango.middleware.locale.LocaleMiddleware",
    "rjango.middleware.common.CommonMiddleware",
    "rjango.middleware.csrf.CsrfViewMiddleware",
    "rjango.contrib.auth.middleware.AuthenticationMiddleware",
    "rjango.contrib.messages.middleware.MessageMiddleware",
    "rjango.middleware.clickjacking.XFrameOptionsMiddleware",
]
SESSION_ENGINE = "rjango.contrib.sessions.backends.signed_cookies"
PASSWORD_HASHERS = ["site.fast"]
[DATABASES.default]
ENGINE = "sqlite"
NAME = ":memory:"
"#;

fn sources(text: &str) -> Sources {
    Sources::new("/nonexistent").with_file("config/settings.toml", BASE).with_file("config/settings.test.toml", text)
}

/// The settings of a project whose overlay says this.
fn read(text: &str) -> Settings {
    Settings::from_sources(&sources(text)).unwrap()
}

/// What is wrong with such an overlay.
fn refusal(text: &str) -> String {
    Settings::from_sources(&sources(text)).unwrap_err().to_string()
}

/// A site without tables.
fn site_at(settings: Settings, urls: Urls) -> Arc<Site> {
    let templates = Templates::new(&settings).with_embedded([
        ("form.html", "{{ csrf_token }}"),
        ("debug.html", "{{ debug }}"),
        ("language.html", "{{ LANGUAGE_CODE }}"),
        ("choose.html", guide::FORM),
    ]);
    let databases = Databases::from_settings(&settings).unwrap();
    Arc::new(Site::new(settings).with(databases).with(templates).with(urls))
}

fn handler(text: &str) -> Handler {
    handler_of(text, urlpatterns())
}

fn handler_of(text: &str, urls: Urls) -> Handler {
    Handler::new(site_at(read(text), urls)).unwrap()
}

/// A browser at a site without tables.
fn browser(text: &str) -> Client {
    Client::of(handler(text))
}

/// The page of a path at a site without tables.
async fn get(text: &str, path: &str) -> ClientResponse {
    browser(text).get(path).await
}

/// A browser at a site with tables and people.
async fn migrated(text: &str) -> Client {
    Client::new(site_of(read(text), urlpatterns()).await).unwrap()
}

fn urlpatterns() -> Urls {
    urls![
        path("", home).name("home"),
        path("page/", home),
        path("boom/", boom),
        path("asked/", asked),
        path("fields/", fields),
        path("form.html", |request: Request| async move { render(&request, "form.html", context! {}) }),
        path("debug.html", |request: Request| async move { render(&request, "debug.html", context! {}) }),
        path("language.html", |request: Request| async move { render(&request, "language.html", context! {}) }),
        path("choose.html", |request: Request| async move { render(&request, "choose.html", context! {}) }),
        path("remember/<str:value>/", remember),
        path("remembered/", remembered),
        path("who/", who),
        path("private/", login_required(home)),
        path("accounts/", include(rjango_contrib::auth::urls())),
        path("i18n/", include(rjango_contrib::i18n::urls())),
        path("admin/", rjango_admin::site()),
        path("say/", messages::say),
        path("said/", messages::said),
    ]
}

async fn home(_request: Request) -> &'static str {
    "home"
}

async fn boom(_request: Request) -> Result<Response> {
    Err(Error::command("the boiler is cold"))
}

/// What the request was asked for: scheme, host and port.
async fn asked(request: Request) -> Result<String> {
    Ok(format!("{} {} {}", request.scheme(), request.get_host()?, request.port()))
}

/// How many fields and files came.
async fn fields(request: Request) -> Result<String> {
    let form = request.form().await?;
    Ok(format!("{} fields, {} files", form.fields().iter().count(), form.files().count()))
}

async fn remember(request: Request, value: String) -> Result<&'static str> {
    request.session().await?.set("value", value)?;
    Ok("remembered")
}

async fn remembered(request: Request) -> Result<String> {
    Ok(request.session().await?.get::<String>("value")?.unwrap_or_else(|| "nothing".to_owned()))
}

async fn who(request: Request) -> Result<String> {
    Ok(request.user().await?.to_string())
}

/// The attributes of a cookie that the answer sets, in its own words.
#[track_caller]
fn cookie(response: &ClientResponse, name: &str) -> String {
    let mut headers = response.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let header = headers.find(|header| header.starts_with(&format!("{name}=")));
    header.unwrap_or_else(|| panic!("no cookie `{name}` in {:?}", response.headers())).to_owned()
}
