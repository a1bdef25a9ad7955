//! What a view may return: axum's answers, ours, and errors of any status.
#![allow(clippy::unwrap_used, missing_docs)] // Test code.

mod site;

use std::time::Duration;

use rjango_core::{Error, ErrorKind, Result};
use rjango_http::shortcuts::json;
use rjango_http::{
    Body, Client, Cookie, CookieAge as _, HeaderMap, Html, IntoResponse, Json, Request, Response, StatusCode,
    Templates, Urls, header, path, urls,
};
use site::site;

async fn text(_request: Request) -> &'static str {
    "text"
}
async fn html(_request: Request) -> Html<String> {
    Html("<b>html</b>".to_owned())
}
async fn list(_request: Request) -> Json<Vec<u8>> {
    Json(vec![1, 2])
}
fn created(_request: Request) -> (StatusCode, [(&'static str, &'static str); 1], Json<&'static str>) {
    (StatusCode::CREATED, [("x-elapsed", "3")], Json("made"))
}
async fn nothing(_request: Request) -> StatusCode {
    StatusCode::NO_CONTENT
}
async fn either(request: Request) -> axum::response::Response {
    if request.query().contains("html") { Html("html").into_response() } else { json("json").into_response() }
}
async fn ours(_request: Request) -> impl IntoResponse {
    let mut response = Response::with_type("a,b\n", "text/csv");
    response.set_header("X-Elapsed", "3");
    response.set_cookie(Cookie::new("seen", "1").with_max_age(Duration::from_secs(3600)));
    (StatusCode::ACCEPTED, [(header::ETAG, "\"one\"")], response)
}
async fn rendered_later(_request: Request) -> impl IntoResponse {
    let body = Body::Later(Box::pin(async { Ok("late".into()) }));
    (StatusCode::ACCEPTED, Response::new(body))
}
async fn broken_later(_request: Request) -> impl IntoResponse {
    let failed = Body::failed(Error::bad_request("the rendering failed"));
    (StatusCode::ACCEPTED, Response::new(failed))
}
async fn photo(request: Request) -> Result<Response> {
    let form = request.form().await?;
    let Some(photo) = form.file("photo") else { return Err(Error::bad_request("a photo is missing")) };
    photo.save(format!("/srv/media/{}", photo.size())).await?;
    Ok(json(photo.name()))
}
async fn wrong_header(_request: Request) -> Response {
    Response::new("").with_header("not a name", "3")
}
async fn wrong_type(_request: Request) -> Response {
    Response::with_type("", "text/\nplain")
}
async fn conflict(_request: Request) -> Result<Response> {
    Err(Error::new(ErrorKind::Other, "somebody was faster").with_status(409))
}
fn teapot(_request: Request) -> impl IntoResponse {
    (StatusCode::IM_A_TEAPOT, [("x-kind", "pot")], Error::not_found("no coffee"))
}
async fn busy(_request: Request) -> Result<&'static str, (StatusCode, [(&'static str, &'static str); 1])> {
    Err((StatusCode::TOO_MANY_REQUESTS, [("retry-after", "7")]))
}
async fn retry(_request: Request) -> Result<Html<&'static str>> {
    let headers = HeaderMap::from_iter([(header::RETRY_AFTER, header::HeaderValue::from_static("7"))]);
    Err(Error::new(ErrorKind::Unavailable, "the printer is away").with_headers(headers))
}

#[allow(clippy::too_many_arguments)]
async fn sixteen(
    _request: Request,
    a: i64,
    b: i64,
    c: i64,
    d: i64,
    e: i64,
    f: i64,
    g: i64,
    h: i64,
    i: i64,
    j: i64,
    k: i64,
    l: i64,
    m: i64,
    n: i64,
    o: i64,
    p: i64,
) -> String {
    format!("{a} {b} {c} {d} {e} {f} {g} {h} {i} {j} {k} {l} {m} {n} {o} {p}")
}
#[allow(clippy::too_many_arguments)]
fn sixteen_plain(
    _request: Request,
    a: i64,
    b: i64,
    c: i64,
    d: i64,
    e: i64,
    f: i64,
    g: i64,
    h: i64,
    i: i64,
    j: i64,
    k: i64,
    l: i64,
    m: i64,
    n: i64,
    o: i64,
    p: i64,
) -> String {
    format!("{a} {b} {c} {d} {e} {f} {g} {h} {i} {j} {k} {l} {m} {n} {o} {p}")
}

fn urlpatterns() -> Urls {
    urls![
        path("text/", text),
        path("html/", html),
        path("list/", list),
        path("created/", created),
        path("nothing/", nothing),
        path("either/", either),
        path("ours/", ours),
        path("photo/", photo),
        path("later/", rendered_later),
        path("broken/", broken_later),
        path("header/", wrong_header),
        path("type/", wrong_type),
        path("conflict/", conflict),
        path("teapot/", teapot),
        path("busy/", busy),
        path("retry/", retry),
        path(
            "async/<int:a>/<int:b>/<int:c>/<int:d>/<int:e>/<int:f>/<int:g>/<int:h>/<int:i>/<int:j>/<int:k>/<int:l>/<int:m>/<int:n>/<int:o>/<int:p>/",
            sixteen
        ),
        path(
            "plain/<int:a>/<int:b>/<int:c>/<int:d>/<int:e>/<int:f>/<int:g>/<int:h>/<int:i>/<int:j>/<int:k>/<int:l>/<int:m>/<int:n>/<int:o>/<int:p>/",
            sixteen_plain
        ),
    ]
}

