//! Each middleware does its documented job.
#![allow(clippy::unwrap_used)]

extern crate rjango_http as rjango;

mod site;

use expect_test::expect;
use http::{StatusCode, header};
use rjango_core::Settings;
use rjango_http::decorators::{never_cache, no_append_slash, xframe_options_exempt, xframe_options_sameorigin};
use rjango_http::middleware::TowerMiddleware;
use rjango_http::{Client, Html, Middleware, Request, Response, Urls, path, urls};
use rjango_macros::middleware;
use site::{FORM, headers, site};

async fn hello(_request: Request) -> Html<&'static str> {
    Html("hello")
}
async fn missing(_request: Request) -> Response {
    Response::new("gone").with_status(StatusCode::NOT_FOUND)
}
async fn stream(_request: Request) -> Response {
    let pieces = futures_util::stream::iter(["a", "b"].map(|piece| Ok(bytes::Bytes::from_static(piece.as_bytes()))));
    Response::new(rjango_http::Body::stream(pieces))
}

fn urlpatterns() -> Urls {
    urls![
        path("hello/", hello),
        path("bare", no_append_slash(hello)),
        path("proud/", no_append_slash(hello)),
        path("missing", missing),
        path("stream/", stream),
        path("framed/", xframe_options_exempt(hello)),
        path("same/", xframe_options_sameorigin(hello)),
        path("fresh/", never_cache(hello)),
    ]
}

const SECURITY: &str = "rjango.middleware.security.SecurityMiddleware";
const COMMON: &str = "rjango.middleware.common.CommonMiddleware";
const FRAMES: &str = "rjango.middleware.clickjacking.XFrameOptionsMiddleware";

fn client(layers: &[&str], change: impl FnOnce(&mut Settings)) -> Client {
    let layers = layers.iter().map(|layer| (*layer).to_owned()).collect();
    Client::new(site(urlpatterns(), |settings| {
        settings.middleware = layers;
        change(settings);
    }))
    .unwrap()
}

