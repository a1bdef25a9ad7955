//! A site with its tables, and the views that the tests look through.

use std::sync::Arc;

use rjango_contrib::auth::{
    Pbkdf2Sha256, RequestUser, User, UserInstance as _, login, login_required, password_hasher, permission_required,
    permission_required_or_403, user_passes_test, views::LoginPage,
};
use rjango_contrib::messages;
use rjango_contrib::sessions::{RequestSession, SessionExpiry};
use rjango_core::{Result, Settings, Site};
use rjango_http::shortcuts::render;
use rjango_http::{Client, Request, Response, StatusCode, Templates, Urls, context, include, path, urls};
use rjango_migrations::executor::{Executor, Target};
use rjango_migrations::{AppMigrations, PostMigrate, PostMigrateContext, loader};
use rjango_orm::{Databases, Engine, Models};

// A million rounds would make the tests slow, and say no more.
#[password_hasher]
fn fast() -> Pbkdf2Sha256 {
    Pbkdf2Sha256::with_iterations(2)
}

/// The key under which Django 5.2.19 made what the tests read.
pub const KEY: &str = "rjango-test-secret-key";

pub fn settings() -> Settings {
    let mut settings = Settings::for_tests();
    settings.secret_key = KEY.to_owned();
    settings.password_hashers = vec!["site.fast".to_owned()];
    settings.installed_apps = ["auth", "contenttypes", "sessions", "messages", "staticfiles"]
        .map(|app| format!("rjango.contrib.{app}"))
        .to_vec();
    settings.middleware = [
        "rjango.contrib.sessions.middleware.SessionMiddleware",
        "rjango.middleware.csrf.CsrfViewMiddleware",
        "rjango.contrib.auth.middleware.AuthenticationMiddleware",
        "rjango.contrib.messages.middleware.MessageMiddleware",
    ]
    .map(str::to_owned)
    .to_vec();
    settings
}

/// A site with these settings, migrated.
pub async fn site_with(settings: Settings) -> Arc<Site> {
    let models = Models::from_inventory(|app| ["auth", "contenttypes", "sessions"].contains(&app)).unwrap();
    let databases = Databases::from_settings(&settings).unwrap();
    let templates = Templates::new(&settings).with_embedded([
        ("page.html", "{{ user }} {{ user.is_authenticated }} {% for message in messages %}[{{ message.tags }}:{{ message }}]{% endfor %}"),
        (
            "perms.html",
            "{{ perms.auth.add_user }} {% if 'auth.add_user' in perms %}True{% else %}False{% endif %} \
             {% if perms.auth %}True{% else %}False{% endif %}",
        ),
        ("static.html", "no user here"),
        (
            "asked.html",
            "{% if messages %}yes{% else %}no{% endif %} {{ messages|length }} {% if not messages %}no{% else %}yes{% endif %}",
        ),
    ]);
    let urls = rjango_contrib::staticfiles::with_static(&settings, urlpatterns());
    let site = Site::new(settings).with(models.clone()).with(databases).with(urls).with(templates);
    let site = Arc::new(site);
    Arc::clone(&site).scope(migrate(&site, &models)).await.unwrap();
    site
}

pub async fn site() -> Arc<Site> {
    site_with(settings()).await
}

async fn migrate(site: &Site, models: &Models) -> Result<()> {
    let database = site.require::<Databases>()?.get("default")?;
    let apps: Vec<AppMigrations> = AppMigrations::registered().cloned().collect();
    let graph = loader::load(&apps, "/nonexistent".as_ref(), &[Engine::Sqlite])?;
    let executor = Executor::new(&database, &graph);
    let steps = executor.history().await?.plan(&graph, &Target::All);
    executor.run(&steps, false, &mut ()).await?;
    let state = graph.state()?;
    PostMigrate::run_all(&PostMigrateContext { database: &database, models, state: &state }).await
}

/// A client of a site with the user `joe`, whose password is `letmein`.
pub async fn client() -> Client {
    let site = site().await;
    with_joe(&site).await;
    Client::new(site).unwrap()
}

pub async fn with_joe(site: &Arc<Site>) -> User {
    let joe = User::create_user("joe", "joe@example.com", Some("letmein"));
    Arc::clone(site).scope(joe).await.unwrap()
}

