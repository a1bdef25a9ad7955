//! `inspectdb`, run on a project whose database is there already.
#![allow(clippy::unwrap_used)]

#[path = "support/command_line.rs"]
mod command_line;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use expect_test::{Expect, expect};
use rjango_cli::{Project, site};
use rjango_core::{DatabaseSettings, Settings};
use rjango_orm::{Databases, Models};

fn project(folder: &Path) -> Project {
    let mut settings = Settings::for_tests();
    let name = folder.join("db.sqlite3").display().to_string();
    settings.databases = BTreeMap::from([("default".to_owned(), DatabaseSettings::sqlite(&name))]);
    let models = Models::from_schemas([]).unwrap();
    let site = Arc::new(site(settings, &models, false).unwrap());
    Project { base_dir: folder.to_owned(), site, models, migrations: Vec::new(), compiled: false }
}

fn check(line: &str, expected: &Expect) {
    let folder = tempfile::tempdir().unwrap();
    let sql = "CREATE TABLE shelf (id integer PRIMARY KEY, name varchar(20) NOT NULL UNIQUE); \
               CREATE TABLE book (id integer PRIMARY KEY, shelf_id bigint REFERENCES shelf (id)); \
               CREATE TABLE rjango_migrations_shop (version integer); \
               CREATE VIEW full_shelf AS SELECT id FROM shelf;";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let database = project(folder.path()).site.require::<Databases>().unwrap().get("default").unwrap();
        database.execute_script(sql).await.unwrap();
        database.close().await;
    });
    expected.assert_eq(&command_line::run(line, &[], &|| project(folder.path())).to_string());
}

