//! Databases: how each is opened, which one a query goes to, and views inside transactions.

use std::sync::Mutex;

use axum::routing::get as axum_get;
use bytes::Bytes;
use futures_util::stream;
use rjango_core::{Error, Result, Site};
use rjango_http::decorators::{non_atomic_requests, non_atomic_requests_on};
use rjango_http::urls::mount;
use rjango_http::{Body, Client, Request, Response, StatusCode, Urls, path, urls};
use rjango_macros::{q, router};
use rjango_orm::{Database, Databases, Routed, Statement, ValueType, block_on, in_atomic_block, on_commit};

use super::{Shown, handler_of, read};
use crate::shop::models::Tag;
use crate::site::{inside, site_of};

pub const SHOWN: &[Shown] =
    &[("DATABASES", a_database_is_opened_as_its_settings_say), ("DATABASE_ROUTERS", a_router_chooses_the_database)];

fn databases(text: &str) -> Databases {
    Databases::from_settings(&read(text)).unwrap()
}

#[tokio::test]
async fn a_database_is_opened_as_its_settings_say() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.sqlite3");
    let own = format!("[DATABASES.default]\nNAME = \"{}\"\n", file.display());
    let word = async |text: &str, sql: &str| {
        let rows = databases(text).get("default").unwrap().fetch(&Statement::new(sql), &[ValueType::Text]).await;
        rows.unwrap()[0][0].to_string()
    };
    assert_eq!(word(&own, "PRAGMA journal_mode").await, "wal");
    assert!(file.exists());
    assert_eq!(word(&format!("{own}OPTIONS = {{ journal_mode = \"DELETE\" }}"), "PRAGMA journal_mode").await, "delete");

    // What a connection has of its own is gone with it.
    for (text, is_kept) in [("", true), ("CONN_MAX_AGE = 60", true), ("CONN_MAX_AGE = 0", false)] {
        let database = databases(&format!("{own}{text}")).get("default").unwrap();
        database.execute(&Statement::new("CREATE TEMP TABLE own (id INTEGER)")).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        let written = database.execute(&Statement::new("INSERT INTO own VALUES (1)")).await;
        assert_eq!(written.is_ok(), is_kept, "{text}");
    }

    let away =
        "[DATABASES.default]\nENGINE = \"postgres\"\nNAME = \"shop\"\nUSER = \"ann\"\nHOST = \"127.0.0.1\"\nPORT = 19";
    let error = databases(away).get("default").unwrap().fetch(&Statement::new("SELECT 1"), &[]).await.unwrap_err();
    assert!(format!("{error:?}").contains("127.0.0.1") && format!("{error:?}").contains("19"), "{error:?}");
}

#[test]
fn homes_and_replicas_are_where_queries_go() {
    let more = "[DATABASES.archive]\nENGINE = \"sqlite\"\nNAME = \":memory:\"\nAPPS = [\"shop\"]\n\
                [DATABASES.copy]\nENGINE = \"sqlite\"\nNAME = \":memory:\"\nREPLICA_OF = \"default\"";
    assert_eq!((databases(more).home("shop"), databases("").home("shop")), ("archive", "default"));
    let alias = |text: &str, write: bool| {
        let query = Routed { model: "auth.User", write };
        databases(text).route(&query).unwrap().alias().to_owned()
    };
    assert_eq!((alias(more, false), alias(more, true)), ("copy".to_owned(), "default".to_owned()));
    assert_eq!((alias("", false), alias("", true)), ("default".to_owned(), "default".to_owned()));
}

#[router]
fn groups_to_other(query: &Routed<'_>) -> Option<String> {
    (query.model == "auth.Group").then(|| "other".to_owned())
}

#[test]
fn a_router_chooses_the_database() {
    let other = "[DATABASES.other]\nENGINE = \"sqlite\"\nNAME = \":memory:\"";
    let alias = |text: &str| {
        let query = Routed { model: "auth.Group", write: true };
        Databases::with_routers(&read(text)).unwrap().route(&query).unwrap().alias().to_owned()
    };
    assert_eq!(alias(&format!("DATABASE_ROUTERS = [\"settings.databases.groups_to_other\"]\n{other}")), "other");
    assert_eq!(alias(other), "default");
}

