//! `lintmigrations`, run on a project in a temporary folder: its three formats, what it looks at and what it exits with.
#![allow(clippy::unwrap_used)]

#[path = "support/command_line.rs"]
mod command_line;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use expect_test::{Expect, expect};
use rjango_cli::{Project, site};
use rjango_core::{DatabaseSettings, Settings};
use rjango_migrations::AppMigrations;
use rjango_orm::Models;

const INITIAL: &str = r#"initial = true
dependencies = []

[[operations]]
type = "create_model"
name = "Product"
fields = [
    { name = "id", kind = "big_auto", primary_key = true },
    { name = "title", kind = "char", max_length = 200 },
]
"#;

const RENAME: &str = r#"dependencies = ["shop.0001_initial"]

[[operations]]
type = "rename_field"
model = "Product"
from = "title"
to = "name"
"#;

const INDEX: &str = r#"dependencies = ["shop.0002_name"]

[[operations]]
type = "add_index"
model = "Product"
index = { name = "by_name", fields = ["name"] }
"#;

fn write(folder: &Path, name: &str, toml: &str, up: &str) {
    let folder = folder.join("shop/migrations").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("migration.toml"), toml).unwrap();
    std::fs::write(folder.join("up.sqlite.sql"), up).unwrap();
    std::fs::write(folder.join("down.sqlite.sql"), "-- Taken back.\n").unwrap();
}

fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let create = "CREATE TABLE \"shop_product\" (\n    \"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT,\n    \
                  \"title\" varchar(200) NOT NULL\n);\n";
    write(folder.path(), "0001_initial", INITIAL, create);
    let rename = "ALTER TABLE \"shop_product\" RENAME COLUMN \"title\" TO \"name\";\n\n-- All at once.\n\
                  UPDATE \"shop_product\" SET \"name\" = '100%: a,b';\n";
    write(folder.path(), "0002_name", RENAME, rename);
    write(folder.path(), "0003_by_name", INDEX, "CREATE INDEX \"by_name\" ON \"shop_product\" (\"name\");\n");
    folder
}

fn project(folder: &Path) -> Project {
    let mut settings = Settings::for_tests();
    let name = folder.join("db.sqlite3").display().to_string();
    settings.databases = BTreeMap::from([("default".to_owned(), DatabaseSettings::sqlite(&name))]);
    let models = Models::from_schemas([]).unwrap();
    Project {
        base_dir: folder.to_owned(),
        site: Arc::new(site(settings, &models, false).unwrap()),
        models,
        migrations: vec![AppMigrations::directory("shop", folder.join("shop/migrations"))],
        compiled: false,
    }
}

fn run(folder: &Path, line: &str) -> String {
    command_line::run(line, &[], &|| project(folder)).to_string()
}

fn check(line: &str, expected: &Expect) {
    expected.assert_eq(&run(shop().path(), line));
}

