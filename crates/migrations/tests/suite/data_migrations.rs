//! Functions of Rust inside migrations: what they are given, and that they share the migration's transaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use expect_test::expect;
use rjango_core::{Error, Result, Settings, Site};
use rjango_migrations::executor::{Target, check_functions, functions_of};
use rjango_migrations::{DataMigration, Direction, NewMigration, StateApps, writer};
use rjango_orm::{Engine, on_commit};

use crate::models::state;
use crate::project::{Project, Scripted, rows, schema};

const BEFORE: &str = "struct Product { id: Auto, #[field(max_length = 20)] name: String }";
const AFTER: &str =
    "struct Product { id: Auto, #[field(max_length = 20)] name: String, #[field(max_length = 20)] sku: String }";

/// `#[data_migration]` by hand: the macro names the facade, which stands above this crate.
macro_rules! data_migrations {
    ($($name:ident)*) => {
        $(inventory::submit! {
            DataMigration { module: module_path!(), name: stringify!($name), run: |apps| Box::pin($name(apps)) }
        })*
    };
}

data_migrations!(fill_names fill_sku empty_sku fail_midway nest forget_models drop_a_block count_commits);

/// Gives each product a number; the struct has other fields by now, or is gone.
async fn fill_sku(apps: &StateApps) -> Result<()> {
    for mut product in apps.objects("shop.Product")?.order_by(["id"])?.all().await? {
        let sku = format!("{}-{}", product.get("name")?, product.pk());
        product.set("sku", sku)?;
        product.save().await?;
    }
    Ok(())
}

/// For the cases in `tests/operations`.
async fn fill_names(apps: &StateApps) -> Result<()> {
    apps.objects("shop.Product")?.update([("name", "Filled")]).await?;
    Ok(())
}

async fn empty_sku(apps: &StateApps) -> Result<()> {
    apps.objects("shop.Product")?.update([("sku", "")]).await?;
    Ok(())
}

async fn fail_midway(apps: &StateApps) -> Result<()> {
    apps.objects("shop.Product")?.create([("name", "Half")]).await?;
    Err(Error::command("the tea is cold").with_hint("heat it"))
}

/// A block that fails is undone alone; one that succeeds stays.
async fn nest(apps: &StateApps) -> Result<()> {
    let products = apps.objects("shop.Product")?;
    apps.database().atomic(async || products.create([("name", "Kept")]).await).await?;
    let undone = apps.database().atomic(async || {
        products.create([("name", "Undone")]).await?;
        let inner = apps.database().atomic(async || products.create([("name", "Inner")]).await).await?;
        assert!(inner.is_saved());
        Err::<(), _>(Error::command("no"))
    });
    undone.await.unwrap_err();
    Ok(())
}

async fn forget_models(apps: &StateApps) -> Result<()> {
    apps.objects("shop.Produkt").map(|_| ())
}

/// A block that is dropped in the middle is undone before the next statement, or at the end.
async fn drop_a_block(apps: &StateApps) -> Result<()> {
    let products = apps.objects("shop.Product")?;
    let never = apps.database().atomic(async || {
        products.create([("name", "Dropped")]).await?;
        std::future::pending::<Result<()>>().await
    });
    tokio::time::timeout(std::time::Duration::from_millis(200), never).await.unwrap_err();
    Ok(())
}

static COMMITS: AtomicUsize = AtomicUsize::new(0);

async fn count_commits(apps: &StateApps) -> Result<()> {
    on_commit(|| {
        COMMITS.fetch_add(1, Ordering::Relaxed);
    })?;
    assert_eq!(COMMITS.load(Ordering::Relaxed), 0, "not before the commit");
    assert!(rjango_orm::in_atomic_block(apps.database()));
    Ok(())
}

async fn one_product() -> Project {
    let project = Project::new();
    project.make(&state(BEFORE), &mut Scripted::new(Vec::new())).unwrap();
    migrate(&project, &Target::All).await.unwrap();
    project.database.execute_script("INSERT INTO shop_product (name) VALUES ('Tea'), ('Milk')").await.unwrap();
    project
}

