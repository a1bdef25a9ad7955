//! Squashing and optimizing migrations: what is written, what becomes of databases old and new.
#![allow(clippy::unwrap_used)]

#[path = "support/project.rs"]
mod project;

use expect_test::expect;
use project::{Shop, model};

const NAME: &str = "name = \"name\", kind = \"char\", max_length = 200";
const PRICE: &str = "name = \"price\", kind = \"integer\", default = { int = 0 }";
const STOCK: &str = "name = \"stock\", kind = \"integer\", default = { int = 0 }";

fn product(fields: &[&str]) -> Vec<String> {
    vec![model("Product", fields)]
}

/// Three migrations: a product, a price, a longer name.
fn shop() -> (Shop, Vec<String>) {
    let shop = Shop::new();
    let last = product(&[&NAME.replace("200", "300"), PRICE]);
    shop.done(&product(&[NAME]), "makemigrations");
    shop.done(&product(&[NAME, PRICE]), "makemigrations");
    shop.done(&last, "makemigrations");
    (shop, last)
}

#[test]
fn squashed_migration_replaces_others_step_by_step() {
    let (shop, models) = shop();
    shop.done(&models, "migrate");
    expect![[r#"
        exit 1
        --- stdout
        Will squash the following migrations:
         - 0001_initial
         - 0002_product_price
         - 0003_alter_product_name
        --- stderr
        Do you wish to proceed? [y/N] "#]]
    .assert_eq(&shop.run(&models, "squashmigrations shop 3", &["n"]));
    expect![[r#"
        exit 0
        --- stdout
        Will squash the following migrations:
         - 0001_initial
         - 0002_product_price
         - 0003_alter_product_name
        Optimizing...
          Optimized from 3 operations to 1 operations.
        Created new squashed migration shop/migrations/0001_squashed_0003_alter_product_name
          You should commit this migration but leave the old ones in place;
          the new migration will be used for new installs. Once you are sure
          all instances of the codebase have applied the migrations you squashed,
          you can delete them.
        --- stderr
        Do you wish to proceed? [y/N] "#]]
    .assert_eq(&shop.run(&models, "squashmigrations shop 3", &["y"]));
    let folder = "shop/migrations/0001_squashed_0003_alter_product_name";
    expect![[r##"
        # shop.0001_squashed_0003_alter_product_name, made by rjango 0.1.0. The SQL files beside this one are what runs, and may be edited until they are applied;
        # the operations are what the next `makemigrations` starts from. Keep the two in step.
        initial = true
        dependencies = []
        replaces = ["shop.0001_initial", "shop.0002_product_price", "shop.0003_alter_product_name"]

        [[operations]]
        type = "create_model"
        name = "Product"
        fields = [
            { name = "id", kind = "big_auto", primary_key = true },
            { name = "name", kind = "char", max_length = 300 },
            { name = "price", kind = "integer", default = { int = 0 } },
        ]
    "##]].assert_eq(&shop.read(&format!("{folder}/migration.toml")));
    expect![[r#"
        --
        -- Create model Product
        --
        CREATE TABLE "shop_product" (
            "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
            "name" varchar(300) NOT NULL,
            "price" integer NOT NULL
        );
    "#]]
    .assert_eq(&shop.read(&format!("{folder}/up.sqlite.sql")));
    expect![[r#"
        $ rjango makemigrations --check
        exit 0
        --- stdout
        No changes detected
        --- stderr
        $ rjango showmigrations
        exit 0
        --- stdout
        shop
         [-] 0001_squashed_0003_alter_product_name (3 squashed migrations) Run 'rjango migrate' to finish recording.
        --- stderr
        $ rjango migrate --check
        exit 0
        --- stdout
        --- stderr
        $ rjango migrate
        exit 0
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          No migrations to apply.
        --- stderr
        $ rjango showmigrations
        exit 0
        --- stdout
        shop
         [X] 0001_squashed_0003_alter_product_name (3 squashed migrations)
        --- stderr
        $ rjango migrate shop 2
        exit 1
        --- stdout
        --- stderr
        error: `0002_product_price` is part of the squashed migration `0001_squashed_0003_alter_product_name`
        hint: name `0001_squashed_0003_alter_product_name`: it is applied and taken back as a whole
    "#]]
    .assert_eq(&shop.run_all(
        &models,
        &["makemigrations --check", "showmigrations", "migrate --check", "migrate", "showmigrations", "migrate shop 2"],
    ));
    // Another database has nothing yet: the squashed one alone runs there.
    shop.remove("db.sqlite3");
    expect![[r#"
        $ rjango migrate
        exit 0
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          Applying shop.0001_squashed_0003_alter_product_name... OK
        --- stderr
        $ rjango showmigrations
        exit 0
        --- stdout
        shop
         [X] 0001_squashed_0003_alter_product_name (3 squashed migrations)
        --- stderr
    "#]]
    .assert_eq(&shop.run_all(&models, &["migrate", "showmigrations"]));
    // The old files go; the next migration counts on.
    for name in ["0001_initial", "0002_product_price", "0003_alter_product_name"] {
        shop.remove(&format!("shop/migrations/{name}"));
    }
    let more = product(&[&NAME.replace("200", "300"), PRICE, STOCK]);
    expect![[r#"
        $ rjango makemigrations
        exit 0
        --- stdout
        Migrations for 'shop':
          shop/migrations/0004_product_stock
            + Add field stock to product
        --- stderr
        $ rjango migrate
        exit 0
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          Applying shop.0004_product_stock... OK
        --- stderr
        $ rjango squashmigrations shop 4 --noinput
        exit 1
        --- stdout
        Will squash the following migrations:
         - 0001_squashed_0003_alter_product_name
         - 0004_product_stock
        --- stderr
        error: You cannot squash squashed migrations! `shop.0001_squashed_0003_alter_product_name` is one
        hint: make it a normal one first: when every database has it, delete the migrations that it replaces and `replaces` in `shop/migrations/0001_squashed_0003_alter_product_name/migration.toml`, and run `rjango migrate shop --prune` on each database
        $ rjango migrate shop --prune
        exit 0
        --- stdout
        Pruning migrations:
          Pruning shop.0001_initial OK
          Pruning shop.0002_product_price OK
          Pruning shop.0003_alter_product_name OK
        --- stderr
        $ rjango migrate --check
        exit 0
        --- stdout
        --- stderr
    "#]].assert_eq(&shop.run_all(
        &more,
        &["makemigrations", "migrate", "squashmigrations shop 4 --noinput", "migrate shop --prune", "migrate --check"],
    ));
}

#[test]
fn sql_by_hand_is_carried_over_in_its_place() {
    let (shop, models) = shop();
    shop.done(&models, "makemigrations --empty shop --name fill");
    shop.check(
        &models,
        "squashmigrations shop 4 --noinput",
        &expect![[r#"
        exit 1
        --- stdout
        Will squash the following migrations:
         - 0001_initial
         - 0002_product_price
         - 0003_alter_product_name
         - 0004_fill
        --- stderr
        error: the SQL of `shop.0004_fill` is still to be written
        hint: write it, or remove the migration, before it is squashed
    "#]],
    );
    shop.write(
        "shop/migrations/0004_fill/up.sqlite.sql",
        "INSERT INTO shop_product (name, price) VALUES ('Tea', 3);\n",
    );
    shop.write("shop/migrations/0004_fill/down.sqlite.sql", "DELETE FROM shop_product;\n");
    let more = product(&[&NAME.replace("200", "300"), PRICE, STOCK]);
    shop.done(&more, "makemigrations");
    shop.check(
        &more,
        "squashmigrations shop 2 5 --noinput --squashed-name second --no-header",
        &expect![[r#"
        exit 0
        --- stdout
        Will squash the following migrations:
         - 0002_product_price
         - 0003_alter_product_name
         - 0004_fill
         - 0005_product_stock
        Optimizing...
          No optimizations possible.
          Carried over as it is: 0004_fill, whose up.sqlite.sql was written by hand.
        Created new squashed migration shop/migrations/0002_second
          You should commit this migration but leave the old ones in place;
          the new migration will be used for new installs. Once you are sure
          all instances of the codebase have applied the migrations you squashed,
          you can delete them.
        --- stderr
    "#]],
    );
    expect![[r#"
        dependencies = ["shop.0001_initial"]
        replaces = ["shop.0002_product_price", "shop.0003_alter_product_name", "shop.0004_fill", "shop.0005_product_stock"]

        [[operations]]
        type = "add_field"
        model = "Product"
        field = { name = "price", kind = "integer", default = { int = 0 } }

        [[operations]]
        type = "alter_field"
        model = "Product"
        field = { name = "name", kind = "char", max_length = 300 }

        [[operations]]
        type = "run_sql"
        sql = { sqlite = """
        INSERT INTO shop_product (name, price) VALUES ('Tea', 3);
        """ }
        reverse_sql = { sqlite = """
        DELETE FROM shop_product;
        """ }

        [[operations]]
        type = "add_field"
        model = "Product"
        field = { name = "stock", kind = "integer", default = { int = 0 } }
    "#]].assert_eq(&shop.read("shop/migrations/0002_second/migration.toml"));
    expect![[r#"
        $ rjango migrate
        exit 0
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          Applying shop.0001_initial... OK
          Applying shop.0002_second... OK
        --- stderr
        $ rjango makemigrations --check
        exit 0
        --- stdout
        No changes detected
        --- stderr
        $ rjango migrate shop zero
        exit 0
        --- stdout
        Operations to perform:
          Unapply all migrations: shop
        Running migrations:
          Unapplying shop.0002_second... OK
          Unapplying shop.0001_initial... OK
        --- stderr
    "#]]
    .assert_eq(&shop.run_all(&more, &["migrate", "makemigrations --check", "migrate shop zero"]));
}

#[test]
fn without_optimizing_the_operations_stay() {
    let (shop, models) = shop();
    shop.check(
        &models,
        "squashmigrations shop 1 2 --noinput --no-optimize -v 0",
        &expect![[r#"
        exit 0
        --- stdout
        --- stderr
    "#]],
    );
    shop.check(
        &models,
        "squashmigrations shop 3 2 --noinput",
        &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: `0002_product_price` is part of the squashed migration `0001_initial_squashed_0002_product_price`
        hint: name `0001_initial_squashed_0002_product_price`: it is applied and taken back as a whole
    "#]],
    );
    shop.check(
        &models,
        "squashmigrations shop 3",
        &expect![[r#"
        exit 1
        --- stdout
        Will squash the following migrations:
         - 0001_initial_squashed_0002_product_price
         - 0003_alter_product_name
        --- stderr
        error: nobody is there to say whether to proceed
        hint: add `--noinput` to go on without being asked
    "#]],
    );
    shop.check(
        &models,
        "showmigrations --plan",
        &expect![[r#"
        exit 0
        --- stdout
        [ ]  shop.0001_initial_squashed_0002_product_price
        [ ]  shop.0003_alter_product_name
        --- stderr
    "#]],
    );
}

#[test]
fn migration_is_optimized_where_it_is() {
    let shop = Shop::new();
    shop.done(&product(&[NAME]), "makemigrations");
    let toml = "shop/migrations/0001_initial/migration.toml";
    let add = "\n[[operations]]\ntype = \"add_field\"\nmodel = \"Product\"\nfield = { name = \"price\", kind = \"integer\", null = true }\n";
    shop.write(toml, &format!("{}{add}", shop.read(toml)));
    let up = "shop/migrations/0001_initial/up.sqlite.sql";
    let models = product(&[NAME, "name = \"price\", kind = \"integer\", null = true"]);
    // The operations were changed by hand and the SQL was not: it is not what rjango would write.
    expect![[r#"
        $ rjango optimizemigration shop 1 --check
        exit 1
        --- stdout
        Optimizing from 2 operations to 1 operations.
        --- stderr
        $ rjango optimizemigration shop 1
        exit 1
        --- stdout
        Optimizing from 2 operations to 1 operations.
        --- stderr
        error: `shop.0001_initial` cannot be written anew: its SQL was written by hand
          --> shop/migrations/0001_initial/up.sqlite.sql
        hint: leave it as it is; or, to have the SQL written anew, remove its files and run `rjango makemigrations --engine`
    "#]].assert_eq(&shop.run_all(&models, &["optimizemigration shop 1 --check", "optimizemigration shop 1"]));
    shop.remove(up);
    shop.remove("shop/migrations/0001_initial/down.sqlite.sql");
    expect![[r#"
        $ rjango makemigrations --engine sqlite
        exit 0
        --- stdout
        SQL for sqlite:
          shop/migrations/0001_initial
            + up.sqlite.sql
            + down.sqlite.sql
        --- stderr
        $ rjango optimizemigration shop 1
        exit 0
        --- stdout
        Optimizing from 2 operations to 1 operations.
        Optimized migration shop/migrations/0001_initial
        --- stderr
        $ rjango optimizemigration shop 1
        exit 0
        --- stdout
        No optimizations possible.
        --- stderr
        $ rjango migrate
        exit 0
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          Applying shop.0001_initial... OK
        --- stderr
    "#]]
    .assert_eq(&shop.run_all(
        &models,
        &["makemigrations --engine sqlite", "optimizemigration shop 1", "optimizemigration shop 1", "migrate"],
    ));
    expect![[r#"
        --
        -- Create model Product
        --
        CREATE TABLE "shop_product" (
            "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
            "name" varchar(200) NOT NULL,
            "price" integer NULL
        );
    "#]]
    .assert_eq(&shop.read(up));
}
