//! `DATABASE_URL`: what it may look like, and that its errors keep the password to themselves.
#![allow(clippy::unwrap_used)]

use expect_test::{Expect, expect};
use rjango_core::settings::{Settings, Sources};

fn read(url: &str) -> rjango_core::Result<Settings> {
    Settings::from_sources(&Sources::new("/site").with_environment([("DATABASE_URL", url)]))
}

fn check(url: &str, expected: Expect) {
    let database = read(url).unwrap().databases.remove("default").unwrap();
    expected.assert_eq(&format!("{database:?} {}", database.password));
}

#[test]
fn sqlite_paths_are_relative_with_three_slashes_and_absolute_with_four() {
    check("sqlite:///db.sqlite3", expect![[r#"DatabaseSettings { ENGINE = "sqlite", NAME = "/site/db.sqlite3" } "#]]);
    check(
        "sqlite:////var/db.sqlite3",
        expect![[r#"DatabaseSettings { ENGINE = "sqlite", NAME = "/var/db.sqlite3" } "#]],
    );
    check(
        "sqlite:///my%20shop.db?mode=ro",
        expect![[r#"DatabaseSettings { ENGINE = "sqlite", NAME = "/site/my shop.db", OPTIONS = { mode = "ro" } } "#]],
    );
}

#[test]
fn sqlite_in_memory() {
    for url in ["sqlite://:memory:", "sqlite:///:memory:", "sqlite://", "SQLITE://:memory:"] {
        assert_eq!(read(url).unwrap().databases["default"].name, ":memory:", "{url}");
    }
}

#[test]
fn servers_have_users_hosts_ports_and_options() {
    check(
        "postgres://ann:secret@db.example.com:5433/shop?sslmode=require&application_name=a%20b",
        expect![[
            r#"DatabaseSettings { ENGINE = "postgres", HOST = "db.example.com", NAME = "shop", OPTIONS = { application_name = "a b", sslmode = "require" }, PASSWORD = "********", PORT = 5433, USER = "ann" } secret"#
        ]],
    );
    check(
        "postgresql://localhost/shop",
        expect![[r#"DatabaseSettings { ENGINE = "postgres", HOST = "localhost", NAME = "shop" } "#]],
    );
    check(
        "mysql://ann@[::1]:3307/shop",
        expect![[r#"DatabaseSettings { ENGINE = "mysql", HOST = "::1", NAME = "shop", PORT = 3307, USER = "ann" } "#]],
    );
    check("mariadb:///shop", expect![[r#"DatabaseSettings { ENGINE = "mysql", NAME = "shop" } "#]]);
}

#[test]
fn user_and_password_are_percent_decoded() {
    check(
        "postgres://a%40b:p%3A%2F%25@h/shop",
        expect![[
            r#"DatabaseSettings { ENGINE = "postgres", HOST = "h", NAME = "shop", PASSWORD = "********", USER = "a@b" } p:/%"#
        ]],
    );
    // Not encoded, and still plain: the last `@` ends the password.
    check(
        "postgres://ann:p@ss@h/shop",
        expect![[
            r#"DatabaseSettings { ENGINE = "postgres", HOST = "h", NAME = "shop", PASSWORD = "********", USER = "ann" } p@ss"#
        ]],
    );
}

#[test]
fn how_the_database_is_used_stays_as_the_file_says() {
    let file =
        "[DATABASES.default]\nENGINE = \"sqlite\"\nNAME = \"x\"\nATOMIC_REQUESTS = true\nOPTIONS = { mode = \"ro\" }";
    let sources = Sources::new("/site")
        .with_file("config/settings.toml", file)
        .with_environment([("DATABASE_URL", "postgres://h/shop"), ("RJANGO_DATABASES__DEFAULT__USER", "ann")]);
    let settings = Settings::from_sources(&sources).unwrap();
    expect![[
        r#"DatabaseSettings { ATOMIC_REQUESTS = true, ENGINE = "postgres", HOST = "h", NAME = "shop", USER = "ann" }"#
    ]]
    .assert_eq(&format!("{:?}", settings.databases["default"]));
}

#[test]
fn an_empty_url_is_none() {
    assert_eq!(read("").unwrap().databases["default"].name, "/site/db.sqlite3");
}

#[test]
fn errors_say_what_is_wrong_without_the_url() {
    let cases = [
        ("hunter2", "`DATABASE_URL` has no scheme; it starts like `sqlite://` or `postgres://`"),
        (
            "oracle://u:hunter2@h/x",
            "`DATABASE_URL` has the scheme `oracle`; known are `sqlite`, `postgres` and `mysql`",
        ),
        ("postgres://u:hunter2@h", "`DATABASE_URL` names no database; it ends like `@host/name`"),
        ("postgres://u:hunter2@h/", "`DATABASE_URL` names no database; it ends like `@host/name`"),
        ("postgres://u:hunter2@h:many/x", "`DATABASE_URL` has no number from 0 to 65535 for its port"),
        (
            "postgres://u:hunter2%@h/x",
            "`DATABASE_URL` has a `%` that two hexadecimal digits do not follow; write `%25` for the sign",
        ),
        ("postgres://u:hunter2%ff@h/x", "`DATABASE_URL` is not UTF-8 where it is percent-encoded"),
        ("sqlite://hunter2", "`DATABASE_URL` has a host, which SQLite has not; write `sqlite:///` and the file"),
    ];
    for (url, message) in cases {
        let error = read(url).unwrap_err();
        assert_eq!(error.to_string(), message, "{url}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        assert!(error.hint().is_some());
    }
}

#[test]
fn both_spellings_of_the_variable_are_read() {
    let sources = Sources::new("/site")
        .with_environment([("DATABASE_URL", "sqlite:////a"), ("RJANGO_DATABASE_URL", "sqlite:////b")]);
    assert_eq!(Settings::from_sources(&sources).unwrap().databases["default"].name, "/b");
}