async fn migrate(project: &Project, target: &Target) -> Result<()> {
    Arc::new(Site::new(Settings::for_tests())).scope(project.migrate(target)).await
}

/// A migration of these operations, with the SQL that they have.
fn write(project: &Project, name: &str, after: &str, operations: &str) {
    let folder = format!("shop/migrations/{name}");
    project.write(&format!("{folder}/migration.toml"), &format!("dependencies = [\"shop.{after}\"]\n\n{operations}"));
    project.write(&format!("{folder}/up.sqlite.sql"), "");
    let graph = project.graph().unwrap();
    let migration = graph.iter().find(|migration| migration.key.name == name).unwrap();
    let before = graph.state_after(&graph.with_ancestors(&migration.dependencies)).unwrap();
    let new = NewMigration {
        key: migration.key.clone(),
        initial: false,
        dependencies: migration.dependencies.clone(),
        replaces: Vec::new(),
        atomic: migration.atomic,
        operations: migration.operations.clone(),
    };
    for (file, text) in writer::files(&new, &before, &[Engine::Sqlite]).unwrap() {
        project.write(&format!("{folder}/{file}"), &text);
    }
}

fn run(function: &str) -> String {
    format!("[[operations]]\ntype = \"run_rust\"\nfunction = \"data_migrations::{function}\"\nreverse = \"\"\n")
}

const FILL: &str = r#"
[[operations]]
type = "add_field"
model = "Product"
field = { name = "sku", kind = "char", max_length = 20, null = true }

[[operations]]
type = "run_rust"
function = "data_migrations::fill_sku"
reverse = "data_migrations::empty_sku"

[[operations]]
type = "rename_field"
model = "Product"
from = "sku"
to = "number"
"#;

