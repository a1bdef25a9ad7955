//! The session's cookie, its row, and what an attacker may try with both.

use chrono::{TimeDelta, Utc};
use rjango_contrib::sessions::SessionRow;
use rjango_core::Settings;
use rjango_http::{Client, StatusCode};
use rjango_macros::{q, set};

use crate::site::{client, inside, settings, site_with, stored_sessions};

async fn client_with(change: impl FnOnce(&mut Settings)) -> Client {
    let mut settings = settings();
    change(&mut settings);
    Client::new(site_with(settings).await).unwrap()
}

#[tokio::test]
async fn what_is_set_is_there_on_the_next_request() {
    let mut client = client().await;
    assert_eq!(client.get("/get/color/").await.text(), "-");
    assert_eq!(client.cookie("sessionid"), None);
    client.get("/set/color/red/").await;
    assert_eq!(client.get("/get/color/").await.text(), "red");
    let rows = stored_sessions(&client).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(Some(rows[0].session_key.as_str()), client.cookie("sessionid"));
    assert_eq!(rows[0].session_key.len(), 32);
    let age = rows[0].expire_date - Utc::now();
    assert!((TimeDelta::days(13)..=TimeDelta::days(14)).contains(&age), "{age}");
}

#[tokio::test]
async fn the_cookie_has_djangos_flags() {
    let mut client = client().await;
    let response = client.get("/set/color/red/").await;
    let cookie = response.set_cookie("sessionid").unwrap();
    assert_eq!(cookie.http_only(), Some(true));
    assert_eq!(cookie.secure(), None);
    assert_eq!(cookie.path(), Some("/"));
    assert_eq!(cookie.same_site().unwrap().to_string(), "Lax");
    assert_eq!(cookie.max_age().unwrap().whole_seconds(), 1_209_600);
    assert!(cookie.expires().is_some());
    assert_eq!(response.header("vary"), Some("Cookie"));
}

#[tokio::test]
async fn a_page_that_asks_for_no_session_does_not_vary_and_costs_no_query() {
    let mut client = client().await;
    client.set_cookie("sessionid", "whatever-it-may-be");
    let response = client.get("/quiet/").await;
    assert_eq!(response.header("vary"), None);
    assert!(response.set_cookie("sessionid").is_none());
}

#[tokio::test]
async fn an_unknown_key_is_never_taken_over() {
    let mut client = client().await;
    let planted = "a".repeat(32);
    client.set_cookie("sessionid", &planted);
    client.get("/set/color/red/").await;
    let given = client.cookie("sessionid").unwrap().to_owned();
    assert_ne!(given, planted);
    assert_eq!(stored_sessions(&client).await[0].session_key, given);
}

#[tokio::test]
async fn an_unknown_key_is_taken_from_the_browser_once_looked_up() {
    let mut client = client().await;
    client.set_cookie("sessionid", "b".repeat(32));
    let response = client.get("/get/color/").await;
    assert_eq!(response.set_cookie("sessionid").unwrap().max_age().unwrap().whole_seconds(), 0);
    assert_eq!(client.cookie("sessionid"), None);
}

#[tokio::test]
async fn an_expired_session_is_as_good_as_none() {
    let mut client = client().await;
    client.get("/set/color/red/").await;
    let old = client.cookie("sessionid").unwrap().to_owned();
    let past = Utc::now() - TimeDelta::seconds(1);
    inside(&client, async move {
        SessionRow::objects().filter(q!(session_key__isnull = false)).update(set!(expire_date = past)).await
    })
    .await;
    client.get("/set/taste/sweet/").await;
    assert_ne!(client.cookie("sessionid"), Some(old.as_str()));
    assert_eq!(client.get("/get/color/").await.text(), "-");
}

#[tokio::test]
async fn a_row_that_was_tampered_with_is_as_good_as_none() {
    let mut client = client().await;
    client.get("/set/color/red/").await;
    let forged = "e30:1xVB2n:forged";
    inside(&client, async move {
        SessionRow::objects().filter(q!(session_key__isnull = false)).update(set!(session_data = forged)).await
    })
    .await;
    assert_eq!(client.get("/get/color/").await.text(), "-");
}

#[tokio::test]
async fn flushing_deletes_row_and_cookie() {
    let mut client = client().await;
    client.get("/set/color/red/").await;
    client.get("/flush/").await;
    assert_eq!(client.cookie("sessionid"), None);
    assert!(stored_sessions(&client).await.is_empty());
}

