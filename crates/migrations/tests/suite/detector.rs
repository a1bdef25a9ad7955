//! What one pair of models cannot show of the autodetector: runs that build on each other, order, and odd corners.

use rjango_migrations::autodetector::{NonInteractive, changes};
use rjango_migrations::executor::Target;
use rjango_migrations::{NewMigration, Operation, ProjectState, sql};
use rjango_orm::Engine;

use crate::models::state;
use crate::project::{Project, Scripted, schema};

/// Makes migrations from state to state, and gives those of the last one once all of them have built the tables of the last
/// state from nothing, and have gone back to nothing.
async fn history(sources: &[&str]) -> Vec<NewMigration> {
    let project = Project::new();
    let mut last = Vec::new();
    for source in sources {
        last = project.make(&state(source), &mut Scripted::new(Vec::new())).unwrap();
    }
    project.migrate(&Target::All).await.unwrap();
    let fresh = Project::new();
    let newest = state(sources.last().unwrap());
    fresh.make(&newest, &mut Scripted::new(Vec::new())).unwrap();
    fresh.migrate(&Target::All).await.unwrap();
    assert_eq!(schema(&project.database).await, schema(&fresh.database).await, "the tables are those of the models");
    for app in project.graph().unwrap().apps() {
        project.migrate(&Target::Zero(app.to_owned())).await.unwrap();
    }
    assert_eq!(schema(&project.database).await, "", "nothing is left on the way back");
    last
}

fn dependencies(migrations: &[NewMigration], app: &str) -> Vec<String> {
    let migration = migrations.iter().find(|migration| migration.key.app == app).unwrap();
    migration.dependencies.iter().map(ToString::to_string).collect()
}

const REFERS: &str = "struct Frame { id: Auto, #[field(on_delete = \"cascade\")] what: ForeignKey<Product> }";

#[tokio::test]
async fn rename_follows_the_migrations_of_apps_that_refer_to_the_model() {
    let after = REFERS.replace("Product", "Item");
    let last = history(&[
        &format!("struct Product {{ id: Auto }} mod zoo {{ {REFERS} }}"),
        &format!("#[model(renamed_from = \"Product\")] struct Item {{ id: Auto }} mod zoo {{ {after} }}"),
    ])
    .await;
    assert_eq!(dependencies(&last, "shop"), ["shop.0001_initial", "zoo.0001_initial"]);
}

#[tokio::test]
async fn deletion_follows_an_app_that_referred_to_the_model_once() {
    let last = history(&[
        &format!("struct Product {{ id: Auto }} struct Kept {{ id: Auto }} mod zoo {{ {REFERS} }}"),
        "struct Product { id: Auto } struct Kept { id: Auto } mod zoo { struct Frame { id: Auto } }",
        "struct Kept { id: Auto } mod zoo { struct Frame { id: Auto } }",
    ])
    .await;
    assert_eq!(dependencies(&last, "shop"), ["shop.0001_initial", "zoo.0002_remove_frame_what"]);
}

#[tokio::test]
async fn later_migration_follows_a_rename_that_its_tables_refer_to() {
    let renamed = "#[model(renamed_from = \"Product\")] struct Item { id: Auto }";
    let after = REFERS.replace("Product", "Item");
    let altered = after.replace("what: ForeignKey<Item>", "what: Option<ForeignKey<Item>>");
    let last = history(&[
        &format!("struct Product {{ id: Auto }} mod art {{ {REFERS} }}"),
        &format!("{renamed} mod art {{ {after} }}"),
        &format!("{renamed} mod art {{ {altered} }}"),
    ])
    .await;
    assert_eq!(dependencies(&last, "art"), ["art.0001_initial", "shop.0002_rename_product_item"]);
}

#[tokio::test]
async fn model_moves_on_and_its_first_app_makes_another_of_its_name() {
    let last = history(&[
        "struct Product { id: Auto, name: String }",
        "mod catalog { #[model(renamed_from = \"shop.Product\")] struct Product { id: Auto, name: String } }",
        "mod archive { #[model(renamed_from = \"catalog.Product\")] struct Product { id: Auto, name: String } }
         struct Product { id: Auto, stock: i32 }",
    ])
    .await;
    assert_eq!(dependencies(&last, "shop"), ["shop.0002_product_moved_to_catalog"]);
    assert_eq!(dependencies(&last, "catalog"), ["archive.0001_initial", "catalog.0001_initial"]);
}

#[tokio::test]
async fn model_moves_there_and_back() {
    history(&[
        "struct Product { id: Auto, name: String } struct Kept { id: Auto }",
        "struct Kept { id: Auto } mod catalog { #[model(renamed_from = \"shop.Product\")] struct Product { id: Auto, name: String } }",
        "#[model(renamed_from = \"catalog.Product\")] struct Product { id: Auto, name: String } struct Kept { id: Auto }",
    ])
    .await;
}

#[test]
fn half_a_move_is_not_made() {
    let from = state("struct Product { id: Auto } struct Kept { id: Auto }");
    let to = state(
        "struct Kept { id: Auto } mod catalog { #[model(renamed_from = \"shop.Product\")] struct Product { id: Auto } }",
    );
    for app in ["shop", "catalog"] {
        let found = changes(&from, &to, &mut NonInteractive).unwrap().for_apps(|wanted| wanted == app);
        let found: Vec<String> =
            found.operations().map(|(app, operation)| format!("{app}: {}", operation.describe())).collect();
        assert_eq!(
            found,
            [
                "catalog: Move model shop.Product to catalog.Product",
                "shop: Model Product is catalog.Product from here on"
            ]
        );
    }
}

#[test]
fn order_of_the_models_makes_no_difference() {
    let source = "struct A { id: Auto, #[field(on_delete = \"cascade\")] b: ForeignKey<B> }
        struct B { id: Auto, #[field(on_delete = \"cascade\")] c: ForeignKey<C> }
        struct C { id: Auto, #[field(on_delete = \"cascade\")] a: ForeignKey<A>, friends: ManyToMany<C> }
        mod people { struct D { id: Auto, all: ManyToMany<A> } }";
    let models: Vec<_> = state(source).iter().cloned().collect();
    let found =
        |models: Vec<_>| changes(&ProjectState::new(), &ProjectState::from_schemas(models), &mut NonInteractive);
    let forwards = found(models.clone()).unwrap();
    let backwards = found(models.into_iter().rev().collect()).unwrap();
    assert_eq!(forwards, backwards);
}

#[test]
fn model_that_others_manage_from_now_on_keeps_its_table() {
    let from = state("struct Product { id: Auto }");
    let to = state("#[model(managed = false)] struct Product { id: Auto }");
    let found = changes(&from, &to, &mut NonInteractive).unwrap();
    let operations: Vec<Operation> = found.operations().map(|(_, operation)| operation.clone()).collect();
    let script = sql::render(Engine::Sqlite, "shop", &operations, &from).unwrap();
    assert_eq!(script.up, "--\n-- Change Meta options on product\n--\n-- (no-op)\n");
}
