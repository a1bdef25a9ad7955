//! Django itself on the same database: each reads what the other wrote.
//!
//! Django 5.2 is asked, and Django 6.1 where there is a Python for it. A plain `cargo test` leaves this out, and the recorded
//! values of `django.rs` alone stand in for Django.

use std::process::Command;

use rjango_contrib::auth::{Permission, User, UserInstance as _};
use rjango_core::DatabaseSettings;
use rjango_http::Client;
use rjango_macros::q;
use serde_json::{Value, json};

use crate::site::{KEY, inside, log_in, settings, site_with, with_joe};

#[tokio::test]
async fn rjango_and_django_share_one_log_in() {
    share_one_log_in("RJANGO_TEST_PYTHON", "5.2", "pbkdf2_sha256$1000000$").await;
}

#[cfg(feature = "django-6-1-tested")]
#[tokio::test]
async fn rjango_and_django_6_1_share_one_log_in() {
    share_one_log_in("RJANGO_TEST_PYTHON_6_1", "6.1", "pbkdf2_sha256$1500000$").await;
}

/// With this version of Django, whose Python the variable names, and which hashes passwords in so many rounds.
async fn share_one_log_in(variable: &str, version: &str, rounds: &str) {
    let python = std::env::var(variable)
        .unwrap_or_else(|_| panic!("`{variable}` names the Python that has Django {version}; `scripts/test` sets it"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("db.sqlite3");
    let mut settings = settings();
    settings.databases.insert("default".to_owned(), DatabaseSettings::sqlite(file.display().to_string()));
    let site = site_with(settings).await;
    let joe = with_joe(&site).await;
    let mut client = Client::new(site).unwrap();
    inside(&client, async {
        let permission = Permission::objects().get(q!(codename = "add_user")).await?;
        joe.user_permissions.add([&permission]).await
    })
    .await;
    log_in(&mut client).await;
    client.get("/set/color/r%C3%A9d/").await;
    client.get("/say/%3Cb%3E%20%C3%A9/").await;

    let output = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contrib/oracle.py"))
        .arg(version)
        .arg(&file)
        .args([KEY, client.cookie("sessionid").unwrap(), client.cookie("messages").unwrap()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(seen["user"], "joe");
    assert_eq!(seen["color"], "réd");
    assert_eq!(seen["messages"], json!([[25, "<b> é", "success"]]));
    assert_eq!(seen["logged_in"], true);
    assert_eq!(seen["permissions"], json!(["auth.add_user"]));
    assert_eq!(seen["count"], 20);

    client.clear_cookies();
    for (name, value) in seen["cookies"].as_object().unwrap() {
        client.set_cookie(name, value.as_str().unwrap());
    }
    assert_eq!(client.get("/get/color/").await.text(), "blué");
    assert_eq!(client.get("/page/").await.text(), "joe True [success:from Django]");
    // Django stored the password anew, with its own rounds.
    let joe = inside(&client, User::by_username("joe")).await.unwrap();
    assert!(joe.password.starts_with(rounds), "{}", joe.password);
    log_in(&mut client).await;
}
