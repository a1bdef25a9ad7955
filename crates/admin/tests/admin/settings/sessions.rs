//! Sessions: where they are kept, and their cookie.

use rjango_contrib::sessions::SessionRow;

use super::{Shown, browser, cookie, migrated};
use crate::site::inside;

pub const SHOWN: &[Shown] = &[
    ("SESSION_ENGINE", sessions_are_kept_where_the_setting_says),
    ("SESSION_COOKIE_NAME", the_cookie_has_its_name),
    ("SESSION_COOKIE_AGE", the_cookie_has_its_age_and_the_session_too),
    ("SESSION_COOKIE_DOMAIN", the_cookie_has_its_domain),
    ("SESSION_COOKIE_PATH", the_cookie_has_its_path),
    ("SESSION_COOKIE_SECURE", the_cookie_may_be_for_https_alone),
    ("SESSION_COOKIE_HTTPONLY", the_cookie_may_be_seen_by_scripts),
    ("SESSION_COOKIE_SAMESITE", the_cookie_may_stay_on_its_site),
    ("SESSION_SAVE_EVERY_REQUEST", each_request_may_prolong_the_session),
    ("SESSION_EXPIRE_AT_BROWSER_CLOSE", the_session_may_end_with_the_browser),
];

/// The cookie of a session that remembers something.
async fn begun(text: &str, name: &str) -> String {
    cookie(&browser(text).get("/remember/tea/").await, name)
}

#[track_caller]
fn says(cookie: &str, attribute: &str) -> bool {
    assert!(cookie.contains("; "), "{cookie}");
    cookie.split("; ").skip(1).any(|found| found == attribute)
}

#[tokio::test]
async fn sessions_are_kept_where_the_setting_says() {
    for (engine, rows) in [("db", 1), ("signed_cookies", 0)] {
        let mut client = migrated(&format!("SESSION_ENGINE = \"rjango.contrib.sessions.backends.{engine}\"")).await;
        client.get("/remember/tea/").await;
        assert_eq!(client.get("/remembered/").await.text(), "tea");
        assert_eq!(inside(&client, async { SessionRow::objects().count().await }).await, rows, "{engine}");
    }
}

#[tokio::test]
async fn the_cookie_has_its_name() {
    assert!(begun("", "sessionid").await.starts_with("sessionid="));
    let mut client = browser("SESSION_COOKIE_NAME = \"visit\"");
    client.get("/remember/tea/").await;
    assert!(client.cookie("visit").is_some() && client.cookie("sessionid").is_none());
    assert_eq!(client.get("/remembered/").await.text(), "tea");
}

#[tokio::test]
async fn the_cookie_has_its_age_and_the_session_too() {
    assert!(says(&begun("", "sessionid").await, "Max-Age=1209600"));
    assert!(says(&begun("SESSION_COOKIE_AGE = 60", "sessionid").await, "Max-Age=60"));
    let mut client = browser("SESSION_COOKIE_AGE = 1");
    client.get("/remember/tea/").await;
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    assert_eq!(client.get("/remembered/").await.text(), "nothing", "a kept cookie is over too");
}

#[tokio::test]
async fn the_cookie_has_its_domain() {
    assert!(!begun("", "sessionid").await.contains("Domain"));
    assert!(says(&begun("SESSION_COOKIE_DOMAIN = \"example.com\"", "sessionid").await, "Domain=example.com"));
}

#[tokio::test]
async fn the_cookie_has_its_path() {
    assert!(says(&begun("", "sessionid").await, "Path=/"));
    assert!(says(&begun("SESSION_COOKIE_PATH = \"/shop/\"", "sessionid").await, "Path=/shop/"));
}

#[tokio::test]
async fn the_cookie_may_be_for_https_alone() {
    assert!(!says(&begun("", "sessionid").await, "Secure"));
    assert!(says(&begun("SESSION_COOKIE_SECURE = true", "sessionid").await, "Secure"));
}

#[tokio::test]
async fn the_cookie_may_be_seen_by_scripts() {
    assert!(says(&begun("", "sessionid").await, "HttpOnly"));
    assert!(!says(&begun("SESSION_COOKIE_HTTPONLY = false", "sessionid").await, "HttpOnly"));
}

#[tokio::test]
async fn the_cookie_may_stay_on_its_site() {
    assert!(says(&begun("", "sessionid").await, "SameSite=Lax"));
    assert!(says(&begun("SESSION_COOKIE_SAMESITE = \"Strict\"", "sessionid").await, "SameSite=Strict"));
    assert!(!begun("SESSION_COOKIE_SAMESITE = false", "sessionid").await.contains("SameSite"));
}

#[tokio::test]
async fn each_request_may_prolong_the_session() {
    for (text, is_sent) in [("", false), ("SESSION_SAVE_EVERY_REQUEST = true", true)] {
        let mut client = browser(text);
        client.get("/remember/tea/").await;
        assert_eq!(client.get("/page/").await.set_cookie("sessionid").is_some(), is_sent, "{text}");
    }
}

#[tokio::test]
async fn the_session_may_end_with_the_browser() {
    assert!(begun("", "sessionid").await.contains("Max-Age"));
    assert!(!begun("SESSION_EXPIRE_AT_BROWSER_CLOSE = true", "sessionid").await.contains("Max-Age"));
}