fn client() -> Client {
    let mut site = site(urlpatterns(), |settings| {
        settings.middleware = vec!["rjango.middleware.common.CommonMiddleware".to_owned()];
    });
    let templates = Templates::new(site.settings()).with_embedded([("409.html", "conflict: {{ exception }}")]);
    site.insert(templates);
    Client::new(site).unwrap()
}

#[tokio::test]
async fn axums_answers_are_answers_of_views() {
    let mut client = client();
    let cases = [
        ("/text/", 200, "text/plain; charset=utf-8", "text"),
        ("/html/", 200, "text/html; charset=utf-8", "<b>html</b>"),
        ("/list/", 200, "application/json", "[1,2]"),
        ("/created/", 201, "application/json", "\"made\""),
        ("/nothing/", 204, "", ""),
        ("/either/", 200, "application/json", "\"json\""),
        ("/either/?html", 200, "text/html; charset=utf-8", "html"),
        ("/ours/", 202, "text/csv", "a,b\n"),
        ("/later/", 202, "text/html; charset=utf-8", "late"),
    ];
    for (path, status, content_type, text) in cases {
        let answer = client.get(path).await;
        let found = answer.header(header::CONTENT_TYPE).unwrap_or_default().to_owned();
        assert_eq!(
            (answer.status().as_u16(), found.as_str(), answer.text().as_str()),
            (status, content_type, text),
            "{path}"
        );
        // The bytes are in memory for middleware, wherever they come from.
        if status != 204 {
            assert_eq!(answer.header(header::CONTENT_LENGTH), Some(text.len().to_string().as_str()), "{path}");
        }
    }
    assert_eq!(client.get("/created/").await.header("x-elapsed"), Some("3"));
    let ours = client.get("/ours/").await;
    assert_eq!((ours.header("x-elapsed"), ours.header(header::ETAG)), (Some("3"), Some("\"one\"")));
    let cookie = ours.set_cookie("seen").unwrap();
    assert_eq!(cookie.max_age().unwrap().whole_seconds(), 3600);
}

#[tokio::test]
async fn an_error_is_an_answer_of_any_status_with_its_page() {
    let mut client = client();
    let conflict = client.get("/conflict/").await;
    assert_eq!((conflict.status().as_u16(), conflict.text().as_str()), (409, "conflict: somebody was faster"));
    let teapot = client.get("/teapot/").await;
    assert_eq!((teapot.status().as_u16(), teapot.header("x-kind")), (418, Some("pot")));
    assert!(teapot.text().contains("<h1>I'm a teapot (418)</h1>"), "{}", teapot.text());
    let retry = client.get("/retry/").await;
    assert_eq!((retry.status().as_u16(), retry.header("retry-after")), (503, Some("7")));
    assert!(retry.text().contains("Service Unavailable (503)"), "{}", retry.text());
    let busy = client.get("/busy/").await;
    assert_eq!((busy.status().as_u16(), busy.header("retry-after"), busy.text().as_str()), (429, Some("7"), ""));
    assert_eq!(client.get("/broken/").await.status(), 400);
    for path in ["/header/", "/type/"] {
        assert_eq!(client.get(path).await.status(), 500, "{path}");
    }
}

#[tokio::test]
async fn an_error_of_a_mounted_router_has_its_page_too() {
    let router = axum::Router::new().route(
        "/missing",
        axum::routing::get(async || Err::<&'static str, Error>(Error::new(ErrorKind::Other, "no").with_status(409))),
    );
    let mut site = site(urls![rjango_http::urls::mount("api/", router)], |_| {});
    let templates = Templates::new(site.settings()).with_embedded([("409.html", "conflict: {{ exception }}")]);
    site.insert(templates);
    let answer = Client::new(site).unwrap().get("/api/missing").await;
    assert_eq!((answer.status().as_u16(), answer.text().as_str()), (409, "conflict: no"));
}

#[tokio::test]
async fn a_view_takes_sixteen_captures() {
    let numbers: Vec<String> = (1..=16).map(|number| number.to_string()).collect();
    for kind in ["async", "plain"] {
        let answer = client().get(&format!("/{kind}/{}/", numbers.join("/"))).await;
        assert_eq!(answer.text(), numbers.join(" "));
    }
}

#[test]
fn the_code_of_the_guide_is_this() {
    let here: String = include_str!("answers.rs").split_whitespace().collect();
    let guide = include_str!("../../../docs/views.md");
    let pieces: Vec<&str> = guide.split("```rust\n").skip(1).filter_map(|piece| piece.split("```").next()).collect();
    assert_eq!(pieces.len(), 6);
    for piece in pieces {
        let code: String = piece.split_whitespace().collect();
        assert!(here.contains(&code), "docs/views.md is not what runs:\n{piece}");
    }
    let toml: String = guide.split("```toml\n").skip(1).filter_map(|piece| piece.split("```").next()).collect();
    let sources = rjango_core::settings::Sources::new("/nonexistent").with_file("config/settings.toml", toml);
    let settings = rjango_core::Settings::from_sources(&sources).unwrap();
    let changed: Vec<_> =
        settings.listed().iter().filter(|listed| listed.is_changed()).map(|listed| listed.name).collect();
    assert!(changed.is_empty(), "these are not the defaults: {changed:?}");
}
