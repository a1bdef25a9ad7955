//! Cross-site request forgery: the token's cookie and header, and trusted origins.

use http::header::{HeaderName, ORIGIN};
use rjango_http::client::ClientResponse;

use super::{Shown, browser, cookie, get};

pub const SHOWN: &[Shown] = &[
    ("CSRF_COOKIE_NAME", the_cookie_has_its_name),
    ("CSRF_COOKIE_AGE", the_cookie_has_its_age),
    ("CSRF_COOKIE_DOMAIN", the_cookie_has_its_domain),
    ("CSRF_COOKIE_PATH", the_cookie_has_its_path),
    ("CSRF_COOKIE_SECURE", the_cookie_may_be_for_https_alone),
    ("CSRF_COOKIE_HTTPONLY", the_cookie_may_be_hidden_from_scripts),
    ("CSRF_COOKIE_SAMESITE", the_cookie_may_go_everywhere),
    ("CSRF_HEADER_NAME", the_token_may_come_in_a_header_of_another_name),
    ("CSRF_TRUSTED_ORIGINS", a_trusted_origin_may_post),
];

/// The cookie of a page with a form.
async fn of_form(text: &str, name: &str) -> String {
    cookie(&get(text, "/form.html").await, name)
}

fn says(cookie: &str, attribute: &str) -> bool {
    cookie.split("; ").skip(1).any(|found| found == attribute)
}

#[tokio::test]
async fn the_cookie_has_its_name() {
    assert!(of_form("", "csrftoken").await.starts_with("csrftoken="));
    assert!(of_form("CSRF_COOKIE_NAME = \"token\"", "token").await.starts_with("token="));
    assert_eq!(post_in_header("CSRF_COOKIE_NAME = \"token\"", "x-csrftoken").await.status(), 200);
}

#[tokio::test]
async fn the_cookie_has_its_age() {
    assert!(says(&of_form("", "csrftoken").await, "Max-Age=31449600"));
    assert!(says(&of_form("CSRF_COOKIE_AGE = 60", "csrftoken").await, "Max-Age=60"));
    assert!(!of_form("CSRF_COOKIE_AGE = false", "csrftoken").await.contains("Max-Age"));
}

#[tokio::test]
async fn the_cookie_has_its_domain() {
    assert!(!of_form("", "csrftoken").await.contains("Domain"));
    assert!(says(&of_form("CSRF_COOKIE_DOMAIN = \"example.com\"", "csrftoken").await, "Domain=example.com"));
}

#[tokio::test]
async fn the_cookie_has_its_path() {
    assert!(says(&of_form("", "csrftoken").await, "Path=/"));
    assert!(says(&of_form("CSRF_COOKIE_PATH = \"/shop/\"", "csrftoken").await, "Path=/shop/"));
}

#[tokio::test]
async fn the_cookie_may_be_for_https_alone() {
    assert!(!says(&of_form("", "csrftoken").await, "Secure"));
    assert!(says(&of_form("CSRF_COOKIE_SECURE = true", "csrftoken").await, "Secure"));
}

#[tokio::test]
async fn the_cookie_may_be_hidden_from_scripts() {
    assert!(!says(&of_form("", "csrftoken").await, "HttpOnly"));
    assert!(says(&of_form("CSRF_COOKIE_HTTPONLY = true", "csrftoken").await, "HttpOnly"));
}

#[tokio::test]
async fn the_cookie_may_go_everywhere() {
    assert!(says(&of_form("", "csrftoken").await, "SameSite=Lax"));
    assert!(says(&of_form("CSRF_COOKIE_SAMESITE = \"None\"", "csrftoken").await, "SameSite=None"));
    assert!(!of_form("CSRF_COOKIE_SAMESITE = false", "csrftoken").await.contains("SameSite"));
}

/// A checked POST whose token is in this header.
async fn post_in_header(text: &str, header: &'static str) -> ClientResponse {
    let mut client = browser(text).enforce_csrf_checks();
    let token = client.get("/form.html").await.text();
    client = client.with_header(HeaderName::from_static(header), &token);
    client.post("/fields/", [("name", "tea")]).await
}

#[tokio::test]
async fn the_token_may_come_in_a_header_of_another_name() {
    let renamed = "CSRF_HEADER_NAME = \"HTTP_X_XSRF_TOKEN\"";
    assert_eq!(post_in_header("", "x-csrftoken").await.status(), 200);
    assert_eq!(post_in_header(renamed, "x-xsrf-token").await.status(), 200);
    assert_eq!(post_in_header(renamed, "x-csrftoken").await.status(), 403);
}

#[tokio::test]
async fn a_trusted_origin_may_post() {
    let from_shop = async |text| {
        let mut client = browser(text).enforce_csrf_checks();
        let token = client.get("/form.html").await.text();
        client = client.with_header(ORIGIN, "https://shop.example.com");
        client.post("/fields/", [("csrfmiddlewaretoken", token.as_str())]).await.status()
    };
    assert_eq!(from_shop("CSRF_TRUSTED_ORIGINS = [\"https://*.example.com\"]").await, 200);
    assert_eq!(from_shop("").await, 403);
}
