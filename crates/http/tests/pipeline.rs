//! Requests through a whole site: views, middleware, errors, templates.
#![allow(clippy::unwrap_used)]

extern crate rjango_http as rjango;

mod site;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use expect_test::expect;
use http::header;
use rjango_core::{Error, ErrorKind, Result, Settings, Site};
use rjango_http::decorators::{csrf_exempt, require_post};
use rjango_http::middleware::csrf;
use rjango_http::shortcuts::{json, redirect, render};
use rjango_http::urls::mount;
use rjango_http::{Client, Html, Next, Request, Response, Urls, View, context, path, urls};
use rjango_macros::middleware;
use site::{FORM, headers, site};

const DEFAULT: [&str; 5] = [
    "rjango.middleware.security.SecurityMiddleware",
    "rjango.middleware.locale.LocaleMiddleware",
    "rjango.middleware.common.CommonMiddleware",
    "rjango.middleware.csrf.CsrfViewMiddleware",
    "rjango.middleware.clickjacking.XFrameOptionsMiddleware",
];

#[derive(Clone)]
struct Tenant(String);

#[middleware]
async fn multi_tenant(mut request: Request, next: Next) -> Result<Response> {
    let tenant = request.host().split('.').next().unwrap_or_default().to_owned();
    request.extensions_mut().insert(Tenant(tenant));
    next.run(request).await
}

#[middleware]
async fn notes_status(request: Request, next: Next) -> Result<Response> {
    let response = next.run(request).await?;
    let status = response.status().as_u16().to_string();
    Ok(response.with_header(header::HeaderName::from_static("x-seen"), &status))
}

#[middleware]
async fn refuses(_request: Request, _next: Next) -> Result<Response> {
    Err(Error::permission_denied("not today"))
}

async fn hello(_request: Request) -> Html<&'static str> {
    Html("hello")
}
async fn refused_by_the_database(_request: Request) -> Result<Response> {
    Err(Error::new(ErrorKind::Database, "the database refused: no such table: cards")
        .with_sql("SELECT name FROM cards WHERE number = ? [\"4111 1111\"]"))
}
async fn detail(request: Request, pk: i64) -> Result<Response> {
    let tenant = request.extensions().get::<Tenant>().map(|tenant| tenant.0.clone());
    Ok(json(context! { pk, tenant, language => request.language_code() }))
}
fn plain(request: Request, name: String) -> Result<Response> {
    // A plain view may wait: it is off the loop, and inside the site.
    let debug = Site::current()?.settings().debug;
    Ok(json(context! { name, debug, method => request.method().as_str() }))
}
async fn form_page(request: Request) -> Result<Response> {
    render(&request, "form.html", context! {})
}
async fn save(request: Request) -> Result<Response> {
    let form = request.form().await?;
    Ok(json(context! { name => form.get("name"), fields => form.fields().iter().count() }))
}
async fn fails(_request: Request) -> Result<Response> {
    let number: u8 = "x".parse()?;
    Ok(json(number))
}
async fn panics(_request: Request) -> Response {
    panic!("out of tea")
}
async fn forbidden(_request: Request) -> Result<Response> {
    Err(Error::permission_denied("members only"))
}
async fn moved(_request: Request) -> Result<Response> {
    redirect("hello")
}
async fn unjson(_request: Request) -> Response {
    json(std::collections::HashMap::from([((1, 2), 3)]))
}

fn urlpatterns() -> Urls {
    let api = axum::Router::new().route("/ping", axum::routing::get(|| async { "pong" }));
    urls![
        path("hello/", hello).name("hello"),
        path("detail/<int:pk>/", detail).name("detail"),
        path("plain/<name>/", plain),
        path("form/", form_page),
        path("save/", save),
        path("exempt/", csrf_exempt(save)),
        path("post/", require_post(hello)),
        path("refused/", refused_by_the_database),
        path("fails/", fails),
        path("panics/", panics),
        path("forbidden/", forbidden),
        path("moved/", moved),
        path("unjson/", unjson),
        mount("api/", api),
    ]
}

fn client(change: impl FnOnce(&mut Settings)) -> Client {
    Client::new(site(urlpatterns(), change)).unwrap()
}