#[test]
fn every_table_becomes_a_model_and_the_history_none() {
    check(
        "inspectdb",
        &expect![[r#"
        exit 0
        --- stdout
        // Models of a database that was there before them, made by `rjango inspectdb`. To be done by hand:
        //   * Look at each comment that says that something is a guess.
        //   * Give each foreign key the `on_delete` that is meant: `do_nothing` leaves it to the database.
        //   * Remove `managed = false` where migrations are to create and change the table from now on.
        // The structs and their fields may be renamed: `table` and `column` say what they are called in the database.
        use rjango::models::*;

        #[derive(Model, Debug, Clone)]
        #[model(table = "book", managed = false)]
        pub struct Book {
            pub id: Auto,
            #[field(on_delete = "do_nothing", index = false)]
            pub shelf: Option<ForeignKey<Shelf>>,
        }

        #[derive(Model, Debug, Clone)]
        #[model(table = "shelf", managed = false)]
        pub struct Shelf {
            pub id: Auto,
            #[field(max_length = 20, unique)]
            pub name: String,
        }
        --- stderr
    "#]],
    );
}

#[test]
fn tables_can_be_named_and_views_asked_for() {
    check(
        "inspectdb book full_shelf",
        &expect![[r#"
        exit 0
        --- stdout
        // Models of a database that was there before them, made by `rjango inspectdb`. To be done by hand:
        //   * Look at each comment that says that something is a guess.
        //   * Give each foreign key the `on_delete` that is meant: `do_nothing` leaves it to the database.
        //   * Remove `managed = false` where migrations are to create and change the table from now on.
        // The structs and their fields may be renamed: `table` and `column` say what they are called in the database.
        use rjango::models::*;

        #[derive(Model, Debug, Clone)]
        #[model(table = "book", managed = false)]
        pub struct Book {
            pub id: Auto,
            // It refers to `shelf.id`, which is not the primary key of a model here.
            pub shelf_id: Option<i64>,
        }

        // This is a view.
        #[derive(Model, Debug, Clone)]
        #[model(table = "full_shelf", managed = false)]
        pub struct FullShelf {
            // There is no primary key: this column is taken for one, and is a guess. Does it tell all rows apart?
            #[field(primary_key)]
            pub id: i32,
        }
        --- stderr
    "#]],
    );
    check(
        "inspectdb --include-views",
        &expect![[r#"
        exit 0
        --- stdout
        // Models of a database that was there before them, made by `rjango inspectdb`. To be done by hand:
        //   * Look at each comment that says that something is a guess.
        //   * Give each foreign key the `on_delete` that is meant: `do_nothing` leaves it to the database.
        //   * Remove `managed = false` where migrations are to create and change the table from now on.
        // The structs and their fields may be renamed: `table` and `column` say what they are called in the database.
        use rjango::models::*;

        #[derive(Model, Debug, Clone)]
        #[model(table = "book", managed = false)]
        pub struct Book {
            pub id: Auto,
            #[field(on_delete = "do_nothing", index = false)]
            pub shelf: Option<ForeignKey<Shelf>>,
        }

        // This is a view.
        #[derive(Model, Debug, Clone)]
        #[model(table = "full_shelf", managed = false)]
        pub struct FullShelf {
            // There is no primary key: this column is taken for one, and is a guess. Does it tell all rows apart?
            #[field(primary_key)]
            pub id: i32,
        }

        #[derive(Model, Debug, Clone)]
        #[model(table = "shelf", managed = false)]
        pub struct Shelf {
            pub id: Auto,
            #[field(max_length = 20, unique)]
            pub name: String,
        }
        --- stderr
    "#]],
    );
}

#[test]
fn unknown_table_is_told() {
    check(
        "inspectdb shelves",
        &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: the database `default` has no table `shelves`
        hint: it has book, full_shelf, rjango_migrations_shop, shelf
    "#]],
    );
}

/// The framework's tables have models: what refers to them refers to those, and they are not printed again.
#[test]
fn framework_tables_are_left_out_and_referred_to() {
    let user = "app = \"auth\"\nname = \"User\"\nfields = [\n    { name = \"id\", kind = \"big_auto\", primary_key = true },\n    \
                { name = \"groups\", kind = \"many_to_many\", to = \"auth.Group\" },\n]\n";
    let group =
        "app = \"auth\"\nname = \"Group\"\nfields = [{ name = \"id\", kind = \"big_auto\", primary_key = true }]\n";
    let folder = tempfile::tempdir().unwrap();
    let sql = "CREATE TABLE auth_user (id integer PRIMARY KEY); CREATE TABLE auth_group (id integer PRIMARY KEY); \
               CREATE TABLE auth_user_groups (id integer PRIMARY KEY, user_id bigint REFERENCES auth_user (id)); \
               CREATE TABLE note (id integer PRIMARY KEY, author_id bigint REFERENCES auth_user (id), \
                   editor_id bigint REFERENCES auth_user (id) ON DELETE CASCADE);";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let database = project(folder.path()).site.require::<Databases>().unwrap().get("default").unwrap();
        database.execute_script(sql).await.unwrap();
        database.close().await;
    });
    let mut project = project(folder.path());
    let schemas = [user, group].map(|text| Arc::new(toml::from_str(text).unwrap()));
    project.models = Models::from_schemas(schemas).unwrap();
    let mut settings = project.settings().clone();
    settings.installed_apps = vec!["rjango.contrib.auth".to_owned(), "shop".to_owned()];
    project.site = Arc::new(site(settings, &project.models, false).unwrap());
    let slot = std::sync::Mutex::new(Some(project));
    let printed = command_line::run("inspectdb", &[], &|| slot.lock().unwrap().take().unwrap()).out;
    assert_eq!(printed.matches("pub struct").count(), 1, "{printed}");
    for line in [
        "pub struct Note {",
        "pub author: Option<ForeignKey<rjango::contrib::auth::User>>,",
        "#[field(on_delete = \"cascade\", related_name = \"note_editor_set\", index = false)]",
        "pub editor: Option<ForeignKey<rjango::contrib::auth::User>>,",
    ] {
        assert!(printed.lines().any(|other| other.trim() == line), "{line}\n{printed}");
    }
}