#[test]
fn text_says_where_what_and_the_safer_way() {
    check(
        "lintmigrations",
        &expect![[r#"
        exit 1
        --- stdout
        shop/migrations/0002_name/migration.toml:1: warning[data-with-schema]
          The whole migration
          changes tables and writes rows in one migration: nobody else writes to the database until the last row is written
          safer: 1. move the operation that writes rows into a migration of its own: `rjango makemigrations --empty <app>`

        shop/migrations/0002_name/migration.toml:3: error[rename-column]
          Rename field title on product to name
          renames the column `title` of `shop_product` to `name`: code that is still running asks for `title`, and fails
          safer: 1. rename the field alone and keep its column: `#[field(column = "title")]` on the new name
                 2. or add `name` beside `title`, write both, copy the rows in batches, read the new one, and drop the old one last

        shop/migrations/0002_name/up.sqlite.sql:4: warning[write-without-where]
          SQL written by hand
          updates every row of `shop_product` in one statement: nobody else writes to the database until the migration is done
          safer: 1. give it a WHERE that leaves out the rows that are right already
                 2. on a big table, write it in batches: a migration with `atomic = false`, or a command of the project's
        --- stderr
        1 error and 2 warnings in 3 migrations
    "#]],
    );
}

#[test]
fn json_is_a_document() {
    check(
        "lintmigrations shop 3 --engine postgres --format json",
        &expect![[r#"
            exit 1
            --- stdout
            {
              "version": 1,
              "migrations": 1,
              "errors": 1,
              "warnings": 0,
              "findings": [
                {
                  "rule": "index-without-concurrently",
                  "severity": "error",
                  "migration": "shop.0003_by_name",
                  "engines": [
                    "postgres"
                  ],
                  "file": "shop/migrations/0003_by_name/migration.toml",
                  "line": 3,
                  "subject": "Create index by_name on field(s) name of model product",
                  "message": "builds an index over `name`: nobody writes to `shop_product` until it is done",
                  "steps": [
                    "write its `add_index` as `add_index_concurrently`, in a migration of its own with `atomic = false`",
                    "one that fails leaves an invalid index behind: drop it, and run the migration again"
                  ]
                }
              ]
            }
            --- stderr
        "#]],
    );
}

#[test]
fn github_gets_annotations() {
    check(
        "lintmigrations shop 0002 --format github --engine sqlite --engine postgres",
        &expect![[r#"
        exit 1
        --- stdout
        ::warning file=shop/migrations/0002_name/migration.toml,line=1,title=data-with-schema (sqlite)::The whole migration%0Achanges tables and writes rows in one migration: nobody else writes to the database until the last row is written%0A1. move the operation that writes rows into a migration of its own: `rjango makemigrations --empty <app>`
        ::error file=shop/migrations/0002_name/migration.toml,line=3,title=rename-column (sqlite%2C postgres)::Rename field title on product to name%0Arenames the column `title` of `shop_product` to `name`: code that is still running asks for `title`, and fails%0A1. rename the field alone and keep its column: `#[field(column = "title")]` on the new name%0A2. or add `name` beside `title`, write both, copy the rows in batches, read the new one, and drop the old one last
        ::warning file=shop/migrations/0002_name/up.sqlite.sql,line=4,title=write-without-where (sqlite)::SQL written by hand%0Aupdates every row of `shop_product` in one statement: nobody else writes to the database until the migration is done%0A1. give it a WHERE that leaves out the rows that are right already%0A2. on a big table, write it in batches: a migration with `atomic = false`, or a command of the project's
        --- stderr
        1 error and 2 warnings in 1 migration
    "#]],
    );
}

#[test]
fn clean_migrations_exit_with_0() {
    check(
        "lintmigrations shop 0003",
        &expect![[r#"
        exit 0
        --- stdout
        --- stderr
        nothing found in 1 migration
    "#]],
    );
    check(
        "lintmigrations --exclude rename-column",
        &expect![[r#"
        exit 0
        --- stdout
        shop/migrations/0002_name/migration.toml:1: warning[data-with-schema]
          The whole migration
          changes tables and writes rows in one migration: nobody else writes to the database until the last row is written
          safer: 1. move the operation that writes rows into a migration of its own: `rjango makemigrations --empty <app>`

        shop/migrations/0002_name/up.sqlite.sql:4: warning[write-without-where]
          SQL written by hand
          updates every row of `shop_product` in one statement: nobody else writes to the database until the migration is done
          safer: 1. give it a WHERE that leaves out the rows that are right already
                 2. on a big table, write it in batches: a migration with `atomic = false`, or a command of the project's
        --- stderr
        0 errors and 2 warnings in 3 migrations
    "#]],
    );
}

#[test]
fn warnings_can_count_as_errors() {
    let out = run(shop().path(), "lintmigrations --exclude rename-column --warnings-as-errors");
    assert!(out.starts_with("exit 1\n"), "{out}");
}

#[test]
fn mistakes_on_the_command_line_are_told() {
    check(
        "lintmigrations --exclude rename-colum",
        &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: there is no lint rule `rename-colum`
        hint: `rjango lintmigrations --rules` lists them
    "#]],
    );
    check(
        "lintmigrations blog",
        &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: there is no installed app with the label `blog`
        hint: the apps with migrations are: shop
    "#]],
    );
    check(
        "lintmigrations --engine oracle",
        &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: there is no database engine `oracle`
        hint: ENGINE is `sqlite`, `postgres` or `mysql`
    "#]],
    );
}

#[test]
fn rules_are_listed() {
    check(
        "lintmigrations --rules",
        &expect![[r#"
        exit 0
        --- stdout
        drop-table                   drops a table, or the table of a many-to-many field, that running code still uses
        drop-column                  drops a column that running code still names in its queries
        lose-values                  loses values or links of a field that goes on under its name, or is refused while rows have them
        rename-table                 renames or moves a table that running code knows by its old name
        rename-column                renames a column that running code knows by its old name
        add-not-null                 adds a NOT NULL column for which the database has no default
        set-not-null                 forbids NULL in a column that is there, reading every row under a lock
        narrow-type                  gives a column a type that has no place for some of its values (postgres, mysql)
        change-type                  gives a column a type for which the engine rewrites the table (postgres, mysql)
        add-unique                   makes values unique in a table that has rows: duplicates stop it, and an index is built under a lock
        add-foreign-key              adds a foreign key whose rows are checked while two tables are locked (postgres, mysql)
        add-check                    adds a check for which every row is read under a lock (postgres, mysql)
        index-without-concurrently   builds an index while nobody can write to the table (postgres)
        drop-index                   drops an index the plain way, for which every other query of the table waits (postgres)
        rename-index                 drops an index and builds it again, only for another name
        sqlite-rebuild               copies every row of a table, because SQLite cannot change it in place (sqlite)
        mysql-table-copy             copies a table (`ALGORITHM=COPY`, another character set) while nobody writes it (mysql)
        write-without-where          updates or deletes every row of a table in one statement
        data-with-schema             changes tables and writes rows in one migration
        concurrently-in-transaction  builds or drops an index CONCURRENTLY in a migration that is a transaction (postgres)
        transaction-control          begins or ends a transaction inside the migration's own
        irreversible                 cannot be taken back: it has no `down` SQL
        --- stderr
    "#]],
    );
}

#[test]
fn only_what_came_since_a_migration_or_a_commit_is_looked_at() {
    let folder = shop();
    let folder = folder.path();
    let looked_at = |line: &str| run(folder, line).lines().last().unwrap().to_owned();
    assert_eq!(looked_at("lintmigrations --since shop.0001"), "1 error and 2 warnings in 2 migrations");
    assert_eq!(looked_at("lintmigrations --since shop.0002_name"), "nothing found in 1 migration");
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(folder).args(["-c", "user.name=t", "-c", "user.email=t@example.org"]).args(arguments);
        assert!(command.output().unwrap().status.success(), "git {arguments:?}");
    };
    git(&["init", "--quiet", "--initial-branch=main"]);
    git(&["add", "shop/migrations/0001_initial", "shop/migrations/0002_name"]);
    git(&["commit", "--quiet", "--message=first"]);
    assert_eq!(looked_at("lintmigrations --since main"), "nothing found in 1 migration");
    std::fs::write(folder.join("shop/migrations/0002_name/up.sqlite.sql"), "-- edited").unwrap();
    assert!(looked_at("lintmigrations --since HEAD").ends_with("in 2 migrations"));
    let unknown = run(folder, "lintmigrations --since nowhere");
    assert!(unknown.contains("error: git cannot say what changed since `nowhere`"), "{unknown}");
    assert!(unknown.starts_with("exit 1\n"));
}

#[test]
fn only_what_the_database_lacks_is_looked_at() {
    let folder = shop();
    let out = run(folder.path(), "migrate shop 0002");
    assert!(out.starts_with("exit 0\n"), "{out}");
    let out = run(folder.path(), "lintmigrations --unapplied");
    assert!(out.ends_with("nothing found in 1 migration\n"), "{out}");
}
