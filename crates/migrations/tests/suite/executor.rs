//! Applying and taking back on a real SQLite: what a failure leaves, what a rebuild keeps, what is refused.

use expect_test::{Expect, expect};
use rjango_core::Result;
use rjango_migrations::executor::{Executor, Outcome, Progress, Step, Target, script};
use rjango_migrations::lint::{Selection, lint};
use rjango_migrations::{AppMigrations, Direction, MigrationKey, ProjectState, loader};
use rjango_orm::{Engine, Statement, Value, ValueType};

use crate::models::state;
use crate::project::{Project, Scripted, database, rows, schema, texts};

const BEFORE: &str = "struct Product { id: Auto, #[field(max_length = 20)] name: String }";
const AFTER: &str = "struct Product { id: Auto, #[field(max_length = 30)] name: String }";

fn make(project: &Project, source: &str) {
    project.make(&state(source), &mut Scripted::new(Vec::new())).unwrap();
}

/// A project with one migration applied and a row.
async fn one_product() -> Project {
    let project = Project::new();
    make(&project, BEFORE);
    project.migrate(&Target::All).await.unwrap();
    project.database.execute_script("INSERT INTO shop_product (name) VALUES ('Tea')").await.unwrap();
    project
}

/// A second migration with this SQL.
fn second(project: &Project, up: &str, down: &str) {
    let folder = "shop/migrations/0002_by_hand";
    project.write(&format!("{folder}/migration.toml"), "dependencies = [\"shop.0001_initial\"]\n");
    project.write(&format!("{folder}/up.sqlite.sql"), up);
    project.write(&format!("{folder}/down.sqlite.sql"), down);
}

fn check_error(outcome: Result<()>, expected: &Expect) {
    expected.assert_eq(&format!("{:?}\n", outcome.unwrap_err()));
}

async fn history(project: &Project) -> Vec<String> {
    let graph = project.graph().unwrap();
    let history = Executor::new(&project.database, &graph).history().await.unwrap();
    history.applied().map(|applied| applied.key.to_string()).collect()
}

