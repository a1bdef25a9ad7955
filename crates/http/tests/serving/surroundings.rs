//! What is around a request goes with it onto its own task, wherever the handler stands.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rjango_core::{DatabaseSettings, Error, Result, Site};
use rjango_http::{Client, Request, path, urls};
use rjango_orm::{Database, Engine, Statement, atomic, in_atomic_block, in_database};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Instrument as _, Metadata, Subscriber};

use crate::diary::{Diary, Witness, in_diary, urlpatterns};
use crate::wire::{ask, on_every_engine, request, until};

on_every_engine!(
    a_router_has_the_same_rules,
    the_test_client_has_the_same_rules,
    the_surrounding_transaction_is_the_requests,
);

async fn a_router_has_the_same_rules(engine: Engine) {
    in_diary(
        engine,
        urlpatterns(),
        |_| {},
        async |diary| {
            let outside = axum::Router::new().nest("/site", diary.handler.clone().into_router());
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let server = tokio::spawn(async { axum::serve(listener, outside).await });
            assert!(ask(address, &request("POST", "/site/add/1/")).await.ends_with("added"));
            diary.leave(address, "POST", "/site/late/2/").await;
            diary.leave(address, "GET", "/site/late/3/").await;
            let dropped = async || diary.seen.dropped() == ["GET /late/3/"];
            until(Duration::from_secs(5), "the read is dropped", dropped).await;
            diary.seen.open_the_gate();
            diary.handler.finished().await;
            assert_eq!(diary.entries().await, [1, 2]);
            server.abort();
        },
    )
    .await;
}

async fn the_test_client_has_the_same_rules(engine: Engine) {
    in_diary(
        engine,
        urlpatterns(),
        |_| {},
        async |diary| {
            let mut client = Client::of(diary.handler.clone());
            let moment = Duration::from_millis(50);
            assert!(tokio::time::timeout(moment, client.post("/late/1/", [("", "")])).await.is_err());
            assert!(tokio::time::timeout(moment, client.get("/late/2/")).await.is_err());
            assert_eq!(diary.seen.dropped(), ["GET /late/2/"]);
            diary.seen.open_the_gate();
            diary.handler.finished().await;
            assert_eq!(diary.entries().await, [1]);
        },
    )
    .await;
}

async fn the_surrounding_transaction_is_the_requests(engine: Engine) {
    in_diary(
        engine,
        urlpatterns(),
        |_| {},
        async |diary| {
            let mut client = Client::of(diary.handler.clone());
            let rolled_back = Arc::clone(&diary.site).scope(atomic(async || {
                assert_eq!(client.post("/add/1/", [("", "")]).await.status(), 200);
                Err::<(), _>(Error::command("no"))
            }));
            assert_eq!(rolled_back.await.unwrap_err().to_string(), "no");
            let kept = Arc::clone(&diary.site).scope(atomic(async || {
                assert_eq!(client.post("/add/2/", [("", "")]).await.status(), 200);
                Ok(())
            }));
            kept.await.unwrap();
            assert_eq!(diary.entries().await, [2]);
        },
    )
    .await;
}

/// Says what surrounds it, once the gate is open.
async fn around(request: Request) -> Result<String> {
    let mut witness = Witness::of(&request);
    witness.seen.gate_is_open().await;
    let database = Database::current(None)?;
    let span = tracing::Span::current().metadata().map_or("none", Metadata::name);
    let said = format!(
        "{} {} {} {} {span}",
        Arc::ptr_eq(&Site::current()?, request.site()),
        request.language_code(),
        database.alias(),
        in_atomic_block(&database),
    );
    witness.what.clone_from(&said);
    witness.ended = true;
    Ok(said)
}

async fn in_surroundings(test: impl AsyncFnOnce(Diary)) {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.sqlite3").display().to_string();
    let change = |settings: &mut rjango_core::Settings| {
        settings.middleware = vec!["rjango.middleware.locale.LocaleMiddleware".to_owned()];
        settings.databases.insert("other".to_owned(), DatabaseSettings::sqlite(&*other));
    };
    in_diary(Engine::Sqlite, urls![path("around/", around)], change, test).await;
}

#[tokio::test]
async fn language_and_database_go_along_when_the_client_has_gone() {
    in_surroundings(async |diary| {
        let german = "POST /around/ HTTP/1.1\r\nHost: a\r\nAccept-Language: de\r\nContent-Length: 0\r\n\r\n";
        let served = diary.serve();
        diary.leave_once_began(served.address, german, "POST /around/").await;
        diary.seen.open_the_gate();
        served.stop().await;
        assert_eq!(diary.seen.ended(), ["true de default false request"]);

        let mut client = Client::of(diary.handler.clone());
        let site = Arc::clone(&diary.site);
        let in_other = site.scope(in_database("other", async || Ok(client.post("/around/", [("", "")]).await.text())));
        assert_eq!(in_other.await.unwrap(), "true en other false request");
        // The connection is held by the block: the request is inside of it.
        let in_block = Arc::clone(&diary.site).scope(atomic(async || {
            Database::current(None)?.execute(&Statement::new("SELECT 1")).await?;
            Ok(client.post("/around/", [("", "")]).await.text())
        }));
        assert_eq!(in_block.await.unwrap(), "true en default true request");
    })
    .await;
}

thread_local! {
    static ENTERED: RefCell<Vec<(Id, &'static Metadata<'static>)>> = const { RefCell::new(Vec::new()) };
}

/// Knows which span each thread is in, and no more.
#[derive(Default)]
struct Spans {
    next: AtomicU64,
    known: std::sync::Mutex<std::collections::BTreeMap<u64, &'static Metadata<'static>>>,
}

/// The span in which each span was made.
static PARENTS: std::sync::Mutex<Vec<(&str, Option<&str>)>> = std::sync::Mutex::new(Vec::new());

impl Subscriber for Spans {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let number = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        self.known.lock().unwrap().insert(number, span.metadata());
        let parent = ENTERED.with_borrow(|entered| entered.last().map(|(_, metadata)| metadata.name()));
        PARENTS.lock().unwrap().push((span.metadata().name(), parent));
        Id::from_u64(number)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, span: &Id) {
        let metadata = self.known.lock().unwrap()[&span.into_u64()];
        ENTERED.with_borrow_mut(|entered| entered.push((span.clone(), metadata)));
    }
    fn exit(&self, _: &Id) {
        ENTERED.with_borrow_mut(Vec::pop);
    }
    fn current_span(&self) -> tracing_core::span::Current {
        ENTERED.with_borrow(|entered| match entered.last() {
            Some((id, metadata)) => tracing_core::span::Current::new(id.clone(), metadata),
            None => tracing_core::span::Current::none(),
        })
    }
}

#[tokio::test]
async fn the_surrounding_span_goes_along() {
    let _spans = tracing::subscriber::set_default(Spans::default());
    in_surroundings(async |diary| {
        let mut client = Client::of(diary.handler.clone());
        diary.seen.open_the_gate();
        let span = tracing::info_span!("import");
        let said = client.post("/around/", [("", "")]).instrument(span).await.text();
        // The view is in the request's own span, and that one in the surrounding one.
        assert_eq!(said, "true en default false request");
        assert!(PARENTS.lock().unwrap().contains(&("request", Some("import"))));
    })
    .await;
}