#[tokio::test]
async fn security_sends_its_headers_and_hsts_on_https_alone() {
    let strict = |settings: &mut Settings| {
        settings.secure_hsts_seconds = 3600;
        settings.secure_hsts_include_subdomains = true;
        settings.secure_hsts_preload = true;
        settings.secure_referrer_policy = Some("origin, same-origin".to_owned());
        settings.secure_cross_origin_opener_policy = None;
    };
    let response = client(&[SECURITY], strict).secure().get("/hello/").await;
    expect![[r#"
        200
        content-type: text/html; charset=utf-8
        referrer-policy: origin,same-origin
        strict-transport-security: max-age=3600; includeSubDomains; preload
        x-content-type-options: nosniff

        hello"#]]
    .assert_eq(&headers(&response));
    let plain = client(&[SECURITY], strict).get("/hello/").await;
    assert_eq!(plain.header(header::STRICT_TRANSPORT_SECURITY), None);
}

#[tokio::test]
async fn security_redirects_to_https_but_for_exempt_paths() {
    let redirecting = |settings: &mut Settings| {
        settings.secure_ssl_redirect = true;
        settings.secure_redirect_exempt = vec!["^hello/".to_owned()];
    };
    let response = client(&[SECURITY], redirecting).get("/stream/?a=1").await;
    assert_eq!(response.status(), 301);
    assert_eq!(response.header(header::LOCATION), Some("https://testserver/stream/?a=1"));
    assert_eq!(client(&[SECURITY], redirecting).get("/hello/").await.status(), 200);
    assert_eq!(client(&[SECURITY], redirecting).secure().get("/stream/").await.status(), 200);
    let behind_proxy = |settings: &mut Settings| {
        redirecting(settings);
        settings.secure_proxy_ssl_header = Some(("HTTP_X_FORWARDED_PROTO".to_owned(), "https".to_owned()));
    };
    let forwarded = |value| {
        client(&[SECURITY], behind_proxy).with_header(header::HeaderName::from_static("x-forwarded-proto"), value)
    };
    assert_eq!(forwarded("https").get("/stream/").await.status(), 200);
    assert_eq!(forwarded("http").secure().get("/stream/").await.status(), 301);
}

#[tokio::test]
async fn common_appends_the_slash_where_it_leads_somewhere() {
    let mut client = client(&[COMMON, FRAMES], |_| {});
    let response = client.get("/hello?a=1&b=%C3%A9").await;
    expect![[r#"
        301
        content-type: text/html; charset=utf-8
        location: /hello/?a=1&b=%C3%A9

    "#]]
    .assert_eq(&headers(&response));
    assert_eq!(client.post("/hello", FORM).await.status(), 301);
    assert_eq!(client.get("/nowhere").await.status(), 404);
    assert_eq!(client.get("/proud").await.status(), 404);
    assert_eq!(client.get("/missing").await.text(), "gone");
    // A path that starts with two slashes must not become another host's.
    assert_eq!(client.get("//hello").await.status(), 404);
    let mut off = self::client(&[COMMON], |settings| settings.append_slash = false);
    assert_eq!(off.get("/hello").await.status(), 404);
}

#[tokio::test]
async fn common_tells_an_author_of_a_post_without_a_slash() {
    let mut client = client(&[COMMON], |settings| settings.debug = true);
    let response = client.post("/hello", FORM).await;
    assert_eq!(response.status(), 500);
    assert!(response.text().contains("point the form to `testserver/hello/`"), "{}", response.text());
    assert_eq!(client.get("/hello").await.status(), 301);
}

#[tokio::test]
async fn common_knows_the_length_of_all_but_streams() {
    let mut client = client(&[COMMON], |_| {});
    assert_eq!(client.get("/hello/").await.header(header::CONTENT_LENGTH), Some("5"));
    let response = client.get("/stream/").await;
    assert_eq!((response.text().as_str(), response.header(header::CONTENT_LENGTH)), ("ab", None));
    let head = client.head("/hello/").await;
    assert_eq!((head.text().as_str(), head.header(header::CONTENT_LENGTH)), ("", Some("5")));
}

#[tokio::test]
async fn common_prepends_www_and_refuses_agents() {
    let www = |settings: &mut Settings| {
        settings.prepend_www = true;
        settings.disallowed_user_agents = vec!["^BadBot".to_owned()];
    };
    let response = client(&[COMMON], www).host("example.com").get("/hello?x=1").await;
    assert_eq!(response.header(header::LOCATION), Some("http://www.example.com/hello/?x=1"));
    assert_eq!(client(&[COMMON], www).host("www.example.com").get("/hello/").await.status(), 200);
    let mut bot = client(&[COMMON], |settings| settings.disallowed_user_agents = vec!["^BadBot".to_owned()])
        .with_header(header::USER_AGENT, "BadBot/1.0");
    assert_eq!(bot.get("/hello/").await.status(), 403);
}

#[tokio::test]
async fn a_host_that_is_not_ours_is_400() {
    let status = async |hosts: &[&str], debug: bool, host: &str| {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let mut client = client(&[COMMON, FRAMES], |settings| {
            settings.allowed_hosts = hosts;
            settings.debug = debug;
        })
        .host(host);
        client.get("/hello/").await.status().as_u16()
    };
    for (hosts, debug, host, expected) in [
        (&["example.com"][..], false, "example.com", 200),
        (&["example.com"], false, "EXAMPLE.com:8000", 200),
        (&["example.com"], false, "example.com.", 200),
        (&["example.com"], false, "evil.com", 400),
        (&["example.com"], false, "a.example.com", 400),
        (&[".example.com"], false, "a.example.com", 200),
        (&[".example.com"], false, "example.com", 200),
        (&[".example.com"], false, "badexample.com", 400),
        (&["[::1]"], false, "[::1]:8000", 200),
        (&["*"], false, "anything.at.all", 200),
        (&[], true, "localhost:8000", 200),
        (&[], true, "sub.localhost", 200),
        (&[], true, "127.0.0.1", 200),
        (&[], true, "[::1]", 200),
        (&[], true, "example.com", 400),
        (&[], false, "localhost", 400),
    ] {
        assert_eq!(status(hosts, debug, host).await, expected, "{hosts:?} {debug} {host}");
    }
    let refused =
        client(&[COMMON, FRAMES], |settings| settings.allowed_hosts = vec!["a.b".to_owned()]).get("/hello/").await;
    assert_eq!((refused.header(header::X_FRAME_OPTIONS), refused.header(header::CONTENT_LENGTH)), (None, None));
}

#[tokio::test]
async fn frames_are_denied_unless_the_view_says_otherwise() {
    let mut client = client(&[FRAMES], |settings| settings.x_frame_options = "sameorigin".to_owned());
    assert_eq!(client.get("/hello/").await.header(header::X_FRAME_OPTIONS), Some("SAMEORIGIN"));
    assert_eq!(client.get("/framed/").await.header(header::X_FRAME_OPTIONS), None);
    let mut client = self::client(&[FRAMES], |_| {});
    assert_eq!(client.get("/same/").await.header(header::X_FRAME_OPTIONS), Some("SAMEORIGIN"));
    assert_eq!(client.get("/nowhere/").await.header(header::X_FRAME_OPTIONS), Some("DENY"));
    assert_eq!(
        client.get("/fresh/").await.header(header::CACHE_CONTROL),
        Some("max-age=0, no-cache, no-store, must-revalidate, private")
    );
}

#[tokio::test]
async fn locale_takes_the_cookie_then_the_header_then_the_setting() {
    let few = |settings: &mut Settings| {
        settings.languages = ["en", "de", "pt-br", "zh-hant"].map(|code| (code.to_owned(), code.to_owned())).to_vec();
    };
    let language = async |accept: &str, cookie: Option<&str>| {
        let mut client =
            client(&["rjango.middleware.locale.LocaleMiddleware"], few).with_header(header::ACCEPT_LANGUAGE, accept);
        if let Some(cookie) = cookie {
            client.set_cookie("django_language", cookie);
        }
        client.get("/hello/").await.header(header::CONTENT_LANGUAGE).unwrap_or_default().to_owned()
    };
    for (accept, cookie, expected) in [
        ("", None, "en"),
        ("de", None, "de"),
        ("de-AT", None, "de"),
        ("pt", None, "pt-br"),
        ("zh-TW", None, "zh-hant"),
        ("fr, de;q=0.4, en;q=0.7", None, "en"),
        ("*, de;q=0.5", None, "en"),
        ("de;q=2", None, "en"),
        ("fr", Some("de"), "de"),
        ("de", Some("nonsense!"), "de"),
    ] {
        assert_eq!(language(accept, cookie).await, expected, "{accept} {cookie:?}");
    }
}

/// A layer of tower's, as a project registers it.
#[middleware]
fn stamps(_settings: &Settings) -> impl Middleware {
    TowerMiddleware::new(tower::util::MapResponseLayer::new(|mut response: http::Response<axum::body::Body>| {
        response.headers_mut().insert("x-stamp", http::HeaderValue::from_static("tower"));
        response
    }))
}

#[derive(Default)]
struct Counts(std::sync::atomic::AtomicU32);

#[middleware]
impl Middleware for Counts {
    fn call<'a>(
        &'a self,
        request: Request,
        next: rjango_http::Next,
    ) -> rjango_http::BoxFuture<'a, rjango_core::Result<Response>> {
        let count = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        Box::pin(async move {
            Ok(next.run(request).await?.with_header(header::HeaderName::from_static("x-count"), &count.to_string()))
        })
    }
}

#[tokio::test]
async fn tower_layers_and_structs_stand_in_the_onion() {
    let mut client = client(&["stamps", "Counts", FRAMES], |_| {});
    client.get("/hello/").await;
    let response = client.get("/hello/").await;
    expect![[r#"
        200
        content-type: text/html; charset=utf-8
        x-count: 2
        x-frame-options: DENY
        x-stamp: tower

        hello"#]]
    .assert_eq(&headers(&response));
}

#[tokio::test]
async fn a_page_that_the_browser_has_is_304() {
    const CONDITIONAL: &str = "rjango.middleware.http.ConditionalGetMiddleware";
    let mut client = client(&[CONDITIONAL], |_| {});
    let first = client.get("/hello/").await;
    let tag = first.header(header::ETAG).unwrap().to_owned();
    assert_eq!(client.get("/fresh/").await.header(header::ETAG), None);
    assert_eq!(client.get("/stream/").await.header(header::ETAG), None);
    let mut again = client.with_header(header::IF_NONE_MATCH, &format!("\"other\", W/{tag}"));
    let second = again.get("/hello/").await;
    assert_eq!((second.status().as_u16(), second.text().as_str(), second.header(header::ETAG)), (304, "", Some(&*tag)));
    assert_eq!(again.get("/nowhere/").await.status(), 404);
    assert_eq!(again.head("/hello/").await.status(), 200);
}

async fn long(_request: Request) -> Response {
    Response::new("tea ".repeat(500)).with_header(header::ETAG, "\"tea\"")
}

#[tokio::test]
async fn long_pages_are_compressed_for_those_who_take_it() {
    use std::io::Read as _;
    let client = |accept: &str| {
        let urls = urls![path("long/", long), path("short/", hello)];
        let layers = vec!["rjango.middleware.gzip.GZipMiddleware".to_owned(), COMMON.to_owned()];
        let client = Client::new(site(urls, |settings| settings.middleware = layers)).unwrap();
        client.with_header(header::ACCEPT_ENCODING, accept)
    };
    let page = client("br, gzip;q=0.5").get("/long/").await;
    assert_eq!(page.header(header::CONTENT_ENCODING), Some("gzip"));
    assert_eq!(page.header(header::VARY), Some("Accept-Encoding"));
    assert_eq!(page.header(header::ETAG), Some("W/\"tea\""));
    assert_eq!(page.header(header::CONTENT_LENGTH), Some(page.content().len().to_string().as_str()));
    let mut text = String::new();
    flate2::read::GzDecoder::new(&page.content()[..]).read_to_string(&mut text).unwrap();
    assert_eq!(text, "tea ".repeat(500));
    for (accept, path, vary) in [
        ("br", "/long/", Some("Accept-Encoding")),
        ("gzip;q=0", "/long/", Some("Accept-Encoding")),
        ("gzip", "/short/", None),
    ] {
        let page = client(accept).get(path).await;
        assert_eq!((page.header(header::CONTENT_ENCODING), page.header(header::VARY)), (None, vary), "{accept} {path}");
    }
}

#[tokio::test]
async fn a_project_without_pages_says_that_it_works() {
    let admin = || urls![path("admin/", urls![path("", hello)])];
    let page = |urls: Urls, debug| {
        let mut client = Client::new(site(urls, |settings| settings.debug = debug)).unwrap();
        async move { client.get("/").await }
    };
    let first = page(admin(), true).await;
    assert!(first.status() == 200 && first.text().contains("The install worked"), "{}", first.text());
    assert_eq!(page(admin(), false).await.status(), 404);
    assert_eq!(page(urlpatterns(), true).await.status(), 404);
}