#[tokio::test]
async fn failing_migration_leaves_everything_as_it_was() {
    let project = one_product().await;
    second(
        &project,
        "CREATE TABLE other (id integer);\nDELETE FROM shop_product;\nDROP TABLE shop_product;\nINSERT INTO nowhere VALUES (1);\n",
        "",
    );
    let before = (schema(&project.database).await, rows(&project.database).await, history(&project).await);
    check_error(
        project.migrate(&Target::All).await,
        &expect![[r#"
            shop/migrations/0002_by_hand/up.sqlite.sql:4: `shop.0002_by_hand` cannot be applied
              caused by: the database refused: no such table: nowhere
            hint: the database is as it was before this migration: fix the cause, and run `migrate` again
        "#]],
    );
    let after = (schema(&project.database).await, rows(&project.database).await, history(&project).await);
    assert_eq!(before, after);

    second(&project, "CREATE TABLE other (id integer);\n", "DROP TABLE other;\n");
    project.migrate(&Target::All).await.unwrap();
    assert_eq!(history(&project).await, ["shop.0001_initial", "shop.0002_by_hand"]);
}

#[tokio::test]
async fn failing_way_back_leaves_everything_as_it_was() {
    let project = one_product().await;
    second(&project, "CREATE TABLE other (id integer);\n", "DROP TABLE other;\nDROP TABLE nowhere;\n");
    project.migrate(&Target::All).await.unwrap();
    let before = (schema(&project.database).await, rows(&project.database).await, history(&project).await);
    project.migrate(&Target::Zero("shop".to_owned())).await.unwrap_err();
    let after = (schema(&project.database).await, rows(&project.database).await, history(&project).await);
    assert_eq!(before, after);
}

#[tokio::test]
async fn file_that_ends_the_transaction_is_refused() {
    let project = one_product().await;
    second(&project, "CREATE TABLE other (id integer);\nCOMMIT;\nDROP TABLE shop_product;\n", "");
    check_error(
        project.migrate(&Target::All).await,
        &expect![[r#"
            shop/migrations/0002_by_hand/up.sqlite.sql:2: `shop.0002_by_hand` cannot be applied
              caused by: `COMMIT` in line 2 begins or ends a transaction
            hint: remove it: each migration runs in a transaction of its own; the database is as it was before this migration: fix the cause, and run `migrate` again
        "#]],
    );
    assert_eq!(history(&project).await, ["shop.0001_initial"]);
}

#[tokio::test]
async fn rows_that_refer_to_nothing_are_refused() {
    let project = one_product().await;
    second(
        &project,
        "CREATE TABLE line (id integer PRIMARY KEY, product integer REFERENCES shop_product (id));\n\
         INSERT INTO line (product) VALUES (77);\n",
        "",
    );
    check_error(
        project.migrate(&Target::All).await,
        &expect![[r#"
            shop/migrations/0002_by_hand/up.sqlite.sql: `shop.0002_by_hand` cannot be applied
              caused by: rows of `line` would refer to rows of `shop_product` that do not exist (the first is row 1)
            hint: fix or delete those rows first; the database is as it was before this migration: fix the cause, and run `migrate` again
        "#]],
    );
    assert_eq!(history(&project).await, ["shop.0001_initial"]);
}

#[tokio::test]
async fn applied_file_that_changed_is_refused() {
    let project = one_product().await;
    let path = "shop/migrations/0001_initial/up.sqlite.sql";
    project.write(path, &format!("{}-- one more line\n", project.read(path)));
    check_error(
        project.migrate(&Target::All).await,
        &expect![[r#"
            shop/migrations/0001_initial/up.sqlite.sql: the SQL of `shop.0001_initial` was changed after it was applied
            hint: restore the file from version control, and put the change into a new migration
        "#]],
    );
}

#[tokio::test]
async fn applied_migration_without_files_is_refused() {
    let project = one_product().await;
    second(&project, "CREATE TABLE other (id integer);\n", "DROP TABLE other;\n");
    project.migrate(&Target::All).await.unwrap();
    std::fs::remove_dir_all(project.folder.path().join("shop/migrations/0002_by_hand")).unwrap();
    check_error(
        project.migrate(&Target::All).await,
        &expect![[r#"
            shop/migrations/0002_by_hand: `shop.0002_by_hand` is applied, but its files are missing
            hint: is it on another branch? Switch back to that branch, take it back with `rjango migrate shop 0001_initial`, and return; was the folder lost? Restore it from version control; did it go on purpose? `rjango migrate shop --prune` forgets it
        "#]],
    );
}

#[tokio::test]
async fn applied_migration_of_another_name_is_refused() {
    let project = one_product().await;
    let folder = project.folder.path().join("shop/migrations");
    std::fs::rename(folder.join("0001_initial"), folder.join("0001_first")).unwrap();
    check_error(
        project.migrate(&Target::All).await,
        &expect![[r#"
            shop/migrations/0001_initial: `shop.0001_initial` is applied, but its files are missing
            hint: is it on another branch? Switch back to that branch, take it back with `rjango migrate shop zero`, and return; was the folder lost? Restore it from version control; was `0001_first` given another name? Give it the old one
        "#]],
    );
}

/// A migration by hand that makes a table of its name.
fn branch(project: &Project, name: &str, after: &[&str]) {
    let folder = format!("shop/migrations/{name}");
    project.write(&format!("{folder}/migration.toml"), &format!("dependencies = {after:?}\n"));
    project.write(&format!("{folder}/up.sqlite.sql"), &format!("CREATE TABLE \"{name}\" (id integer);\n"));
    project.write(&format!("{folder}/down.sqlite.sql"), &format!("DROP TABLE \"{name}\";\n"));
}

#[tokio::test]
async fn branches_of_equal_numbers_are_joined_by_a_merge() {
    let project = one_product().await;
    branch(&project, "0002_two", &["shop.0001_initial"]);
    project.migrate(&Target::All).await.unwrap();
    // The other branch arrives when the first is applied.
    branch(&project, "0002_one", &["shop.0001_initial"]);
    branch(&project, "0003_merge", &["shop.0002_one", "shop.0002_two"]);
    project.migrate(&Target::All).await.unwrap();
    assert_eq!(
        history(&project).await,
        ["shop.0001_initial", "shop.0002_two", "shop.0002_one", "shop.0003_merge"],
        "the history is in the order of application"
    );
    let graph = project.graph().unwrap();
    let back = Target::parse(&graph, Some("shop"), Some("0002_one")).unwrap();
    project.migrate(&back).await.unwrap();
    assert_eq!(history(&project).await, ["shop.0001_initial", "shop.0002_two", "shop.0002_one"]);
    project.migrate(&Target::parse(&graph, Some("shop"), Some("0001")).unwrap()).await.unwrap();
    assert_eq!(history(&project).await, ["shop.0001_initial"]);
    expect!["`0002` may be any of `0002_one`, `0002_two`"]
        .assert_eq(&Target::parse(&graph, Some("shop"), Some("0002")).unwrap_err().to_string());
}

/// Two branches that each add a column to the product. The folder of the stock's migration is in its place; that of the price's
/// is where the result says.
fn price_and_stock(project: &Project) -> std::path::PathBuf {
    const PRICE: &str =
        "struct Product { id: Auto, #[field(max_length = 20)] name: String, #[field(default = 1)] price: i32 }";
    const STOCK: &str =
        "struct Product { id: Auto, #[field(max_length = 20)] name: String, #[field(default = 2)] stock: i32 }";
    make(project, PRICE);
    let aside = project.folder.path().join("aside");
    std::fs::rename(project.folder.path().join("shop/migrations/0002_product_price"), &aside).unwrap();
    make(project, STOCK);
    aside
}

#[tokio::test]
async fn rebuild_of_one_branch_keeps_what_the_other_added() {
    let project = one_product().await;
    let folder = project.folder.path().join("shop/migrations");
    let aside = price_and_stock(&project);
    project.migrate(&Target::All).await.unwrap();
    project.database.execute_script("UPDATE shop_product SET stock = 7").await.unwrap();
    // The other branch arrives: its SQL was written for a table without the stock.
    std::fs::rename(&aside, folder.join("0002_product_price")).unwrap();
    branch(&project, "0003_merge", &["shop.0002_product_price", "shop.0002_product_stock"]);
    project.migrate(&Target::All).await.unwrap();
    let stored = "SELECT name || ' ' || price || ' ' || stock FROM shop_product";
    assert_eq!(texts(&project.database, stored, 1).await, [["Tea 1 7"]]);

    let other = Project::new();
    std::fs::create_dir_all(other.folder.path().join("shop")).unwrap();
    std::fs::rename(&folder, other.folder.path().join("shop/migrations")).unwrap();
    other.migrate(&Target::All).await.unwrap();
    assert_eq!(schema(&other.database).await, schema(&project.database).await);

    let up = "shop/migrations/0002_product_stock/up.sqlite.sql";
    let by_hand = Project::new();
    std::fs::create_dir_all(by_hand.folder.path().join("shop")).unwrap();
    std::fs::rename(other.folder.path().join("shop/migrations"), by_hand.folder.path().join("shop/migrations"))
        .unwrap();
    by_hand.write(up, &format!("{}-- by hand\n", by_hand.read(up)));
    let error = by_hand.migrate(&Target::All).await.unwrap_err();
    assert!(error.to_string().contains("was edited by hand, and `shop.0002_product_price`"), "{error}");
}

#[tokio::test]
async fn rjangos_own_files_of_two_branches_are_by_nobodys_hand() {
    let project = one_product().await;
    let folder = project.folder.path().join("shop/migrations");
    let aside = price_and_stock(&project);
    std::fs::rename(&aside, folder.join("0002_product_price")).unwrap();
    branch(&project, "0003_merge", &["shop.0002_product_price", "shop.0002_product_stock"]);
    let graph = project.graph().unwrap();
    let keys = graph.order().iter().cloned().collect();
    let findings = lint(&graph, &Selection { keys, together: false }, &[Engine::Sqlite], &[]).unwrap();
    let by_hand: Vec<&str> = findings.iter().map(|finding| finding.subject.as_str()).collect();
    assert!(!by_hand.contains(&"SQL written by hand"), "{findings:#?}");

    // What `sqlmigrate` prints is what runs: the second branch's table keeps the column of the first.
    let (first, second) =
        (MigrationKey::new("shop", "0002_product_price"), MigrationKey::new("shop", "0002_product_stock"));
    let printed = async |key: &MigrationKey, direction| {
        let history = async || Executor::new(&project.database, &graph).history().await.unwrap();
        script(&graph, graph.get(key).unwrap(), direction, Engine::Sqlite, history).await.unwrap().into_owned()
    };
    let file = |key: &MigrationKey| graph.get(key).unwrap().up_sql(Engine::Sqlite).unwrap().into_owned();
    let before = [printed(&first, Direction::Up).await, printed(&second, Direction::Up).await];
    assert_eq!(before[0], file(&first));
    assert!(before[1] != file(&second) && before[1].contains("\"price\""), "{}", before[1]);
    project.migrate(&Target::All).await.unwrap();
    assert_eq!([printed(&first, Direction::Up).await, printed(&second, Direction::Up).await], before, "as it has run");
    let down = graph.get(&first).unwrap().down_sql(Engine::Sqlite).unwrap();
    assert_eq!(printed(&first, Direction::Down).await, down, "no table is made anew on the way back");
}

#[tokio::test]
async fn refused_rows_are_told_by_model_and_field() {
    let project = one_product().await;
    make(&project, "struct Product { id: Auto, #[field(max_length = 20)] name: String, stock: Option<i32> }");
    project.migrate(&Target::All).await.unwrap();
    project.database.execute_script("INSERT INTO shop_product (name) VALUES ('a')").await.unwrap();
    // The guard before it is left out by hand, so that SQLite itself refuses.
    let folder = "shop/migrations/0003_stock";
    project.write(
        &format!("{folder}/migration.toml"),
        "dependencies = [\"shop.0002_product_stock\"]\n[[operations]]\ntype = \"alter_field\"\nmodel = \"Product\"\n\
         field = { name = \"stock\", kind = \"integer\" }\n",
    );
    project.write(&format!("{folder}/up.sqlite.sql"), "--\n-- Alter\n--\nCREATE TABLE \"new__shop_product\" (\n    \"id\" integer \
        NOT NULL PRIMARY KEY AUTOINCREMENT,\n    \"name\" varchar(20) NOT NULL,\n    \"stock\" integer NOT NULL\n);\n\
        INSERT INTO \"new__shop_product\" SELECT \"id\", \"name\", \"stock\" FROM \"shop_product\";\nDROP TABLE \
        \"shop_product\";\nPRAGMA legacy_alter_table = ON;\nALTER TABLE \"new__shop_product\" RENAME TO \"shop_product\";\n\
        PRAGMA legacy_alter_table = OFF;\n");
    let error = project.migrate(&Target::All).await.unwrap_err();
    let text = format!("{}: {error} / {}", error.place().unwrap(), error.source().unwrap());
    assert!(text.contains("cannot be applied: a row has no `shop.Product.stock`"), "{text}");
    assert!(text.contains("up.sqlite.sql:9: ") && !text.contains("new__"), "{text}");
}

/// A squashed migration in the place of two.
fn squash(project: &Project) {
    let folder = "shop/migrations/0001_squashed_0002_by_hand";
    project.write(&format!("{folder}/migration.toml"), "replaces = [\"shop.0001_initial\", \"shop.0002_by_hand\"]\n");
    project.write(&format!("{folder}/up.sqlite.sql"), "CREATE TABLE squashed (id integer);\n");
    project.write(&format!("{folder}/down.sqlite.sql"), "DROP TABLE squashed;\n");
}

fn remove(project: &Project, name: &str) {
    std::fs::remove_dir_all(project.folder.path().join("shop/migrations").join(name)).unwrap();
}

const ALL_THREE: [&str; 3] = ["shop.0001_initial", "shop.0002_by_hand", "shop.0001_squashed_0002_by_hand"];

#[tokio::test]
async fn squashed_migration_runs_where_none_that_it_replaces_did() {
    let project = Project::new();
    make(&project, BEFORE);
    second(&project, "CREATE TABLE other (id integer);\n", "DROP TABLE other;\n");
    squash(&project);
    project.migrate(&Target::All).await.unwrap();
    assert_eq!(crate::project::tables(&project.database).await, ["squashed"]);
    assert_eq!(history(&project).await, ALL_THREE);
    project.migrate(&Target::Zero("shop".to_owned())).await.unwrap();
    assert!(history(&project).await.is_empty());
}

#[tokio::test]
async fn squashed_migration_is_recorded_where_all_that_it_replaces_are_applied() {
    let project = one_product().await;
    second(&project, "CREATE TABLE other (id integer);\n", "DROP TABLE other;\n");
    project.migrate(&Target::All).await.unwrap();
    squash(&project);
    branch(&project, "0003_more", &["shop.0002_by_hand"]);
    project.migrate(&Target::All).await.unwrap();
    assert_eq!(crate::project::tables(&project.database).await, ["0003_more", "other", "shop_product"]);
    assert_eq!(
        history(&project).await,
        ["shop.0001_initial", "shop.0002_by_hand", "shop.0003_more", "shop.0001_squashed_0002_by_hand"]
    );
    // From here on the old files may go; what named them follows the squashed one.
    remove(&project, "0001_initial");
    remove(&project, "0002_by_hand");
    let graph = project.graph().unwrap();
    let parents: Vec<String> = graph.parents(graph.leaf("shop").unwrap()).map(ToString::to_string).collect();
    assert_eq!(parents, ["shop.0001_squashed_0002_by_hand"]);
    branch(&project, "0004_last", &["shop.0003_more"]);
    project.migrate(&Target::All).await.unwrap();
    assert_eq!(history(&project).await.len(), 5);
}

#[tokio::test]
async fn squashed_migration_waits_where_some_that_it_replaces_are_applied() {
    let project = one_product().await;
    second(&project, "CREATE TABLE other (id integer);\n", "DROP TABLE other;\n");
    squash(&project);
    branch(&project, "0003_more", &["shop.0001_squashed_0002_by_hand"]);
    project.migrate(&Target::All).await.unwrap();
    assert_eq!(crate::project::tables(&project.database).await, ["0003_more", "other", "shop_product"]);
    assert_eq!(
        history(&project).await,
        ["shop.0001_initial", "shop.0002_by_hand", "shop.0003_more", "shop.0001_squashed_0002_by_hand"]
    );
}

#[tokio::test]
async fn migration_without_down_file_stays() {
    let project = one_product().await;
    second(&project, "CREATE TABLE other (id integer);\n", "");
    std::fs::remove_file(project.folder.path().join("shop/migrations/0002_by_hand/down.sqlite.sql")).unwrap();
    project.migrate(&Target::All).await.unwrap();
    check_error(
        project.migrate(&Target::Zero("shop".to_owned())).await,
        &expect![[r#"
            shop/migrations/0002_by_hand/down.sqlite.sql: `shop.0002_by_hand` cannot be taken back: it has no `down.sqlite.sql`
            hint: write the SQL that undoes it into `shop/migrations/0002_by_hand/down.sqlite.sql`, even if only a comment
        "#]],
    );
    assert_eq!(history(&project).await, ["shop.0001_initial", "shop.0002_by_hand"]);
}

#[tokio::test]
async fn rebuild_keeps_what_only_the_database_knows() {
    let project = one_product().await;
    project
        .database
        .execute_script(
            "INSERT INTO shop_product (name) VALUES ('Coffee');
             DELETE FROM shop_product WHERE name = 'Coffee';
             CREATE INDEX by_hand ON shop_product (name);
             CREATE TABLE log (name text);
             CREATE TRIGGER logs AFTER INSERT ON shop_product BEGIN INSERT INTO log VALUES (new.name); END;
             CREATE VIEW names AS SELECT name FROM shop_product;",
        )
        .await
        .unwrap();
    let before = schema(&project.database).await;
    make(&project, AFTER);
    project.migrate(&Target::All).await.unwrap();
    assert_eq!(schema(&project.database).await, before.replace("varchar(20)", "varchar(30)"));

    project.database.execute_script("INSERT INTO shop_product (name) VALUES ('Water')").await.unwrap();
    let names = texts(&project.database, "SELECT name FROM names ORDER BY 1", 1).await;
    assert_eq!(names, [["Tea"], ["Water"]]);
    assert_eq!(texts(&project.database, "SELECT name FROM log", 1).await, [["Water"]]);
    // Two numbers were given before, one of them to a row that is gone.
    let newest = Statement::new("SELECT max(id) FROM shop_product");
    assert_eq!(project.database.fetch(&newest, &[ValueType::Int]).await.unwrap(), [[Value::Int(3)]]);
}

#[tokio::test]
async fn index_that_no_longer_fits_is_named() {
    let project = Project::new();
    make(&project, "struct Product { id: Auto, #[field(unique)] code: i32 , stock: i32 }");
    project.migrate(&Target::All).await.unwrap();
    project.database.execute_script("CREATE INDEX by_hand ON shop_product (code)").await.unwrap();
    make(&project, "struct Product { id: Auto, stock: i32 }");
    check_error(
        project.migrate(&Target::All).await,
        &expect![[r#"
            shop/migrations/0002_remove_product_code/up.sqlite.sql:4: `shop.0002_remove_product_code` cannot be applied
              caused by: the index `by_hand` no longer fits the table `shop_product`: the database refused: no such column: code
            hint: drop it in this migration's SQL: `DROP INDEX "by_hand";`; the database is as it was before this migration: fix the cause, and run `migrate` again
        "#]],
    );
}

#[tokio::test]
async fn foreign_keys_are_enforced_again_afterwards() {
    let project = one_product().await;
    second(&project, "INSERT INTO nowhere VALUES (1);\n", "");
    project.migrate(&Target::All).await.unwrap_err();
    let enforced = Statement::new("PRAGMA foreign_keys");
    assert_eq!(project.database.fetch(&enforced, &[ValueType::Int]).await.unwrap(), [[Value::Int(1)]]);
}

/// What `synchronous` is now, and what it was while a migration ran that noted it.
async fn synchronous(project: &Project) -> (Value, Value) {
    let one = async |sql: &str| {
        let rows = project.database.fetch(&Statement::new(sql), &[ValueType::Int]).await.unwrap();
        rows.into_iter().flatten().next().unwrap()
    };
    (one("PRAGMA synchronous").await, one("SELECT level FROM noted ORDER BY rowid DESC LIMIT 1").await)
}

#[tokio::test]
async fn only_a_new_database_is_written_through_at_the_end() {
    const NOTE: &str = "INSERT INTO noted SELECT * FROM pragma_synchronous;\n";
    let project = Project::new();
    make(&project, BEFORE);
    second(&project, &format!("CREATE TABLE noted (level integer);\n{NOTE}"), "DROP TABLE noted;\n");
    project.migrate(&Target::All).await.unwrap();
    let (off, full) = (Value::Int(0), Value::Int(2));
    assert_eq!(synchronous(&project).await, (full.clone(), off));

    let folder = "shop/migrations/0003_again";
    project.write(&format!("{folder}/migration.toml"), "dependencies = [\"shop.0002_by_hand\"]\n");
    project.write(&format!("{folder}/up.sqlite.sql"), NOTE);
    project.migrate(&Target::All).await.unwrap();
    assert_eq!(synchronous(&project).await, (full.clone(), full));
}

#[tokio::test]
async fn new_database_that_fails_midway_waits_for_the_disk_again() {
    let project = Project::new();
    make(&project, BEFORE);
    second(&project, "INSERT INTO nowhere VALUES (1);\n", "");
    project.migrate(&Target::All).await.unwrap_err();
    let level = project.database.fetch(&Statement::new("PRAGMA synchronous"), &[ValueType::Int]).await.unwrap();
    assert_eq!(level, [[Value::Int(2)]]);
}

#[tokio::test]
async fn two_runs_at_once_apply_each_migration_once() {
    let project = Project::new();
    make(&project, BEFORE);
    make(&project, AFTER);
    let graph = project.graph().unwrap();
    let name = project.folder.path().join("db.sqlite3").display().to_string();
    let other = database(&name);
    let executors = [Executor::new(&project.database, &graph), Executor::new(&other, &graph)];
    let mut plans = Vec::new();
    for executor in &executors {
        plans.push(executor.history().await.unwrap().plan(&graph, &Target::All));
    }
    assert_eq!(plans[0].len(), 2);
    assert_eq!(plans[0], plans[1], "both think that everything is to be done");
    let (mut one, mut two) = (Watched::default(), Watched::default());
    let (first, second) =
        tokio::join!(executors[0].run(&plans[0], false, &mut one), executors[1].run(&plans[1], false, &mut two));
    first.unwrap();
    second.unwrap();
    let mut outcomes = [one.0, two.0].concat();
    outcomes.sort();
    assert_eq!(
        outcomes,
        [
            "shop.0001_initial AlreadyDone",
            "shop.0001_initial Done",
            "shop.0002_alter_product_name AlreadyDone",
            "shop.0002_alter_product_name Done"
        ]
    );
    assert_eq!(history(&project).await.len(), 2);
}

#[derive(Default)]
struct Watched(Vec<String>);

impl Progress for Watched {
    fn started(&mut self, _step: &Step) {}

    fn finished(&mut self, step: &Step, outcome: Outcome) {
        self.0.push(format!("{} {outcome:?}", step.key));
    }
}

#[tokio::test]
async fn fake_writes_history_alone() {
    let project = Project::new();
    make(&project, BEFORE);
    let graph = project.graph().unwrap();
    let executor = Executor::new(&project.database, &graph);
    let steps = executor.history().await.unwrap().plan(&graph, &Target::All);
    executor.run(&steps, true, &mut ()).await.unwrap();
    assert_eq!(schema(&project.database).await, "");
    assert_eq!(history(&project).await, ["shop.0001_initial"]);
    executor.verify(&executor.history().await.unwrap()).unwrap();

    let back = executor.history().await.unwrap().plan(&graph, &Target::Zero("shop".to_owned()));
    executor.run(&back, true, &mut ()).await.unwrap();
    assert!(history(&project).await.is_empty());
}

#[tokio::test]
async fn plans_follow_dependencies_across_apps() {
    let project = Project::new();
    make(
        &project,
        "struct Order { id: Auto, #[field(on_delete = \"cascade\")] buyer: ForeignKey<Person> }
         mod people { struct Person { id: Auto } }",
    );
    let graph = project.graph().unwrap();
    let executor = Executor::new(&project.database, &graph);
    let words = |steps: Vec<Step>| -> Vec<String> {
        steps.iter().map(|step| format!("{}{}", if step.backwards { "-" } else { "+" }, step.key)).collect()
    };
    let history = executor.history().await.unwrap();
    let target = Target::parse(&graph, Some("shop"), None).unwrap();
    assert_eq!(words(history.plan(&graph, &target)), ["+people.0001_initial", "+shop.0001_initial"]);
    project.migrate(&Target::All).await.unwrap();
    let history = executor.history().await.unwrap();
    let target = Target::parse(&graph, Some("people"), Some("zero")).unwrap();
    assert_eq!(words(history.plan(&graph, &target)), ["-shop.0001_initial", "-people.0001_initial"]);
    project.migrate(&target).await.unwrap();
    assert_eq!(schema(&project.database).await, "");
}

#[tokio::test]
async fn target_is_a_number_a_name_or_its_beginning() {
    let project = Project::new();
    make(&project, BEFORE);
    make(&project, AFTER);
    let graph = project.graph().unwrap();
    let parse = |word| Target::parse(&graph, Some("shop"), Some(word));
    let second = &graph.leaf("shop").unwrap().clone();
    for word in ["2", "0002", "0002_alter", "0002_alter_product_name"] {
        assert_eq!(parse(word).unwrap(), Target::Migration(second.clone()), "{word}");
    }
    expect!["`000` may be any of `0001_initial`, `0002_alter_product_name`"]
        .assert_eq(&parse("000").unwrap_err().to_string());
    expect!["the app `shop` has no migration `0003`"].assert_eq(&parse("0003").unwrap_err().to_string());
    let unknown = Target::parse(&graph, Some("shoop"), None).unwrap_err();
    expect!["the app `shoop` has no migrations"].assert_eq(&unknown.to_string());
}

#[tokio::test]
async fn embedded_migrations_run_like_others() {
    static FILES: &[(&str, &str)] = &[
        (
            "0001_initial/migration.toml",
            "initial = true\n[[operations]]\ntype = \"create_model\"\nname = \"Thing\"\nfields = [{ name = \"id\", kind = \"big_auto\", primary_key = true }]\n",
        ),
        ("0001_initial/up.sqlite.sql", "CREATE TABLE app_thing (id integer PRIMARY KEY);\n"),
        ("0001_initial/down.sqlite.sql", "DROP TABLE app_thing;\n"),
    ];
    let apps = [AppMigrations::embedded("app", FILES)];
    let graph = loader::load(&apps, std::path::Path::new("/"), &[Engine::Sqlite]).unwrap();
    assert_eq!(graph.state().unwrap().labels().collect::<Vec<_>>(), ["app.Thing"]);
    let project = Project::new();
    let executor = Executor::new(&project.database, &graph);
    let steps = executor.history().await.unwrap().plan(&graph, &Target::All);
    executor.run(&steps, false, &mut ()).await.unwrap();
    assert_eq!(crate::project::tables(&project.database).await, ["app_thing"]);
    assert_ne!(graph.state().unwrap(), ProjectState::new());
}

#[tokio::test]
async fn full_disk_names_the_migration() {
    let project = one_product().await;
    let rows = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 9000)";
    let up = format!(
        "PRAGMA max_page_count = 40;\nCREATE TABLE big (text text);\n{rows} INSERT INTO big SELECT hex(randomblob(90)) FROM n;\n"
    );
    second(&project, &up, "");
    let before = (schema(&project.database).await, rows_of(&project).await);
    check_error(
        project.migrate(&Target::All).await,
        &expect![[r#"
            shop/migrations/0002_by_hand/up.sqlite.sql:3: `shop.0002_by_hand` cannot be applied
              caused by: the database refused: database or disk is full
            hint: the database is as it was before this migration: fix the cause, and run `migrate` again
        "#]],
    );
    assert_eq!((schema(&project.database).await, rows_of(&project).await), before);
}

async fn rows_of(project: &Project) -> String {
    rows(&project.database).await
}

/// The error of a second migration with this SQL, which ends the connection.
async fn lost(engine: Engine, up: &str) -> String {
    let project = Project::on(engine).await;
    make(&project, BEFORE);
    project.migrate(&Target::All).await.unwrap();
    let folder = "shop/migrations/0002_by_hand";
    project.write(&format!("{folder}/migration.toml"), "dependencies = [\"shop.0001_initial\"]\n");
    project.write(&format!("{folder}/up.{engine}.sql"), up);
    let error = project.migrate(&Target::All).await.unwrap_err();
    project.close().await;
    format!("{error:?}")
}

#[tokio::test]
async fn lost_connection_names_the_migration() {
    let named = |text: &str, line: &str| {
        assert!(text.contains(&format!("{line}: `shop.0002_by_hand` cannot be applied")), "{text}");
        assert!(!text.contains("error returned from database"), "{text}");
    };
    let text = lost(Engine::Postgres, "SELECT 1;\nSELECT pg_terminate_backend(pg_backend_pid());\n").await;
    named(&text, "up.postgres.sql:2");
    assert!(text.contains("the database is as it was before this migration"), "{text}");
    let text = lost(Engine::MySql, "SELECT 1;\nKILL CONNECTION_ID();\n").await;
    named(&text, "up.mysql.sql:2");
    // Within the commit itself: nobody can say from here whether it was carried out.
    let at_commit = "CREATE FUNCTION go() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                     PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;\n\
                     CREATE CONSTRAINT TRIGGER last AFTER INSERT ON shop_product DEFERRABLE INITIALLY DEFERRED \
                     FOR EACH ROW EXECUTE FUNCTION go();\nINSERT INTO shop_product (name) VALUES ('Tea');\n";
    let text = lost(Engine::Postgres, at_commit).await;
    named(&text, "up.postgres.sql");
    assert!(text.contains("`rjango showmigrations` says whether it was carried out"), "{text}");
}

#[tokio::test]
async fn commit_that_is_refused_names_the_migration() {
    let at_commit = "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                     RAISE EXCEPTION 'not so'; END $$;\n\
                     CREATE CONSTRAINT TRIGGER last AFTER INSERT ON shop_product DEFERRABLE INITIALLY DEFERRED \
                     FOR EACH ROW EXECUTE FUNCTION no();\nINSERT INTO shop_product (name) VALUES ('Tea');\n";
    let text = lost(Engine::Postgres, at_commit).await;
    assert!(text.contains("`shop.0002_by_hand` cannot be applied") && text.contains("not so"), "{text}");
    assert!(text.contains("the database is as it was before this migration"), "{text}");
}
