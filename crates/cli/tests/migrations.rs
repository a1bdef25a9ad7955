//! The migration commands, run on a project in a temporary folder: what they print, write and exit with.
#![allow(clippy::unwrap_used)]

#[path = "support/command_line.rs"]
mod command_line;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use expect_test::{Expect, expect};
use rjango_cli::{Project, site};
use rjango_core::{DatabaseSettings, Settings};
use rjango_migrations::AppMigrations;
use rjango_orm::Models;
use rjango_schema::ModelSchema;

const PRODUCT: &str = r#"
app = "shop"
name = "Product"
fields = [
    { name = "id", kind = "big_auto", primary_key = true },
    { name = "name", kind = "char", max_length = 200 },
]
"#;

const WITH_STOCK: &str = r#"
app = "shop"
name = "Product"
fields = [
    { name = "id", kind = "big_auto", primary_key = true },
    { name = "name", kind = "char", max_length = 200 },
    { name = "stock", kind = "integer" },
]
"#;

const WITH_TITLE: &str = r#"
app = "shop"
name = "Product"
fields = [
    { name = "id", kind = "big_auto", primary_key = true },
    { name = "title", kind = "char", max_length = 200 },
]
"#;

fn project(folder: &Path, models: &[&str]) -> Project {
    let mut settings = Settings::for_tests();
    let name = folder.join("db.sqlite3").display().to_string();
    settings.databases = BTreeMap::from([("default".to_owned(), DatabaseSettings::sqlite(&name))]);
    let schemas = models.iter().map(|model| Arc::new(toml::from_str::<ModelSchema>(model).unwrap()));
    let models = Models::from_schemas(schemas).unwrap();
    Project {
        base_dir: folder.to_owned(),
        site: Arc::new(site(settings, &models, false).unwrap()),
        models,
        migrations: vec![AppMigrations::directory("shop", folder.join("shop/migrations"))],
        compiled: false,
    }
}

/// Runs a command line; gives the exit code, stdout and stderr.
fn run(folder: &Path, models: &[&str], line: &str, answers: &[&str]) -> String {
    command_line::run(line, answers, &|| project(folder, models)).to_string()
}

fn check(folder: &Path, models: &[&str], line: &str, expected: &Expect) {
    expected.assert_eq(&run(folder, models, line, &[]));
}

