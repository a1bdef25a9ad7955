//! The health endpoint, and pages whose database is away.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use rjango_core::{DatabaseSettings, Settings};
use rjango_http::{Client, Templates};
use rjango_orm::{Databases, Engine};

use crate::diary::{in_diary, urlpatterns};
use crate::wire::{ask, on_every_engine, request};

on_every_engine!(a_site_whose_databases_answer_is_well, many_who_ask_cost_one_query,);

const WELL: &str = r#"{"status":"ok","databases":{"default":"ok"}}"#;

async fn a_site_whose_databases_answer_is_well(engine: Engine) {
    let strict = |settings: &mut Settings| {
        settings.allowed_hosts = vec!["example.com".to_owned()];
        settings.secure_ssl_redirect = true;
        settings.middleware = vec![
            "rjango.middleware.security.SecurityMiddleware".to_owned(),
            "rjango.middleware.common.CommonMiddleware".to_owned(),
        ];
    };
    in_diary(engine, urlpatterns(), strict, async |diary| {
        let served = diary.serve();
        // A probe knows an address and no name.
        let answer = served.ask(&request("GET", "/healthz").replace("testserver", "10.0.0.7:8000")).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with(WELL), "{answer}");
        assert!(answer.contains("cache-control: no-store\r\n"), "{answer}");
        assert!(answer.contains("content-type: application/json\r\n"), "{answer}");
        let head = served.ask(&request("HEAD", "/healthz")).await;
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.ends_with("\r\n\r\n"), "{head}");
        let post = served.ask(&request("POST", "/healthz")).await;
        assert!(post.starts_with("HTTP/1.1 405 ") && post.contains("allow: GET, HEAD\r\n"), "{post}");
        served.stop().await;
    })
    .await;
}

async fn many_who_ask_cost_one_query(engine: Engine) {
    in_diary(
        engine,
        urlpatterns(),
        |_| {},
        async |diary| {
            let served = diary.serve();
            let database = diary.site.require::<Databases>().unwrap().get("default").unwrap();
            let (before, began) = (database.statement_count(), Instant::now());
            let asking = (0..200).map(|_| ask(served.address, "GET /healthz HTTP/1.0\r\n\r\n"));
            let answers = futures_util::future::join_all(asking).await;
            assert!(answers.iter().all(|answer| answer.ends_with(WELL)), "{answers:?}");
            let most = began.elapsed().as_secs() + 1;
            let queries = database.statement_count() - before;
            assert!((1..=most).contains(&queries), "{queries} queries in {most} s");
            served.stop().await;
        },
    )
    .await;
}

#[tokio::test]
async fn the_path_is_a_setting() {
    let moved = |settings: &mut Settings| settings.health_path = Some("/up".to_owned());
    in_diary(Engine::Sqlite, urlpatterns(), moved, async |diary| {
        let mut client = Client::of(diary.handler.clone());
        assert_eq!(
            (client.get("/up").await.text().as_str(), client.get("/healthz").await.status().as_u16()),
            (WELL, 404)
        );
    })
    .await;
    in_diary(
        Engine::Sqlite,
        urlpatterns(),
        |settings| settings.health_path = None,
        async |diary| {
            assert_eq!(Client::of(diary.handler.clone()).get("/healthz").await.status(), 404);
        },
    )
    .await;
}

/// A server at this port.
fn at(engine: Engine, port: u16) -> DatabaseSettings {
    let mut settings = crate::engine::server(engine);
    (settings.host, settings.port) = ("127.0.0.1".to_owned(), Some(port));
    settings
}

fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_is_named() {
    // One takes connections and says nothing, as a server behind a broken network does.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let change = |settings: &mut Settings| {
        settings.databases.insert("closed".to_owned(), at(Engine::MySql, closed_port()));
        settings.databases.insert("silent".to_owned(), at(Engine::Postgres, silent.local_addr().unwrap().port()));
        let nowhere = DatabaseSettings::sqlite("/nonexistent/folder/db.sqlite3");
        settings.databases.insert("folder".to_owned(), nowhere);
    };
    in_diary(Engine::Sqlite, urlpatterns(), change, async |diary| {
        let mut client = Client::of(diary.handler.clone());
        let began = Instant::now();
        let answer = client.get("/healthz").await;
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        let away = r#"{"status":"unavailable","databases":{"closed":"does not answer","default":"ok","folder":"does not answer","silent":"does not answer"}}"#;
        assert_eq!((answer.status().as_u16(), answer.text().as_str()), (503, away));
        assert_eq!(client.head("/healthz").await.status(), 503);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_database_is_away_is_a_503_at_once() {
    for engine in [Engine::Postgres, Engine::MySql] {
        for debug in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let mut settings = Settings::for_tests();
            settings.debug = debug;
            settings.base_dir = folder.path().to_owned();
            settings.databases.insert("default".to_owned(), at(engine, closed_port()));
            let databases = Databases::from_settings(&settings).unwrap();
            let models = rjango_orm::Models::from_inventory(|app| app == "diary").unwrap();
            let templates = Templates::new(&settings).with_embedded([("500.html", "broken {{ exception }}")]);
            let site = rjango_core::Site::new(settings).with(databases).with(models).with(urlpatterns());
            let seen = std::sync::Arc::new(crate::diary::Seen::default());
            let mut client = Client::new(site.with(templates).with(seen)).unwrap();
            for answer in [client.get("/long/").await, client.post("/form/", [("number", "1")]).await] {
                assert_eq!(answer.status(), 503);
                let text = answer.text();
                match debug {
                    true => {
                        assert!(text.contains("Service unavailable at /") && text.contains("cannot reach"), "{text}")
                    }
                    false => assert_eq!(text, "broken ", "a stranger is told nothing of the server"),
                }
            }
        }
    }
}