#[tokio::test]
async fn function_sees_the_models_at_its_place_in_the_history() {
    let project = one_product().await;
    // The next migration takes the field away: the state at the function still has it, under its old name.
    write(&project, "0002_fill", "0001_initial", FILL);
    write(
        &project,
        "0003_gone",
        "0002_fill",
        "[[operations]]\ntype = \"remove_field\"\nmodel = \"Product\"\nname = \"number\"\n",
    );
    let old = schema(&project.database).await;
    let graph = project.graph().unwrap();
    let second = Target::parse(&graph, Some("shop"), Some("0002")).unwrap();
    migrate(&project, &second).await.unwrap();
    expect![[r#"
        shop_product: id=1 name='Tea' number='Tea-1'
        shop_product: id=2 name='Milk' number='Milk-2'
    "#]]
    .assert_eq(&rows(&project.database).await);
    migrate(&project, &Target::All).await.unwrap();
    migrate(&project, &second).await.unwrap();
    migrate(&project, &Target::parse(&graph, Some("shop"), Some("0001")).unwrap()).await.unwrap();
    assert_eq!(schema(&project.database).await, old);
}

#[tokio::test]
async fn failing_function_leaves_everything_as_it_was() {
    let project = one_product().await;
    let operations = format!("{}{}", FILL, run("fail_midway"));
    write(&project, "0002_fill", "0001_initial", &operations);
    let before = (schema(&project.database).await, rows(&project.database).await);
    let error = migrate(&project, &Target::All).await.unwrap_err();
    expect![[r#"
        shop/migrations/0002_fill/up.sqlite.sql:19: `shop.0002_fill` cannot be applied
          caused by: the Rust function `data_migrations::fail_midway` failed
          caused by: the tea is cold
        hint: heat it; the database is as it was before this migration: fix the cause, and run `migrate` again
    "#]]
    .assert_eq(&format!("{error:?}\n"));
    assert_eq!((schema(&project.database).await, rows(&project.database).await), before);
}

#[tokio::test]
async fn own_error_of_a_function_is_told_with_its_hint() {
    let project = one_product().await;
    write(&project, "0002_fail", "0001_initial", &run("fail_midway"));
    let before = rows(&project.database).await;
    let error = migrate(&project, &Target::All).await.unwrap_err();
    expect![[r#"
        shop/migrations/0002_fail/up.sqlite.sql:4: `shop.0002_fail` cannot be applied
          caused by: the Rust function `data_migrations::fail_midway` failed
          caused by: the tea is cold
        hint: heat it; the database is as it was before this migration: fix the cause, and run `migrate` again
    "#]]
    .assert_eq(&format!("{error:?}\n"));
    assert_eq!(rows(&project.database).await, before);
}

#[tokio::test]
async fn atomic_inside_a_function_is_a_savepoint() {
    let project = one_product().await;
    write(&project, "0002_nest", "0001_initial", &(run("nest") + &run("drop_a_block")));
    migrate(&project, &Target::All).await.unwrap();
    expect![[r#"
        shop_product: id=1 name='Tea'
        shop_product: id=2 name='Milk'
        shop_product: id=3 name='Kept'
    "#]]
    .assert_eq(&rows(&project.database).await);
}

#[tokio::test]
async fn hooks_run_after_the_migration_is_committed() {
    let project = one_product().await;
    write(&project, "0002_count", "0001_initial", &run("count_commits"));
    migrate(&project, &Target::All).await.unwrap();
    assert_eq!(COMMITS.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn unknown_model_suggests_the_nearest() {
    let project = one_product().await;
    write(&project, "0002_forget", "0001_initial", &run("forget_models"));
    let error = migrate(&project, &Target::All).await.unwrap_err();
    expect![[r#"
        shop/migrations/0002_forget/up.sqlite.sql:4: `shop.0002_forget` cannot be applied
          caused by: the Rust function `data_migrations::forget_models` failed
          caused by: there is no model `shop.Produkt` at this point of the history
        hint: did you mean `shop.Product`?; the database is as it was before this migration: fix the cause, and run `migrate` again
    "#]]
    .assert_eq(&format!("{error:?}\n"));
}

#[tokio::test]
async fn unknown_function_suggests_the_nearest() {
    let project = one_product().await;
    write(&project, "0002_misspelt", "0001_initial", &run("fil_sku"));
    let error = migrate(&project, &Target::All).await.unwrap_err();
    expect![[r#"
        shop/migrations/0002_misspelt/up.sqlite.sql:4: there is no data migration `data_migrations::fil_sku`
        hint: did you mean `data_migrations::fill_sku`?
    "#]]
    .assert_eq(&format!("{error:?}\n"));
    write(&project, "0002_misspelt", "0001_initial", &run("something_else_altogether"));
    let error = migrate(&project, &Target::All).await.unwrap_err();
    expect![[r#"
        shop/migrations/0002_misspelt/up.sqlite.sql:4: there is no data migration `data_migrations::something_else_altogether`
        hint: write `#[rjango::data_migration] pub async fn something_else_altogether(apps: &StateApps) -> Result<()>` in the module `data_migrations`, and let `mod` lines lead to it
    "#]]
    .assert_eq(&format!("{error:?}\n"));
}

#[tokio::test]
async fn operation_that_the_script_does_not_run_is_refused() {
    let project = one_product().await;
    write(&project, "0002_nest", "0001_initial", &run("nest"));
    project.write("shop/migrations/0002_nest/up.sqlite.sql", "-- Nothing.\n");
    let error = migrate(&project, &Target::All).await.unwrap_err();
    expect![[r#"
        shop/migrations/0002_nest/up.sqlite.sql: `migration.toml` of `shop.0002_nest` names the function `data_migrations::nest`, but its SQL does not run it
        hint: add the line `-- rjango: run data_migrations::nest` where it is to run, or remove the operation
    "#]]
    .assert_eq(&format!("{error:?}\n"));
}

#[tokio::test]
async fn line_without_an_operation_runs_with_the_models_after_the_migration() {
    let project = one_product().await;
    project.make(&state(AFTER), &mut Scripted::new(vec![text("")])).unwrap();
    let graph = project.graph().unwrap();
    let key = graph.leaf("shop").unwrap().clone();
    let file = format!("shop/migrations/{}/{}", key.name, Direction::Up.file_name(Engine::Sqlite));
    project.write(&file, &(project.read(&file) + "-- rjango: run data_migrations::fill_sku\n"));
    migrate(&project, &Target::All).await.unwrap();
    assert!(rows(&project.database).await.contains("sku='Milk-2'"));
}

fn text(text: &str) -> rjango_migrations::autodetector::Answer {
    rjango_migrations::autodetector::Answer::Value(rjango_schema::DefaultValue::Text(text.to_owned()))
}

#[tokio::test]
async fn functions_of_pending_steps_are_known_beforehand() {
    let project = one_product().await;
    write(&project, "0002_fill", "0001_initial", FILL);
    let graph = project.graph().unwrap();
    let history = rjango_migrations::executor::Executor::new(&project.database, &graph).history().await.unwrap();
    let steps = history.plan(&graph, &Target::All);
    let found = functions_of(&graph, &steps, Engine::Sqlite);
    assert_eq!(found.iter().map(|found| found.function.as_str()).collect::<Vec<_>>(), ["data_migrations::fill_sku"]);
}

#[tokio::test]
async fn wrong_names_and_forgotten_lines_are_found_without_a_database() {
    let project = one_product().await;
    write(&project, "0002_fill", "0001_initial", FILL);
    write(&project, "0003_forgotten", "0002_fill", &run("nest"));
    project.write("shop/migrations/0003_forgotten/up.sqlite.sql", "-- rjango: run data_migrations::other\n");
    let known = ["data_migrations::fill_sku".to_owned(), "data_migrations::nest".to_owned()];
    let problems = check_functions(&project.graph().unwrap(), &[Engine::Sqlite], &known);
    let problems: String = problems.iter().map(|problem| format!("{problem:?}\n")).collect();
    expect![[r#"
        shop/migrations/0002_fill/migration.toml:10: there is no data migration `data_migrations::empty_sku`
        hint: did you mean `data_migrations::fill_sku`?
        shop/migrations/0003_forgotten/up.sqlite.sql: `migration.toml` of `shop.0003_forgotten` names the function `data_migrations::nest`, but its SQL does not run it
        hint: add the line `-- rjango: run data_migrations::nest` where it is to run, or remove the operation
    "#]]
    .assert_eq(&problems);
}

/// The function's savepoints, its failure and its way back, on the servers too.
#[tokio::test]
async fn functions_run_in_a_transaction_on_every_engine() {
    for engine in Engine::ALL {
        let project = Project::on(engine).await;
        project.make(&state(BEFORE), &mut Scripted::new(Vec::new())).unwrap();
        migrate(&project, &Target::All).await.unwrap();
        project.database.execute_script("INSERT INTO shop_product (name) VALUES ('Tea')").await.unwrap();
        let folder = "shop/migrations/0002_run";
        let up = format!("up.{engine}.sql");
        project.write(&format!("{folder}/migration.toml"), "dependencies = [\"shop.0001_initial\"]\n");
        project.write(&format!("{folder}/down.{engine}.sql"), "-- rjango: run data_migrations::fill_names\n");
        let nest = "-- rjango: run data_migrations::nest\n";
        project.write(&format!("{folder}/{up}"), &format!("{nest}-- rjango: run data_migrations::fail_midway\n"));
        let error = migrate(&project, &Target::All).await.unwrap_err();
        assert!(format!("{error:?}").contains("the tea is cold"), "{engine}: {error:?}");
        assert_eq!(names(&project).await, [["Tea"]], "{engine}: nothing of a failed transaction stays");

        project.write(&format!("{folder}/{up}"), nest);
        migrate(&project, &Target::All).await.unwrap();
        assert_eq!(names(&project).await, [["Tea"], ["Kept"]], "{engine}");
        let first = Target::parse(&project.graph().unwrap(), Some("shop"), Some("0001")).unwrap();
        migrate(&project, &first).await.unwrap();
        assert_eq!(names(&project).await, [["Filled"], ["Filled"]], "{engine}");
        project.close().await;
    }
}

async fn names(project: &Project) -> Vec<Vec<String>> {
    crate::project::texts(&project.database, "SELECT name FROM shop_product ORDER BY id", 1).await
}
