//! The server: its bounds, its threads, and the requests that clients leave behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use rjango_contrib::auth::{Hasher, make_password, password_hasher};
use rjango_core::{Error, Result, Site};
use rjango_http::{Body, Client, Handler, Request, Response, Templates, path, urls};
use rjango_orm::Database;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{sleep, timeout};

use super::wire::{Served, request, send};
use super::{Shown, get, handler_of, migrated, read, urlpatterns};
use crate::site::inside;

pub const SHOWN: &[Shown] = &[
    ("ABANDONED_REQUEST_TIMEOUT", an_abandoned_request_has_its_time),
    ("ABANDONED_REQUEST_MAX_NUMBER", so_many_abandoned_requests_run_on),
    ("SERVER_MAX_CONNECTIONS", one_connection_too_many_waits),
    ("SERVER_HEADER_TIMEOUT", half_a_head_is_closed),
    ("SERVER_MAX_HEADER_BYTES", a_head_of_too_many_bytes_is_refused),
    ("SERVER_BODY_TIMEOUT", a_body_that_does_not_come_is_refused),
    ("SERVER_BODY_MIN_RATE", a_body_that_comes_has_more_time),
    ("SERVER_SEND_TIMEOUT", a_client_that_does_not_read_is_closed),
    ("SERVER_HALF_CLOSE", a_client_that_has_said_everything_may_be_answered),
    ("SYNC_VIEW_MAX_THREADS", so_many_plain_views_run_at_once),
    ("PASSWORD_HASHING_MAX_THREADS", so_many_passwords_are_hashed_at_once),
    ("HEALTH_PATH", the_health_is_at_its_path),
    ("ADMIN_PAGE_TIMEOUT", a_page_of_the_admin_has_its_time),
];

/// Long enough to see that something does not happen.
const MOMENT: Duration = Duration::from_millis(300);

async fn endless(_request: Request) -> &'static str {
    std::future::pending().await
}

/// Whether a POST goes on after its client has hung up.
async fn runs_on(text: &str) -> bool {
    let handler = handler_of(text, urls![path("endless/", endless)]);
    let mut client = Client::of(handler.clone());
    assert!(timeout(Duration::from_millis(100), client.post("/endless/", [("a", "b")])).await.is_err());
    sleep(MOMENT).await;
    let runs_on = handler.under_way() == 1;
    handler.stop();
    handler.finished().await;
    runs_on
}

#[tokio::test]
async fn an_abandoned_request_has_its_time() {
    assert!(runs_on("").await);
    assert!(!runs_on("ABANDONED_REQUEST_TIMEOUT = 0").await);
}

#[tokio::test]
async fn so_many_abandoned_requests_run_on() {
    assert!(runs_on("ABANDONED_REQUEST_MAX_NUMBER = 1").await);
    assert!(!runs_on("ABANDONED_REQUEST_MAX_NUMBER = 0").await);
}

fn serve(text: &str) -> Served {
    Served::start(handler_of(text, urlpatterns().and(urls![path("soon/", soon)])))
}

async fn soon(_request: Request) -> &'static str {
    sleep(MOMENT).await;
    "soon"
}

/// What the server answers to these bytes within a second and a half; nothing where the connection stays open in silence.
async fn answer(served: &Served, bytes: &[u8]) -> Option<String> {
    let mut socket = send(served.address, bytes).await;
    let mut answer = Vec::new();
    timeout(Duration::from_millis(1500), socket.read_to_end(&mut answer)).await.ok()?.unwrap();
    Some(String::from_utf8(answer).unwrap())
}

#[tokio::test]
async fn one_connection_too_many_waits() {
    for (text, is_answered) in [("", true), ("SERVER_MAX_CONNECTIONS = 1", false)] {
        let served = serve(text);
        let _idle = send(served.address, b"").await;
        // The first one has its place before the second comes.
        sleep(Duration::from_millis(100)).await;
        let answer = timeout(MOMENT, served.ask(&request("GET", "/"))).await;
        assert_eq!(answer.is_ok(), is_answered, "{text}");
    }
}

#[tokio::test]
async fn half_a_head_is_closed() {
    let half = b"GET / HTTP/1.1\r\nHost: a";
    assert!(answer(&serve("SERVER_HEADER_TIMEOUT = 1"), half).await.is_some());
    assert!(answer(&serve(""), half).await.is_none());
}

#[tokio::test]
async fn a_head_of_too_many_bytes_is_refused() {
    let long = request("GET", "/").replace("Host:", &format!("X-Long: {}\r\nHost:", "x".repeat(10_000)));
    assert!(serve("SERVER_MAX_HEADER_BYTES = 8192").ask(&long).await.starts_with("HTTP/1.1 431"));
    assert!(serve("").ask(&long).await.starts_with("HTTP/1.1 200"));
}

const FORM: &str = "POST /fields/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                    Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60\r\n\r\n";

/// Nobody checks the form here: the view reads it.
const OPEN: &str = "MIDDLEWARE = []\n";

#[tokio::test]
async fn a_body_that_does_not_come_is_refused() {
    let stuck = answer(&serve(&format!("{OPEN}SERVER_BODY_TIMEOUT = 1")), FORM.as_bytes()).await;
    assert!(stuck.unwrap().starts_with("HTTP/1.1 400"));
    assert!(answer(&serve(OPEN), FORM.as_bytes()).await.is_none());
}

#[tokio::test]
async fn a_body_that_comes_has_more_time() {
    for (text, status) in [("", "400"), ("SERVER_BODY_MIN_RATE = 10", "200")] {
        let served = serve(&format!("{OPEN}SERVER_BODY_TIMEOUT = 1\n{text}"));
        let mut socket = send(served.address, FORM.as_bytes()).await;
        // Two seconds in all; 10 bytes a second are worth six more.
        for _ in 0..4 {
            let _ = socket.write_all(b"aaaaaaaaaaaaaa&").await;
            sleep(Duration::from_millis(500)).await;
        }
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{text}: {answer}");
    }
}