#[test]
fn makemigrations_writes_what_changed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    check(
        folder,
        &[PRODUCT],
        "makemigrations --check",
        &expect![[r#"
        exit 1
        --- stdout
        Migrations for 'shop':
          shop/migrations/0001_initial
            + Create model Product
        --- stderr
    "#]],
    );
    assert!(!folder.join("shop").exists(), "a check writes nothing");
    check(
        folder,
        &[PRODUCT],
        "makemigrations --dry-run -v 3",
        &expect![[r#"
        exit 0
        --- stdout
        Migrations for 'shop':
          shop/migrations/0001_initial
            + Create model Product

        shop/migrations/0001_initial/migration.toml:
        # shop.0001_initial, made by rjango 0.1.0. The SQL files beside this one are what runs, and may be edited until they are applied;
        # the operations are what the next `makemigrations` starts from. Keep the two in step.
        initial = true
        dependencies = []

        [[operations]]
        type = "create_model"
        name = "Product"
        fields = [
            { name = "id", kind = "big_auto", primary_key = true },
            { name = "name", kind = "char", max_length = 200 },
        ]


        shop/migrations/0001_initial/up.sqlite.sql:
        --
        -- Create model Product
        --
        CREATE TABLE "shop_product" (
            "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
            "name" varchar(200) NOT NULL
        );


        shop/migrations/0001_initial/down.sqlite.sql:
        --
        -- Delete model Product
        --
        DROP TABLE "shop_product";

        --- stderr
    "#]],
    );
    assert!(!folder.join("shop").exists(), "a dry run writes nothing");
    check(
        folder,
        &[PRODUCT],
        "makemigrations",
        &expect![[r#"
        exit 0
        --- stdout
        Migrations for 'shop':
          shop/migrations/0001_initial
            + Create model Product
        --- stderr
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "makemigrations",
        &expect![[r#"
        exit 0
        --- stdout
        No changes detected
        --- stderr
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "makemigrations --check shop",
        &expect![[r#"
        exit 0
        --- stdout
        No changes detected in app 'shop'
        --- stderr
    "#]],
    );
    assert!(!folder.join("db.sqlite3").exists(), "no database is touched");
}

#[test]
fn makemigrations_without_a_person_exits_with_three() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, &[PRODUCT], "makemigrations", &[]);
    check(
        folder,
        &[WITH_STOCK],
        "makemigrations",
        &expect![[r#"
            exit 3
            --- stdout
            --- stderr
            error: field `stock` on model `product` not migrated: it is impossible to add a non-nullable field without specifying a default
            hint: make it an `Option`, give it `#[field(default = ..)]`, or give a one-off value: `makemigrations --default shop.Product.stock=..`, or `makemigrations` in a terminal
        "#]],
    );
    let asked = run(folder, &[WITH_STOCK], "makemigrations", &["3", "1", "many", "5"]);
    expect![[r#"
        exit 0
        --- stdout
        Migrations for 'shop':
          shop/migrations/0002_product_stock
            + Add field stock to product
        --- stderr
        It is impossible to add a non-nullable field 'stock' to product without specifying a default. This is because the database needs something to populate existing rows.
        Please select a fix:
         1) Provide a one-off default now (will be set on all existing rows with a null value for this column)
         2) Quit and manually define a default value in models.rs.
        Select an option: Please enter a number from 1 to 2.
        Select an option: Please enter the default value, such as `3`, `3.50`, `true`, `text` or `now`.
        Type 'exit' to exit this prompt
        >>> `many` is no value of `stock`: expected a whole number
        >>> "#]].assert_eq(&asked);
    let up = std::fs::read_to_string(folder.join("shop/migrations/0002_product_stock/up.sqlite.sql")).unwrap();
    assert!(up.contains("SELECT \"id\", \"name\", 5"), "{up}");
}

#[test]
fn makemigrations_without_a_person_does_not_guess_a_rename() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let [named, titled] = ["name", "title"].map(|name| {
        PRODUCT.replace("name = \"name\", kind = \"char\"", &format!("name = \"{name}\", null = true, kind = \"char\""))
    });
    run(folder, &[&named], "makemigrations", &[]);
    check(
        folder,
        &[&titled],
        "makemigrations",
        &expect![[r#"
        exit 3
        --- stdout
        --- stderr
        error: `shop.Product.name` is removed and `shop.Product.title` is new: is one the other under a new name?
        hint: if so, run `rjango makemigrations --rename shop.Product.name=title`; if not, `rjango makemigrations --noinput`, which drops what is removed
    "#]],
    );
    assert!(!folder.join("shop/migrations/0002_title").exists());
    check(
        folder,
        &[&titled],
        "makemigrations --check",
        &expect![[r#"
        exit 1
        --- stdout
        Migrations for 'shop':
          shop/migrations/0002_remove_product_name_product_title
            - Remove field name from product: drops the column `name` of `shop_product` and its values
            + Add field title to product
        --- stderr
        note: `shop.Product.name` is removed and `shop.Product.title` is new; if it was renamed, say so: `--rename shop.Product.name=title`
    "#]],
    );
    check(
        folder,
        &[WITH_STOCK],
        "makemigrations --check",
        &expect![[r#"
        exit 1
        --- stdout
        Migrations for 'shop':
          shop/migrations/0002_product_stock_alter_product_name
            + Add field stock to product
            ~ Alter field name on product: null true -> false
        --- stderr
        note: a run that writes needs an answer: make it an `Option`, give it `#[field(default = ..)]`, or give a one-off value: `makemigrations --default shop.Product.stock=..`, or `makemigrations` in a terminal
    "#]],
    );
    check(
        folder,
        &[&titled],
        "makemigrations --noinput",
        &expect![[r#"
        exit 0
        --- stdout
        Migrations for 'shop':
          shop/migrations/0002_remove_product_name_product_title
            - Remove field name from product: drops the column `name` of `shop_product` and its values
            + Add field title to product
        --- stderr
        note: `shop.Product.name` is removed and `shop.Product.title` is new; if it was renamed, say so: `--rename shop.Product.name=title`
    "#]],
    );
}

#[test]
fn makemigrations_takes_answers_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, &[PRODUCT], "makemigrations", &[]);
    check(
        folder,
        &[WITH_TITLE],
        "makemigrations --noinput --rename shop.Product.nmae=title",
        &expect![[r#"
            exit 1
            --- stdout
            --- stderr
            error: `--rename shop.Product.nmae=title`: the migrations' `shop.Product` has no field `nmae`
            hint: did you mean `name`?
        "#]],
    );
    check(
        folder,
        &[WITH_TITLE],
        "makemigrations --noinput --rename shop.Product.name=title",
        &expect![[r#"
            exit 0
            --- stdout
            Migrations for 'shop':
              shop/migrations/0002_rename_name_product_title
                ~ Rename field name on product to title
            --- stderr
        "#]],
    );
    let with_stock = WITH_STOCK.replace("\"name\"", "\"title\"");
    check(
        folder,
        &[&with_stock],
        "makemigrations --noinput --default shop.Product.stock=7",
        &expect![[r#"
            exit 0
            --- stdout
            Migrations for 'shop':
              shop/migrations/0003_product_stock
                + Add field stock to product
            --- stderr
        "#]],
    );
    let sql = std::fs::read_to_string(folder.join("shop/migrations/0003_product_stock/up.sqlite.sql")).unwrap();
    assert!(sql.contains("SELECT \"id\", \"title\", 7\n"), "{sql}");
}

#[test]
fn makemigrations_asks_whether_a_field_was_renamed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, &[PRODUCT], "makemigrations", &[]);
    expect![[r#"
        exit 0
        --- stdout
        Migrations for 'shop':
          shop/migrations/0002_new_words
            ~ Rename field name on product to title
        --- stderr
        Was product.name renamed to product.title (a CharField)? [y/N] Please answer yes or no.
        Was product.name renamed to product.title (a CharField)? [y/N] "#]]
    .assert_eq(&run(folder, &[WITH_TITLE], "makemigrations --name new_words", &["what", "y"]));
}

#[test]
fn makemigrations_empty_is_to_be_filled_in() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, &[PRODUCT], "makemigrations", &[]);
    check(
        folder,
        &[PRODUCT],
        "makemigrations --empty",
        &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: `--empty` needs the app that is to get the migration
        hint: for example `rjango makemigrations --empty shop --name fill_sku`
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "makemigrations --empty shop --name fill",
        &expect![[r#"
        exit 0
        --- stdout
        Migrations for 'shop':
          shop/migrations/0002_fill
        --- stderr
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "sqlmigrate shop 2",
        &expect![[r#"
            exit 0
            --- stdout
            BEGIN;
            -- rjango: to be written
            -- The SQL that applies this migration on sqlite. Remove the line above when it is there.
            COMMIT;
            --- stderr
        "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "makemigrations shoop",
        &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: there is no installed app with the label `shoop`
        hint: the apps with migrations are: shop
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "makemigrations --name add-price",
        &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: `add-price` cannot be a migration's name
        hint: use letters, digits and underscores, such as `add_price`
    "#]],
    );
}

#[test]
fn migrate_applies_and_takes_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, &[PRODUCT], "makemigrations", &[]);
    check(
        folder,
        &[PRODUCT],
        "showmigrations",
        &expect![[r#"
        exit 0
        --- stdout
        shop
         [ ] 0001_initial
        --- stderr
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "migrate --plan",
        &expect![[r#"
        exit 0
        --- stdout
        Planned operations:
        shop.0001_initial
            Create model Product
        --- stderr
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "migrate --check",
        &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        1 unapplied migration(s): shop.0001_initial
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "migrate",
        &expect![[r#"
        exit 0
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          Applying shop.0001_initial... OK
        --- stderr
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "migrate --check",
        &expect![[r#"
        exit 0
        --- stdout
        --- stderr
    "#]],
    );
    check(
        folder,
        &[WITH_STOCK],
        "migrate",
        &expect![[r#"
        exit 0
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          No migrations to apply.
        --- stderr
          Your models in app(s): 'shop' have changes that are not yet reflected in a migration, and so won't be applied.
          Run 'rjango makemigrations' to make new migrations, and then re-run 'rjango migrate' to apply them.
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "showmigrations --plan",
        &expect![[r#"
        exit 0
        --- stdout
        [X]  shop.0001_initial
        --- stderr
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "sqlmigrate shop 0001 --backwards",
        &expect![[r#"
        exit 0
        --- stdout
        BEGIN;
        --
        -- Delete model Product
        --
        DROP TABLE "shop_product";
        COMMIT;
        --- stderr
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "migrate shop zero --plan",
        &expect![[r#"
        exit 0
        --- stdout
        Planned operations:
        shop.0001_initial
            Undo Create model Product
        --- stderr
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "migrate shop zero",
        &expect![[r#"
        exit 0
        --- stdout
        Operations to perform:
          Unapply all migrations: shop
        Running migrations:
          Unapplying shop.0001_initial... OK
        --- stderr
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "migrate shop 1 --fake",
        &expect![[r#"
        exit 0
        --- stdout
        Operations to perform:
          Target specific migration: 0001_initial, from shop
        Running migrations:
          Applying shop.0001_initial... FAKED
        --- stderr
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "migrate nowhere",
        &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: the app `nowhere` has no migrations
        hint: the apps that have are: shop
    "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "migrate --database other",
        &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: there is no database `other`
        hint: add `[DATABASES.other]` to the settings
    "#]],
    );
}

#[test]
fn failed_migration_ends_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, &[PRODUCT], "makemigrations", &[]);
    run(folder, &[PRODUCT], "makemigrations --empty shop --name broken", &[]);
    std::fs::write(folder.join("shop/migrations/0002_broken/up.sqlite.sql"), "DROP TABLE nothing;\n").unwrap();
    check(
        folder,
        &[PRODUCT],
        "migrate",
        &expect![[r#"
            exit 1
            --- stdout
            Operations to perform:
              Apply all migrations: shop
            Running migrations:
              Applying shop.0001_initial... OK
              Applying shop.0002_broken...
            --- stderr
            error: `shop.0002_broken` cannot be applied
              --> shop/migrations/0002_broken/up.sqlite.sql:1
              caused by: the database refused: near "nothing": syntax error
            hint: the database is as it was before this migration: fix the cause, and run `migrate` again
        "#]],
    );
    check(
        folder,
        &[PRODUCT],
        "showmigrations shop",
        &expect![[r#"
        exit 0
        --- stdout
        shop
         [X] 0001_initial
         [ ] 0002_broken
        --- stderr
    "#]],
    );
}
