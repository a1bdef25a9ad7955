//! Security headers and the redirect to HTTPS.

use http::header::HeaderName;

use super::{Shown, browser, get};

pub const SHOWN: &[Shown] = &[
    ("SECURE_SSL_REDIRECT", http_is_redirected_to_https),
    ("SECURE_SSL_HOST", the_redirect_may_lead_to_a_host),
    ("SECURE_REDIRECT_EXEMPT", some_paths_are_not_redirected),
    ("SECURE_PROXY_SSL_HEADER", a_proxy_says_that_it_was_https),
    ("SECURE_HSTS_SECONDS", browsers_are_told_to_stay_on_https),
    ("SECURE_HSTS_INCLUDE_SUBDOMAINS", that_may_hold_for_subdomains),
    ("SECURE_HSTS_PRELOAD", that_may_be_preloaded),
    ("SECURE_CONTENT_TYPE_NOSNIFF", browsers_do_not_guess_types),
    ("SECURE_REFERRER_POLICY", other_sites_do_not_learn_the_page),
    ("SECURE_CROSS_ORIGIN_OPENER_POLICY", other_sites_do_not_hold_the_window),
];

#[tokio::test]
async fn http_is_redirected_to_https() {
    let redirected = get("SECURE_SSL_REDIRECT = true", "/page/?a=1").await;
    assert_eq!(redirected.header("location"), Some("https://testserver/page/?a=1"));
    assert_eq!(browser("SECURE_SSL_REDIRECT = true").secure().get("/page/").await.status(), 200);
    assert_eq!(get("", "/page/").await.status(), 200);
}

#[tokio::test]
async fn the_redirect_may_lead_to_a_host() {
    let redirected = get("SECURE_SSL_REDIRECT = true\nSECURE_SSL_HOST = \"secure.example.com\"", "/").await;
    assert_eq!(redirected.header("location"), Some("https://secure.example.com/"));
}

#[tokio::test]
async fn some_paths_are_not_redirected() {
    let exempt = "SECURE_SSL_REDIRECT = true\nSECURE_REDIRECT_EXEMPT = [\"^page/$\"]";
    assert_eq!(get(exempt, "/page/").await.status(), 200);
    assert_eq!(get(exempt, "/").await.status(), 301);
}

#[tokio::test]
async fn a_proxy_says_that_it_was_https() {
    let asked = async |text| {
        let header = HeaderName::from_static("x-forwarded-proto");
        browser(text).with_header(header, "https").get("/asked/").await.text()
    };
    let trusting = "SECURE_PROXY_SSL_HEADER = [\"HTTP_X_FORWARDED_PROTO\", \"https\"]";
    assert_eq!(asked(trusting).await, "https testserver 443");
    assert_eq!(asked("").await, "http testserver 80");
}

/// A header of a page over HTTPS.
async fn header(text: &str, name: &'static str) -> Option<String> {
    browser(text).secure().get("/").await.header(name).map(str::to_owned)
}

const HSTS: &str = "strict-transport-security";

#[tokio::test]
async fn browsers_are_told_to_stay_on_https() {
    assert_eq!(header("", HSTS).await, None);
    assert_eq!(header("SECURE_HSTS_SECONDS = 60", HSTS).await.as_deref(), Some("max-age=60"));
}

#[tokio::test]
async fn that_may_hold_for_subdomains() {
    let wide = "SECURE_HSTS_SECONDS = 60\nSECURE_HSTS_INCLUDE_SUBDOMAINS = true";
    assert_eq!(header(wide, HSTS).await.as_deref(), Some("max-age=60; includeSubDomains"));
}

#[tokio::test]
async fn that_may_be_preloaded() {
    let preloaded = "SECURE_HSTS_SECONDS = 60\nSECURE_HSTS_PRELOAD = true";
    assert_eq!(header(preloaded, HSTS).await.as_deref(), Some("max-age=60; preload"));
}

#[tokio::test]
async fn browsers_do_not_guess_types() {
    let name = "x-content-type-options";
    assert_eq!(header("", name).await.as_deref(), Some("nosniff"));
    assert_eq!(header("SECURE_CONTENT_TYPE_NOSNIFF = false", name).await, None);
}

#[tokio::test]
async fn other_sites_do_not_learn_the_page() {
    let name = "referrer-policy";
    assert_eq!(header("", name).await.as_deref(), Some("same-origin"));
    assert_eq!(header("SECURE_REFERRER_POLICY = \"no-referrer\"", name).await.as_deref(), Some("no-referrer"));
    assert_eq!(header("SECURE_REFERRER_POLICY = false", name).await, None);
}

#[tokio::test]
async fn other_sites_do_not_hold_the_window() {
    let (key, name) = ("SECURE_CROSS_ORIGIN_OPENER_POLICY", "cross-origin-opener-policy");
    assert_eq!(header("", name).await.as_deref(), Some("same-origin"));
    assert_eq!(header(&format!("{key} = \"unsafe-none\""), name).await.as_deref(), Some("unsafe-none"));
    assert_eq!(header(&format!("{key} = false"), name).await, None);
}
