//! The commands of users, sessions and static files, run on a project in a temporary folder.
#![allow(clippy::unwrap_used)]

// What macros write names the framework `rjango`, as a project knows it.
extern crate rjango_contrib as rjango;

#[path = "support/command_line.rs"]
mod command_line;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use command_line::Ran;
use rjango_cli::{Project, site};
use rjango_contrib::auth::{Hasher, Pbkdf2Sha256, User, UserInstance as _, password_hasher};
use rjango_contrib::sessions::SessionRow;
use rjango_core::{DatabaseSettings, Settings};
use rjango_migrations::AppMigrations;
use rjango_orm::Models;

#[password_hasher]
fn fast() -> Pbkdf2Sha256 {
    Pbkdf2Sha256::with_iterations(2)
}

const PASSWORD: &str = "a long walk on the beach";

fn project(folder: &Path) -> Project {
    let mut settings = Settings::for_tests();
    settings.base_dir = folder.to_owned();
    settings.static_root = Some("collected".into());
    settings.installed_apps = vec!["shop".to_owned()];
    settings.password_hashers = vec!["fast".to_owned()];
    let name = folder.join("db.sqlite3").display().to_string();
    settings.databases = BTreeMap::from([("default".to_owned(), DatabaseSettings::sqlite(&name))]);
    let models = Models::from_inventory(|app| ["auth", "contenttypes", "sessions"].contains(&app)).unwrap();
    Project {
        base_dir: folder.to_owned(),
        site: Arc::new(site(settings, &models, false).unwrap()),
        models,
        migrations: AppMigrations::registered()
            .filter(|app| ["auth", "contenttypes", "sessions"].contains(&&*app.app))
            .cloned()
            .collect(),
        compiled: false,
    }
}

fn run(folder: &Path, line: &str, answers: &[&str]) -> Ran {
    command_line::run(line, answers, &|| project(folder))
}

/// A migrated project.
fn migrated() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), "migrate -v 0", &[]);
    assert_eq!(ran.code, "0", "{}", ran.err);
    folder
}

fn users(folder: &Path) -> Vec<User> {
    let site = project(folder).site;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(site.scope(async { User::objects().await })).unwrap()
}

#[test]
fn a_superuser_is_made_by_questions() {
    let folder = migrated();
    let answers = ["ada", "Ada@Example.COM", PASSWORD, PASSWORD];
    let ran = run(folder.path(), "createsuperuser", &answers);
    assert_eq!(ran.code, "0", "{}", ran.err);
    assert!(
        ran.err.contains("Email address: Password: Password (again): Superuser created successfully.\n"),
        "{}",
        ran.err
    );
    let users = users(folder.path());
    let ada = &users[0];
    assert_eq!((ada.username.as_str(), ada.email.as_str()), ("ada", "Ada@example.com"));
    assert!(ada.is_superuser && ada.is_staff && fast().verify(PASSWORD, &ada.password));
}

#[test]
fn wrong_answers_are_asked_again() {
    let folder = migrated();
    assert_eq!(run(folder.path(), "createsuperuser", &["ada", "", PASSWORD, PASSWORD]).code, "0");
    let answers = [
        "ada",
        "no spaces",
        "bob",
        "nowhere",
        "bob@example.com",
        "one",
        "two",
        "  ",
        "  ",
        "bob",
        "bob",
        "n",
        "bob",
        "bob",
        "y",
    ];
    let ran = run(folder.path(), "createsuperuser", &answers);
    assert_eq!(ran.code, "0", "{}", ran.err);
    for said in [
        "Error: that username is already taken",
        "Error: Enter a valid username.",
        "Error: Enter a valid email address.",
        "Error: Your passwords didn't match.",
        "Error: Blank passwords aren't allowed.",
        "The password is too similar to the username.",
        "This password is too short. It must contain at least 8 characters.",
        "Bypass password validation and create user anyway? [y/N]: ",
    ] {
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
    }
    assert_eq!(users(folder.path()).len(), 2);
}

#[test]
fn the_end_of_the_input_cancels() {
    let folder = migrated();
    let ran = run(folder.path(), "createsuperuser", &["ada"]);
    assert_eq!(ran.code, "1");
    assert!(ran.err.contains("Operation cancelled."), "{}", ran.err);
    assert!(users(folder.path()).is_empty());
}

