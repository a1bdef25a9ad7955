//! Branches that meet, files that are missing, engines that were added: what the migration commands say and do.
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

/// A shop whose two branches each added something after the first migration.
fn branched(one: &[&str], other: &[&str]) -> Shop {
    let shop = Shop::new();
    shop.done(&product(&[NAME]), "makemigrations");
    shop.done(&product(one), "makemigrations --name one");
    std::fs::rename(shop.path("shop/migrations/0002_one"), shop.path("aside")).unwrap();
    shop.done(&product(other), "makemigrations --name two");
    std::fs::rename(shop.path("aside"), shop.path("shop/migrations/0002_one")).unwrap();
    shop
}

#[test]
fn two_branches_are_told_and_merged() {
    let shop = branched(&[NAME, PRICE], &[NAME, STOCK]);
    let both = product(&[NAME, PRICE, STOCK]);
    expect![[r#"
        $ rjango makemigrations
        exit 1
        --- stdout
        --- stderr
        error: Conflicting migrations detected; multiple leaf nodes in the migration graph: (0002_one, 0002_two in shop)
        hint: two branches each added one: join them with `rjango makemigrations --merge`
        $ rjango makemigrations --check
        exit 1
        --- stdout
        --- stderr
        error: Conflicting migrations detected; multiple leaf nodes in the migration graph: (0002_one, 0002_two in shop)
        hint: two branches each added one: join them with `rjango makemigrations --merge`
        $ rjango migrate
        exit 1
        --- stdout
        --- stderr
        error: Conflicting migrations detected; multiple leaf nodes in the migration graph: (0002_one, 0002_two in shop)
        hint: two branches each added one: join them with `rjango makemigrations --merge`
        $ rjango migrate --check
        exit 1
        --- stdout
        --- stderr
        error: Conflicting migrations detected; multiple leaf nodes in the migration graph: (0002_one, 0002_two in shop)
        hint: two branches each added one: join them with `rjango makemigrations --merge`
    "#]]
    .assert_eq(&shop.run_all(&both, &["makemigrations", "makemigrations --check", "migrate", "migrate --check"]));
    shop.check(
        &both,
        "makemigrations --merge --dry-run",
        &expect![[r#"
        exit 0
        --- stdout
        Merging shop
          Branch 0002_one
            + Add field price to product
          Branch 0002_two
            + Add field stock to product

        Would create the merge migration shop/migrations/0003_merge_0002_one_0002_two
        --- stderr
    "#]],
    );
    expect![[r#"
        exit 1
        --- stdout
        Merging shop
          Branch 0002_one
            + Add field price to product
          Branch 0002_two
            + Add field stock to product
        --- stderr

        The operations printed above do not touch the same fields.
        Do you want to merge these migration branches? [y/N] Please answer yes or no.
        Do you want to merge these migration branches? [y/N] "#]]
    .assert_eq(&shop.run(&both, "makemigrations --merge", &["what", "n"]));
    expect![[r#"
        exit 0
        --- stdout
        Merging shop
          Branch 0002_one
            + Add field price to product
          Branch 0002_two
            + Add field stock to product

        Created new merge migration shop/migrations/0003_merge_0002_one_0002_two
        --- stderr

        The operations printed above do not touch the same fields.
        Do you want to merge these migration branches? [y/N] "#]]
    .assert_eq(&shop.run(&both, "makemigrations --merge", &["y"]));
    shop.check(
        &both,
        "makemigrations --merge",
        &expect![[r#"
        exit 0
        --- stdout
        No conflicts detected to merge.
        --- stderr
    "#]],
    );
    shop.check(
        &both,
        "makemigrations --check",
        &expect![[r#"
        exit 0
        --- stdout
        No changes detected
        --- stderr
    "#]],
    );
    shop.check(
        &both,
        "migrate",
        &expect![[r#"
        exit 0
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          Applying shop.0001_initial... OK
          Applying shop.0002_one... OK
          Applying shop.0002_two... OK
          Applying shop.0003_merge_0002_one_0002_two... OK
        --- stderr
    "#]],
    );
    expect![[r#"
        -- (no-op)
    "#]]
    .assert_eq(&shop.read("shop/migrations/0003_merge_0002_one_0002_two/up.sqlite.sql"));
    shop.check(
        &both,
        "showmigrations --plan -v 2",
        &expect![[r#"
        exit 0
        --- stdout
        [X]  shop.0001_initial
        [X]  shop.0002_one ... (shop.0001_initial)
        [X]  shop.0002_two ... (shop.0001_initial)
        [X]  shop.0003_merge_0002_one_0002_two ... (shop.0002_one, shop.0002_two)
        --- stderr
    "#]],
    );
}

#[test]
fn merge_without_a_person_refuses_what_depends_on_the_order() {
    let longer = NAME.replace("200", "300");
    let shorter = NAME.replace("200", "100");
    let shop = branched(&[&longer], &[&shorter]);
    let models = product(&[&longer]);
    shop.check(&models, "makemigrations --merge --noinput", &expect![[r#"
        exit 1
        --- stdout
        Merging shop
          Branch 0002_one
            ~ Alter field name on product
          Branch 0002_two
            ~ Alter field name on product
        --- stderr
        warning: `0002_one` and `0002_two` both touch the field `name` of `shop.Product`: the one that is applied last wins
        hint: decide which of them is to come last, and run `rjango makemigrations --merge` in a terminal
    "#]]);
    assert_eq!(shop.migrations().len(), 3);
    expect![[r#"
        exit 0
        --- stdout
        Merging shop
          Branch 0002_one
            ~ Alter field name on product
          Branch 0002_two
            ~ Alter field name on product

        Created new merge migration shop/migrations/0003_lengths
        --- stderr
        warning: `0002_one` and `0002_two` both touch the field `name` of `shop.Product`: the one that is applied last wins

        Merging will only work if the operations printed above do not conflict
        with each other (working on different fields or models)
        Do you want to merge these migration branches? [y/N] "#]].assert_eq(&shop.run(&models, "makemigrations --merge --name lengths", &["y"]));
    assert_eq!(shop.migrations().last().unwrap(), "0003_lengths");
}

#[test]
fn merge_of_branches_that_add_the_same_field_is_refused() {
    let shop = branched(&[NAME, PRICE], &[NAME, PRICE]);
    shop.check(&product(&[NAME, PRICE]), "makemigrations --merge --noinput", &expect![[r#"
        exit 1
        --- stdout
        Merging shop
          Branch 0002_one
            + Add field price to product
          Branch 0002_two
            + Add field price to product
        --- stderr
        error: the branches `0002_one`, `0002_two` of `shop` cannot be merged: `0002_one` and `0002_two` both touch the field `price` of `shop.Product`
        hint: remove the operation from one of them; or, where `0002_two` was not applied anywhere, remove its folder and run `rjango makemigrations shop` to make it anew after the other
    "#]]);
}

#[test]
fn check_says_in_words_what_differs() {
    let shop = Shop::new();
    shop.done(&product(&[NAME, PRICE]), "makemigrations");
    let changed = "name = \"name\", kind = \"char\", max_length = 100, unique = true, null = true";
    shop.check(
        &product(&[changed, PRICE, STOCK]),
        "makemigrations --check",
        &expect![[r#"
        exit 1
        --- stdout
        Migrations for 'shop':
          shop/migrations/0002_product_stock_alter_product_name
            + Add field stock to product
            ~ Alter field name on product: max_length 200 -> 100, null false -> true, unique false -> true
        --- stderr
    "#]],
    );
}

#[test]
fn scriptable_leaves_only_paths_on_stdout() {
    let shop = Shop::new();
    shop.check(
        &product(&[NAME]),
        "makemigrations --scriptable --no-header",
        &expect![[r#"
        exit 0
        --- stdout
        shop/migrations/0001_initial
        --- stderr
        Migrations for 'shop':
          shop/migrations/0001_initial
            + Create model Product
    "#]],
    );
    assert!(shop.read("shop/migrations/0001_initial/migration.toml").starts_with("initial = true\n"));
}

#[test]
fn missing_sql_is_told_and_rendered_again() {
    let shop = Shop::new();
    let models = product(&[NAME]);
    shop.done(&models, "makemigrations");
    let longer = product(&[&NAME.replace("200", "300")]);
    shop.done(&longer, "makemigrations");
    let up = "shop/migrations/0002_alter_product_name/up.sqlite.sql";
    let before = shop.read(up);
    shop.remove(up);
    expect![[r#"
        $ rjango makemigrations --check
        exit 1
        --- stdout
        --- stderr
        error: `shop.0002_alter_product_name` has no SQL for sqlite: `up.sqlite.sql` is missing
          --> shop/migrations/0002_alter_product_name/up.sqlite.sql
        hint: restore the file from version control; where it never was, `rjango makemigrations --engine sqlite` writes it
        $ rjango migrate --check
        exit 1
        --- stdout
        --- stderr
        error: `shop.0002_alter_product_name` has no SQL for sqlite: `up.sqlite.sql` is missing
          --> shop/migrations/0002_alter_product_name/up.sqlite.sql
        hint: restore the file from version control; where it never was, `rjango makemigrations --engine sqlite` writes it
        $ rjango migrate
        exit 1
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
        --- stderr
        error: `shop.0002_alter_product_name` has no SQL for sqlite: `up.sqlite.sql` is missing
          --> shop/migrations/0002_alter_product_name/up.sqlite.sql
        hint: restore the file from version control; where it never was, `rjango makemigrations --engine sqlite` writes it
    "#]].assert_eq(&shop.run_all(&longer, &["makemigrations --check", "migrate --check", "migrate"]));
    shop.check(
        &longer,
        "makemigrations --engine sqlite --check",
        &expect![[r#"
        exit 1
        --- stdout
        SQL for sqlite:
          shop/migrations/0002_alter_product_name
            + up.sqlite.sql
        --- stderr
    "#]],
    );
    shop.check(
        &longer,
        "makemigrations --engine sqlite",
        &expect![[r#"
        exit 0
        --- stdout
        SQL for sqlite:
          shop/migrations/0002_alter_product_name
            + up.sqlite.sql
        --- stderr
    "#]],
    );
    assert_eq!(shop.read(up), before);
    shop.check(
        &longer,
        "makemigrations --engine sqlite",
        &expect![[r#"
        exit 0
        --- stdout
        Every migration has its SQL for sqlite.
        No changes detected
        --- stderr
    "#]],
    );
}

#[test]
fn sql_to_be_written_by_hand_holds_migrate_back() {
    let shop = Shop::new();
    let models = product(&[NAME]);
    shop.done(&models, "makemigrations");
    shop.done(&models, "makemigrations --empty shop --name fill");
    expect![[r#"
        $ rjango migrate --check
        exit 1
        --- stdout
        --- stderr
        error: the SQL of `shop.0002_fill` is still to be written
          --> shop/migrations/0002_fill/up.sqlite.sql:1:1
        hint: write it into `shop/migrations/0002_fill/up.sqlite.sql`, and remove the line `-- rjango: to be written`
        $ rjango migrate
        exit 1
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
        --- stderr
        error: the SQL of `shop.0002_fill` is still to be written
          --> shop/migrations/0002_fill/up.sqlite.sql:1:1
        hint: write it into `shop/migrations/0002_fill/up.sqlite.sql`, and remove the line `-- rjango: to be written`
    "#]]
    .assert_eq(&shop.run_all(&models, &["migrate --check", "migrate"]));
    shop.check(
        &models,
        "showmigrations",
        &expect![[r#"
        exit 0
        --- stdout
        shop
         [ ] 0001_initial
         [ ] 0002_fill
        --- stderr
    "#]],
    );
    shop.write("shop/migrations/0002_fill/up.sqlite.sql", "INSERT INTO shop_product (name) VALUES ('Tea');\n");
    shop.check(
        &models,
        "migrate",
        &expect![[r#"
        exit 0
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          Applying shop.0001_initial... OK
          Applying shop.0002_fill... OK
        --- stderr
    "#]],
    );
    shop.check(
        &models,
        "migrate shop 1",
        &expect![[r#"
        exit 1
        --- stdout
        Operations to perform:
          Target specific migration: 0001_initial, from shop
        Running migrations:
        --- stderr
        error: the SQL of `shop.0002_fill` is still to be written
          --> shop/migrations/0002_fill/down.sqlite.sql:1:1
        hint: write it into `shop/migrations/0002_fill/down.sqlite.sql`, and remove the line `-- rjango: to be written`
    "#]],
    );
}

#[test]
fn edited_and_lost_migrations_are_told_all_at_once() {
    let shop = Shop::new();
    shop.done(&product(&[NAME]), "makemigrations");
    let models = product(&[NAME, PRICE]);
    shop.done(&models, "makemigrations");
    shop.done(&models, "migrate");
    let up = "shop/migrations/0001_initial/up.sqlite.sql";
    shop.write(up, &format!("{}-- a word more\n", shop.read(up)));
    shop.remove("shop/migrations/0002_product_price");
    shop.check(&models, "migrate --check", &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: the SQL of `shop.0001_initial` was changed after it was applied
          --> shop/migrations/0001_initial/up.sqlite.sql
        hint: restore the file from version control, and put the change into a new migration
        error: `shop.0002_product_price` is applied, but its files are missing
          --> shop/migrations/0002_product_price
        hint: is it on another branch? Switch back to that branch, take it back with `rjango migrate shop 0001_initial`, and return; was the folder lost? Restore it from version control; did it go on purpose? `rjango migrate shop --prune` forgets it
    "#]]);
}

#[test]
fn fake_initial_records_what_is_there() {
    let shop = Shop::new();
    let models = product(&[NAME]);
    shop.done(&models, "makemigrations");
    shop.done(&models, "migrate");
    shop.done(&models, "migrate shop zero --fake");
    let more = product(&[NAME, PRICE]);
    shop.done(&more, "makemigrations");
    shop.check(
        &more,
        "migrate --fake-initial",
        &expect![[r#"
        exit 0
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          Applying shop.0001_initial... FAKED
          Applying shop.0002_product_price... OK
        --- stderr
    "#]],
    );
    // A table that is not there is made.
    shop.done(&more, "migrate shop zero");
    shop.check(
        &more,
        "migrate --fake-initial",
        &expect![[r#"
        exit 0
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          Applying shop.0001_initial... OK
          Applying shop.0002_product_price... OK
        --- stderr
    "#]],
    );
}

#[test]
fn fake_initial_compares_columns() {
    let shop = Shop::new();
    shop.done(&product(&[NAME]), "makemigrations");
    shop.done(&product(&[NAME]), "migrate");
    shop.done(&product(&[NAME]), "migrate shop zero --fake");
    shop.remove("shop/migrations/0001_initial");
    let more = product(&[NAME, PRICE]);
    shop.done(&more, "makemigrations");
    shop.check(&more, "migrate --fake-initial", &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: the tables of `shop.0001_initial` are there, but not all of their columns: `shop_product.price`
          --> shop/migrations/0001_initial/migration.toml
        hint: add the columns to the tables and run this again; or, if these are other tables, rename them; or record the migration as it is with `--fake`
    "#]]);
}

#[test]
fn branch_switch_over_one_database_names_the_way_back() {
    let shop = branched(&[NAME, PRICE], &[NAME, STOCK]);
    let (one, two) = (product(&[NAME, PRICE]), product(&[NAME, STOCK]));
    let switch = |gone: &str, back: Option<&str>| {
        let folder = |name: &str| (shop.path(&format!("shop/migrations/{name}")), shop.path(&format!("aside_{name}")));
        let (here, aside) = folder(gone);
        std::fs::rename(here, aside).unwrap();
        if let Some(back) = back {
            let (here, aside) = folder(back);
            std::fs::rename(aside, here).unwrap();
        }
    };
    switch("0002_two", None);
    shop.done(&one, "migrate");
    switch("0002_one", Some("0002_two"));
    shop.check(&two, "migrate", &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: `shop.0002_one` is applied, but its files are missing
          --> shop/migrations/0002_one
        hint: is it on another branch? Switch back to that branch, take it back with `rjango migrate shop 0001_initial`, and return; was the folder lost? Restore it from version control; was `0002_two` given another name? Give it the old one
    "#]]);
    switch("0002_two", Some("0002_one"));
    shop.done(&one, "migrate shop 0001_initial");
    switch("0002_one", Some("0002_two"));
    shop.done(&two, "migrate");
}

#[test]
fn half_applied_migration_is_shown_and_given_up() {
    let shop = Shop::new();
    let models = product(&[NAME]);
    shop.done(&models, "makemigrations");
    shop.done(&models, "makemigrations --empty shop --name half");
    let folder = "shop/migrations/0002_half";
    let toml = format!("{folder}/migration.toml");
    shop.write(&toml, &format!("{}atomic = false\n", shop.read(&toml)));
    let up = format!("{folder}/up.sqlite.sql");
    shop.write(&up, "CREATE TABLE one (x);\nINSERT INTO nowhere VALUES (1);\n");
    shop.run(&models, "migrate", &[]);
    let lines =
        ["showmigrations shop", "showmigrations --plan", "migrate --check", "migrate --plan", "migrate shop zero"];
    expect![[r#"
        $ rjango showmigrations shop
        exit 0
        --- stdout
        shop
         [X] 0001_initial
         [ ] 0002_half (applied by half: an earlier run stopped after 1 statement)
        --- stderr
        $ rjango showmigrations --plan
        exit 0
        --- stdout
        [X]  shop.0001_initial
        [ ]  shop.0002_half (applied by half: an earlier run stopped after 1 statement)
        --- stderr
        $ rjango migrate --check
        exit 1
        --- stdout
        --- stderr
        1 unapplied migration(s): shop.0002_half (applied by half: an earlier run stopped after 1 statement)
        $ rjango migrate --plan
        exit 0
        --- stdout
        Planned operations:
        shop.0002_half (applied by half: an earlier run stopped after 1 statement)
        --- stderr
        $ rjango migrate shop zero
        exit 1
        --- stdout
        --- stderr
        error: `shop.0002_half` is applied by half: an earlier run stopped after 1 statement, and what it did stays
        hint: go on with `rjango migrate shop 0002_half` first; or finish it by hand and run `rjango migrate shop 0002_half --fake`; or undo by hand what it did, and then run `DELETE FROM rjango_migrations__progress WHERE app = 'shop' AND name = '0002_half'`
    "#]].assert_eq(&shop.run_all(&models, &lines));
    shop.remove(folder);
    let lines = [
        "showmigrations shop",
        "migrate --check",
        "migrate --plan",
        "migrate",
        "migrate shop --prune",
        "migrate --check",
    ];
    expect![[r#"
        $ rjango showmigrations shop
        exit 0
        --- stdout
        shop
         [X] 0001_initial
         [?] 0002_half (applied by half: an earlier run stopped after 1 statement; its files are missing)
        --- stderr
        $ rjango migrate --check
        exit 1
        --- stdout
        --- stderr
        error: `shop.0002_half` is applied by half: an earlier run stopped after 1 statement, and what it did stays; its files are missing
          --> shop/migrations/0002_half
        hint: restore the folder and run `rjango migrate shop`, which goes on; or undo by hand what it did, and give it up with `rjango migrate shop --prune`
        $ rjango migrate --plan
        exit 0
        --- stdout
        Planned operations:
          No planned migration operations.
        --- stderr
        error: `shop.0002_half` is applied by half: an earlier run stopped after 1 statement, and what it did stays; its files are missing
          --> shop/migrations/0002_half
        hint: restore the folder and run `rjango migrate shop`, which goes on; or undo by hand what it did, and give it up with `rjango migrate shop --prune`
        $ rjango migrate
        exit 1
        --- stdout
        --- stderr
        error: `shop.0002_half` is applied by half: an earlier run stopped after 1 statement, and what it did stays; its files are missing
          --> shop/migrations/0002_half
        hint: restore the folder and run `rjango migrate shop`, which goes on; or undo by hand what it did, and give it up with `rjango migrate shop --prune`
        $ rjango migrate shop --prune
        exit 0
        --- stdout
        Pruning migrations:
          Pruning shop.0002_half OK
        --- stderr
        $ rjango migrate --check
        exit 0
        --- stdout
        --- stderr
    "#]].assert_eq(&shop.run_all(&models, &lines));
}

#[test]
fn two_makemigrations_at_once_write_one_after_the_other() {
    let shop = Shop::new();
    shop.done(&product(&[NAME]), "makemigrations");
    let shop = &shop;
    std::thread::scope(|scope| {
        let models = product(&[NAME, PRICE]);
        let runs: Vec<_> = (0..6)
            .map(|number| {
                let models = models.clone();
                scope.spawn(move || shop.run(&models, &format!("makemigrations --name run{number}"), &[]))
            })
            .collect();
        let told: Vec<String> = runs.into_iter().map(|run| run.join().unwrap()).collect();
        assert!(told.iter().all(|told| told.starts_with("exit 0")), "{told:#?}");
        assert_eq!(told.iter().filter(|told| told.contains("No changes detected")).count(), 5, "{told:#?}");
    });
    assert_eq!(shop.migrations().len(), 2, "{:?}", shop.migrations());
}

#[test]
fn makemigrations_waits_for_another_process_that_writes() {
    let shop = Shop::new();
    let folder = std::fs::File::open(shop.path("")).unwrap();
    folder.lock().unwrap();
    let unlock = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        drop(folder);
    });
    let told = shop.run(&product(&[NAME]), "makemigrations", &[]);
    unlock.join().unwrap();
    assert!(told.starts_with("exit 0"), "{told}");
    assert!(told.contains("note: waiting for another process that writes migrations of this project\n"), "{told}");
}

#[test]
fn syncdb_is_explained() {
    let shop = Shop::new();
    shop.check(
        &product(&[NAME]),
        "migrate --run-syncdb",
        &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: there is no `--run-syncdb`: every table comes from a migration
        hint: `rjango makemigrations shop` writes the migrations that are missing; then `rjango migrate`
    "#]],
    );
    shop.done(&product(&[NAME]), "makemigrations");
    shop.check(
        &product(&[NAME]),
        "migrate --run-syncdb",
        &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: there is no `--run-syncdb`: every table comes from a migration
        hint: leave it out: every app with models has migrations
    "#]],
    );
}

#[test]
fn update_amends_the_newest_migration() {
    let shop = Shop::new();
    shop.done(&product(&[NAME]), "makemigrations");
    shop.done(&product(&[NAME, PRICE]), "makemigrations");
    let models = product(&[&NAME.replace("200", "300"), PRICE, STOCK]);
    shop.check(
        &models,
        "makemigrations --update --dry-run",
        &expect![[r#"
        exit 0
        --- stdout
        Migrations for 'shop':
          shop/migrations/0002_product_price_product_stock_alter_product_name
            + Add field price to product
            + Add field stock to product
            ~ Alter field name on product: max_length 200 -> 300
        --- stderr
    "#]],
    );
    shop.check(
        &models,
        "makemigrations --update",
        &expect![[r#"
        exit 0
        --- stdout
        Migrations for 'shop':
          shop/migrations/0002_product_price_product_stock_alter_product_name
            + Add field price to product
            + Add field stock to product
            ~ Alter field name on product: max_length 200 -> 300
        Deleted shop/migrations/0002_product_price
        --- stderr
    "#]],
    );
    assert_eq!(shop.migrations().len(), 2);
    shop.check(
        &models,
        "makemigrations --check",
        &expect![[r#"
        exit 0
        --- stdout
        No changes detected
        --- stderr
    "#]],
    );
    shop.done(&models, "migrate");
    shop.check(&product(&[NAME, PRICE]), "makemigrations --update", &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: cannot update the migration `shop.0002_product_price_product_stock_alter_product_name`: it is applied
        hint: leave out `--update`; or, where only this database has it, take it back first with `rjango migrate shop 0001_initial`
    "#]]);
}

#[test]
fn update_keeps_the_name_that_still_fits() {
    let shop = Shop::new();
    shop.done(&product(&[NAME]), "makemigrations");
    shop.check(
        &product(&[NAME, PRICE]),
        "makemigrations --update",
        &expect![[r#"
        exit 0
        --- stdout
        Migrations for 'shop':
          shop/migrations/0001_initial
            + Create model Product
        --- stderr
    "#]],
    );
    expect![[r##"
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
            { name = "price", kind = "integer", default = { int = 0 } },
        ]
    "##]].assert_eq(&shop.read("shop/migrations/0001_initial/migration.toml"));
    let up = "shop/migrations/0001_initial/up.sqlite.sql";
    shop.write(up, &format!("{}-- a word more\n", shop.read(up)));
    shop.check(
        &product(&[NAME, PRICE, STOCK]),
        "makemigrations --update",
        &expect![[r#"
        exit 1
        --- stdout
        --- stderr
        error: cannot update the migration `shop.0001_initial`: its SQL was edited by hand, which would be lost
          --> shop/migrations/0001_initial/up.sqlite.sql
        hint: leave out `--update`: the changes then become a migration of their own
    "#]],
    );
}
