//! Cookies on the wire, as Django 5.2 on Python 3.11 writes and reads them: `vectors/cookies.py` recorded its answers.
#![allow(clippy::unwrap_used, missing_docs)] // Test code.

mod site;

use std::time::{Duration, Instant};

use axum::body::Body;
use http::{HeaderValue, header};
use rjango_http::shortcuts::json;
use rjango_http::{Client, Cookie, CookieAge as _, Handler, Request, Response, SameSite, path, urls};
use serde_json::Value;
use site::site;

fn vectors(kind: &str) -> Vec<Value> {
    let mut all: Value = serde_json::from_str(include_str!("vectors/cookies.json")).unwrap();
    serde_json::from_value(all[kind].take()).unwrap()
}

async fn sent(request: Request) -> Response {
    json(request.cookies().iter().map(|(name, value)| [name.to_owned(), value.to_owned()]).collect::<Vec<_>>())
}

fn handler() -> Handler {
    Handler::new(site(urls![path("sent/", sent)], |_| {})).unwrap()
}

async fn read(handler: &Handler, headers: &[&[u8]]) -> (u16, Vec<u8>) {
    let mut request = http::Request::builder().uri("/sent/").header("host", "a").body(Body::empty()).unwrap();
    for value in headers {
        request.headers_mut().append(header::COOKIE, HeaderValue::from_bytes(value).unwrap());
    }
    let response = handler.handle(request).await;
    (response.status().as_u16(), axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec())
}

fn header_of(cookie: Cookie<'static>) -> String {
    let mut response = Response::new("");
    response.set_cookie(cookie);
    assert_eq!(response.cookies().count(), 1);
    let response = axum::response::IntoResponse::into_response(response);
    String::from_utf8(response.headers()[header::SET_COOKIE].as_bytes().to_vec()).unwrap()
}

#[test]
fn values_are_quoted_as_django_quotes_them() {
    for pair in vectors("written") {
        let value = pair[0].as_str().unwrap().to_owned();
        assert_eq!(header_of(Cookie::new("name", value)), pair[1].as_str().unwrap(), "{pair}");
    }
}

#[test]
fn attributes_are_written_as_django_writes_them() {
    for pair in vectors("attributes") {
        let (wanted, header) = (&pair[0], pair[1].as_str().unwrap());
        let text = |name: &str| wanted[name].as_str().map(str::to_owned);
        let mut cookie = Cookie::new("n", "v");
        if let Some(wanted) = wanted.get("path") {
            cookie.set_path(wanted.as_str().unwrap_or_default().to_owned());
        }
        if let Some(domain) = text("domain") {
            cookie.set_domain(domain);
        }
        cookie.set_secure(wanted["secure"].as_bool());
        cookie.set_http_only(wanted["httponly"].as_bool());
        cookie.set_same_site(text("samesite").map(|name| if name == "Lax" { SameSite::Lax } else { SameSite::Strict }));
        assert_eq!(header_of(cookie), header, "{pair}");
    }
    // Django writes `expires` beside the age.
    let header = header_of(Cookie::new("n", "v").with_max_age(Duration::from_secs(60)));
    let (date, rest) = header.strip_prefix("n=v; expires=").unwrap().split_once("; ").unwrap();
    assert_eq!(rest, "Max-Age=60; Path=/");
    let end = httpdate::parse_http_date(date).unwrap().duration_since(std::time::SystemTime::now()).unwrap();
    assert!((57..=60).contains(&end.as_secs()), "{date}");
}

#[tokio::test]
async fn headers_are_read_as_django_reads_them() {
    let handler = handler();
    for pair in vectors("read") {
        let (status, body) = read(&handler, &[pair[0].as_str().unwrap().as_bytes()]).await;
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((status, &body), (200, &pair[1]), "{pair}");
    }
}

