//! The log: nobody outside writes a line of it, and each line says what it is about.
#![allow(clippy::unwrap_used, missing_docs)] // Test code.

mod site;

use std::sync::{Arc, Mutex};

use axum::body::Body;
use rjango_core::{Error, ErrorKind, LogFormat, LogLevel, Result, ResultExt as _, Settings};
use rjango_http::{Client, Handler, HeaderValue, Request, Response, logging, path, urls};
use serde_json::Value;
use site::{FORM, site};

type Lines = Arc<Mutex<Vec<String>>>;

/// A handler, and what it logs on this thread.
fn logged(change: impl FnOnce(&mut Settings)) -> (Handler, Lines, tracing::subscriber::DefaultGuard) {
    let urls =
        urls![path("ok/", ok), path("fail/", fail), path("panic/", panics), path("id/", id), path("stream/", stream)];
    let site = site(urls, |settings| {
        settings.logging.access = true;
        change(settings);
    });
    let lines = Lines::default();
    let kept = Arc::clone(&lines);
    let log = logging::subscriber(site.settings(), move |line| kept.lock().unwrap().push(line.to_owned()));
    let guard = tracing::subscriber::set_default(log);
    (Handler::new(site).unwrap(), lines, guard)
}

async fn ok(_request: Request) -> &'static str {
    tracing::info!(answer = 42, "in the view");
    tracing::debug!(target: "shop::cart", "a detail");
    "ok"
}
async fn fail(request: Request) -> Result<Response> {
    let why = request.query().get("why").unwrap_or("it broke").to_owned();
    let cause = Error::new(ErrorKind::Other, format!("{why}\nforged"));
    Err(cause).context("the view failed").hint("try again\nand again")
}
async fn panics(request: Request) -> &'static str {
    panic!("{}", request.query().get("why").unwrap_or_default())
}
async fn id(request: Request) -> String {
    request.id().to_owned()
}
async fn stream(_request: Request) -> Response {
    let pieces = futures_util::stream::iter([Ok("a".into()), Err(Error::bad_request("a\nb"))]);
    Response::new(rjango_http::Body::stream(pieces))
}

