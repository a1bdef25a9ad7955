//! Django, with a model of users of the same shape, reads what rjango has written, and the other way round.

use std::process::Command;

use rjango_core::DatabaseSettings;
use rjango_orm::Engine;
use serde_json::{Value, json};

use crate::engine;
use crate::{PASSWORD, enter, has, members, page, post, superuser};

/// Django's form of the settings of a database.
fn for_django(database: &DatabaseSettings) -> Value {
    let backend = if database.engine == "sqlite" { "sqlite3" } else { "postgresql" };
    json!({
        "ENGINE": format!("django.db.backends.{backend}"),
        "NAME": database.name,
        "USER": database.user,
        "PASSWORD": database.password,
        "HOST": database.host,
        "PORT": database.port.map(|port| port.to_string()).unwrap_or_default(),
    })
}

async fn sees_the_same_users(engine: Engine, variable: &str, version: &str) {
    let python = std::env::var(variable)
        .unwrap_or_else(|_| panic!("`{variable}` names the Python that has Django {version}; `scripts/test` sets it"));
    engine::with_settings(engine, async |database| {
        let mut members = members(&database);
        superuser(&members, "ada@example.com");
        members.start();
        let ada = enter(&members, "ada@example.com");
        let id = serde_json::from_str::<Value>(&page(&ada, &members, "/me/")).unwrap()["id"].clone();
        let note = [("author", id.as_str().unwrap()), ("text", "good coffee")];
        assert_eq!(post(&ada, &members, "/admin/accounts/note/add/", &note).0, 302);
        let session = ada.cookie_jar_lock().get("127.0.0.1", "/", "sessionid").unwrap().value().to_owned();

        let django = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/django");
        let output = Command::new(python)
            .arg(format!("{django}/ask.py"))
            .args([version, &for_django(&database).to_string(), "rjango-insecure-replace-me-before-deploying"])
            .args([session.as_str(), "ada@example.com", PASSWORD])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(seen["problems"], json!([]));
        assert_eq!(seen["session"], "ada@example.com");
        assert_eq!(seen["logged_in"], true);
        assert_eq!(seen["log"], json!(["ada@example.com Added “Note object (1)”."]));
        assert_eq!(seen["notes"], json!(["good coffee"]));
        assert!(seen["permissions"].as_array().unwrap().contains(&json!("shop.view_product")), "{seen}");

        // Django has stored the password of the one with its own rounds, which ends her session, and has made the other.
        let ada = enter(&members, "ada@example.com");
        has(&page(&ada, &members, "/admin/accounts/user/"), "django@example.com");
        has(&page(&ada, &members, "/admin/accounts/user/"), "From Django");
    })
    .await;
}

#[test]
fn django_5_2_on_sqlite() {
    engine::run(Engine::Sqlite, |engine| sees_the_same_users(engine, "RJANGO_TEST_PYTHON", "5.2"));
}

#[test]
fn django_5_2_on_postgres() {
    engine::run(Engine::Postgres, |engine| sees_the_same_users(engine, "RJANGO_TEST_PYTHON", "5.2"));
}

#[cfg(feature = "django-6-1-tested")]
#[test]
fn django_6_1_on_sqlite() {
    engine::run(Engine::Sqlite, |engine| sees_the_same_users(engine, "RJANGO_TEST_PYTHON_6_1", "6.1"));
}