#[test]
fn without_a_terminal_options_are_needed() {
    let folder = migrated();
    let ran = run(folder.path(), "createsuperuser", &[]);
    assert_eq!(ran.code, "1");
    assert!(ran.err.contains("RJANGO_SUPERUSER_PASSWORD"), "{}", ran.err);
    let ran = run(folder.path(), "createsuperuser --noinput", &[]);
    assert_eq!(ran.code, "1");
    assert!(ran.err.contains("error: the superuser has no name"), "{}", ran.err);
    let line = "createsuperuser --noinput --username ada --email a@b.c";
    assert_eq!(run(folder.path(), line, &[]).code, "0");
    assert!(!users(folder.path())[0].has_usable_password());
    let ran = run(folder.path(), line, &[]);
    assert_eq!(ran.code, "1");
    assert!(ran.err.contains("error: that username is already taken"), "{}", ran.err);
}

#[test]
fn without_tables_the_error_names_migrate() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), "createsuperuser --noinput --username ada", &[]);
    assert_eq!(ran.code, "1");
    assert!(ran.err.contains("hint: ") && ran.err.contains("rjango migrate"), "{}", ran.err);
}

#[test]
fn a_password_is_changed() {
    let folder = migrated();
    run(folder.path(), "createsuperuser --noinput --username ada", &[]);
    let ran = run(folder.path(), "changepassword ada", &["x", "y", "123456", "123456", PASSWORD, PASSWORD]);
    assert_eq!(ran.code, "0", "{}", ran.err);
    assert!(ran.err.contains("Passwords do not match. Please try again."), "{}", ran.err);
    assert!(ran.err.contains("This password is too common."), "{}", ran.err);
    assert!(ran.err.contains("Password changed successfully for user 'ada'"), "{}", ran.err);
    assert!(fast().verify(PASSWORD, &users(folder.path())[0].password));

    let ran = run(folder.path(), "changepassword ada", &["1", "1", "2", "2", "3", "3"]);
    assert_eq!(ran.code, "1");
    assert!(ran.err.contains("after 3 attempts"), "{}", ran.err);
    let ran = run(folder.path(), "changepassword nobody", &["1", "1"]);
    assert!(ran.err.contains("error: the user `nobody` does not exist"), "{}", ran.err);
}

#[test]
fn expired_sessions_are_cleared() {
    let folder = migrated();
    let site = project(folder.path()).site;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let left = |days: i64| SessionRow {
        session_key: format!("{days:0>32}"),
        session_data: String::new(),
        expire_date: chrono::Utc::now() + chrono::TimeDelta::days(days),
    };
    runtime.block_on(site.scope(async { SessionRow::objects().bulk_create([left(1), left(-1)]).await })).unwrap();
    let ran = run(folder.path(), "clearsessions -v 2", &[]);
    assert_eq!(ran.code, "0", "{}", ran.err);
    assert!(ran.err.contains("1 expired sessions deleted."), "{}", ran.err);
}

#[test]
fn static_files_are_found_and_collected() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop/static/shop/style.css");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "body {}").unwrap();
    let ran = run(folder.path(), "findstatic shop/style.css", &[]);
    assert_eq!(ran.out, format!("Found 'shop/style.css' here:\n  {}\n", file.display()));
    let ran = run(folder.path(), "findstatic missing.css", &[]);
    assert_eq!((ran.code.as_str(), ran.err.as_str()), ("1", "No matching file found for 'missing.css'.\n"));

    let collected = folder.path().join("collected/shop/style.css");
    let ran = run(folder.path(), "collectstatic --dry-run", &[]);
    assert!(ran.err.contains("Pretending to copy 'shop/style.css'") && !collected.exists(), "{}", ran.err);
    assert_eq!(run(folder.path(), "collectstatic", &[]).code, "1");
    let ran = run(folder.path(), "collectstatic", &["no"]);
    assert!(ran.err.contains("error: collecting static files cancelled") && !collected.exists(), "{}", ran.err);
    let ran = run(folder.path(), "collectstatic", &["yes"]);
    assert!(ran.err.contains("1 static file copied to '"), "{}", ran.err);
    assert_eq!(std::fs::read_to_string(&collected).unwrap(), "body {}");
    let ran = run(folder.path(), "collectstatic --noinput", &[]);
    assert!(ran.err.contains("0 static files copied") && ran.err.contains(", 1 unmodified."), "{}", ran.err);
}
