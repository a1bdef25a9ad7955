//! The tour's shop with users of its own, over real HTTP and on three engines: the admin, permissions, log-in, `createsuperuser`.
#![allow(clippy::unwrap_used)]

#[path = "../../../../crates/orm/tests/engine/mod.rs"]
mod engine;
#[path = "../../../shop/tests/served/mod.rs"]
mod served;

#[cfg(feature = "everything-tested")]
mod django;

use std::path::Path;

use rjango_core::DatabaseSettings;
use rjango_migrations::introspection::table_names;
use rjango_orm::{Engine, Statement, Value, ValueType};
use served::{Served, client, header, text};
use ureq::Agent;

const PASSWORD: &str = "a long enough secret";

/// The project over this database, with its tables.
fn members(database: &DatabaseSettings) -> Served {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shop = source.parent().unwrap().join("shop");
    let parts = [
        (source.join("config"), "config"),
        (source.join("accounts"), "accounts"),
        (shop.join("shop"), "shop"),
        (shop.join("templates"), "templates"),
    ];
    let mut members = Served::new(env!("CARGO_BIN_EXE_members"), &parts);
    members.variables = variables(database);
    // The tour's app has the SQL of SQLite alone.
    members.succeeds(&["makemigrations", "--engine", &database.engine]);
    members.succeeds(&["migrate"]);
    members
}

/// The settings of a database as environment variables.
fn variables(database: &DatabaseSettings) -> Vec<(String, String)> {
    let variable = |key: &str, value: String| (format!("RJANGO_DATABASES__DEFAULT__{key}"), value);
    let mut variables = vec![variable("ENGINE", database.engine.clone()), variable("NAME", database.name.clone())];
    if database.engine != "sqlite" {
        variables.push(variable("USER", database.user.clone()));
        variables.push(variable("PASSWORD", database.password.clone()));
        variables.push(variable("HOST", database.host.clone()));
        variables.extend(database.port.map(|port| variable("PORT", port.to_string())));
    }
    variables
}