#[tokio::test]
async fn a_plain_page_has_django_s_headers() {
    let mut client = client(|settings| settings.middleware = DEFAULT.map(str::to_owned).to_vec());
    let response = client.get("/hello/").await;
    expect![[r#"
        200
        content-language: en
        content-length: 5
        content-type: text/html; charset=utf-8
        cross-origin-opener-policy: same-origin
        referrer-policy: same-origin
        vary: Accept-Language
        x-content-type-options: nosniff
        x-frame-options: DENY

        hello"#]]
    .assert_eq(&headers(&response));
}

#[tokio::test]
async fn views_get_captures_extensions_and_language() {
    let mut client = client(|settings| {
        settings.middleware = vec!["multi_tenant".into(), "rjango.middleware.locale.LocaleMiddleware".into()];
    })
    .host("acme.example.com")
    .with_header(header::ACCEPT_LANGUAGE, "xx;q=1, pt-BR, de;q=0.5");
    assert_eq!(client.get("/detail/42/").await.text(), r#"{"pk":42,"tenant":"acme","language":"pt-br"}"#);
    assert_eq!(client.get("/plain/Ada%20L/").await.text(), r#"{"name":"Ada L","debug":false,"method":"GET"}"#);
    // Too large for the view's type is no page, not a failure.
    assert_eq!(client.get("/detail/99999999999999999999/").await.status(), 404);
}

#[tokio::test]
async fn errors_are_responses_by_the_time_a_layer_sees_them() {
    let mut client = client(|settings| settings.middleware = vec!["notes_status".into()]);
    for (path, status) in [
        ("/fails/", "500"),
        ("/panics/", "500"),
        ("/forbidden/", "403"),
        ("/nowhere/", "404"),
        ("/unjson/", "500"),
        ("/hello/", "200"),
    ] {
        let response = client.get(path).await;
        assert_eq!(response.header("x-seen"), Some(status), "{path}");
        assert_eq!(response.status().as_str(), status, "{path}");
    }
    let mut client = self::client(|settings| settings.middleware = vec!["notes_status".into(), "refuses".into()]);
    assert_eq!(client.get("/hello/").await.header("x-seen"), Some("403"));
}

#[tokio::test]
async fn production_pages_say_no_more_than_the_status() {
    let mut client = client(|_| {});
    let page = client.get("/fails/").await.text();
    assert!(page.contains("Server Error (500)") && !page.contains("digit"), "{page}");
    let page = client.get("/nowhere/").await.text();
    assert!(page.contains("The requested resource was not found on this server."), "{page}");
}

#[tokio::test]
async fn debug_pages_say_what_was_tried_and_what_failed() {
    let mut client = client(|settings| settings.debug = true).with_header(header::AUTHORIZATION, "Basic c2VjcmV0");
    let page = client.get("/nowhere/").await.text();
    assert!(page.contains("<code>detail/&lt;int:pk&gt;/</code> [name='detail']"), "{page}");
    assert!(page.contains("The path <code>nowhere/</code> matched none of these"), "{page}");
    let page = client.get("/fails/").await.text();
    for part in ["invalid digit found in string", "tests/pipeline.rs:", "<td>fails/</td>", "********************"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("c2VjcmV0") && !page.contains("rjango-insecure-for-tests"), "{page}");
    assert!(client.get("/panics/").await.text().contains("the code panicked: out of tea"));
}

#[tokio::test]
async fn a_statement_and_its_parameters_are_shown_in_debug_alone() {
    let page = client(|settings| settings.debug = true).get("/refused/").await.text();
    assert!(page.contains("SELECT name FROM cards WHERE number = ?") && page.contains("4111 1111"), "{page}");
    let answer = client(|_| {}).get("/refused/").await;
    assert_eq!(answer.status(), 500);
    let page = answer.text();
    assert!(!page.contains("cards") && !page.contains("4111"), "{page}");
}

#[tokio::test]
async fn redirects_go_by_name_and_are_followed() {
    let mut client = client(|_| {});
    let response = client.get("/moved/").await;
    assert_eq!((response.status().as_u16(), response.header(header::LOCATION)), (302, Some("/hello/")));
    let mut client = client.follow_redirects();
    let response = client.get("/moved/").await;
    assert_eq!((response.text().as_str(), response.redirects.as_slice()), ("hello", &["/hello/".to_owned()][..]));
}

#[tokio::test]
async fn methods_that_are_not_allowed_get_405() {
    let response = client(|_| {}).get("/post/").await;
    assert_eq!((response.status().as_u16(), response.header(header::ALLOW)), (405, Some("POST")));
}

#[tokio::test]
async fn a_post_needs_its_token() {
    let with_csrf = |settings: &mut Settings| settings.middleware = vec![csrf_middleware()];
    let mut client = client(with_csrf).enforce_csrf_checks();
    let refused = client.post("/save/", FORM).await;
    assert_eq!(refused.status(), 403);
    // A path without a view is 404 with or without a token.
    assert_eq!(client.post("/nowhere/", FORM).await.status(), 404);
    assert_eq!(client.post("/exempt/", FORM).await.status(), 200);

    let page = client.get("/form/").await;
    let cookie = page.set_cookie("csrftoken").unwrap();
    assert_eq!(cookie.value().len(), 32);
    let shown = cookie.to_string();
    assert!(shown.contains("SameSite=Lax; Path=/; Max-Age=31449600"), "{shown}");
    assert_eq!(page.header(header::VARY), Some("Cookie"));
    let token = page.text().split("value=\"").nth(1).unwrap()[..64].to_owned();

    let accepted = client.post("/save/", [("name", "tea"), ("csrfmiddlewaretoken", &token)]).await;
    assert_eq!((accepted.status().as_u16(), accepted.text()), (200, r#"{"name":"tea","fields":2}"#.to_owned()));
    let wrong = client.post("/save/", [("csrfmiddlewaretoken", "a".repeat(64))]).await;
    assert_eq!(wrong.status(), 403);
    let by_header =
        client.with_header(header::HeaderName::from_static("x-csrftoken"), &token).post("/save/", FORM).await;
    assert_eq!(by_header.status(), 200);
}

fn csrf_middleware() -> String {
    "rjango.middleware.csrf.CsrfViewMiddleware".to_owned()
}

#[tokio::test]
async fn refusals_say_why_in_debug() {
    let debug = |settings: &mut Settings| {
        settings.debug = true;
        settings.middleware = vec![csrf_middleware()];
        settings.csrf_trusted_origins = vec!["https://ok.example".into(), "https://*.sub.example".into()];
    };
    let reason = |page: String| page.split("<pre>").nth(1).unwrap_or(&page).split("</pre>").next().unwrap().to_owned();
    let client = || client(debug).enforce_csrf_checks();
    assert_eq!(reason(client().post("/save/", FORM).await.text()), "CSRF cookie not set.");
    let mut with_cookie = client();
    with_cookie.set_cookie("csrftoken", "a".repeat(32));
    assert_eq!(reason(with_cookie.post("/save/", FORM).await.text()), "CSRF token missing.");
    let short = with_cookie.post("/save/", [("csrfmiddlewaretoken", "abc")]).await.text();
    assert_eq!(reason(short), "CSRF token from POST has incorrect length.");
    with_cookie.set_cookie("csrftoken", "!".repeat(32));
    assert_eq!(reason(with_cookie.post("/save/", FORM).await.text()), "CSRF cookie has invalid characters.");

    let from = |origin: &str| client().with_header(header::ORIGIN, origin);
    let page = from("https://evil.example").post("/save/", FORM).await.text();
    assert_eq!(reason(page), "Origin checking failed - https://evil.example does not match any trusted origins.");
    for trusted in ["https://ok.example", "https://a.sub.example", "http://testserver"] {
        assert_eq!(reason(from(trusted).post("/save/", FORM).await.text()), "CSRF cookie not set.", "{trusted}");
    }
    let secure = |referer: Option<&str>| {
        let client = client().secure();
        match referer {
            Some(referer) => client.with_header(header::REFERER, referer),
            None => client,
        }
    };
    let reason_of = async |referer| reason(secure(referer).post("/save/", FORM).await.text());
    assert_eq!(reason_of(None).await, "Referer checking failed - no Referer.");
    assert_eq!(
        reason_of(Some("http://testserver/")).await,
        "Referer checking failed - Referer is insecure while host is secure."
    );
    assert_eq!(reason_of(Some("nonsense")).await, "Referer checking failed - Referer is malformed.");
    assert_eq!(
        reason_of(Some("https://evil.example/x")).await,
        "Referer checking failed - https://evil.example/x does not match any trusted origins."
    );
    assert_eq!(reason_of(Some("https://testserver/form/")).await, "CSRF cookie not set.");
}

#[tokio::test]
async fn rotating_replaces_the_secret() {
    async fn log_in(request: Request) -> Result<Response> {
        csrf::rotate_token(&request)?;
        Ok(Response::new("in"))
    }
    let urls = urls![path("in/", csrf_exempt(log_in.into_view()))];
    let mut client = Client::new(site(urls, |settings| settings.middleware = vec![csrf_middleware()])).unwrap();
    client.set_cookie("csrftoken", "a".repeat(32));
    client.post("/in/", FORM).await;
    let rotated = client.cookie("csrftoken").unwrap();
    assert!(rotated.len() == 32 && rotated != "a".repeat(32));
}

#[tokio::test]
async fn an_axum_router_answers_below_its_path() {
    let mut client = client(|settings| settings.middleware = vec!["notes_status".into()]);
    let response = client.get("/api/ping").await;
    assert_eq!((response.text().as_str(), response.header("x-seen")), ("pong", Some("200")));
    assert_eq!(client.get("/api/pong").await.status(), 404);
}

#[tokio::test]
async fn a_body_has_its_limits() {
    let small = |settings: &mut Settings| {
        settings.data_upload_max_memory_size = Some(20);
        settings.data_upload_max_number_fields = Some(2);
    };
    assert_eq!(client(small).post("/save/", [("name", "x".repeat(30))]).await.status(), 400);
    assert_eq!(client(small).post("/save/", [("a", ""), ("b", ""), ("c", "")]).await.status(), 400);
    assert_eq!(client(small).post("/save/", [("name", "tea")]).await.status(), 200);
}

#[tokio::test]
async fn a_multipart_form_gives_fields_and_files() {
    async fn upload(request: Request) -> Result<Response> {
        let form = request.form().await?;
        let file = form.file("photo").ok_or_else(|| Error::bad_request("no photo"))?;
        Ok(json(context! { title => form.get("title"), name => file.name(), size => file.size() }))
    }
    let body = "--XX\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nTea & more\r\n--XX\r\n\
                Content-Disposition: form-data; name=\"photo\"; filename=\"../a \\\"b\\\".png\"\r\nContent-Type: image/png\r\n\r\n\
                \u{1}\r\n--X\r\n--XX--\r\n";
    let mut client = Client::new(site(urls![path("upload/", upload)], |_| {})).unwrap();
    let post = async |client: &mut Client, content_type: &str, body: &str| {
        client.request(http::Method::POST, "/upload/", Some(content_type), body.to_owned().into()).await
    };
    let response = post(&mut client, "multipart/form-data; boundary=XX", body).await;
    assert_eq!(response.text(), r#"{"title":"Tea & more","name":"a \"b\".png","size":6}"#);
    for (content_type, body) in [
        ("multipart/form-data", body),
        ("multipart/form-data; boundary=YY", body),
        ("multipart/form-data; boundary=XX", &body[..body.len() - 12]),
    ] {
        assert_eq!(post(&mut client, content_type, body).await.status(), 400, "{content_type}");
    }
}

#[test]
fn set_up_mistakes_are_listed_at_once() {
    let urls = urls![path("a/<str:pk>/", detail), path("b/", detail)];
    let error = Client::new(site(urls, |settings| {
        settings.middleware = vec!["rjango.middleware.csrf.CsrfMiddleware".into(), "multi_tennant".into()];
    }))
    .err()
    .unwrap();
    let text = format!("{error}");
    for part in [
        "the site has 4 mistakes in its set-up",
        "did you mean `rjango.middleware.csrf.CsrfViewMiddleware`?",
        "did you mean `multi_tenant`?",
        "expected `String`, found `i64`",
        "gives 0 arguments",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

/// How many plain views are at work, how many there were at most, and whether they may end.
static AT_WORK: (AtomicUsize, AtomicUsize) = (AtomicUsize::new(0), AtomicUsize::new(0));
static MAY_END: AtomicBool = AtomicBool::new(false);

fn slow_and_plain(_request: Request) -> &'static str {
    let now = AT_WORK.0.fetch_add(1, Ordering::SeqCst) + 1;
    AT_WORK.1.fetch_max(now, Ordering::SeqCst);
    while !MAY_END.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(1));
    }
    AT_WORK.0.fetch_sub(1, Ordering::SeqCst);
    "done"
}

#[tokio::test]
async fn plain_views_leave_threads_to_others() {
    let urls = urls![path("slow/", slow_and_plain), path("hello/", hello)];
    let site = Arc::new(site(urls, |settings| settings.sync_view_max_threads = 3));
    let ask = |path: &'static str| {
        let mut client = Client::new(Arc::clone(&site)).unwrap();
        tokio::spawn(async move { client.get(path).await.text().to_owned() })
    };
    let slow: Vec<_> = (0..20).map(|_| ask("/slow/")).collect();
    while AT_WORK.0.load(Ordering::SeqCst) < 3 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // Async views and threads for files go on meanwhile; who waits for a thread and is gone takes none.
    assert!(ask("/hello/").await.unwrap().contains("hello"));
    tokio::task::spawn_blocking(|| ()).await.unwrap();
    slow[19].abort();
    MAY_END.store(true, Ordering::SeqCst);
    for answer in slow.into_iter().take(19) {
        assert_eq!(answer.await.unwrap(), "done");
    }
    assert_eq!(AT_WORK.1.load(Ordering::SeqCst), 3);
}
