//! Messages from one page to the next.

use rjango_contrib::messages::Level;
use rjango_http::Client;

use crate::site::{client, settings, site_with, stored_sessions};

#[tokio::test]
async fn a_message_is_shown_once() {
    let mut client = client().await;
    client.get("/say/saved/").await;
    assert!(client.cookie("messages").is_some());
    assert_eq!(client.get("/static-page/").await.text(), "no user here");
    assert_eq!(client.get("/page/").await.text(), "AnonymousUser False [success:saved]");
    assert_eq!(client.cookie("messages"), None);
    assert_eq!(client.get("/page/").await.text(), "AnonymousUser False ");
}

#[tokio::test]
async fn messages_wait_together_and_are_escaped() {
    let mut client = client().await;
    client.get("/say/one/").await;
    client.get("/say/%3Cb%3E/").await;
    assert_eq!(client.get("/page/").await.text(), "AnonymousUser False [success:one][success:&lt;b&gt;]");
}

#[tokio::test]
async fn what_the_cookie_cannot_take_waits_in_the_session() {
    let mut client = client().await;
    let text = |number: usize| rjango_core::signing::random_string(300 + number);
    let said: Vec<String> = (0..9).map(text).collect();
    for text in &said {
        client.get(&format!("/say/{text}/")).await;
    }
    assert!(client.cookie("messages").unwrap().len() <= 2048);
    assert_eq!(stored_sessions(&client).await.len(), 1);
    let expected: String = said.iter().map(|text| format!("[success:{text}]")).collect();
    assert_eq!(client.get("/page/").await.text(), format!("AnonymousUser False {expected}"));
    assert_eq!(client.get("/page/").await.text(), "AnonymousUser False ");
}

#[tokio::test]
async fn a_message_after_reading_waits_for_the_next_page() {
    let mut client = client().await;
    assert_eq!(client.get("/say-and-read/").await.text(), "shown at once");
    assert_eq!(client.get("/page/").await.text(), "AnonymousUser False [info:for later]");
}

#[tokio::test]
async fn a_forged_cookie_is_dropped() {
    let mut client = client().await;
    client.set_cookie("messages", "W10:1xVB2n:forged");
    assert_eq!(client.get("/page/").await.text(), "AnonymousUser False ");
    assert_eq!(client.cookie("messages"), None);
}

#[tokio::test]
async fn the_cookie_has_the_sessions_flags() {
    let mut client = client().await;
    let cookie = client.get("/say/saved/").await.set_cookie("messages").unwrap();
    assert_eq!((cookie.http_only(), cookie.path()), (Some(true), Some("/")));
    assert_eq!(cookie.same_site().unwrap().to_string(), "Lax");
    assert!(cookie.max_age().is_none());
}

#[tokio::test]
async fn the_level_is_a_setting() {
    let mut quiet = settings();
    quiet.message_level = u64::try_from(Level::ERROR.0).unwrap();
    let mut client = Client::new(site_with(quiet).await).unwrap();
    client.get("/say/saved/").await;
    assert_eq!(client.cookie("messages"), None);
}

#[tokio::test]
async fn the_session_or_the_cookie_can_be_the_only_place() {
    for storage in ["session.SessionStorage", "cookie.CookieStorage"] {
        let mut settings = settings();
        settings.message_storage = format!("rjango.contrib.messages.storage.{storage}");
        let mut client = Client::new(site_with(settings).await).unwrap();
        client.get("/say/saved/").await;
        assert_eq!(client.cookie("messages").is_some(), storage.starts_with("cookie"));
        assert_eq!(client.get("/page/").await.text(), "AnonymousUser False [success:saved]");
        assert_eq!(client.get("/page/").await.text(), "AnonymousUser False ");
    }
}
