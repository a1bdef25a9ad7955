//! A migrated site with some people and products, and a browser for each person.

use std::sync::Arc;

use rjango_contrib::auth::{Group, Pbkdf2Sha256, Permission, User, password_hasher};
use rjango_contrib::contenttypes::ContentType;
use rjango_core::{Result, Settings, Site};
use rjango_http::client::ClientResponse;
use rjango_http::{Client, StatusCode, Templates, Urls, path, urls};
use rjango_macros::{q, set};
use rjango_migrations::executor::{Executor, Target};
use rjango_migrations::{AppMigrations, PostMigrate, PostMigrateContext, loader, write_initial};
use rjango_orm::{Databases, Engine, ForeignKey, ModelInstance as _, Models, dec};

use crate::shop::models::{Category, Product, State, Tag};

// A million rounds would make the tests slow, and say no more.
#[password_hasher]
fn fast() -> Pbkdf2Sha256 {
    Pbkdf2Sha256::with_iterations(2)
}

/// What an attacker would like to see in a page as it stands.
pub const XSS: &str = "<script>alert('1')</script>";

pub fn settings() -> Settings {
    let mut settings = Settings::for_tests();
    settings.password_hashers = vec!["site.fast".to_owned()];
    settings.installed_apps = ["admin", "auth", "contenttypes", "sessions", "messages", "staticfiles"]
        .map(|app| format!("rjango.contrib.{app}"))
        .to_vec();
    settings.middleware = [
        "rjango.middleware.security.SecurityMiddleware",
        "rjango.contrib.sessions.middleware.SessionMiddleware",
        "rjango.middleware.common.CommonMiddleware",
        "rjango.middleware.csrf.CsrfViewMiddleware",
        "rjango.contrib.auth.middleware.AuthenticationMiddleware",
        "rjango.contrib.messages.middleware.MessageMiddleware",
        "rjango.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
    .map(str::to_owned)
    .to_vec();
    settings
}

pub fn models() -> Models {
    Models::from_inventory(|app| ["auth", "contenttypes", "sessions", "admin", "shop"].contains(&app)).unwrap()
}

fn urlpatterns() -> Urls {
    urls![path("admin/", rjango_admin::site()), path("static/<path:path>", rjango_contrib::staticfiles::serve),]
}

pub async fn site_with(settings: Settings) -> Arc<Site> {
    site_of(settings, urlpatterns()).await
}

/// A migrated site with these URLs, and with people.
pub async fn site_of(settings: Settings, urls: Urls) -> Arc<Site> {
    let models = models();
    let databases = Databases::from_settings(&settings).unwrap();
    let templates = Templates::new(&settings);
    let site = Site::new(settings).with(models.clone()).with(databases).with(urls).with(templates);
    let site = Arc::new(site);
    Arc::clone(&site)
        .scope(async {
            migrate(&site, &models).await?;
            people().await
        })
        .await
        .unwrap();
    site
}

async fn migrate(site: &Site, models: &Models) -> Result<()> {
    let database = site.require::<Databases>()?.get("default")?;
    let folder = tempfile::tempdir()?;
    let engines: &[Engine] = &[database.engine()];
    write_initial("shop", models, folder.path(), engines)?;
    let mut apps: Vec<AppMigrations> = AppMigrations::registered().cloned().collect();
    apps.push(AppMigrations::directory("shop", folder.path()));
    let graph = loader::load(&apps, "/nonexistent".as_ref(), engines)?;
    let executor = Executor::new(&database, &graph);
    let steps = executor.history().await?.plan(&graph, &Target::All);
    executor.run(&steps, false, &mut ()).await?;
    let state = graph.state()?;
    PostMigrate::run_all(&PostMigrateContext { database: &database, models, state: &state }).await
}

/// `root` may do everything, `staff` may enter, `joe` may not. Every password is `letmein`.
async fn people() -> Result<()> {
    User::create_superuser("root", "root@example.com", Some("letmein")).await?;
    User::create_user("joe", "joe@example.com", Some("letmein")).await?;
    let mut staff = User::create_user("staff", "", Some("letmein")).await?;
    staff.is_staff = true;
    staff.save().await
}

/// A browser in which nobody is logged in.
pub async fn anonymous() -> Client {
    Client::new(site_with(settings()).await).unwrap()
}

/// A browser in which this person is logged in.
pub async fn client(username: &str) -> Client {
    let mut client = anonymous().await;
    log_in(&mut client, username).await;
    client
}

pub async fn log_in(client: &mut Client, username: &str) {
    let response = client.post("/admin/login/", [("username", username), ("password", "letmein")]).await;
    if username != "joe" {
        assert_eq!(response.status(), StatusCode::FOUND, "{}", response.text());
    }
}

/// A browser of `staff`, who has these permissions, for example `view_product`.
pub async fn staff_with(codenames: &[&str]) -> Client {
    let client = client("staff").await;
    allow(&client, codenames).await;
    client
}

/// Gives `staff` these permissions.
pub async fn allow(client: &Client, codenames: &[&str]) {
    inside(client, async {
        let staff = User::objects().get(q!(username = "staff")).await?;
        for codename in codenames {
            let permission = Permission::objects().get(q!(codename = *codename)).await?;
            staff.user_permissions.add([&permission]).await?;
        }
        Ok(())
    })
    .await;
}

/// Runs a future inside the client's site.
pub async fn inside<T>(client: &Client, future: impl Future<Output = Result<T>>) -> T {
    Arc::clone(client.site()).scope(future).await.unwrap()
}

/// Drinks with coffee and tea, food with bread, and a tag.
pub async fn stock(client: &Client) {
    inside(client, async {
        let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Category::default() }).await?;
        let food = Category::objects().create(Category { name: "Food".into(), ..Category::default() }).await?;
        Tag::objects().create(Tag { label: "hot".into(), ..Tag::default() }).await?;
        for (name, price, category) in [
            ("Coffee", dec!(3.50), Some(&drinks)),
            ("Tea", dec!(2.00), Some(&drinks)),
            ("Bread", dec!(4.00), Some(&food)),
        ] {
            let category = category.map(ForeignKey::to);
            let product = Product { name: name.into(), price, category, state: State::Draft, ..Product::default() };
            Product::objects().create(product).await?;
        }
        Ok(())
    })
    .await;
}

