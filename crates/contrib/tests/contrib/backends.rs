//! A second way to find out who somebody is.

use rjango_contrib::auth::{AnyUser, AuthenticationBackend, User, authentication_backend, users};
use rjango_core::{Error, Result, Settings};
use rjango_http::{BoxFuture, Client};
use rjango_orm::Value;

use crate::site::{log_in, settings, site_with, with_joe};

/// Knows everybody who says `open sesame`, whatever their password is, and lets nobody called `mallory` in at all.
#[derive(Default)]
struct Sesame;

#[authentication_backend]
impl AuthenticationBackend for Sesame {
    fn authenticate<'a>(&'a self, username: &'a str, password: &'a str) -> BoxFuture<'a, Result<Option<AnyUser>>> {
        Box::pin(async move {
            match (username, password) {
                ("mallory", _) => Err(Error::permission_denied("not mallory")),
                (_, "open sesame") => users::by_username(username).await,
                _ => Ok(None),
            }
        })
    }

    fn get_user<'a>(&'a self, pk: &'a Value) -> BoxFuture<'a, Result<Option<AnyUser>>> {
        Box::pin(users::by_pk(pk))
    }
}

fn with_sesame() -> Settings {
    let mut settings = settings();
    settings.authentication_backends =
        vec!["backends.Sesame".to_owned(), "rjango.contrib.auth.backends.ModelBackend".to_owned()];
    settings
}

#[tokio::test]
async fn backends_are_asked_in_turn() {
    let site = site_with(with_sesame()).await;
    with_joe(&site).await;
    let mut client = Client::new(site).unwrap();
    log_in(&mut client).await;
    assert_eq!(client.get("/who/").await.text(), "joe");
    client.clear_cookies();
    client.post("/accounts/login/", [("username", "joe"), ("password", "open sesame")]).await;
    assert_eq!(client.get("/who/").await.text(), "joe");
}

#[tokio::test]
async fn a_backends_no_is_final() {
    let site = site_with(with_sesame()).await;
    let mallory = User::create_user("mallory", "", Some("letmein"));
    site.clone().scope(mallory).await.unwrap();
    let mut client = Client::new(site).unwrap();
    client.post("/accounts/login/", [("username", "mallory"), ("password", "letmein")]).await;
    assert_eq!(client.get("/who/").await.text(), "AnonymousUser");
}

#[tokio::test]
async fn a_backend_that_is_no_longer_in_the_settings_knows_nobody() {
    let site = site_with(with_sesame()).await;
    with_joe(&site).await;
    let mut client = Client::new(site).unwrap();
    client.post("/accounts/login/", [("username", "joe"), ("password", "open sesame")]).await;
    let row = crate::site::stored_sessions(&client).await.remove(0);
    let key = row.session_key.clone();

    let site = site_with(settings()).await;
    with_joe(&site).await;
    let mut after = Client::new(site).unwrap();
    crate::site::inside(&after, async { rjango_contrib::sessions::SessionRow::objects().create(row).await }).await;
    after.set_cookie("sessionid", key);
    assert_eq!(after.get("/who/").await.text(), "AnonymousUser");
}