async fn get(handler: &Handler, uri: &str, headers: &[(&'static str, &[u8])]) -> u16 {
    let mut request = http::Request::builder().uri(uri).body(Body::empty()).unwrap();
    request.headers_mut().insert("host", HeaderValue::from_static("a"));
    for (name, value) in headers {
        request.headers_mut().append(*name, HeaderValue::from_bytes(value).unwrap());
    }
    let response = handler.handle(request).await;
    let status = response.status().as_u16();
    let _ = axum::body::to_bytes(response.into_body(), usize::MAX).await;
    status
}

/// What a stranger may send in each place where the log shows it.
const FORGED: [&str; 8] = [
    "%0AInternal%20Server%20Error:%20/",
    "%0D%0A",
    "%1B%5B2J%1B%5D0;title%07",
    "%C2%9B2J",
    "%7F%08%08",
    "%E2%80%A8",
    "%E2%80%AEgnp",
    "%00%09",
];

fn is_shown_as_it_is(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
}

#[tokio::test]
async fn nobody_outside_writes_a_line() {
    for format in [LogFormat::Text, LogFormat::Json] {
        let (handler, lines, _log) = logged(|settings| {
            settings.logging.format = format;
            settings.logging.level = LogLevel::Trace;
            settings.middleware = vec!["rjango.middleware.csrf.CsrfViewMiddleware".to_owned()];
        });
        for forged in FORGED {
            let plain = percent_encoding::percent_decode_str(forged).collect::<Vec<u8>>();
            let header: Vec<u8> =
                plain.iter().copied().filter(|byte| *byte >= 32 && *byte != 127 || *byte == 9).collect();
            assert_eq!(get(&handler, &format!("/nope{forged}"), &[]).await, 404);
            assert_eq!(get(&handler, &format!("/fail/?why={forged}"), &[]).await, 500);
            assert_eq!(get(&handler, &format!("/panic/?why={forged}"), &[]).await, 500);
            get(&handler, "/stream/", &[]).await;
            get(&handler, "/ok/", &[("x-request-id", &header), ("cookie", &header), ("user-agent", &header)]).await;
            let mut client = Client::of(handler.clone()).enforce_csrf_checks();
            client.post(&format!("/ok/{forged}"), FORM).await;
            client.post("/ok/", FORM).await;
        }
        let lines = lines.lock().unwrap();
        assert!(lines.len() >= FORGED.len() * 10, "{}", lines.len());
        for line in lines.iter() {
            let inner = line.strip_suffix('\n').unwrap();
            match format {
                LogFormat::Json => {
                    let object: Value = serde_json::from_str(inner).unwrap();
                    assert!(object["timestamp"].is_string() && object["message"].is_string(), "{inner}");
                    assert!(inner.chars().all(is_shown_as_it_is), "{inner:?}");
                }
                LogFormat::Text => {
                    let mut rows = inner.split('\n');
                    let first = rows.next().unwrap();
                    assert!(first.starts_with('[') || first.starts_with("20"), "{inner:?}");
                    // Rows below the first are an error's fields.
                    assert!(rows.clone().all(|row| row.starts_with("  ")), "{inner:?}");
                    assert!(
                        std::iter::once(first).chain(rows).all(|row| row.chars().all(is_shown_as_it_is)),
                        "{inner:?}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn an_error_says_its_view_and_where_it_was_raised() {
    let (handler, lines, _log) = logged(|_| {});
    get(&handler, "/fail/?why=because", &[]).await;
    let lines = lines.lock().unwrap();
    let [error, access] = lines.as_slice() else { panic!("{lines:?}") };
    let (head, rows) = error.split_once('\n').unwrap();
    assert!(head.contains(" ERROR rjango.request [") && head.ends_with("] Internal Server Error: /fail/"), "{head}");
    let here = file!();
    for row in [
        "  status: 500",
        "  method: GET",
        "  error: the view failed",
        "  caused_by: because\\nforged",
        "  hint: try again\\nand again",
        &format!("  raised_at: {here}:"),
        "  view: logging::fail",
        &format!("  route_at: {here}:"),
    ] {
        assert!(rows.lines().any(|line| line.starts_with(row)), "{row} in {rows}");
    }
    assert!(access.contains("\"GET /fail/?why=because HTTP/1.1\" 500 "), "{access}");
}

#[tokio::test]
async fn lines_of_a_request_carry_its_id() {
    let (handler, lines, _log) = logged(|settings| settings.logging.format = LogFormat::Json);
    get(&handler, "/ok/", &[("x-request-id", b"chosen-by-a-stranger")]).await;
    let kept = std::mem::take(&mut *lines.lock().unwrap());
    let objects: Vec<Value> = kept.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&objects[0]["message"], &objects[0]["answer"]), (&"in the view".into(), &42.into()));
    assert_eq!(objects[1]["target"], "rjango.access");
    assert_eq!(objects[1]["protocol"], "HTTP/1.1");
    assert!(objects[1]["milliseconds"].is_u64() && objects[1]["length"] == 2 && objects[1]["status"] == 200);
    let id = objects[0]["request_id"].as_str().unwrap();
    assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    assert_eq!(objects[1]["request_id"], id);

    let mut client = Client::of(handler);
    assert_ne!(client.get("/id/").await.text(), client.get("/id/").await.text());
}

#[tokio::test]
async fn an_id_is_taken_from_the_header_that_is_trusted() {
    let (handler, ..) = logged(|settings| settings.logging.request_id_header = Some("X-Request-ID".to_owned()));
    let name = http::HeaderName::from_static("x-request-id");
    let ask = async |value: &str| Client::of(handler.clone()).with_header(name.clone(), value).get("/id/").await.text();
    assert_eq!(ask("4bf92f35-77b3/4da6=").await, "4bf92f35-77b3/4da6=");
    for bad in ["", "a b", "a\tb", "<b>", &"a".repeat(129)] {
        assert_eq!(ask(bad).await.len(), 16, "{bad:?}");
    }
}

#[tokio::test]
async fn the_line_of_a_request_says_its_protocol() {
    let (handler, lines, _log) = logged(|_| {});
    let mut request = http::Request::builder().uri("/ok/?a=b").version(http::Version::HTTP_10).header("host", "a");
    request = request.method("POST");
    handler.handle(request.body(Body::empty()).unwrap()).await;
    let lines = lines.lock().unwrap();
    let line = lines.last().unwrap();
    let (_, rest) = line.split_once("] ").unwrap();
    assert!(rest.starts_with("\"POST /ok/?a=b HTTP/1.0\" 200 2 "), "{line}");
}

#[tokio::test]
async fn levels_and_targets_choose() {
    for (level, targets, wanted) in [
        (LogLevel::Info, vec![], vec!["in the view", "\"GET"]),
        (LogLevel::Off, vec![], vec![]),
        (LogLevel::Error, vec![("shop", LogLevel::Debug)], vec!["a detail"]),
        (
            LogLevel::Info,
            vec![("rjango.access", LogLevel::Off), ("shop::cart", LogLevel::Trace)],
            vec!["in the view", "a detail"],
        ),
        (LogLevel::Warn, vec![("rjango", LogLevel::Info)], vec!["\"GET"]),
    ] {
        let (handler, lines, _log) = logged(|settings| {
            settings.logging.level = level;
            settings.logging.targets = targets.iter().map(|(name, level)| ((*name).to_owned(), *level)).collect();
        });
        get(&handler, "/ok/", &[]).await;
        let lines = lines.lock().unwrap();
        assert_eq!(lines.len(), wanted.len(), "{targets:?}: {lines:?}");
        assert!(lines.iter().zip(&wanted).all(|(line, wanted)| line.contains(wanted)), "{targets:?}: {lines:?}");
    }
}