/// Runs a future inside the client's site.
pub async fn inside<T>(client: &Client, future: impl Future<Output = Result<T>>) -> T {
    Arc::clone(client.site()).scope(future).await.unwrap()
}

/// The stored sessions: key and data.
pub async fn stored_sessions(client: &Client) -> Vec<rjango_contrib::sessions::SessionRow> {
    inside(client, async { rjango_contrib::sessions::SessionRow::objects().await }).await
}

pub async fn log_in(client: &mut Client) {
    let response = client.post("/accounts/login/", [("username", "joe"), ("password", "letmein")]).await;
    assert_eq!(response.status(), StatusCode::FOUND, "{}", response.text());
}

fn urlpatterns() -> Urls {
    urls![
        path("accounts/", include(rjango_contrib::auth::urls())),
        path(
            "staff/login/",
            LoginPage::new().only(|user| (!user.is_staff()).then(|| "Staff only.".to_owned())).into_view()
        ),
        path("who/", who).name("who"),
        path("quiet/", quiet),
        path("page/", page),
        path("perms/", perms),
        path("asked/", |request: Request| async move { render(&request, "asked.html", context! {}) }),
        path("static-page/", static_page),
        path("set/<str:key>/<str:value>/", set),
        path("get/<str:key>/", get),
        path("remove/<str:key>/", remove),
        path("flush/", flush),
        path("fail/", fail),
        path("expire/<int:seconds>/", expire),
        path("gone/", gone),
        path("say/<str:what>/", say),
        path("say-and-read/", say_and_read),
        path("private/<int:number>/", login_required(private)),
        path("staff/", user_passes_test(rjango_contrib::auth::CurrentUser::is_staff, who)),
        path("adders/", permission_required("auth.add_user", who)),
        path("adders-or-403/", permission_required_or_403("auth.add_user", who)),
        path("log-in-as/<str:name>/", log_in_as),
    ]
}

async fn who(request: Request) -> Result<String> {
    Ok(request.user().await?.to_string())
}

async fn quiet(_request: Request) -> &'static str {
    "nothing asked"
}

async fn page(request: Request) -> Result<Response> {
    render(&request, "page.html", context! {})
}

async fn perms(request: Request) -> Result<Response> {
    render(&request, "perms.html", context! {})
}

async fn static_page(request: Request) -> Result<Response> {
    render(&request, "static.html", context! {})
}

async fn private(request: Request, number: i64) -> Result<String> {
    Ok(format!("{} {number}", request.user().await?))
}

async fn set(request: Request, key: String, value: String) -> Result<&'static str> {
    request.session().await?.set(key, value)?;
    Ok("set")
}

async fn get(request: Request, key: String) -> Result<String> {
    Ok(request.session().await?.get::<String>(&key)?.unwrap_or_else(|| "-".to_owned()))
}

async fn remove(request: Request, key: String) -> Result<String> {
    Ok(request.session().await?.remove(&key).to_string())
}

async fn flush(request: Request) -> Result<&'static str> {
    request.session().await?.flush();
    Ok("flushed")
}

async fn fail(request: Request) -> Result<Response> {
    request.session().await?.set("key", "lost")?;
    Ok(Response::new("failed").with_status(StatusCode::INTERNAL_SERVER_ERROR))
}

async fn expire(request: Request, seconds: u64) -> Result<&'static str> {
    let expiry = match seconds {
        0 => SessionExpiry::BrowserClose,
        seconds => SessionExpiry::After(std::time::Duration::from_secs(seconds)),
    };
    request.session().await?.set_expiry(Some(expiry));
    Ok("set")
}

/// Another request deletes the session meanwhile.
async fn gone(request: Request) -> Result<&'static str> {
    request.session().await?.set("key", "late")?;
    rjango_contrib::sessions::SessionRow::objects().delete().await?;
    Ok("late")
}

async fn say(request: Request, what: String) -> &'static str {
    messages::debug(&request, "never seen");
    messages::success(&request, what);
    "said"
}

async fn say_and_read(request: Request) -> Result<String> {
    messages::info(&request, "shown at once");
    let shown = messages::get_messages(&request).await?.read();
    messages::info(&request, "for later");
    Ok(shown.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
}

async fn log_in_as(request: Request, name: String) -> Result<&'static str> {
    let user = User::by_username(&name).await?.unwrap();
    login(&request, &user).await?;
    Ok("in")
}