/// Tells when it is dropped.
struct Witness(Arc<AtomicBool>);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

async fn pieces(_request: Request) -> Result<Response> {
    let witness = Witness(Arc::clone(Site::current()?.require()?));
    let pieces = stream::unfold(witness, |witness| async move {
        Some((Ok::<_, Error>(Bytes::from_static(&[b'x'; 65536])), witness))
    });
    Ok(Response::new(Body::stream(pieces)))
}

/// Whether the server gives a client up that reads nothing, within this time.
async fn gives_up(text: &str, within: Duration) -> bool {
    let dropped = Arc::new(AtomicBool::new(false));
    let settings = read(text);
    let templates = Templates::new(&settings);
    let site = Site::new(settings).with(templates).with(urls![path("pieces/", pieces)]).with(Arc::clone(&dropped));
    let served = Served::start(Handler::new(site).unwrap());
    let _stuck = send(served.address, request("GET", "/pieces/").as_bytes()).await;
    let given_up = async {
        while !dropped.load(Ordering::Relaxed) {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(within, given_up).await.is_ok()
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed() {
    assert!(gives_up("MIDDLEWARE = []\nSERVER_SEND_TIMEOUT = 1", Duration::from_secs(10)).await);
    assert!(!gives_up("MIDDLEWARE = []", Duration::from_millis(2500)).await);
}

#[tokio::test]
async fn a_client_that_has_said_everything_may_be_answered() {
    for (text, is_answered) in [("", false), ("SERVER_HALF_CLOSE = true", true)] {
        let served = serve(text);
        let mut socket = send(served.address, request("GET", "/soon/").as_bytes()).await;
        socket.shutdown().await.unwrap();
        let mut answer = String::new();
        let _ = socket.read_to_string(&mut answer).await;
        assert_eq!(answer.ends_with("soon"), is_answered, "{text}: {answer}");
    }
}

/// Waits until two are here, or until there will be only one: how many there were.
fn together(here: &AtomicUsize) -> usize {
    here.fetch_add(1, Ordering::SeqCst);
    for _ in 0..100 {
        if here.load(Ordering::SeqCst) == 2 {
            std::thread::sleep(Duration::from_millis(50));
            return 2;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    here.fetch_sub(1, Ordering::SeqCst);
    1
}

#[tokio::test]
async fn so_many_plain_views_run_at_once() {
    for (text, number) in [("", "2"), ("SYNC_VIEW_MAX_THREADS = 1", "1")] {
        let here = Arc::new(AtomicUsize::new(0));
        let plain = move |_: Request| together(&here).to_string();
        let handler = handler_of(&format!("MIDDLEWARE = []\n{text}"), urls![path("", plain)]);
        let (mut one, mut other) = (Client::of(handler.clone()), Client::of(handler));
        let (one, other) = tokio::join!(one.get("/"), other.get("/"));
        assert_eq!((one.text().as_str(), other.text().as_str()), (number, number), "{text}");
    }
}

/// Hashes nothing: its passwords say how many were hashed at the same time. The salt cannot be chosen, so the counter is one for all.
#[derive(Default)]
struct Counting(AtomicUsize);

#[password_hasher]
impl Hasher for Counting {
    fn algorithm(&self) -> &str {
        "counting"
    }

    fn encode(&self, _password: &str, _salt: &str) -> Result<String> {
        Ok(format!("counting${}", together(&self.0)))
    }

    fn verify(&self, _password: &str, _encoded: &str) -> bool {
        false
    }

    fn must_update(&self, _encoded: &str) -> bool {
        false
    }

    fn harden_runtime(&self, _password: &str, _encoded: &str) {}
}

#[tokio::test]
async fn so_many_passwords_are_hashed_at_once() {
    for number in ["1", "2"] {
        let text =
            format!("PASSWORD_HASHERS = [\"settings.server.Counting\"]\nPASSWORD_HASHING_MAX_THREADS = {number}");
        let site = Arc::clone(handler_of(&text, urlpatterns()).site());
        let both = site.scope(async { tokio::join!(make_password(Some("a")), make_password(Some("b"))) }).await;
        let expected = format!("counting${number}");
        assert_eq!((both.0.unwrap(), both.1.unwrap()), (expected.clone(), expected));
    }
}

#[tokio::test]
async fn the_health_is_at_its_path() {
    assert_eq!(get("", "/healthz").await.json::<serde_json::Value>().unwrap()["status"], "ok");
    assert_eq!(get("HEALTH_PATH = \"/up\"", "/up").await.status(), 200);
    assert_eq!(get("HEALTH_PATH = \"/up\"", "/healthz").await.status(), 404);
    assert_eq!(get("HEALTH_PATH = false", "/healthz").await.status(), 404);
}

/// Rows that a search has to look through.
const PRODUCTS: &str = "INSERT INTO shop_product (name, price, in_stock, state, created) \
                        WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers LIMIT 100000) \
                        SELECT 'Product ' || number, '1.00', 1, 'draft', '2026-11-30 12:00:00' FROM numbers";

#[tokio::test]
async fn a_page_of_the_admin_has_its_time() {
    for (text, status) in [("", 200), ("ADMIN_PAGE_TIMEOUT = 0", 503)] {
        let mut client = migrated(text).await;
        crate::site::log_in(&mut client, "root").await;
        inside(&client, async { Database::current(None)?.execute_script(PRODUCTS).await }).await;
        assert_eq!(client.get("/admin/shop/product/?q=nothing+of+all").await.status(), status, "{text}");
    }
}
