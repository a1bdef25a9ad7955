//! Requests with a safe method end when their client hangs up, and so does a body that is being sent.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use rjango_core::{Error, Result};
use rjango_http::{Body, FileResponse, Request, Response, path, urls};
use rjango_orm::{Database, Databases, Engine};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::diary::{Diary, Entry, Witness, count, in_diary, urlpatterns};
use crate::wire::{on_every_engine, request, until};

on_every_engine!(
    a_read_is_dropped_with_its_client,
    a_plain_view_ends_where_it_waits,
    a_long_statement_is_dropped_with_its_client,
    a_streamed_body_queries_inside_the_site,
);

async fn a_read_is_dropped_with_its_client(engine: Engine) {
    in_diary(
        engine,
        urlpatterns(),
        |_| {},
        async |diary| {
            let served = diary.serve();
            for method in ["GET", "HEAD", "OPTIONS"] {
                diary.leave(served.address, method, "/endless/1/").await;
            }
            let all = async || diary.seen.dropped().len() == 3;
            until(Duration::from_secs(2), "all three are dropped", all).await;
            let closed = async || diary.open_transactions().await == 0;
            until(Duration::from_secs(2), "their transactions are closed", closed).await;
            assert_eq!((diary.handler.under_way(), diary.entries().await), (0, vec![]));
            served.stop().await;
        },
    )
    .await;
}

async fn a_plain_view_ends_where_it_waits(engine: Engine) {
    in_diary(
        engine,
        urlpatterns(),
        |settings| settings.abandoned_request_timeout = Some(0),
        async |diary| {
            let served = diary.serve();
            for method in ["GET", "POST"] {
                diary.leave(served.address, method, "/plain/1/").await;
                let dropped = async || diary.seen.dropped() == [format!("{method} /plain/1/")];
                until(Duration::from_secs(5), "the view ends", dropped).await;
                let both = async || diary.seen.failed.lock().unwrap().len() == 2;
                until(Duration::from_secs(5), "both are told", both).await;
                let told = "Err(nobody waits for this plain code any more";
                assert!(
                    diary.seen.failed.lock().unwrap().iter().all(|error| error.starts_with(told)),
                    "{:?}",
                    diary.seen.failed
                );
                until(Duration::from_secs(2), "it has rolled back", async || diary.open_transactions().await == 0)
                    .await;
                assert_eq!(diary.entries().await, [0; 0]);
                diary.seen.dropped.lock().unwrap().clear();
                diary.seen.failed.lock().unwrap().clear();
            }
            served.stop().await;
        },
    )
    .await;
}

async fn a_long_statement_is_dropped_with_its_client(engine: Engine) {
    in_diary(
        engine,
        urlpatterns(),
        |_| {},
        async |diary| {
            let served = diary.serve();
            diary.leave(served.address, "GET", "/long/").await;
            let dropped = async || diary.seen.dropped() == ["GET /long/"];
            until(Duration::from_secs(1), "the view is dropped", dropped).await;
            until(Duration::from_secs(2), "its statement is stopped", async || statements(&diary).await == 0).await;
            served.stop().await;
        },
    )
    .await;
}

/// How many long statements run on the server. SQLite runs them in this process, on the connection's thread.
async fn statements(diary: &Diary) -> i64 {
    let database = diary.site.require::<Databases>().unwrap().get("default").unwrap();
    let sql = match database.engine() {
        Engine::Sqlite => return busy_threads(),
        Engine::Postgres => {
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' \
             AND query LIKE '%FROM pg_sleep%' AND pid <> pg_backend_pid()"
        }
        Engine::MySql => {
            "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE 'SELECT SLEEP%'"
        }
    };
    count(&database, sql).await
}

/// SQLite's threads that compute, of this process.
fn busy_threads() -> i64 {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return 0 };
    let is_busy = |task: std::fs::DirEntry| {
        let stat = std::fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        stat.contains("(sqlx-sqlite-wor") && stat.split_once(") ").is_some_and(|(_, rest)| rest.starts_with('R'))
    };
    tasks.filter_map(Result::ok).filter_map(|task| is_busy(task).then_some(1)).sum()
}

/// Pieces without end; each is a query.
async fn ticks(request: Request) -> Response {
    let witness = Witness::of(&request);
    let pieces = stream::try_unfold((witness, 0), |(witness, number)| async move {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let entries = Entry::objects().count().await?;
        Ok::<_, Error>(Some((Bytes::from(format!("{entries} entries, {number}\n")), (witness, number + 1))))
    });
    Response::with_type(Body::stream(pieces), "text/plain")
}

async fn a_streamed_body_queries_inside_the_site(engine: Engine) {
    in_diary(
        engine,
        urls![path("ticks/", ticks)],
        |_| {},
        async |diary| {
            let served = diary.serve();
            for method in ["GET", "POST"] {
                let mut socket = TcpStream::connect(served.address).await.unwrap();
                socket.write_all(request(method, "/ticks/").as_bytes()).await.unwrap();
                let mut answer = String::new();
                while !answer.contains("0 entries, 3\n") {
                    let mut piece = [0; 1024];
                    let read = socket.read(&mut piece).await.unwrap();
                    assert!(read > 0, "it goes on: {answer}");
                    answer.push_str(std::str::from_utf8(&piece[..read]).unwrap());
                }
                // The view has long ended: what is left follows the connection, whatever the method.
                assert_eq!((diary.handler.under_way(), diary.seen.dropped()), (0, vec![]));
                drop(socket);
                let dropped = async || diary.seen.dropped() == [format!("{method} /ticks/")];
                until(Duration::from_secs(2), "the body is dropped", dropped).await;
                diary.seen.dropped.lock().unwrap().clear();
            }
            served.stop().await;
        },
    )
    .await;
}

async fn file(_request: Request) -> Result<Response> {
    FileResponse::new().open(std::env::current_exe()?).await
}

/// The path that `/proc` shows for each file that this process has open.
fn is_open(path: &std::path::Path) -> bool {
    let files = std::fs::read_dir("/proc/self/fd").unwrap();
    files.filter_map(Result::ok).any(|file| std::fs::read_link(file.path()).is_ok_and(|target| target == path))
}

#[tokio::test]
async fn a_file_is_closed_when_its_client_hangs_up() {
    in_diary(
        Engine::Sqlite,
        urls![path("file/", file)],
        |_| {},
        async |diary| {
            let served = diary.serve();
            let binary = std::env::current_exe().unwrap();
            for method in ["GET", "POST"] {
                let mut socket = TcpStream::connect(served.address).await.unwrap();
                socket.write_all(request(method, "/file/").as_bytes()).await.unwrap();
                socket.read_exact(&mut [0; 1024]).await.unwrap();
                assert!(is_open(&binary));
                drop(socket);
                until(Duration::from_secs(2), "the file is closed", async || !is_open(&binary)).await;
            }
            served.stop().await;
        },
    )
    .await;
}

/// A query at the end of a body whose view has ended, through the test client.
#[tokio::test]
async fn the_test_client_reads_a_streamed_body_inside_the_site() {
    async fn once(_request: Request) -> Response {
        let piece = async { Ok(Bytes::from(Database::current(None)?.alias().to_owned())) };
        Response::new(Body::stream(stream::once(piece)))
    }
    in_diary(
        Engine::Sqlite,
        urls![path("", once)],
        |_| {},
        async |diary| {
            let mut client = rjango_http::Client::of(diary.handler.clone());
            assert_eq!(client.get("/").await.text(), "default");
        },
    )
    .await;
}
