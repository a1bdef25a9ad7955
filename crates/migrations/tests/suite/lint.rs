//! The lint rules: a migration over models that have rows, and what each engine would make of it.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use rjango_migrations::lint::{Finding, Selection, lint};
use rjango_migrations::{Graph, MigrationKey, ProjectState, loader};
use rjango_orm::Engine;

use crate::models::state;
use crate::project::{Project, Scripted};

const SHOP: &str = r#"
    struct Category { id: Auto, #[field(max_length = 50)] name: String }
    struct Tag { id: Auto }
    #[model(index(name = "by_price", fields = "price"))]
    struct Product {
        id: Auto,
        #[field(max_length = 100)] title: String,
        note: Option<String>,
        #[field(max_digits = 10, decimal_places = 2)] price: Decimal,
        count: i64,
        #[field(on_delete = "cascade")] category: ForeignKey<Category>,
        tags: ManyToMany<Tag>,
    }
"#;

/// A project that has the shop, and a second migration of these operations.
fn shop(toml: &str) -> Project {
    let project = Project::new();
    project.make(&state(SHOP), &mut Scripted::new(Vec::new())).unwrap();
    project.write(
        "shop/migrations/0002_change/migration.toml",
        &format!("dependencies = [\"shop.0001_initial\"]\n{toml}"),
    );
    project
}

/// Without SQL files there is nothing that could have been edited.
fn graph(project: &Project) -> Graph {
    loader::load(&project.apps(&ProjectState::new()), project.folder.path(), &[]).unwrap()
}

fn second() -> Selection {
    Selection { keys: [MigrationKey::new("shop", "0002_change")].into(), together: false }
}

fn told(findings: &[Finding], with_steps: bool) -> String {
    let mut text = String::new();
    for finding in findings {
        let engines: Vec<&str> = finding.engines.iter().map(|engine| engine.name()).collect();
        let (severity, rule, line, message) = (finding.severity, finding.rule, finding.line, &finding.message);
        writeln!(text, "{severity}[{rule}] {} line {line}: {message}", engines.join(" ")).unwrap();
        for step in finding.steps.iter().filter(|_| with_steps) {
            writeln!(text, "    - {step}").unwrap();
        }
    }
    text
}

fn check(toml: &str, expected: &Expect) {
    let findings = lint(&graph(&shop(toml)), &second(), &Engine::ALL, &[]).unwrap();
    expected.assert_eq(&told(&findings, false));
}

fn check_steps(toml: &str, expected: &Expect) {
    let findings = lint(&graph(&shop(toml)), &second(), &Engine::ALL, &[]).unwrap();
    expected.assert_eq(&told(&findings, true));
}

fn operation(kind: &str, rest: &str) -> String {
    format!("[[operations]]\ntype = \"{kind}\"\n{rest}\n")
}

fn alter(field: &str) -> String {
    operation("alter_field", &format!("model = \"Product\"\nfield = {{ {field} }}"))
}

fn add(field: &str) -> String {
    operation("add_field", &format!("model = \"Product\"\nfield = {{ {field} }}"))
}

fn sql(text: &str) -> String {
    operation("run_sql", &format!("sql = {text:?}\nreverse_sql = \"--\""))
}

#[test]
fn column_without_default_breaks_old_code() {
    check_steps(
        &add("name = \"sku\", kind = \"char\", max_length = 20, default = { text = \"x\" }"),
        &expect![[r#"
        error[add-not-null] sqlite postgres mysql line 2: adds the NOT NULL column `sku` to `shop_product` without a default in the database: code that is still running inserts rows without it, and fails
            - add the field as an `Option`, with its default in the code, and migrate
            - deploy the code that sets it, and fill the rows that have NULL in batches
            - take the `Option` away in a later migration (`set-not-null` says how)
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
            - run the migration when little is written; a busy timeout longer than the copy lets writers wait
    "#]],
    );
    check(
        &add("name = \"key\", kind = \"uuid\", default = { function = \"Uuid::new_v4\" }"),
        &expect![[r#"
        error[add-not-null] sqlite mysql line 2: adds the NOT NULL column `key` to `shop_product` without a default in the database: code that is still running inserts rows without it, and fails
        error[add-not-null] postgres line 2: adds the NOT NULL column `key` to `shop_product` without a default in the database: code that is still running inserts rows without it, and fails; every row gets a value of its own, so the table is rewritten while nobody reads or writes it
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
    "#]],
    );
    check(&add("name = \"sku\", kind = \"char\", max_length = 20, null = true"), &expect![[""]]);
}

#[test]
fn null_that_is_forbidden_is_looked_for_in_every_row() {
    check_steps(
        &alter("name = \"note\", kind = \"text\""),
        &expect![[r#"
        error[set-not-null] sqlite line 2: copies all of `shop_product` to forbid NULL in `note`, and writers wait; a row that has NULL stops the migration, and code that is still running and writes NULL fails
            - deploy code that never writes NULL, and fill the rows that have it in batches
            - then run this migration, when little is written
        error[set-not-null] postgres line 2: reads all of `shop_product` for NULLs in `note` under a lock that stops readers and writers; a row that has NULL stops the migration, and code that is still running and writes NULL fails
            - deploy code that never writes NULL, and fill the rows that have it in batches
            - in one migration: `ALTER TABLE shop_product ADD CONSTRAINT shop_product_note_not_null CHECK (note IS NOT NULL) NOT VALID`
            - in the next, with `atomic = false`: `ALTER TABLE shop_product VALIDATE CONSTRAINT shop_product_note_not_null`, then `ALTER TABLE shop_product ALTER COLUMN note SET NOT NULL`, which reads no row (PostgreSQL 12 and later), then `ALTER TABLE shop_product DROP CONSTRAINT shop_product_note_not_null`
        error[set-not-null] mysql line 2: rebuilds `shop_product` to forbid NULL in `note`; a row that has NULL stops the migration, and code that is still running and writes NULL fails
            - deploy code that never writes NULL, and fill the rows that have it in batches
            - then run this migration, when little is written
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
            - run the migration when little is written; a busy timeout longer than the copy lets writers wait
    "#]],
    );
    check(
        &alter("name = \"title\", kind = \"char\", max_length = 100, null = true"),
        &expect![[r#"
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
    "#]],
    );
}

#[test]
fn null_that_a_validated_check_rules_out_is_no_matter() {
    let operations = [
        sql("ALTER TABLE shop_product VALIDATE CONSTRAINT c;"),
        sql("ALTER TABLE shop_product ALTER COLUMN note SET NOT NULL;"),
    ];
    check(&operations.concat(), &expect![""]);
    check(
        &sql("ALTER TABLE shop_product ALTER COLUMN note SET NOT NULL;"),
        &expect![[r#"
        error[set-not-null] sqlite line 2: copies all of `shop_product` to forbid NULL in `note`, and writers wait; a row that has NULL stops the migration, and code that is still running and writes NULL fails
        error[set-not-null] postgres line 2: reads all of `shop_product` for NULLs in `note` under a lock that stops readers and writers; a row that has NULL stops the migration, and code that is still running and writes NULL fails
        error[set-not-null] mysql line 2: rebuilds `shop_product` to forbid NULL in `note`; a row that has NULL stops the migration, and code that is still running and writes NULL fails
    "#]],
    );
}

#[test]
fn dropped_columns_and_tables_break_old_code() {
    let remove = |name: &str| operation("remove_field", &format!("model = \"Product\"\nname = \"{name}\""));
    check_steps(
        &remove("title"),
        &expect![[r#"
        error[drop-column] sqlite postgres mysql line 2: drops the column `title` of `shop_product`: code that is still running names it in every query, and fails
            - make the field an `Option` and migrate, so that rows can be inserted without it
            - take the field out of the code, with this operation under `state_operations` of a `separate_database_and_state`
            - deploy, until no process of the last release is left
            - drop the column in a later migration: `run_sql` with `ALTER TABLE shop_product DROP COLUMN title`
    "#]],
    );
    check(
        &remove("note"),
        &expect![[r#"
        error[drop-column] sqlite postgres mysql line 2: drops the column `note` of `shop_product`: code that is still running names it in every query, and fails
    "#]],
    );
    check(
        &remove("category"),
        &expect![[r#"
        error[drop-column] sqlite postgres mysql line 2: drops the column `category_id` of `shop_product`: code that is still running names it in every query, and fails
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
    "#]],
    );
    check_steps(
        &remove("tags"),
        &expect![[r#"
        error[drop-table] sqlite postgres mysql line 2: drops `shop_product_tags` with its rows: code that is still running reads and writes it, and fails
            - take it out of the code, with this operation under `state_operations` of a `separate_database_and_state`
            - deploy, until no process of the last release is left
            - drop the table in a later migration: `run_sql` with `DROP TABLE shop_product_tags`
    "#]],
    );
    check(
        &operation("delete_model", "name = \"Product\""),
        &expect![[r#"
        error[drop-table] sqlite postgres mysql line 2: drops `shop_product` with its rows: code that is still running reads and writes it, and fails
        error[drop-table] sqlite postgres mysql line 2: drops `shop_product_tags` with its rows: code that is still running reads and writes it, and fails
    "#]],
    );
}

#[test]
fn sql_may_drop_what_the_code_no_longer_has() {
    check(
        &sql("ALTER TABLE shop_product DROP COLUMN title; DROP TABLE shop_tag, shop_product_tags;"),
        &expect![[r#"
        error[drop-table] sqlite postgres mysql line 2: drops `shop_tag` with its rows: code that is still running reads and writes it, and fails
        error[drop-table] sqlite postgres mysql line 2: drops `shop_product_tags` with its rows: code that is still running reads and writes it, and fails
        error[drop-column] sqlite postgres mysql line 2: drops the column `title` of `shop_product`: code that is still running names it in every query, and fails
    "#]],
    );
    check(&sql("ALTER TABLE shop_product DROP COLUMN gone; DROP TABLE elsewhere;"), &expect![[""]]);
}

#[test]
fn renames_break_old_code() {
    let rename = |from: &str, to: &str| {
        operation("rename_field", &format!("model = \"Product\"\nfrom = \"{from}\"\nto = \"{to}\""))
    };
    check_steps(
        &rename("title", "name"),
        &expect![[r#"
        error[rename-column] sqlite postgres mysql line 2: renames the column `title` of `shop_product` to `name`: code that is still running asks for `title`, and fails
            - rename the field alone and keep its column: `#[field(column = "title")]` on the new name
            - or add `name` beside `title`, write both, copy the rows in batches, read the new one, and drop the old one last
    "#]],
    );
    check_steps(
        &operation("rename_model", "from = \"Product\"\nto = \"Item\""),
        &expect![[r#"
        error[rename-table] sqlite line 2: renames the table `shop_product` to `shop_item`: code that is still running asks for `shop_product`, and fails
            - keep the table: `#[model(table = "shop_product")]`, or `db_table` of a many-to-many field
            - or stop the site while it migrates and is replaced
        error[rename-table] sqlite line 2: renames the table `shop_product_tags` to `shop_item_tags`: code that is still running asks for `shop_product_tags`, and fails
            - keep the table: `#[model(table = "shop_product_tags")]`, or `db_table` of a many-to-many field
            - or stop the site while it migrates and is replaced
        error[rename-table] postgres mysql line 2: renames the table `shop_product` to `shop_item`: code that is still running asks for `shop_product`, and fails
            - keep the table: `#[model(table = "shop_product")]`, or `db_table` of a many-to-many field
            - or leave a view under the old name, in this migration's SQL: `CREATE VIEW shop_product AS SELECT * FROM shop_item`
            - deploy, and drop the view in a later migration
        error[rename-table] postgres mysql line 2: renames the table `shop_product_tags` to `shop_item_tags`: code that is still running asks for `shop_product_tags`, and fails
            - keep the table: `#[model(table = "shop_product_tags")]`, or `db_table` of a many-to-many field
            - or leave a view under the old name, in this migration's SQL: `CREATE VIEW shop_product_tags AS SELECT * FROM shop_item_tags`
            - deploy, and drop the view in a later migration
    "#]],
    );
    check(
        &operation("alter_model_table", "model = \"Tag\"\ntable = \"labels\""),
        &expect![[r#"
        error[rename-table] sqlite line 2: renames the table `shop_tag` to `labels`: code that is still running asks for `shop_tag`, and fails
        error[rename-table] postgres mysql line 2: renames the table `shop_tag` to `labels`: code that is still running asks for `shop_tag`, and fails
    "#]],
    );
    check(
        &alter("name = \"title\", kind = \"char\", max_length = 100, column = \"name\""),
        &expect![[r#"
        error[rename-column] sqlite postgres mysql line 2: renames the column `title` of `shop_product` to `name`: code that is still running asks for `title`, and fails
    "#]],
    );
    check(
        &sql("ALTER TABLE shop_product RENAME COLUMN title TO name; ALTER TABLE shop_tag RENAME TO t;"),
        &expect![[r#"
            error[rename-table] sqlite line 2: renames the table `shop_tag` to `t`: code that is still running asks for `shop_tag`, and fails
            error[rename-table] postgres mysql line 2: renames the table `shop_tag` to `t`: code that is still running asks for `shop_tag`, and fails
            error[rename-column] sqlite postgres mysql line 2: renames the column `title` of `shop_product` to `name`: code that is still running asks for `title`, and fails
        "#]],
    );
}

#[test]
fn moves_between_apps_rename_tables() {
    let moved = |rest: &str| {
        let project = shop("");
        let text = format!(
            "dependencies = [\"shop.0002_change\"]\n{}",
            operation("move_model", &format!("from = \"shop.Tag\"\nto = \"words.Tag\"\n{rest}"))
        );
        project.write("words/migrations/0001_move/migration.toml", &text);
        let key = MigrationKey::new("words", "0001_move");
        let findings =
            lint(&graph(&project), &Selection { keys: [key].into(), together: false }, &[Engine::Postgres], &[]);
        told(&findings.unwrap(), false)
    };
    expect![[r#"
        error[rename-table] postgres line 2: renames the table `shop_tag` to `words_tag`: code that is still running asks for `shop_tag`, and fails
    "#]].assert_eq(&moved(""));
    assert_eq!(moved("table = \"shop_tag\""), "", "the table stays");
}

#[test]
fn renamed_index_is_built_anew_where_it_cannot_be_renamed() {
    let rename = "model = \"Product\"\nfrom = \"by_price\"\nto = \"price_i\"";
    check(
        &operation("rename_index", rename),
        &expect![[r#"
        warning[rename-index] sqlite line 2: renames an index of `shop_product`: SQLite builds it anew, and writers wait
    "#]],
    );
}

#[test]
fn narrowed_types_lose_values() {
    check_steps(
        &alter("name = \"title\", kind = \"char\", max_length = 50"),
        &expect![[r#"
        error[narrow-type] postgres line 2: narrows `title` of `shop_product` from varchar(100) to varchar(50): a value that does not fit stops the migration, and code that is still running may write one; the table and its indexes are rewritten while nobody reads or writes it
            - let the code refuse values that are not a varchar(50), and deploy it
            - find the rows that do not fit, and fix them in batches
            - add a column of the new type beside `title`, write both, copy in batches, read the new one, drop the old one last
        error[narrow-type] mysql line 2: narrows `title` of `shop_product` from varchar(100) to varchar(50): a value that does not fit stops the migration, and code that is still running may write one; the table is copied (`ALGORITHM=COPY`) while nobody writes it
            - let the code refuse values that are not a varchar(50), and deploy it
            - find the rows that do not fit, and fix them in batches
            - add a column of the new type beside `title`, write both, copy in batches, read the new one, drop the old one last
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
            - run the migration when little is written; a busy timeout longer than the copy lets writers wait
    "#]],
    );
    check(
        &alter("name = \"count\", kind = \"integer\""),
        &expect![[r#"
        error[narrow-type] postgres line 2: narrows `count` of `shop_product` from bigint to integer: a value that does not fit stops the migration, and code that is still running may write one; the table and its indexes are rewritten while nobody reads or writes it
        error[narrow-type] mysql line 2: narrows `count` of `shop_product` from bigint to integer: a value that does not fit stops the migration, and code that is still running may write one; the table is copied (`ALGORITHM=COPY`) while nobody writes it
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
    "#]],
    );
    check(
        &alter("name = \"price\", kind = \"decimal\", max_digits = 8, decimal_places = 2"),
        &expect![[r#"
        error[narrow-type] postgres line 2: narrows `price` of `shop_product` from decimal(10, 2) to decimal(8, 2): a value that does not fit stops the migration, and code that is still running may write one; the table and its indexes are rewritten while nobody reads or writes it
        error[narrow-type] mysql line 2: narrows `price` of `shop_product` from decimal(10, 2) to decimal(8, 2): a value that does not fit stops the migration, and code that is still running may write one; the table is copied (`ALGORITHM=COPY`) while nobody writes it
    "#]],
    );
    check(
        &alter("name = \"note\", kind = \"char\", max_length = 9, null = true"),
        &expect![[r#"
        error[narrow-type] postgres line 2: narrows `note` of `shop_product` from text to varchar(9): a value that does not fit stops the migration, and code that is still running may write one; the table and its indexes are rewritten while nobody reads or writes it
        error[narrow-type] mysql line 2: narrows `note` of `shop_product` from text to varchar(9): a value that does not fit stops the migration, and code that is still running may write one; the table is copied (`ALGORITHM=COPY`) while nobody writes it
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
    "#]],
    );
}

#[test]
fn types_that_engines_widen_in_place_are_told_from_those_they_rewrite() {
    // PostgreSQL notes a longer varchar or text; MySQL copies where the length grows from one byte to two, or to text.
    check(
        &alter("name = \"title\", kind = \"char\", max_length = 200"),
        &expect![[r#"
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
    "#]],
    );
    check(
        &alter("name = \"title\", kind = \"text\""),
        &expect![[r#"
        error[change-type] mysql line 2: changes `title` of `shop_product` from varchar(100) to text; the table is copied (`ALGORITHM=COPY`) while nobody writes it
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
    "#]],
    );
    check(
        &alter("name = \"price\", kind = \"decimal\", max_digits = 12, decimal_places = 2"),
        &expect![[r#"
        error[change-type] mysql line 2: changes `price` of `shop_product` from decimal(10, 2) to decimal(12, 2); the table is copied (`ALGORITHM=COPY`) while nobody writes it
    "#]],
    );
    check(
        &alter("name = \"price\", kind = \"decimal\", max_digits = 14, decimal_places = 4"),
        &expect![[r#"
        error[change-type] postgres line 2: changes `price` of `shop_product` from decimal(10, 2) to decimal(14, 4); the table and its indexes are rewritten while nobody reads or writes it
        error[change-type] mysql line 2: changes `price` of `shop_product` from decimal(10, 2) to decimal(14, 4); the table is copied (`ALGORITHM=COPY`) while nobody writes it
    "#]],
    );
    check_steps(
        &alter("name = \"count\", kind = \"duration\""),
        &expect![[r#"
        error[change-type] postgres line 2: changes `count` of `shop_product` from bigint to duration; the table and its indexes are rewritten while nobody reads or writes it
            - add a column of the new type beside `count`, and write both
            - copy the rows in batches
            - read the new column, deploy, and drop the old one last (`drop-column` says how)
    "#]],
    );
    check(
        &alter("name = \"id\", kind = \"auto\", primary_key = true"),
        &expect![[r#"
        error[narrow-type] postgres line 2: narrows `id` of `shop_product` from bigint to integer: a value that does not fit stops the migration, and code that is still running may write one; the table and its indexes are rewritten while nobody reads or writes it
        error[narrow-type] mysql line 2: narrows `id` of `shop_product` from bigint to integer: a value that does not fit stops the migration, and code that is still running may write one; the table is copied (`ALGORITHM=COPY`) while nobody writes it
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product_tags` into a new table: nobody else writes to the database until it is done
    "#]],
    );
}

#[test]
fn uniqueness_meets_the_rows_that_are_there() {
    check_steps(
        &alter("name = \"title\", kind = \"char\", max_length = 100, unique = true"),
        &expect![[r#"
        warning[add-unique] sqlite line 2: makes `title` unique in `shop_product`: duplicates stop the migration
            - look for duplicates first: `SELECT title, count(*) FROM shop_product GROUP BY title HAVING count(*) > 1`
        error[add-unique] postgres line 2: makes `title` unique in `shop_product`: nobody writes to the table while the index is built, and duplicates stop the migration
            - look for duplicates first: `SELECT title, count(*) FROM shop_product GROUP BY title HAVING count(*) > 1`
            - in a migration with `atomic = false`: `CREATE UNIQUE INDEX CONCURRENTLY <name> ON shop_product (title)`
            - then `ALTER TABLE shop_product ADD CONSTRAINT <name> UNIQUE USING INDEX <name>`, which only takes it over
        warning[add-unique] mysql line 2: makes `title` unique in `shop_product`: duplicates stop the migration half-way, for MySQL cannot take back what it did before
            - look for duplicates first: `SELECT title, count(*) FROM shop_product GROUP BY title HAVING count(*) > 1`
            - put it into a migration of its own, so that there is nothing before it to be left half done
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
            - run the migration when little is written; a busy timeout longer than the copy lets writers wait
    "#]],
    );
    let together =
        operation("alter_unique_together", "model = \"Product\"\nunique_together = [[\"title\", \"category\"]]");
    check(
        &together,
        &expect![[r#"
        warning[add-unique] sqlite line 2: makes `title, category_id` unique in `shop_product`: duplicates stop the migration
        error[add-unique] postgres line 2: makes `title, category_id` unique in `shop_product`: nobody writes to the table while the index is built, and duplicates stop the migration
        warning[add-unique] mysql line 2: makes `title, category_id` unique in `shop_product`: duplicates stop the migration half-way, for MySQL cannot take back what it did before
    "#]],
    );
    let constraint = "model = \"Product\"\nconstraint = { type = \"unique\", name = \"u\", fields = [\"title\"] }";
    check(
        &operation("add_constraint", constraint),
        &expect![[r#"
        warning[add-unique] sqlite line 2: makes `title` unique in `shop_product`: duplicates stop the migration
        error[add-unique] postgres line 2: makes `title` unique in `shop_product`: nobody writes to the table while the index is built, and duplicates stop the migration
        warning[add-unique] mysql line 2: makes `title` unique in `shop_product`: duplicates stop the migration half-way, for MySQL cannot take back what it did before
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
    "#]],
    );
    check(
        &sql("CREATE UNIQUE INDEX i ON shop_product (title);"),
        &expect![[r#"
        warning[add-unique] sqlite line 2: makes values unique in `shop_product`: duplicates stop the migration
        error[add-unique] postgres line 2: makes values unique in `shop_product`: nobody writes to the table while the index is built, and duplicates stop the migration
        warning[add-unique] mysql line 2: makes values unique in `shop_product`: duplicates stop the migration half-way, for MySQL cannot take back what it did before
    "#]],
    );
}

#[test]
fn foreign_keys_lock_two_tables() {
    let kind = "name = \"maker\", kind = \"foreign_key\", to = \"shop.Tag\", on_delete = \"cascade\", db_index = true";
    check_steps(
        &add(&format!("{kind}, null = true")),
        &expect![[r#"
            error[add-foreign-key] mysql line 2: adds a foreign key from `maker_id` of `shop_product` to `shop_tag`: MySQL copies the table (`ALGORITHM=COPY`) while nobody writes it
                - add the column without it: `#[field(db_constraint = false)]`, and migrate; look for rows of `shop_product` that refer to nothing
                - then, in SQL of your own, `SET foreign_key_checks = 0` before `ADD CONSTRAINT .. FOREIGN KEY .., ALGORITHM=INPLACE`, and `= 1` after it
            error[index-without-concurrently] postgres line 2: builds an index over `maker_id`: nobody writes to `shop_product` until it is done
                - add the field without it (`index = false`), and declare it on the model: `#[model(index(fields = "maker"))]`
                - write its `add_index` as `add_index_concurrently`, in a migration of its own with `atomic = false`
                - one that fails leaves an invalid index behind: drop it, and run the migration again
        "#]],
    );
    check(
        &add(&format!("{kind}, null = true, db_constraint = false")),
        &expect![[r#"
        error[index-without-concurrently] postgres line 2: builds an index over `maker_id`: nobody writes to `shop_product` until it is done
    "#]],
    );
    let count =
        "name = \"count\", kind = \"foreign_key\", to = \"shop.Tag\", on_delete = \"cascade\", column = \"count\"";
    check_steps(
        &alter(count),
        &expect![[r#"
        error[add-foreign-key] postgres line 2: adds a foreign key from `count` of `shop_product` to `shop_tag`: nobody writes to either table while the rows are checked
            - add the column without it: `#[field(db_constraint = false)]`, and migrate
            - in SQL of your own: `ALTER TABLE shop_product ADD CONSTRAINT <name> FOREIGN KEY (count) REFERENCES shop_tag .. NOT VALID`, which checks new rows alone
            - in a later migration: `ALTER TABLE shop_product VALIDATE CONSTRAINT <name>`, while both are read and written
        error[add-foreign-key] mysql line 2: adds a foreign key from `count` of `shop_product` to `shop_tag`: MySQL copies the table (`ALGORITHM=COPY`) while nobody writes it
            - add the column without it: `#[field(db_constraint = false)]`, and migrate; look for rows of `shop_product` that refer to nothing
            - then, in SQL of your own, `SET foreign_key_checks = 0` before `ADD CONSTRAINT .. FOREIGN KEY .., ALGORITHM=INPLACE`, and `= 1` after it
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
            - run the migration when little is written; a busy timeout longer than the copy lets writers wait
    "#]],
    );
    check(
        &sql("ALTER TABLE shop_product ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES b (c); \
              ALTER TABLE shop_product ADD CONSTRAINT g FOREIGN KEY (a) REFERENCES b (c) NOT VALID;"),
        &expect![[r#"
            error[add-foreign-key] postgres line 2: adds a foreign key from `shop_product` to the other table: nobody writes to either table while the rows are checked
            error[add-foreign-key] mysql line 2: adds a foreign key from `shop_product` to the other table: MySQL copies the table (`ALGORITHM=COPY`) while nobody writes it
        "#]],
    );
}

#[test]
fn checks_read_every_row() {
    let constraint = "model = \"Product\"\nconstraint = { type = \"check\", name = \"c\", sql = \"price > 0\" }";
    check_steps(
        &operation("add_constraint", constraint),
        &expect![[r#"
        error[add-check] postgres line 2: adds the check `c` to `shop_product`: nobody reads or writes the table while its rows are checked, and a row that fails it stops the migration
            - in this migration's SQL: `ALTER TABLE shop_product ADD CONSTRAINT c CHECK (price > 0) NOT VALID`, which checks new rows alone
            - in a later migration: `ALTER TABLE shop_product VALIDATE CONSTRAINT c`, while others read and write
        error[add-check] mysql line 2: adds the check `c` to `shop_product`: MySQL copies the table (`ALGORITHM=COPY`) while nobody writes it, and a row that fails it stops the migration
            - look for rows that fail it first: `SELECT count(*) FROM shop_product WHERE NOT (price > 0)`
            - let the code refuse such values, and run the migration when little is written
        warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
            - run the migration when little is written; a busy timeout longer than the copy lets writers wait
    "#]],
    );
    check(
        &alter("name = \"count\", kind = \"positive_big_integer\""),
        &expect![[r#"
            error[narrow-type] mysql line 2: narrows `count` of `shop_product` from bigint to bigint, not negative: a value that does not fit stops the migration, and code that is still running may write one; the table is copied (`ALGORITHM=COPY`) while nobody writes it
            error[add-check] postgres line 2: adds the check `shop_product_count_check` to `shop_product`: nobody reads or writes the table while its rows are checked, and a row that fails it stops the migration
            warning[sqlite-rebuild] sqlite line 2: SQLite copies every row of `shop_product` into a new table: nobody else writes to the database until it is done
        "#]],
    );
    check(&sql("ALTER TABLE shop_product ADD CONSTRAINT c CHECK (price > 0) NOT VALID;"), &expect![[""]]);
}

#[test]
fn indexes_stop_writers_on_postgres() {
    let index = "model = \"Product\"\nindex = { name = \"i\", fields = [\"-count\", \"category\"] }";
    check_steps(
        &operation("add_index", index),
        &expect![[r#"
            error[index-without-concurrently] postgres line 2: builds an index over `count, category_id`: nobody writes to `shop_product` until it is done
                - write its `add_index` as `add_index_concurrently`, in a migration of its own with `atomic = false`
                - one that fails leaves an invalid index behind: drop it, and run the migration again
        "#]],
    );
    check(
        &alter("name = \"title\", kind = \"char\", max_length = 100, db_index = true"),
        &expect![[r#"
        error[index-without-concurrently] postgres line 2: builds an index over `title`: nobody writes to `shop_product` until it is done
    "#]],
    );
    check(
        &sql("CREATE INDEX i ON shop_product (title); DROP INDEX j;"),
        &expect![[r#"
        error[index-without-concurrently] postgres line 2: builds an index: nobody writes to `shop_product` until it is done
        warning[drop-index] postgres line 2: drops an index: it waits for the queries that are running, and those that come later wait for it
    "#]],
    );
    check_steps(
        &sql("CREATE INDEX CONCURRENTLY i ON shop_product (title);"),
        &expect![[r#"
        error[concurrently-in-transaction] postgres line 2: PostgreSQL refuses CONCURRENTLY inside a transaction, which this migration is
            - write `atomic = false` into migration.toml, and keep the migration to this one thing
    "#]],
    );
    check_steps(
        &operation("remove_index", "model = \"Product\"\nname = \"by_price\""),
        &expect![[r#"
            warning[drop-index] postgres line 2: drops an index of `shop_product`: it waits for the queries that are running, and those that come later wait for it
                - write its `remove_index` as `remove_index_concurrently`, in a migration of its own with `atomic = false`
        "#]],
    );
}

#[test]
fn index_that_goes_and_comes_is_a_rename() {
    let remove = operation("remove_index", "model = \"Product\"\nname = \"by_price\"");
    let add = operation("add_index", "model = \"Product\"\nindex = { name = \"price_i\", fields = [\"price\"] }");
    check_steps(
        &format!("{remove}{add}"),
        &expect![[r#"
            warning[drop-index] postgres line 2: drops an index of `shop_product`: it waits for the queries that are running, and those that come later wait for it
                - write its `remove_index` as `remove_index_concurrently`, in a migration of its own with `atomic = false`
            error[index-without-concurrently] postgres line 6: builds an index over `price`: nobody writes to `shop_product` until it is done
                - write its `add_index` as `add_index_concurrently`, in a migration of its own with `atomic = false`
                - one that fails leaves an invalid index behind: drop it, and run the migration again
            warning[rename-index] sqlite postgres mysql line 6: drops the index `by_price` of `shop_product` and builds `price_i` over the same fields: queries do without until it is there
                - replace the two operations by one `rename_index` from `by_price` to `price_i`
        "#]],
    );
}

#[test]
fn rows_are_best_written_apart() {
    let add = add("name = \"sku\", kind = \"char\", max_length = 20, null = true");
    check_steps(
        &format!("{add}{}", sql("UPDATE shop_product SET sku = 'x' WHERE sku IS NULL;")),
        &expect![[r#"
        warning[data-with-schema] sqlite line 6: changes tables and writes rows in one migration: nobody else writes to the database until the last row is written
            - move the operation that writes rows into a migration of its own: `rjango makemigrations --empty <app>`
        warning[data-with-schema] postgres line 6: changes tables and writes rows in one migration: the locks of the changed tables are held until the last row is written
            - move the operation that writes rows into a migration of its own: `rjango makemigrations --empty <app>`
        warning[data-with-schema] mysql line 6: changes tables and writes rows in one migration: MySQL cannot take back the changes of tables when the rows fail, nor the other way round
            - move the operation that writes rows into a migration of its own: `rjango makemigrations --empty <app>`
    "#]],
    );
    check(&sql("UPDATE shop_product SET note = 'x' WHERE note IS NULL;"), &expect![[""]]);
    check_steps(
        &sql("UPDATE shop_product SET note = 'x'; DELETE FROM shop_tag;"),
        &expect![[r#"
        warning[write-without-where] sqlite line 2: updates every row of `shop_product` in one statement: nobody else writes to the database until the migration is done
            - give it a WHERE that leaves out the rows that are right already
            - on a big table, write it in batches: a migration with `atomic = false`, or a command of the project's
        warning[write-without-where] sqlite line 2: deletes every row of `shop_tag` in one statement: nobody else writes to the database until the migration is done
            - is every row meant? Say so with `[lint] allow = ["write-without-where"]` in migration.toml
        warning[write-without-where] postgres mysql line 2: updates every row of `shop_product` in one statement: its rows stay locked until the migration is done
            - give it a WHERE that leaves out the rows that are right already
            - on a big table, write it in batches: a migration with `atomic = false`, or a command of the project's
        warning[write-without-where] postgres mysql line 2: deletes every row of `shop_tag` in one statement: its rows stay locked until the migration is done
            - is every row meant? Say so with `[lint] allow = ["write-without-where"]` in migration.toml
    "#]],
    );
}

#[test]
fn transactions_are_the_executors() {
    check_steps(
        &sql("BEGIN; COMMIT;"),
        &expect![[r#"
        error[transaction-control] sqlite postgres mysql line 2: `BEGIN` meddles with the migration's own transaction: if the migration fails, half of it stays
            - remove it; where statements must commit one by one, write `atomic = false` into migration.toml
        error[transaction-control] sqlite postgres mysql line 2: `COMMIT` meddles with the migration's own transaction: if the migration fails, half of it stays
            - remove it; where statements must commit one by one, write `atomic = false` into migration.toml
    "#]],
    );
}

#[test]
fn copies_that_mysql_is_told_to_make_are_found() {
    check_steps(
        &sql("ALTER TABLE shop_product CONVERT TO CHARACTER SET utf8mb4;"),
        &expect![[r#"
        error[mysql-table-copy] mysql line 2: copies `shop_product`: nobody writes to the table until it is done
            - write `ALGORITHM=INSTANT` or `ALGORITHM=INPLACE, LOCK=NONE`: where it cannot be done that way, MySQL refuses at once
            - where it must be copied, let a tool do it that copies beside the site (gh-ost, pt-online-schema-change), and fake this migration
    "#]],
    );
}

#[test]
fn tables_that_are_new_have_no_rows_to_wait_for() {
    let create = operation(
        "create_model",
        "name = \"Shelf\"\nfields = [{ name = \"id\", kind = \"big_auto\", primary_key = true }]",
    );
    let field =
        operation("add_field", "model = \"Shelf\"\nfield = { name = \"n\", kind = \"integer\", db_index = true }");
    check(&format!("{create}{field}{}", sql("CREATE INDEX i ON shop_shelf (n);")), &expect![[""]]);
    let project = shop(&create);
    project
        .write("shop/migrations/0003_field/migration.toml", &format!("dependencies = [\"shop.0002_change\"]\n{field}"));
    let keys = ["0002_change", "0003_field"].map(|name| MigrationKey::new("shop", name));
    let mut selection = Selection { keys: keys.into(), together: true };
    let graph = graph(&project);
    assert_eq!(lint(&graph, &selection, &[Engine::Sqlite], &[]).unwrap(), []);
    // Apart, the table may have got rows between the two.
    selection.together = false;
    let rules: Vec<&str> =
        lint(&graph, &selection, &[Engine::Sqlite], &[]).unwrap().iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["add-not-null", "sqlite-rebuild"]);
}

#[test]
fn migration_may_allow_a_rule_and_no_unknown_one() {
    let rename = operation("rename_field", "model = \"Product\"\nfrom = \"title\"\nto = \"name\"");
    check(&format!("[lint]\nallow = [\"rename-column\"] # The site is stopped.\n\n{rename}"), &expect![[""]]);
    let project = shop(&format!("[lint]\nallow = [\n    \"rename-colum\",\n]\n{rename}"));
    let error = lint(&graph(&project), &second(), &Engine::ALL, &[]).unwrap_err();
    assert_eq!(error.to_string(), "there is no lint rule `rename-colum`");
    let place = error.place().unwrap().to_string();
    assert_eq!(place, "shop/migrations/0002_change/migration.toml:4");
}

#[test]
fn edited_sql_counts_and_what_is_written_by_hand_is_read() {
    let index = "model = \"Product\"\nindex = { name = \"i\", fields = [\"count\"] }";
    let project = shop(&operation("add_index", index));
    let folder = "shop/migrations/0002_change";
    let findings = |up: &str| {
        project.write(&format!("{folder}/up.sqlite.sql"), up);
        project.write(&format!("{folder}/down.sqlite.sql"), "--");
        let findings = lint(&graph(&project), &second(), &[Engine::Sqlite], &[]).unwrap();
        findings.iter().map(|finding| format!("{}:{} {}", finding.file, finding.line, finding.rule)).collect::<Vec<_>>()
    };
    assert!(findings("CREATE INDEX \"i\" ON \"shop_product\" (\"count\");").is_empty());
    let by_hand =
        "CREATE INDEX \"i\" ON \"shop_product\" (\"count\");\n-- Fill.\nUPDATE shop_product\n  SET note = 'DROP';";
    assert_eq!(
        findings(by_hand),
        [
            "shop/migrations/0002_change/migration.toml:1 data-with-schema",
            "shop/migrations/0002_change/up.sqlite.sql:3 write-without-where"
        ]
    );
    std::fs::remove_file(project.folder.path().join(folder).join("down.sqlite.sql")).unwrap();
    let findings = lint(&graph(&project), &second(), &[Engine::Sqlite], &["write-without-where".to_owned()]).unwrap();
    let rules: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["data-with-schema", "irreversible"]);
}

#[test]
fn values_that_nothing_keeps_are_told_with_the_way_to_keep_them() {
    let remove = |name: &str| operation("remove_field", &format!("model = \"Product\"\nname = \"{name}\""));
    let only = |toml: &str| {
        let findings = lint(&graph(&shop(toml)), &second(), &Engine::ALL, &[]).unwrap();
        let findings: Vec<Finding> = findings.into_iter().filter(|finding| finding.rule == "lose-values").collect();
        told(&findings, true)
    };
    // A field of the same name takes the place of what is removed.
    let tags = add("name = \"tags\", kind = \"many_to_many\", to = \"shop.Category\"");
    expect![[r#"
        error[lose-values] sqlite postgres mysql line 2: this loses the rows of `shop_product_tags`: nothing says what they are in the new `tags`
            - to keep them, save them before this operation: `CREATE TABLE kept_shop_product_tags AS SELECT * FROM shop_product_tags;`
            - fill the new `tags` from there after it is added
    "#]]
    .assert_eq(&only(&format!("{}{tags}", remove("tags"))));
    let text = add("name = \"category\", kind = \"char\", max_length = 20, null = true");
    expect![[r#"
        error[lose-values] sqlite postgres mysql line 2: this loses the values of `category_id` in `shop_product`: nothing says what they are in the new `category`
            - to keep them, save them before this operation: `CREATE TABLE kept_shop_product AS SELECT id, category_id FROM shop_product;`
            - fill the new `category` from there after it is added
    "#]]
    .assert_eq(&only(&format!("{}{text}", remove("category"))));
    expect![[""]].assert_eq(&only(&remove("tags")));
    // A kind that has no room for the values.
    expect![[r#"
        error[lose-values] sqlite postgres mysql line 2: the migration is refused while a row of `shop_product` has a value in `count`: none can become a UUID
            - to keep the values, add a field of another name in an earlier migration
            - fill it from `count`: `makemigrations --empty shop`
    "#]]
    .assert_eq(&only(&alter("name = \"count\", kind = \"uuid\", null = true")));
    expect![[""]].assert_eq(&only(&alter("name = \"count\", kind = \"text\"")));
    let digits = "name = \"price\", kind = \"decimal\", max_digits = 20, decimal_places = 2";
    let wider = only(&format!("{}{}", alter(digits), alter("name = \"price\", kind = \"float\"")));
    assert!(wider.contains("each value of `price` in `shop_product` loses the digits after the fifteenth"), "{wider}");
}