#[tokio::test]
async fn removing_the_last_value_keeps_the_session() {
    let mut client = client().await;
    client.get("/set/color/red/").await;
    assert_eq!(client.get("/remove/color/").await.text(), "true");
    assert!(client.cookie("sessionid").is_some());
    assert_eq!(client.get("/get/color/").await.text(), "-");
}

#[tokio::test]
async fn a_server_error_saves_nothing() {
    let mut client = client().await;
    client.get("/set/key/kept/").await;
    client.get("/fail/").await;
    assert_eq!(client.get("/get/key/").await.text(), "kept");
}

#[tokio::test]
async fn an_unchanged_session_is_not_written_unless_asked_for() {
    let mut plain = client().await;
    plain.get("/set/color/red/").await;
    assert!(plain.get("/get/color/").await.set_cookie("sessionid").is_none());

    let mut eager = client_with(|settings| settings.session_save_every_request = true).await;
    eager.get("/set/color/red/").await;
    assert!(eager.get("/quiet/").await.set_cookie("sessionid").is_some());
}

#[tokio::test]
async fn a_session_can_end_with_the_browser_or_earlier() {
    let mut client = client().await;
    let cookie = client.get("/expire/60/").await.set_cookie("sessionid").unwrap();
    assert_eq!(cookie.max_age().unwrap().whole_seconds(), 60);
    let cookie = client.get("/expire/0/").await.set_cookie("sessionid").unwrap();
    assert!(cookie.max_age().is_none() && cookie.expires().is_none());

    let mut browser = client_with(|settings| settings.session_expire_at_browser_close = true).await;
    let cookie = browser.get("/set/color/red/").await.set_cookie("sessionid").unwrap();
    assert!(cookie.max_age().is_none());
}

#[tokio::test]
async fn a_session_deleted_meanwhile_is_not_brought_back() {
    let mut client = client().await;
    client.get("/set/color/red/").await;
    let response = client.get("/gone/").await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(stored_sessions(&client).await.is_empty());
}

#[tokio::test]
async fn settings_decide_over_the_cookie() {
    let mut client = client_with(|settings| {
        settings.session_cookie_name = "sid".to_owned();
        settings.session_cookie_secure = true;
        settings.session_cookie_path = "/set/".to_owned();
        settings.session_cookie_domain = Some("example.com".to_owned());
        settings.session_cookie_samesite = Some(rjango_core::SameSite::Strict);
    })
    .await;
    let cookie = client.get("/set/color/red/").await.set_cookie("sid").unwrap();
    assert_eq!((cookie.secure(), cookie.path(), cookie.domain()), (Some(true), Some("/set/"), Some("example.com")));
    assert_eq!(cookie.same_site().unwrap().to_string(), "Strict");
}

#[tokio::test]
async fn the_cookie_itself_can_be_the_session() {
    let mut client = client_with(|settings| {
        settings.session_engine = "rjango.contrib.sessions.backends.signed_cookies".to_owned();
    })
    .await;
    client.get("/set/color/red/").await;
    assert_eq!(client.get("/get/color/").await.text(), "red");
    assert!(stored_sessions(&client).await.is_empty());
    let forged = format!("{}x", client.cookie("sessionid").unwrap());
    client.set_cookie("sessionid", forged);
    assert_eq!(client.get("/get/color/").await.text(), "-");
    client.get("/set/color/blue/").await;
    client.get("/flush/").await;
    assert_eq!(client.cookie("sessionid"), None);
}

#[tokio::test]
async fn an_unknown_engine_is_found_at_start_up() {
    let mut wrong = settings();
    wrong.session_engine = "shop.sessions".to_owned();
    let error = Client::new(site_with(wrong).await).err().unwrap();
    assert!(format!("{error:?}").contains("`shop.sessions`"), "{error:?}");
}

#[tokio::test]
async fn expired_rows_can_be_cleared() {
    let mut client = client().await;
    client.get("/set/color/red/").await;
    client.clear_cookies();
    client.get("/set/color/blue/").await;
    let key = client.cookie("sessionid").unwrap().to_owned();
    let past = Utc::now() - TimeDelta::seconds(1);
    inside(&client, async move {
        SessionRow::objects().filter(q!(session_key = key)).update(set!(expire_date = past)).await
    })
    .await;
    let site = client.site().clone();
    let cleared =
        inside(
            &client,
            async move { rjango_contrib::sessions::session_backend(site.settings())?.clear_expired().await },
        )
        .await;
    assert_eq!(cleared, 1);
    assert_eq!(stored_sessions(&client).await.len(), 1);
}