/// The primary key of a product.
pub async fn product(client: &Client, name: &str) -> i64 {
    inside(client, async { Ok(Product::objects().get(q!(name = name)).await?.id.get().unwrap()) }).await
}

/// The URL that a response redirects to.
#[track_caller]
pub fn location(response: &ClientResponse) -> &str {
    assert!(response.status().is_redirection(), "{} {}", response.status(), response.text());
    response.header("location").unwrap()
}

#[track_caller]
pub fn has(response: &ClientResponse, text: &str) {
    assert!(response.text().contains(text), "no {text:?} in {} {}", response.status(), response.text());
}

#[track_caller]
pub fn lacks(response: &ClientResponse, text: &str) {
    assert!(!response.text().contains(text), "{text:?} in {}", response.text());
}

/// The names in the first column of a list, in order.
pub fn first_column(response: &ClientResponse) -> Vec<String> {
    let page = response.text();
    let cells = page.split("<th scope=\"row\"").skip(1);
    cells
        .filter_map(|cell| cell.split("</th>").next())
        .map(|cell| cell.rsplit_once("</a>").map_or(cell, |(cell, _)| cell))
        .filter_map(|cell| cell.rsplit('>').next())
        .map(str::to_owned)
        .collect()
}

/// The key of a content type, for tests of the log.
pub async fn content_type(client: &Client) -> Option<i32> {
    inside(client, async { Ok(ContentType::get_for_model::<Product>().await?.id.get()) }).await
}

/// A group, for tests of forms.
pub async fn group(client: &Client, name: &str) -> Group {
    inside(client, async { Group::objects().create(Group { name: name.into(), ..Group::default() }).await }).await
}

/// Takes `staff`'s right to enter away.
pub async fn dismiss(client: &Client) {
    inside(client, async { User::objects().filter(q!(username = "staff")).update(set!(is_staff = false)).await }).await;
}

/// How many statements a page costs.
pub async fn queries(client: &mut Client, path: &str) -> u64 {
    let database = client.site().get::<Databases>().unwrap().get("default").unwrap();
    let before = database.statement_count();
    assert_eq!(client.get(path).await.status(), StatusCode::OK);
    database.statement_count() - before
}