/// The tag that each view adds before it does what it is there for.
async fn add() -> Result<()> {
    Tag::objects().create(Tag { label: "new".into(), ..Tag::default() }).await?;
    Ok(())
}

fn open() -> Result<&'static str> {
    let database = Database::current(None)?;
    Ok(if in_atomic_block(&database) { "in a transaction" } else { "in none" })
}

async fn ok(_request: Request) -> Result<&'static str> {
    add().await?;
    open()
}

async fn refused(_request: Request) -> Result<Response> {
    add().await?;
    Err(Error::not_found(open()?))
}

async fn conflict(_request: Request) -> Result<Response> {
    add().await?;
    Ok(Response::new("no").with_status(StatusCode::CONFLICT))
}

async fn panics(_request: Request) -> Result<Response> {
    add().await?;
    panic!("a panic that the test wants")
}

async fn wrong_page(_request: Request) -> Result<Response> {
    add().await?;
    Ok(Response::new(Body::failed(Error::command("the template is wrong"))))
}

fn plain(_request: Request) -> Result<String> {
    block_on(add())?;
    Err(Error::not_found(open()?))
}

type Told = Mutex<Vec<String>>;

fn tell(word: String) -> Result<()> {
    Site::current()?.require::<Told>()?.lock().unwrap().push(word);
    Ok(())
}

async fn streamed(_request: Request) -> Result<Response> {
    add().await?;
    let pieces = stream::once(async { Ok(Bytes::from_static(open()?.as_bytes())) });
    Ok(Response::new(Body::stream(pieces)))
}

/// A view that looks before it gives its future.
fn early(_request: Request) -> impl Future<Output = Result<&'static str>> {
    std::future::ready(open())
}

async fn put_off(_request: Request) -> Result<Response> {
    add().await?;
    Ok(Response::new(Body::Later(Box::pin(async { Ok(Bytes::from_static(open()?.as_bytes())) }))))
}

async fn told_late(_request: Request) -> Result<&'static str> {
    let site = Site::current()?;
    let answer = open()?;
    on_commit(move || {
        let _ = site.enter(|| tell(format!("committed {}", open().unwrap_or_default())));
    })?;
    tell("view".to_owned())?;
    Ok(answer)
}

async fn of_axum() -> std::result::Result<&'static str, StatusCode> {
    add().await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    open().map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn refused_by_axum() -> StatusCode {
    let _ = add().await;
    StatusCode::CONFLICT
}

async fn failed_in_axum() -> Result<&'static str> {
    add().await?;
    Err(Error::not_found("there is no such page"))
}

fn adding_urls() -> Urls {
    let router = axum::Router::new()
        .route("/", axum_get(of_axum))
        .route("/refused/", axum_get(refused_by_axum))
        .route("/failed/", axum_get(failed_in_axum));
    urls![
        path("ok/", ok),
        path("refused/", refused),
        path("status/", conflict),
        path("panic/", panics),
        path("page/", wrong_page),
        path("early/", early),
        path("put-off/", put_off),
        path("plain/", plain),
        path("streamed/", streamed),
        path("told/", told_late),
        path("free/", non_atomic_requests(refused)),
        mount("axum/", router),
    ]
}

const ATOMIC: &str = "[DATABASES.default]\nATOMIC_REQUESTS = true";

/// What a page answers, and how many tags it leaves behind.
async fn visit(text: &str, target: &str) -> (u16, String, u64) {
    // Nothing of the middleware queries: what is seen is the view's.
    let site = site_of(read(&format!("MIDDLEWARE = []\n{text}")), adding_urls()).await;
    let mut client = Client::new(site).unwrap();
    let answer = client.get(target).await;
    let left = inside(&client, async { Tag::objects().filter(q!(label = "new")).count().await }).await;
    (answer.status().as_u16(), answer.text(), u64::try_from(left).unwrap())
}

