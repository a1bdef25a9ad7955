//! `user`, `perms` and `messages` in Django's template language.

use std::sync::Arc;

use rjango_contrib::auth::{CurrentUser, Group, Permission, User};
use rjango_contrib::messages::{Level, Message};
use rjango_core::{Result, Site};
use rjango_http::templates::Value;
use rjango_http::{Client, StatusCode, Templates, context};
use rjango_macros::q;
use rjango_orm::Databases;
use rjango_orm::dynamic::Instance;
use rjango_orm::objects::InstanceObject;

use crate::site::{client, inside, log_in, settings, site_with, with_joe};

/// A template's text for a user, on a site with DEBUG.
async fn shown(site: &Arc<Site>, user: &CurrentUser, source: &str) -> Result<String> {
    let mut strict = settings();
    strict.debug = true;
    let templates = Templates::new(&strict);
    let user = Value::object(user.clone());
    Arc::clone(site).scope(async { templates.render_text("page.html", source, context! { user }).await }).await
}

async fn refusal(site: &Arc<Site>, user: &CurrentUser, source: &str) -> String {
    let error = shown(site, user, source).await.unwrap_err();
    format!("{error} | {}", error.hint().unwrap_or_default())
}

#[tokio::test]
async fn a_user_has_what_the_model_has_and_djangos_methods() {
    let client = client().await;
    let site = Arc::clone(client.site());
    let joe = inside(&client, async {
        let mut joe = User::objects().get(q!(username = "joe")).await?;
        joe.first_name = "Joe".into();
        joe.last_name = "<b>".into();
        let editors = Group::objects().create(Group { name: "editors".into(), ..Group::default() }).await?;
        let of = async |codename: &str| Permission::objects().get(q!(codename = codename)).await;
        editors.permissions.add([&of("change_user").await?]).await?;
        joe.groups.add([&editors]).await?;
        joe.user_permissions.add([&of("add_user").await?]).await?;
        Ok(joe)
    })
    .await;
    let user = CurrentUser::from(&joe);
    for (source, expected) in [
        ("{{ user }} {{ user.username }} {{ user.get_username }} {{ user.email }}", "joe joe joe joe@example.com"),
        ("{{ user.is_authenticated }} {{ user.is_anonymous }} {{ user.is_staff }}", "True False False"),
        ("{{ user.get_full_name }} {{ user.get_short_name }}", "Joe &lt;b&gt; Joe"),
        ("{% if user.pk == user.id %}{{ user.has_usable_password }}{% endif %}", "True"),
        (
            "{{ user.get_email_field_name }} {{ user.last_login }} {{ user.date_joined|date:'Y'|length }}",
            "email None 4",
        ),
        ("{% for group in user.groups.all %}{{ group.name }}{% endfor %} {{ user.groups.count }}", "editors 1"),
        ("{% for name in user.get_all_permissions %}{{ name }} {% endfor %}", "auth.add_user auth.change_user "),
        ("{{ user.get_user_permissions|join:' ' }}", "auth.add_user"),
        ("{{ user.get_group_permissions|join:' ' }}", "auth.change_user"),
        ("{{ user.user_permissions.all.0.codename }}", "add_user"),
        ("{% if user %}yes{% endif %}", "yes"),
    ] {
        assert_eq!(shown(&site, &user, source).await.unwrap(), expected, "{source}");
    }
    // What is read of the relations is read once a page.
    let database = site.require::<Databases>().unwrap().get("default").unwrap();
    let before = database.statement_count();
    let walks = "{% for g in user.groups.all %}{{ g }}{% endfor %}".repeat(3);
    shown(&site, &CurrentUser::from(&joe), &walks).await.unwrap();
    assert_eq!(database.statement_count() - before, 1);
}

#[tokio::test]
async fn what_a_user_does_not_have_is_told() {
    let client = client().await;
    let site = Arc::clone(client.site());
    let joe = inside(&client, async { User::objects().get(q!(username = "joe")).await }).await;
    let user = CurrentUser::from(&joe);
    let told = refusal(&site, &user, "{{ user.is_autenticated }}").await;
    assert!(told.contains("`User` has no attribute `is_autenticated`"), "{told}");
    assert!(told.contains("did you mean `is_authenticated`?") && !told.contains(", password,"), "{told}");
    for (source, expected) in [
        ("{{ user.password }}", "`user.password` is a secret, and a page does not show it"),
        ("{{ user.get_session_auth_hash }}", "is a secret"),
        ("{{ user.has_perm }}", "write `perms.shop.add_product`"),
        ("{{ user.set_unusable_password }}", "changes the database"),
        ("{{ user.delete }}", "changes the database"),
    ] {
        let told = refusal(&site, &user, source).await;
        assert!(told.contains(expected), "{told}");
        assert!(!told.contains(&joe.password), "{told}");
    }
    // In a condition it is a question, as in Django.
    assert_eq!(shown(&site, &user, "{% if user.nothing %}a{% else %}b{% endif %}").await.unwrap(), "b");
    let anonymous = CurrentUser::anonymous();
    let told = refusal(&site, &anonymous, "{{ user.is_autenticated }}").await;
    assert!(told.contains("`AnonymousUser` has no attribute `is_autenticated`"), "{told}");
    assert!(refusal(&site, &anonymous, "{{ user.password }}").await.contains("secret"));
}

