//! Logging in and out, and the ways around it that must be closed.

use rjango_contrib::auth::{ClientLogin, User, UserInstance as _, check_password};
use rjango_http::{Client, StatusCode};
use rjango_macros::{q, set};

use crate::site::{client, inside, log_in, settings, site_with, stored_sessions, with_joe};

const REFUSAL: &str = "Please enter a correct username and password. Note that both fields may be case-sensitive.";

#[tokio::test]
async fn one_logs_in_and_out() {
    let mut client = client().await;
    assert_eq!(client.get("/who/").await.text(), "AnonymousUser");
    let response = client.post("/accounts/login/", [("username", "joe"), ("password", "letmein")]).await;
    assert_eq!(response.status(), StatusCode::FOUND);
    assert_eq!(response.header("location"), Some("/accounts/profile/"));
    assert_eq!(client.get("/who/").await.text(), "joe");
    let joe = inside(&client, User::by_username("joe")).await.unwrap();
    assert!(joe.last_login.is_some());

    assert_eq!(client.get("/accounts/logout/").await.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(client.get("/who/").await.text(), "joe");
    let response = client.post("/accounts/logout/", [("", "")]).await;
    assert!(response.text().contains("Logged out"), "{}", response.text());
    assert_eq!(client.get("/who/").await.text(), "AnonymousUser");
    assert!(stored_sessions(&client).await.is_empty());
}

#[tokio::test]
async fn wrong_names_passwords_and_inactive_users_are_told_the_same() {
    let mut client = client().await;
    inside(&client, async {
        User::create_user("idle", "", Some("letmein")).await?;
        User::objects().filter(q!(username = "idle")).update(set!(is_active = false)).await?;
        User::create_user("nopass", "", None).await
    })
    .await;
    for (name, password) in
        [("joe", "wrong"), ("nobody", "letmein"), ("idle", "letmein"), ("nopass", "letmein"), ("JOE", "letmein")]
    {
        let response = client.post("/accounts/login/", [("username", name), ("password", password)]).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert!(response.text().contains(REFUSAL), "{name}: {}", response.text());
        assert!(!response.text().contains(password), "the password came back");
        assert_eq!(client.cookie("sessionid"), None);
    }
}

#[tokio::test]
async fn an_empty_form_asks_for_what_is_missing() {
    let mut client = client().await;
    let text = client.post("/accounts/login/", [("username", ""), ("password", "")]).await.text();
    assert!(text.contains("username is required") && text.contains("password is required"), "{text}");
}

#[tokio::test]
async fn the_form_shows_the_name_escaped() {
    let mut client = client().await;
    let text = client.post("/accounts/login/", [("username", "\"><script>"), ("password", "x")]).await.text();
    assert!(!text.contains("<script>"), "{text}");
}

#[tokio::test]
async fn the_page_after_is_on_this_site() {
    for (next, location) in [
        ("/who/", "/who/"),
        ("http://testserver/who/", "http://testserver/who/"),
        ("https://evil.example/", "/accounts/profile/"),
        ("//evil.example/", "/accounts/profile/"),
        ("/\\evil.example/", "/accounts/profile/"),
        ("javascript:alert(1)", "/accounts/profile/"),
    ] {
        let mut client = client().await;
        let form = [("username", "joe"), ("password", "letmein"), ("next", next)];
        let response = client.post("/accounts/login/", form).await;
        assert_eq!(response.header("location"), Some(location), "{next}");
    }
}

#[tokio::test]
async fn a_secure_page_does_not_lead_to_an_open_one() {
    let mut client = client().await.secure();
    let form = [("username", "joe"), ("password", "letmein"), ("next", "http://testserver/who/")];
    assert_eq!(client.post("/accounts/login/", form).await.header("location"), Some("/accounts/profile/"));
}

#[tokio::test]
async fn the_form_carries_next_on() {
    let mut client = client().await;
    assert!(client.get("/accounts/login/?next=/who/").await.text().contains("name=\"next\" value=\"/who/\""));
    assert!(!client.get("/accounts/login/?next=//evil.example/").await.text().contains("evil"));
}

#[tokio::test]
async fn a_log_in_changes_the_sessions_key_and_keeps_its_data() {
    let mut client = client().await;
    client.get("/set/color/red/").await;
    let before = client.cookie("sessionid").unwrap().to_owned();
    log_in(&mut client).await;
    assert_ne!(client.cookie("sessionid"), Some(before.as_str()));
    assert_eq!(client.get("/get/color/").await.text(), "red");
    assert_eq!(stored_sessions(&client).await.len(), 1, "the old row is gone");
}

#[tokio::test]
async fn another_user_finds_nothing_of_the_one_before() {
    let mut client = client().await;
    inside(&client, User::create_user("ann", "", Some("letmein"))).await;
    log_in(&mut client).await;
    client.get("/set/color/red/").await;
    client.get("/log-in-as/ann/").await;
    assert_eq!(client.get("/who/").await.text(), "ann");
    assert_eq!(client.get("/get/color/").await.text(), "-");
}

#[tokio::test]
async fn a_log_in_changes_the_csrf_secret() {
    let mut client = client().await;
    client.get("/accounts/login/").await;
    let before = client.cookie("csrftoken").unwrap().to_owned();
    log_in(&mut client).await;
    assert_ne!(client.cookie("csrftoken"), Some(before.as_str()));
}

#[tokio::test]
async fn a_log_in_needs_a_token() {
    let mut client = client().await.enforce_csrf_checks();
    let response = client.post("/accounts/login/", [("username", "joe"), ("password", "letmein")]).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_new_password_ends_other_sessions_and_keeps_this_one() {
    let mut here = client().await;
    log_in(&mut here).await;
    let mut elsewhere = Client::new(here.site().clone()).unwrap();
    log_in(&mut elsewhere).await;

    let text = here
        .post("/accounts/password_change/", [("old_password", "wrong"), ("new_password1", "a"), ("new_password2", "b")])
        .await
        .text();
    assert!(text.contains("Your old password was entered incorrectly. Please enter it again."), "{text}");
    assert!(text.contains("The two password fields didn’t match."), "{text}");
    let form = [("old_password", "letmein"), ("new_password1", "123456"), ("new_password2", "123456")];
    let text = here.post("/accounts/password_change/", form).await.text();
    assert!(text.contains("This password is too common."), "{text}");

    let new = "a long walk on the beach";
    let form = [("old_password", "letmein"), ("new_password1", new), ("new_password2", new)];
    let response = here.post("/accounts/password_change/", form).await;
    assert_eq!(response.header("location"), Some("/accounts/password_change/done/"));
    assert_eq!(here.get("/who/").await.text(), "joe");
    assert_eq!(elsewhere.get("/who/").await.text(), "AnonymousUser");
    assert_eq!(elsewhere.cookie("sessionid"), None, "the stale session is flushed");
    let joe = inside(&here, User::by_username("joe")).await.unwrap();
    assert!(inside(&here, check_password(new, &joe.password)).await);
}

#[tokio::test]
async fn a_user_who_is_made_inactive_is_out() {
    let mut client = client().await;
    log_in(&mut client).await;
    inside(&client, async { User::objects().filter(q!(username = "joe")).update(set!(is_active = false)).await }).await;
    assert_eq!(client.get("/who/").await.text(), "AnonymousUser");
}

#[tokio::test]
async fn a_rotated_key_keeps_sessions_and_renews_them() {
    let mut client = client().await;
    log_in(&mut client).await;
    let cookie = client.cookie("sessionid").unwrap().to_owned();
    let row = stored_sessions(&client).await.remove(0);

    let mut rotated = settings();
    rotated.secret_key_fallbacks = vec![std::mem::replace(&mut rotated.secret_key, "another".to_owned())];
    let site = site_with(rotated.clone()).await;
    let joe = with_joe(&site).await;
    let mut after = Client::new(site).unwrap();
    let password = inside(&client, User::by_username("joe")).await.unwrap().password;
    inside(&after, async move {
        User::objects().filter(q!(pk = joe.id)).update(set!(password = password)).await?;
        rjango_contrib::sessions::SessionRow::objects().create(row).await
    })
    .await;
    after.set_cookie("sessionid", &cookie);
    assert_eq!(after.get("/who/").await.text(), "joe");
    assert_ne!(after.cookie("sessionid"), Some(cookie.as_str()), "the key is cycled");
    assert_eq!(after.get("/who/").await.text(), "joe");
}

#[tokio::test]
async fn an_old_hash_is_renewed_at_log_in() {
    let mut client = client().await;
    // As another number of rounds left it.
    let old = rjango_contrib::auth::Pbkdf2Sha256::with_iterations(1);
    let old = rjango_contrib::auth::Hasher::encode(&old, "letmein", "abcdefghijklmnopqrstuv").unwrap();
    let stored = old.clone();
    inside(&client, async move { User::objects().filter(q!(username = "joe")).update(set!(password = stored)).await })
        .await;
    log_in(&mut client).await;
    let joe = inside(&client, User::by_username("joe")).await.unwrap();
    assert_ne!(joe.password, old);
    assert!(joe.password.starts_with("pbkdf2_sha256$2$"), "{}", joe.password);
    assert_eq!(client.get("/who/").await.text(), "joe", "the session knows the renewed hash");
}

#[tokio::test]
async fn decorators_send_to_the_log_in_page_and_back() {
    let mut client = client().await;
    let response = client.get("/private/7/?a=1&b=2").await;
    assert_eq!(response.header("location"), Some("/accounts/login/?next=/private/7/%3Fa%3D1%26b%3D2"));
    log_in(&mut client).await;
    assert_eq!(client.get("/private/7/").await.text(), "joe 7");
    assert_eq!(client.get("/staff/").await.header("location"), Some("/accounts/login/?next=/staff/"));
    let mut anonymous = Client::new(client.site().clone()).unwrap();
    let form = [("username", "joe"), ("password", "letmein"), ("next", "/private/7/?a=1&b=2")];
    let response = anonymous.post("/accounts/login/", form).await;
    assert_eq!(response.header("location"), Some("/private/7/?a=1&b=2"));
}

#[tokio::test]
async fn a_log_in_page_can_ask_for_more() {
    let mut client = client().await;
    let text = client.post("/staff/login/", [("username", "joe"), ("password", "letmein")]).await.text();
    assert!(text.contains("Staff only."), "{text}");
    assert_eq!(client.get("/who/").await.text(), "AnonymousUser");
}

#[tokio::test]
async fn log_in_pages_are_not_cached() {
    let response = client().await.get("/accounts/login/").await;
    assert_eq!(response.header("cache-control"), Some("max-age=0, no-cache, no-store, must-revalidate, private"));
}

#[tokio::test]
async fn templates_see_the_user() {
    let mut client = client().await;
    assert_eq!(client.get("/page/").await.text(), "AnonymousUser False ");
    log_in(&mut client).await;
    let response = client.get("/page/").await;
    assert_eq!(response.text(), "joe True ");
    assert_eq!(response.header("vary"), Some("Cookie"));
    assert_eq!(client.get("/static-page/").await.header("vary"), None);
}

#[tokio::test]
async fn the_order_of_middleware_is_checked_at_start_up() {
    let mut wrong = settings();
    wrong.middleware.swap(0, 2);
    let error = Client::new(site_with(wrong).await).err().unwrap();
    let text = format!("{error:?}");
    assert!(text.contains("AuthenticationMiddleware` stands before"), "{text}");
    let mut lacking = settings();
    lacking.middleware.remove(0);
    let error = Client::new(site_with(lacking).await).err().unwrap();
    let text = format!("{error:?}");
    assert!(
        text.contains("needs `rjango.contrib.sessions.middleware.SessionMiddleware`, which MIDDLEWARE lacks"),
        "{text}"
    );
    assert!(text.contains("MessageMiddleware"), "both mistakes are told: {text}");
}

#[tokio::test]
async fn without_the_middleware_the_error_says_which() {
    let mut bare = settings();
    bare.middleware.clear();
    bare.debug = true;
    let mut client = Client::new(site_with(bare).await).unwrap();
    let response = client.get("/who/").await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(response.text().contains("the request has no user"), "{}", response.text());
    assert_eq!(client.get("/page/").await.text(), "AnonymousUser False ");
}

#[tokio::test]
async fn mistakes_in_the_settings_are_found_at_start_up() {
    type Change = fn(&mut rjango_core::Settings);
    let changes: [(Change, &str); 3] = [
        (|settings| settings.password_hashers = vec!["shop.Rot13".to_owned()], "`shop.Rot13`"),
        (|settings| settings.authentication_backends = vec!["shop.Everyone".to_owned()], "`shop.Everyone`"),
        (|settings| settings.auth_password_validators[0].name = "shop.Never".to_owned(), "`shop.Never`"),
    ];
    for (change, expected) in changes {
        let mut wrong = settings();
        change(&mut wrong);
        let error = Client::new(site_with(wrong).await).err().unwrap();
        assert!(format!("{error:?}").contains(expected), "{error:?}");
    }
}

#[tokio::test]
async fn a_test_logs_in_without_the_page() {
    let mut client = client().await;
    client.get("/set/color/red/").await;
    let before = client.cookie("sessionid").unwrap().to_owned();
    let joe = inside(&client, User::by_username("joe")).await.unwrap();
    client.force_login(&joe).await.unwrap();
    assert_eq!(client.get("/who/").await.text(), "joe");
    assert_eq!(client.get("/get/color/").await.text(), "red");
    assert_ne!(client.cookie("sessionid"), Some(before.as_str()));
}

#[tokio::test]
async fn names_that_nobody_can_have_are_refused_alike() {
    let mut client = client().await;
    for name in ["x".repeat(151), "jo\0e".to_owned()] {
        let response = client.post("/accounts/login/", [("username", name.as_str()), ("password", "letmein")]).await;
        assert!(response.text().contains(REFUSAL), "{}", response.text());
    }
    client.set_cookie("sessionid", "' OR 1=1 --");
    assert_eq!(client.get("/who/").await.text(), "AnonymousUser");
}

#[test]
fn the_hash_is_not_in_json() {
    let user = User { username: "joe".to_owned(), password: "pbkdf2_sha256$secret".to_owned(), ..User::default() };
    let json = serde_json::to_string(&user).unwrap();
    assert!(json.contains("\"username\":\"joe\"") && !json.contains("secret"), "{json}");
}

#[tokio::test]
async fn users_are_made_with_djangos_defaults() {
    let client = client().await;
    let (ann, root) = inside(&client, async {
        let ann = User::create_user("ann", "Ann@EXAMPLE.com", None).await?;
        Ok((ann, User::create_superuser("root", "", Some("x")).await?))
    })
    .await;
    assert_eq!(ann.email, "Ann@example.com");
    assert!(ann.is_active && !ann.is_staff && !ann.is_superuser && !ann.has_usable_password());
    assert!(root.is_staff && root.is_superuser && root.has_usable_password());
    let taken = rjango_core::Site::scope(client.site().clone(), User::create_user("ann", "", None)).await;
    assert!(taken.unwrap_err().is_integrity());
    assert!(!format!("{root:?}").contains("pbkdf2"));
}
