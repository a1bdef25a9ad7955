//! Users in the admin: passwords are never shown, and set on pages of their own.

use rjango_contrib::auth::{User, UserInstance as _};
use rjango_http::StatusCode;
use rjango_macros::q;

use crate::site::{anonymous, client, group, has, inside, lacks, location, staff_with};

async fn id(client: &rjango_http::Client, username: &str) -> String {
    inside(client, async { Ok(User::objects().get(q!(username = username)).await?.id.to_string()) }).await
}

#[tokio::test]
async fn a_user_is_added_with_a_password_twice() {
    let mut client = client("root").await;
    let add = "/admin/auth/user/add/";
    has(&client.get(add).await, "First, enter a username and password.");
    let form = |name: &'static str, again: &'static str| {
        [("username", name), ("password1", "correct horse"), ("password2", again)]
    };
    has(&client.post(add, form("ada", "battery")).await, "The two password fields didn’t match.");
    has(&client.post(add, form("joe", "correct horse")).await, "A user with that username already exists.");
    has(&client.post(add, form("a b", "correct horse")).await, "Enter a valid username.");
    has(&client.post(add, [("username", "")]).await, "This field is required.");
    let url = location(&client.post(add, form("ada", "correct horse")).await).to_owned();
    assert_eq!(url, format!("/admin/auth/user/{}/change/", id(&client, "ada").await));
    let ada = inside(&client, async { User::objects().get(q!(username = "ada")).await }).await;
    assert!(ada.is_active && !ada.is_staff && ada.has_usable_password());
}

#[tokio::test]
async fn a_users_form_shows_no_hash_and_keeps_it() {
    let mut client = client("root").await;
    let joe = id(&client, "joe").await;
    let editors = group(&client, "Editors").await.id.to_string();
    let before = inside(&client, async { User::objects().get(q!(username = "joe")).await }).await;
    let url = format!("/admin/auth/user/{joe}/change/");
    let page = client.get(&url).await;
    has(&page, "algorithm: pbkdf2_sha256, iterations: 2, salt: ");
    has(&page, &format!("/admin/auth/user/{joe}/password/"));
    has(&page, "<legend>Permissions</legend>");
    lacks(&page, &before.password);
    lacks(&page, "name=\"password\"");
    let form = [
        ("username", "joe"),
        ("password", "pwned"),
        ("first_name", "Joe"),
        ("is_active", "on"),
        ("groups", editors.as_str()),
        ("date_joined_0", "2026-11-22"),
        ("date_joined_1", "10:00:00"),
    ];
    let response = client.post(&url, form).await;
    assert_eq!(location(&response), "/admin/auth/user/");
    let after = inside(&client, async { User::objects().get(q!(username = "joe")).await }).await;
    assert_eq!((after.password, after.first_name.as_str()), (before.password, "Joe"));
    has(&client.get(&url).await, &format!("<option value=\"{editors}\" selected>Editors</option>"));
}

#[tokio::test]
async fn a_password_is_set_on_its_own_page() {
    let mut client = client("root").await;
    let url = format!("/admin/auth/user/{}/password/", id(&client, "joe").await);
    has(&client.get(&url).await, "Enter a new password for the user <strong>joe</strong>.");
    has(&client.post(&url, [("password1", "a"), ("password2", "b")]).await, "didn’t match.");
    let form = [("password1", "correct horse"), ("password2", "correct horse")];
    assert_eq!(client.post(&url, form).await.status(), StatusCode::FOUND);
    let correct = inside(&client, async {
        let mut joe = User::objects().get(q!(username = "joe")).await?;
        joe.check_password("correct horse").await
    })
    .await;
    assert!(correct);
}

#[tokio::test]
async fn staff_need_permission_for_users() {
    let mut client = staff_with(&["add_user", "view_user"]).await;
    let joe = id(&client, "joe").await;
    assert_eq!(client.get("/admin/auth/user/").await.status(), StatusCode::OK);
    assert_eq!(client.get("/admin/auth/user/add/").await.status(), StatusCode::FORBIDDEN);
    assert_eq!(client.get(&format!("/admin/auth/user/{joe}/password/")).await.status(), StatusCode::FORBIDDEN);
    let page = client.get(&format!("/admin/auth/user/{joe}/change/")).await;
    lacks(&page, "/password/\"");
    let path = format!("/admin/auth/user/{joe}/password/");
    assert_eq!(location(&anonymous().await.get(&path).await), format!("/admin/login/?next={path}"));
}

#[tokio::test]
async fn everybody_changes_their_own_password() {
    let mut client = client("staff").await;
    let url = "/admin/password_change/";
    let form = |old: &'static str| {
        [("old_password", old), ("new_password1", "correct horse"), ("new_password2", "correct horse")]
    };
    has(&client.post(url, form("wrong")).await, "Your old password was entered incorrectly.");
    assert_eq!(location(&client.post(url, form("letmein")).await), "/admin/password_change/done/");
    has(&client.get("/admin/password_change/done/").await, "Your password was changed.");
}

#[tokio::test]
async fn an_untouched_form_changes_nothing() {
    let mut client = client("root").await;
    let joe = id(&client, "joe").await;
    let before = inside(&client, async { User::objects().get(q!(username = "joe")).await }).await;
    let url = format!("/admin/auth/user/{joe}/change/");
    let (day, time) =
        (before.date_joined.format("%Y-%m-%d").to_string(), before.date_joined.format("%H:%M:%S").to_string());
    let form = |name: &'static str| {
        vec![
            ("username", name.to_owned()),
            ("email", "joe@example.com".to_owned()),
            ("is_active", "on".to_owned()),
            ("date_joined_0", day.clone()),
            ("date_joined_1", time.clone()),
        ]
    };
    assert_eq!(client.post(&url, form("joe")).await.status(), StatusCode::FOUND);
    has(&client.get(&format!("/admin/auth/user/{joe}/history/")).await, "No fields changed.");
    let after = inside(&client, async { User::objects().get(q!(username = "joe")).await }).await;
    assert_eq!(after.date_joined, before.date_joined);
    has(&client.post(&url, form("root")).await, "A user with that username already exists.");
    has(&client.post(&url, form("joe joe")).await, "Enter a valid username.");
}