#[tokio::test]
async fn a_page_can_be_shown_to_everybody() {
    let client = client().await;
    let site = Arc::clone(client.site());
    let anonymous = CurrentUser::anonymous();
    for (source, expected) in [
        ("{{ user }}|{{ user.username }}|{{ user.id }}|{{ user.pk }}", "AnonymousUser||None|None"),
        ("{{ user.is_authenticated }}{{ user.is_anonymous }}{{ user.is_active }}", "FalseTrueFalse"),
        ("{{ user.groups.all|length }}{{ user.user_permissions.count }}{{ user.get_all_permissions }}", "00[]"),
        ("{{ user.first_name }}{{ user.email }}{{ user.get_full_name }}{{ user.date_joined }}", ""),
        ("{{ user.first_name|default:'stranger' }}", "stranger"),
    ] {
        assert_eq!(shown(&site, &anonymous, source).await.unwrap(), expected, "{source}");
    }
}

#[tokio::test]
async fn the_user_of_a_request_is_the_row() {
    let client = client().await;
    let site = Arc::clone(client.site());
    let joe = inside(&client, async { User::objects().get(q!(username = "joe")).await }).await;
    let ada = inside(&client, async { User::create_user("ada", "", None).await }).await;
    let mut strict = settings();
    strict.debug = true;
    let templates = Templates::new(&strict);
    let row = |user: &User| InstanceObject::value(Instance::of_model(user));
    let context = context! { user => Value::object(CurrentUser::from(&joe)), joe => row(&joe), ada => row(&ada) };
    let source = "{% if user == joe %}1{% endif %}{% if joe == user %}2{% endif %}{% if user == ada or ada == user %}3{% endif %}";
    let text = site.scope(async { templates.render_text("page.html", source, context).await }).await.unwrap();
    assert_eq!(text, "12");
}

#[tokio::test]
async fn messages_have_djangos_attributes() {
    let templates = {
        let mut strict = settings();
        strict.debug = true;
        Templates::new(&strict)
    };
    let safe = Message { is_safe: true, ..Message::new(Level::ERROR, "<b>é</b>").with_extra_tags("x y") };
    let plain = Message::new(Level::INFO, "<b>");
    let context = context! { safe => Value::object(safe), plain => Value::object(plain) };
    let source = "{{ safe }} {{ safe.message }} {{ safe.tags }} {{ safe.level_tag }} {{ safe.level }} {{ safe.extra_tags }} \
                  {{ plain }} {{ plain.message }} [{{ plain.extra_tags }}]";
    assert_eq!(
        templates.render_text("page.html", source, context.clone()).await.unwrap(),
        "<b>é</b> <b>é</b> x y error error 40 x y &lt;b&gt; &lt;b&gt; []"
    );
    let error = templates.render_text("page.html", "{{ plain.tag }}", context).await.unwrap_err();
    assert_eq!(
        error.hint(),
        Some("did you mean `tags`? its attributes are: extra_tags, level, level_tag, message, tags")
    );
}

#[tokio::test]
async fn asking_whether_there_are_messages_leaves_them() {
    let mut client = client().await;
    client.get("/say/saved/").await;
    let asked = client.get("/asked/").await.text();
    assert_eq!(asked, "yes 1 yes");
    assert_eq!(client.get("/asked/").await.text(), "yes 1 yes");
    assert_eq!(client.get("/page/").await.text(), "AnonymousUser False [success:saved]");
    assert_eq!(client.get("/asked/").await.text(), "no 0 no");
}

/// Who shows `perms` costs a superuser no query, and others one a page.
#[tokio::test]
async fn permissions_are_read_once() {
    let mut client = client().await;
    log_in(&mut client).await;
    let database = client.site().require::<Databases>().unwrap().get("default").unwrap();
    let before = database.statement_count();
    assert_eq!(client.get("/perms/").await.text(), "False False False");
    // The session, the user, and the permissions.
    assert_eq!(database.statement_count() - before, 3);
}

/// The pages of the app itself, with DEBUG.
#[tokio::test]
async fn the_pages_about_logging_in() {
    let mut strict = settings();
    strict.debug = true;
    let site = site_with(strict).await;
    with_joe(&site).await;
    let mut client = Client::new(site).unwrap();
    let has = |page: &rjango_http::client::ClientResponse, texts: &[&str]| {
        assert_eq!(page.status(), StatusCode::OK, "{}", page.text());
        for text in texts {
            assert!(page.text().contains(text), "no {text:?} in {}", page.text());
        }
    };
    let form =
        ["<title>Log in</title>", "<h1>Log in</h1>", "maxlength=\"150\"", "<label for=\"id_username\">Username:"];
    has(&client.get("/accounts/login/").await, &form);
    let wrong = client.post("/accounts/login/", [("username", "joe"), ("password", "x")]).await;
    has(&wrong, &["<li>Please enter a correct username and password. Note that", "value=\"joe\""]);
    has(
        &client.post("/accounts/login/", [("next", "")]).await,
        &["The username is required.", "The password is required."],
    );
    log_in(&mut client).await;
    let change = "/accounts/password_change/";
    has(&client.get(change).await, &["<h1>Password change</h1>", "for security’s sake", "Change my password"]);
    has(&client.post(change, [("old_password", "x")]).await, &["was entered incorrectly", "This field is required."]);
    has(&client.get("/accounts/password_change/done/").await, &["<p>Your password was changed.</p>"]);
    has(&client.post("/accounts/logout/", [("x", "y")]).await, &["<h1>Logged out</h1>", "some quality time"]);
}
