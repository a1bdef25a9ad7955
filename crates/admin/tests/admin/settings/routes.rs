//! URLs: slashes, hosts behind proxies, unwanted robots, frames.

use http::header::{HeaderName, USER_AGENT};

use super::{Shown, browser, get};

pub const SHOWN: &[Shown] = &[
    ("APPEND_SLASH", a_missing_slash_is_added),
    ("PREPEND_WWW", the_host_gets_its_www),
    ("USE_X_FORWARDED_HOST", the_host_is_the_proxys),
    ("USE_X_FORWARDED_PORT", the_port_is_the_proxys),
    ("DISALLOWED_USER_AGENTS", an_unwanted_robot_gets_no_page),
    ("X_FRAME_OPTIONS", the_header_says_who_may_frame),
];

#[tokio::test]
async fn a_missing_slash_is_added() {
    assert_eq!(get("", "/page").await.header("location"), Some("/page/"));
    assert_eq!(get("APPEND_SLASH = false", "/page").await.status(), 404);
}

#[tokio::test]
async fn the_host_gets_its_www() {
    let mut redirected = browser("PREPEND_WWW = true").host("example.com");
    assert_eq!(redirected.get("/page/").await.header("location"), Some("http://www.example.com/page/"));
    assert_eq!(browser("").host("example.com").get("/page/").await.status(), 200);
}

async fn behind_a_proxy(text: &str, header: &'static str, value: &str) -> String {
    browser(text).with_header(HeaderName::from_static(header), value).get("/asked/").await.text()
}

#[tokio::test]
async fn the_host_is_the_proxys() {
    let asked = async |text| behind_a_proxy(text, "x-forwarded-host", "shop.example.com").await;
    assert_eq!(asked("USE_X_FORWARDED_HOST = true").await, "http shop.example.com 80");
    assert_eq!(asked("").await, "http testserver 80");
}

#[tokio::test]
async fn the_port_is_the_proxys() {
    let asked = async |text| behind_a_proxy(text, "x-forwarded-port", "8443").await;
    assert_eq!(asked("USE_X_FORWARDED_PORT = true").await, "http testserver 8443");
    assert_eq!(asked("").await, "http testserver 80");
}

#[tokio::test]
async fn an_unwanted_robot_gets_no_page() {
    let robot = async |text| browser(text).with_header(USER_AGENT, "GreedyBot/1.0").get("/").await.status();
    assert_eq!(robot("DISALLOWED_USER_AGENTS = [\"^Greedy\"]").await, 403);
    assert_eq!(robot("").await, 200);
}

#[tokio::test]
async fn the_header_says_who_may_frame() {
    assert_eq!(get("", "/").await.header("x-frame-options"), Some("DENY"));
    let same = get("X_FRAME_OPTIONS = \"SAMEORIGIN\"", "/").await;
    assert_eq!(same.header("x-frame-options"), Some("SAMEORIGIN"));
}
