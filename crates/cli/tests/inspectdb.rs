//! `inspectdb`, run on a project whose database is there already.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use expect_test::{Expect, expect};
use rjango_cli::{Program, Project, Terminal, commands, site};
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
    let (mut terminal, captured) = Terminal::captured([""; 0]);
    let load = |_: &rjango_cli::Globals| Ok(project(folder.path()));
    let program = Program {
        name: "rjango",
        commands: commands::all(),
        tools: commands::tools(),
        load: &load,
        fallback: None,
        own_binary: None,
    };
    let code = program.run(format!("rjango {line}").split(' ').map(OsString::from), &mut terminal);
    let code = format!("{code:?}").replace("ExitCode(unix_exit_status(", "").replace("))", "");
    expected.assert_eq(&format!("exit {code}\n--- stdout\n{}--- stderr\n{}", captured.out(), captured.err()));
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