fn superuser(members: &Served, email: &str) {
    let fields = ["createsuperuser", "--noinput", "--username", email, "--field", "full_name=Ada Lovelace"];
    let mut command = members.command(&fields);
    let output = command.env("RJANGO_SUPERUSER_PASSWORD", PASSWORD).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Posts a form of a page, with its token; the status and where it leads.
fn post(client: &Agent, members: &Served, path: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
    let page = text(&mut client.get(members.url(path)).call().unwrap());
    let token = page.split_once("name=\"csrfmiddlewaretoken\" value=\"").unwrap().1.split('"').next().unwrap();
    let form = fields.iter().copied().chain([("csrfmiddlewaretoken", token)]);
    let mut answer = client.post(members.url(path)).send_form(form).unwrap();
    let location = header(&answer, "location").to_owned();
    (answer.status().as_u16(), location, text(&mut answer))
}

fn enter(members: &Served, email: &str) -> Agent {
    let client = client();
    let (status, location, page) =
        post(&client, members, "/admin/login/", &[("username", email), ("password", PASSWORD)]);
    assert_eq!((status, location.as_str()), (302, "/admin/"), "{page}");
    client
}

fn page(client: &Agent, members: &Served, path: &str) -> String {
    let mut answer = client.get(members.url(path)).call().unwrap();
    let page = text(&mut answer);
    assert_eq!(answer.status(), 200, "{path}: {page}");
    page
}

#[track_caller]
fn has(page: &str, part: &str) {
    assert!(page.contains(part), "no `{part}` in {page}");
}

async fn users_of_ones_own(engine: Engine) {
    engine::with_settings(engine, async |database| {
        let mut members = members(&database);
        superuser(&members, "ada@EXAMPLE.com");
        members.start();

        // One table of users, whose keys everything refers to.
        let databases = engine::databases(&database);
        let tables = table_names(&databases.get("default").unwrap()).await.unwrap();
        assert!(tables.contains(&"accounts_user".to_owned()), "{tables:?}");
        assert!(!tables.iter().any(|table| table.starts_with("auth_user")), "{tables:?}");

        // The name to log in with is the address, its domain in lower case.
        let form = page(&client(), &members, "/admin/login/");
        has(&form, "<label for=\"id_username\">Email address</label>");
        has(&form, "maxlength=\"254\"");
        has(&page(&client(), &members, "/accounts/login/"), "Email address:");
        let (_, _, refused) = post(&client(), &members, "/admin/login/", &[("username", "x"), ("password", "x")]);
        has(&refused, "Please enter the correct email address and password for a staff account.");
        let ada = enter(&members, "ada@example.com");
        has(&page(&ada, &members, "/admin/"), "ada@example.com");
        has(&page(&ada, &members, "/admin/"), "/admin/accounts/user/");
        assert_eq!(ada.get(members.url("/admin/auth/user/")).call().unwrap().status(), 404);

        // A new user, by what a row cannot do without.
        let add = page(&ada, &members, "/admin/accounts/user/add/");
        has(&add, "First, enter an email address and password.");
        for input in ["name=\"email\"", "name=\"full_name\"", "name=\"password1\"", "name=\"password2\""] {
            has(&add, input);
        }
        let bob =
            [("email", "bob@example.com"), ("full_name", "Bob"), ("password1", PASSWORD), ("password2", PASSWORD)];
        let (status, change, text) = post(&ada, &members, "/admin/accounts/user/add/", &bob);
        assert_eq!(status, 302, "{text}");
        let (again, _, refused) = post(&ada, &members, "/admin/accounts/user/add/", &bob);
        assert_eq!(again, 200);
        has(&refused, "User with this Email address already exists.");
        let close = [
            ("email", "bobby@example.com"),
            ("full_name", "Bob"),
            ("password1", "bobby@example"),
            ("password2", "bobby@example"),
        ];
        let (_, _, refused) = post(&ada, &members, "/admin/accounts/user/add/", &close);
        has(&refused, "The password is too similar to the email address.");

        // What the row has: the password as a summary, and no way to guess it.
        let form = page(&ada, &members, &change);
        has(&form, "algorithm: pbkdf2_sha256");
        assert!(!form.contains("name=\"password\""), "{form}");
        let guess = ada.get(members.url("/admin/accounts/user/?password__startswith=pbkdf2")).call().unwrap();
        assert_eq!(guess.status(), 400);

        // Staff with one permission, from a group.
        let (status, group, text) = {
            let permission = permission_of(&page(&ada, &members, "/admin/auth/group/add/"), "Can view product");
            let fields = [("name", "readers"), ("permissions", permission.as_str()), ("_continue", "1")];
            post(&ada, &members, "/admin/auth/group/add/", &fields)
        };
        assert_eq!(status, 302, "{text}");
        let group = group.trim_end_matches("/change/").rsplit('/').next().unwrap().to_owned();
        let staff = [
            ("email", "bob@example.com"),
            ("full_name", "Bob"),
            ("is_staff", "on"),
            ("is_active", "on"),
            ("groups", group.as_str()),
        ];
        let (status, _, text) = post(&ada, &members, &change, &staff);
        assert_eq!(status, 302, "{text}");
        let bob = enter(&members, "bob@example.com");
        let index = page(&bob, &members, "/admin/");
        has(&index, "/admin/shop/product/");
        assert!(!index.contains("/admin/accounts/user/"), "{index}");
        assert_eq!(bob.get(members.url("/admin/shop/product/add/")).call().unwrap().status(), 403);

        // The log names who did what.
        let history = page(&ada, &members, &change.replace("/change/", "/history/"));
        has(&history, "ada@example.com (Ada Lovelace)");
        has(&history, "Added.");
        has(&page(&ada, &members, "/admin/"), "bob@example.com");

        // A new password ends the user's other sessions, and its own browser stays.
        let new = "another long secret";
        let (status, _, text) =
            post(&ada, &members, &change.replace("/change/", "/password/"), &[("password1", new), ("password2", new)]);
        assert_eq!(status, 302, "{text}");
        assert_eq!(bob.get(members.url("/admin/")).call().unwrap().status(), 302);

        // The project's own type.
        let me: serde_json::Value = serde_json::from_str(&page(&ada, &members, "/me/")).unwrap();
        assert_eq!((me["name"].as_str(), me["notes"].as_i64()), (Some("Ada Lovelace"), Some(0)));
        let id = me["id"].as_str().unwrap();
        let (status, _, text) =
            post(&ada, &members, "/admin/accounts/note/add/", &[("author", id), ("text", "good coffee")]);
        assert_eq!(status, 302, "{text}");
        let me: serde_json::Value = serde_json::from_str(&page(&ada, &members, "/me/")).unwrap();
        assert_eq!(me["notes"], 1);
        assert_eq!(page(&client(), &members, "/me/"), r#"{"name":"nobody"}"#);

        // The shop is the tour's: it knows the user without knowing the model.
        has(&page(&ada, &members, "/shop/whoami/"), "\"user\":\"ada@example.com\"");
        databases.close().await;
    })
    .await;
}

/// The key of a permission in a form's select.
fn permission_of(page: &str, name: &str) -> String {
    let option = page.split("<option ").find(|option| option.contains(name)).unwrap();
    option.split_once("value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

async fn taken_back_and_made_again(engine: Engine) {
    engine::with_settings(engine, async |database| {
        let members = members(&database);
        superuser(&members, "ada@example.com");
        for app in ["admin", "shop", "accounts", "auth", "contenttypes", "sessions"] {
            members.succeeds(&["migrate", app, "zero"]);
        }
        let databases = engine::databases(&database);
        let tables = table_names(&databases.get("default").unwrap()).await.unwrap();
        let left: Vec<&String> = tables.iter().filter(|table| !table.starts_with("rjango_migrations_")).collect();
        assert!(left.is_empty(), "{left:?}");
        members.succeeds(&["migrate"]);
        superuser(&members, "ada@example.com");
        let one = Value::Int(1);
        let count = Statement::new("SELECT COUNT(*) FROM accounts_user WHERE is_superuser");
        let rows = databases.get("default").unwrap().fetch(&count, &[ValueType::Int]).await.unwrap();
        assert_eq!(rows, [vec![one]]);
        databases.close().await;
    })
    .await;
}

engine::on_every_engine!(users_of_ones_own, taken_back_and_made_again);
