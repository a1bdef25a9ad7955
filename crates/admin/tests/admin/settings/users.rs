//! Users: logging in and out, and passwords.

use rjango_contrib::auth::{AnyUser, AuthenticationBackend, authentication_backend, make_password, password_problems};
use rjango_core::{Error, Result};
use rjango_http::client::ClientResponse;
use rjango_http::{BoxFuture, Client};
use rjango_macros::Model;
use rjango_orm::{Auto, Models, Value};

use super::{Shown, get, migrated, read, refusal};
use crate::site::inside;

pub const SHOWN: &[Shown] = &[
    ("AUTH_USER_MODEL", the_model_of_users_is_a_setting),
    ("AUTHENTICATION_BACKENDS", who_knows_a_user_is_a_setting),
    ("LOGIN_URL", a_stranger_is_sent_to_log_in),
    ("LOGIN_REDIRECT_URL", one_who_has_logged_in_is_sent_on),
    ("LOGOUT_REDIRECT_URL", one_who_has_logged_out_is_sent_on),
    ("PASSWORD_HASHERS", a_new_password_is_hashed_by_the_first),
    ("AUTH_PASSWORD_VALIDATORS", a_new_password_must_satisfy_the_list),
];

/// A model of users beside `auth.User`.
#[derive(Model, Debug, Clone)]
#[model(user)]
pub struct Keeper {
    pub id: Auto,
    #[field(max_length = 30, unique)]
    pub username: String,
    #[field(max_length = 128)]
    pub password: String,
}

#[test]
fn the_model_of_users_is_a_setting() {
    let models = |text: &str| {
        let installed = |app: &str| ["auth", "contenttypes", "admin", "settings"].contains(&app);
        Models::from_inventory_with_users(installed, &read(text).auth_user_model)
    };
    let log = |models: &Models| models.get("admin.LogEntry").unwrap().schema.field("user").unwrap().kind.clone();
    let (usual, own) = (models("").unwrap(), models("AUTH_USER_MODEL = \"settings.Keeper\"").unwrap());
    assert_eq!(log(&usual).relation().unwrap().to, "auth.User");
    assert_eq!(log(&own).relation().unwrap().to, "settings.Keeper");
    assert!(usual.get("auth.User").is_some() && own.get("auth.User").is_none());
    let unknown = models("AUTH_USER_MODEL = \"settings.Keepr\"").unwrap_err().to_string();
    assert_eq!(unknown, "AUTH_USER_MODEL names `settings.Keepr`, which is not a model");
    assert!(refusal("AUTH_USER_MODEL = \"User\"").contains("expects `app.Model`"));
}

async fn log_in(client: &mut Client) -> ClientResponse {
    client.post("/accounts/login/", [("username", "joe"), ("password", "letmein")]).await
}

#[derive(Default)]
struct Nobody;

#[authentication_backend]
impl AuthenticationBackend for Nobody {
    fn authenticate<'a>(&'a self, _username: &'a str, _password: &'a str) -> BoxFuture<'a, Result<Option<AnyUser>>> {
        Box::pin(async { Err(Error::permission_denied("nobody comes in")) })
    }

    fn get_user<'a>(&'a self, _pk: &'a Value) -> BoxFuture<'a, Result<Option<AnyUser>>> {
        Box::pin(async { Ok(None) })
    }
}

#[tokio::test]
async fn who_knows_a_user_is_a_setting() {
    let mut client = migrated("").await;
    assert_eq!(log_in(&mut client).await.status(), 302);
    assert_eq!(client.get("/who/").await.text(), "joe");
    // One that knows nobody has the word before the model's.
    let strict = "AUTHENTICATION_BACKENDS = [\"settings.users.Nobody\", \"rjango.contrib.auth.backends.ModelBackend\"]";
    let mut nobody = migrated(strict).await;
    log_in(&mut nobody).await;
    assert_eq!(nobody.get("/who/").await.text(), "AnonymousUser");
}

#[tokio::test]
async fn a_stranger_is_sent_to_log_in() {
    let sent = async |text| get(text, "/private/").await.header("location").map(str::to_owned).unwrap();
    assert_eq!(sent("").await, "/accounts/login/?next=/private/");
    assert_eq!(sent("LOGIN_URL = \"/enter/\"").await, "/enter/?next=/private/");
    assert_eq!(sent("LOGIN_URL = \"admin:login\"").await, "/admin/login/?next=/private/");
}

#[tokio::test]
async fn one_who_has_logged_in_is_sent_on() {
    assert_eq!(log_in(&mut migrated("").await).await.header("location"), Some("/accounts/profile/"));
    let home = log_in(&mut migrated("LOGIN_REDIRECT_URL = \"home\"").await).await;
    assert_eq!(home.header("location"), Some("/"));
}

#[tokio::test]
async fn one_who_has_logged_out_is_sent_on() {
    let out = async |text| migrated(text).await.post("/accounts/logout/", [("a", "b")]).await;
    assert_eq!(out("LOGOUT_REDIRECT_URL = \"/bye/\"").await.header("location"), Some("/bye/"));
    assert_eq!(out("").await.header("location"), None);
}

#[tokio::test]
async fn a_new_password_is_hashed_by_the_first() {
    let hashed = async |text| inside(&Client::of(super::handler(text)), make_password(Some("letmein"))).await;
    assert!(hashed("").await.starts_with("pbkdf2_sha256$2$"));
    let sha1 = "PASSWORD_HASHERS = [\"rjango.contrib.auth.hashers.PBKDF2SHA1PasswordHasher\", \"site.fast\"]";
    assert!(hashed(sha1).await.starts_with("pbkdf2_sha1$"));
    assert!(refusal("PASSWORD_HASHERS = []").contains("must not be empty"));
}

#[tokio::test]
async fn a_new_password_must_satisfy_the_list() {
    let problems =
        async |text| inside(&Client::of(super::handler(text)), async { password_problems("12345", None) }).await.len();
    assert_eq!(problems("").await, 3, "it is short, common and a number");
    let short = "AUTH_PASSWORD_VALIDATORS = [\"rjango.contrib.auth.password_validation.MinimumLengthValidator\"]";
    assert_eq!(problems(short).await, 1);
    let lenient = "AUTH_PASSWORD_VALIDATORS = [{ NAME = \"rjango.contrib.auth.password_validation.MinimumLengthValidator\", \
                   OPTIONS = { min_length = 4 } }]";
    assert_eq!(problems(lenient).await, 0);
}