#[tokio::test]
async fn what_is_set_comes_back() {
    async fn set(_request: Request) -> Response {
        let mut response = Response::new("");
        for (number, value) in ["a; Path=/evil", "é", "日本", "\r\nx: y", "\"\\", ""].into_iter().enumerate() {
            response.set_cookie(Cookie::new(format!("c{number}"), value));
        }
        response
    }
    let mut client = Client::new(site(urls![path("set/", set), path("sent/", sent)], |_| {})).unwrap();
    let response = client.get("/set/").await;
    assert_eq!(response.set_cookie("c0").unwrap().path(), Some("/"));
    assert_eq!(response.set_cookie("c2").unwrap().value(), "日本");
    assert_eq!(client.cookie("c3"), Some("\r\nx: y"));
    let back: Value = client.get("/sent/").await.json().unwrap();
    let wanted = serde_json::json!([
        ["c0", "a; Path=/evil"],
        ["c1", "é"],
        ["c2", "日本"],
        ["c3", "\r\nx: y"],
        ["c4", "\"\\"],
        ["c5", ""]
    ]);
    assert_eq!(back, wanted);
}

#[tokio::test]
async fn what_no_cookie_can_carry_is_an_error_and_not_dropped() {
    async fn set(request: Request) -> Response {
        let mut response = Response::new("ok");
        let mut cookie = Cookie::new(request.query().get("name").unwrap_or("n").to_owned(), "v");
        if let Some(path) = request.query().get("path") {
            cookie.set_path(path.to_owned());
        }
        if let Some(domain) = request.query().get("domain") {
            cookie.set_domain(domain.to_owned());
        }
        response.set_cookie(cookie);
        response
    }
    let debug = |settings: &mut rjango_core::Settings| settings.debug = true;
    let mut client = Client::new(site(urls![path("set/", set)], debug)).unwrap();
    for query in [
        "name=",
        "name=a%3Bb",
        "name=a%20b",
        "name=%C3%A9",
        "path=/%3B%20Secure",
        "path=/%0A",
        "domain=a%3Bb",
        "path=/%C3%A9",
    ] {
        let response = client.get(&format!("/set/?{query}")).await;
        assert_eq!(response.status(), 500, "{query}");
        assert!(response.text().contains("cannot have the"), "{query}: {}", response.text());
    }
    assert_eq!(client.get("/set/?path=/a%20b/&name=x").await.status(), 200);
}

#[tokio::test]
async fn cookies_of_a_foreign_service_stay_as_they_are() {
    const FOREIGN: [&str; 3] = ["a=x y, z; path=/; Foo=bar", "b=\"q\\054\"; Max-Age=3", "no cookie at all"];
    async fn foreign(_request: Request) -> axum::response::Response {
        let mut response = axum::response::Response::new(Body::empty());
        for cookie in FOREIGN {
            response.headers_mut().append(header::SET_COOKIE, HeaderValue::from_static(cookie));
        }
        response
    }
    let mut client = Client::new(site(urls![path("foreign/", foreign)], |_| {})).unwrap();
    let response = client.get("/foreign/").await;
    let seen: Vec<_> = response.headers().get_all(header::SET_COOKIE).iter().collect();
    assert_eq!(seen, FOREIGN);
    assert_eq!((client.cookie("a"), client.cookie("b")), (Some("x y, z"), Some("q,")));
}

#[tokio::test]
async fn many_cookies_cost_little_and_too_many_are_refused() {
    let handler = handler();
    let started = Instant::now();
    // One header of 380 KB, and the same in many headers.
    let names: Vec<String> = (0..60_000).map(|number| format!("{number:x}=1")).collect();
    let one = names.join("; ");
    assert!(one.len() > 380_000);
    assert_eq!(read(&handler, &[one.as_bytes()]).await.0, 431);
    let many: Vec<&[u8]> = names[..2000].iter().map(|name| name.as_bytes()).collect();
    assert_eq!(read(&handler, &many).await.0, 431);
    // Backslashes, quotes and one name again and again.
    let long = format!("a=\"{}\"", "\\".repeat(60_000));
    assert_eq!(read(&handler, &[long.as_bytes()]).await.0, 200);
    let again = "a=1;".repeat(1000);
    assert_eq!(read(&handler, &[again.as_bytes()]).await, (200, br#"[["a","1"]]"#.to_vec()));
    let most = names[..1000].join(";");
    assert_eq!(read(&handler, &[most.as_bytes()]).await.0, 200);
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}