#[tokio::test]
async fn a_view_runs_in_a_transaction_where_its_database_asks_for_one() {
    assert_eq!(visit(ATOMIC, "/ok/").await, (200, "in a transaction".to_owned(), 1));
    assert_eq!(visit("", "/ok/").await, (200, "in none".to_owned(), 1));
    assert_eq!(visit(ATOMIC, "/early/").await.1, "in a transaction");
}

#[tokio::test]
async fn an_error_of_a_view_rolls_back_and_an_answer_of_any_status_commits() {
    let left = async |text, target| {
        let (status, _, left) = visit(text, target).await;
        (status, left)
    };
    for (target, status, kept) in
        [("/refused/", 404, 0), ("/status/", 409, 1), ("/panic/", 500, 0), ("/page/", 500, 0), ("/plain/", 404, 0)]
    {
        assert_eq!(left(ATOMIC, target).await, (status, kept), "{target}");
        assert_eq!(left("", target).await, (status, 1), "{target} without it");
    }
}

#[tokio::test]
async fn what_a_view_puts_off_is_inside_and_a_stream_is_outside() {
    assert_eq!(visit(ATOMIC, "/put-off/").await, (200, "in a transaction".to_owned(), 1));
    assert_eq!(visit(ATOMIC, "/streamed/").await, (200, "in none".to_owned(), 1));
}

#[tokio::test]
async fn a_view_may_do_without() {
    let (status, _, left) = visit(ATOMIC, "/free/").await;
    assert_eq!((status, left), (404, 1));
    let site = super::site_at(read(ATOMIC), urls![path("", non_atomic_requests_on("attic", ok))]);
    let error = rjango_http::Handler::new(site).map(drop).unwrap_err();
    assert!(error.to_string().contains("names the database `attic`, which is not there"), "{error}");
}

#[tokio::test]
async fn a_mounted_router_is_one_view() {
    assert_eq!(visit(ATOMIC, "/axum/").await, (200, "in a transaction".to_owned(), 1));
    assert_eq!(visit(ATOMIC, "/axum/refused/").await, (409, String::new(), 1), "a status is an answer");
    let (status, _, left) = visit(ATOMIC, "/axum/failed/").await;
    assert_eq!((status, left), (404, 0), "an error of ours is not");
}

#[tokio::test]
async fn what_waits_for_the_commit_follows_the_view() {
    let site = Site::new(read(ATOMIC)).with(Told::default());
    let databases = Databases::from_settings(site.settings()).unwrap();
    let templates = rjango_http::Templates::new(site.settings());
    let mut client = Client::new(site.with(databases).with(templates).with(adding_urls())).unwrap();
    assert_eq!(client.get("/told/").await.text(), "in a transaction");
    assert_eq!(*client.site().get::<Told>().unwrap().lock().unwrap(), ["view", "committed in none"]);
}

#[tokio::test]
async fn each_database_has_its_own_transaction() {
    async fn states(_request: Request) -> Result<String> {
        let states = ["default", "other"].map(|alias| Ok(in_atomic_block(&Database::current(Some(alias))?)));
        Ok(format!("{:?}", states.into_iter().collect::<Result<Vec<_>>>()?))
    }
    let other = "\n[DATABASES.other]\nENGINE = \"sqlite\"\nNAME = \":memory:\"\n";
    let urls = || urls![path("both/", states), path("free/", non_atomic_requests_on("other", states))];
    let seen = async |text: String| {
        let mut client = Client::of(handler_of(&text, urls()));
        (client.get("/both/").await.text(), client.get("/free/").await.text())
    };
    let pair = |both: &str, free: &str| (both.to_owned(), free.to_owned());
    let two = format!("{ATOMIC}{other}ATOMIC_REQUESTS = true");
    assert_eq!(seen(two).await, pair("[true, true]", "[true, false]"));
    assert_eq!(seen(format!("{other}ATOMIC_REQUESTS = true")).await, pair("[false, true]", "[false, false]"));
    assert_eq!(seen(other.to_owned()).await, pair("[false, false]", "[false, false]"));
}
