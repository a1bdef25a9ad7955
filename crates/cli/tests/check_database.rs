//! `check --database`, run on servers whose columns are of types that no field has.
#![allow(clippy::unwrap_used)]

#[path = "support/command_line.rs"]
mod command_line;

use std::collections::BTreeMap;
use std::sync::Arc;

use rjango_cli::{Project, site};
use rjango_core::{DatabaseSettings, Settings};
use rjango_orm::{Databases, Engine, Models};
use rjango_schema::{FieldKind, FieldSchema, ModelSchema};

/// The server's address; with its own database, which is there before any other.
fn server(engine: Engine) -> DatabaseSettings {
    let (variable, default, own) = match engine {
        Engine::Postgres => ("RJANGO_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432", "postgres"),
        _ => ("RJANGO_TEST_MYSQL", "mysql://root@127.0.0.1:3306", "mysql"),
    };
    let url = std::env::var(variable).unwrap_or_else(|_| default.to_owned());
    let (_, rest) = url.split_once("://").unwrap();
    let (user, address) = rest.trim_end_matches('/').rsplit_once('@').unwrap();
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, port) = address.split_once(':').unwrap();
    let mut settings = DatabaseSettings::sqlite(own);
    settings.engine = engine.name().to_owned();
    (settings.user, settings.password) = (user.to_owned(), password.to_owned());
    (settings.host, settings.port) = (host.to_owned(), Some(port.parse().unwrap()));
    settings
}

fn project(database: DatabaseSettings) -> Project {
    let mut settings = Settings::for_tests();
    settings.databases = BTreeMap::from([("default".to_owned(), database)]);
    let mut item = ModelSchema::new("shop", "Item");
    let mut id = FieldSchema::new("id", FieldKind::BigAuto);
    id.primary_key = true;
    let price = FieldKind::Decimal { max_digits: 6, decimal_places: 2 };
    item.fields = vec![
        id,
        FieldSchema::new("name", FieldKind::Text),
        FieldSchema::new("sizes", FieldKind::Text),
        FieldSchema::new("place", FieldKind::Text),
        FieldSchema::new("mood", FieldKind::Text),
        FieldSchema::new("price", price),
    ];
    let mut away = ModelSchema::new("shop", "Away");
    away.fields.clone_from(&item.fields);
    let models = Models::from_schemas([Arc::new(item), Arc::new(away)]).unwrap();
    let site = Arc::new(site(settings, &models, false).unwrap());
    Project { base_dir: std::env::temp_dir(), site, models, migrations: Vec::new(), compiled: false }
}

async fn run_sql(settings: DatabaseSettings, sql: &str) {
    let project = project(settings);
    let database = project.site.require::<Databases>().unwrap().get("default").unwrap();
    database.execute_script(sql).await.unwrap();
    database.close().await;
}

/// What `check --database default` says, its exit code before it.
fn check(engine: Engine, sql: &str) -> String {
    let mut settings = server(engine);
    settings.name = format!("rjango_cli_{}_{}", std::process::id(), engine.name());
    let name = settings.name.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        run_sql(server(engine), &format!("CREATE DATABASE {name}")).await;
        run_sql(settings.clone(), sql).await;
    });
    let ran = command_line::run("check --database default", &[], &|| project(settings.clone()));
    runtime.block_on(run_sql(server(engine), &format!("DROP DATABASE {name}")));
    format!("exit {}\n{}{}", ran.code, ran.out, ran.err)
}

#[test]
fn columns_that_no_field_reads_are_found_on_postgres() {
    let sql = "CREATE TYPE mood AS ENUM ('glad'); CREATE TABLE shop_item (id bigint PRIMARY KEY, name text, \
               sizes integer[], place point, mood mood, price numeric);";
    let said = check(Engine::Postgres, sql);
    assert!(said.starts_with("exit 1\n"), "{said}");
    for found in [
        "(models.E060) `shop.Item.sizes` is the column `sizes` of the type `integer[]`, which no field can read",
        "(models.E060) `shop.Item.place` is the column `place` of the type `point`, which no field can read",
        "(models.W060) `shop.Item.price` is the column `price` of the type `numeric`",
        "make the type `numeric(6,2)`",
    ] {
        assert!(said.contains(found), "expected `{found}` in:\n{said}");
    }
    assert!(!said.contains("mood") && !said.contains("shop.Away"), "{said}");
}

#[test]
fn columns_that_no_field_reads_are_found_on_mariadb() {
    let sql = "CREATE TABLE shop_item (id bigint PRIMARY KEY, name text, sizes bit(8), place geometry, \
               mood enum('glad'), price decimal(6, 2));";
    let said = check(Engine::MySql, sql);
    let found = "`shop.Item.place` is the column `place` of the type `geometry`, which no field can read";
    assert!(said.starts_with("exit 1\n") && said.contains(found), "{said}");
    assert_eq!(said.matches("models.E060").count(), 1, "{said}");
    assert!(!said.contains("models.W060"), "{said}");
}
