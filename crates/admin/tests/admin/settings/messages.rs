//! Messages: where they wait, and which are kept.

use rjango_contrib::messages;
use rjango_core::Result;
use rjango_http::Request;

use super::{Shown, browser};

pub const SHOWN: &[Shown] =
    &[("MESSAGE_STORAGE", messages_wait_where_the_setting_says), ("MESSAGE_LEVEL", what_matters_less_is_dropped)];

pub async fn say(request: Request) -> &'static str {
    messages::debug(&request, "low");
    messages::error(&request, "high");
    "said"
}

pub async fn said(request: Request) -> Result<String> {
    let messages = messages::get_messages(&request).await?.read();
    Ok(messages.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
}

/// The cookies in which messages wait, and what the next page reads.
async fn waiting(text: &str) -> (bool, bool, String) {
    let mut client = browser(text);
    client.get("/say/").await;
    let places = (client.cookie("messages").is_some(), client.cookie("sessionid").is_some());
    (places.0, places.1, client.get("/said/").await.text())
}

#[tokio::test]
async fn messages_wait_where_the_setting_says() {
    assert_eq!(waiting("").await, (true, false, "high".to_owned()));
    let session = "MESSAGE_STORAGE = \"rjango.contrib.messages.storage.session.SessionStorage\"";
    assert_eq!(waiting(session).await, (false, true, "high".to_owned()));
}

#[tokio::test]
async fn what_matters_less_is_dropped() {
    assert_eq!(waiting("MESSAGE_LEVEL = 10").await.2, "low,high");
    assert_eq!(waiting("").await.2, "high");
    assert_eq!(waiting("MESSAGE_LEVEL = 50").await.2, "");
}
