//! Data migrations in Rust: what needs the project's own binary, and what must not.

use crate::project::Project;
use crate::registrations;

const MODELS: &str = r#"
use rjango::models::*;

#[derive(Model, Debug, Clone)]
pub struct Product {
    pub id: Auto,
    #[field(max_length = 80)]
    pub name: String,
    #[field(max_length = 20, default = "")]
    pub sku: String,
}
"#;

const FUNCTIONS: &str = r#"
use rjango::migrations::*;

#[data_migration]
pub async fn fill_sku(apps: &StateApps) -> Result<()> {
    for mut product in apps.objects("shop.Product")?.filter([("sku", "")])?.all().await? {
        let sku = format!("P{:0>4}", product.pk());
        product.set("sku", sku)?;
        product.save().await?;
    }
    let broken = apps.objects("shop.Product")?.filter([("name", "Broken")])?.count().await?;
    if broken > 0 {
        return Err(Error::command("a product is called `Broken`").with_hint("give it another name"));
    }
    Ok(())
}

#[data_migration]
pub async fn empty_sku(apps: &StateApps) -> Result<()> {
    apps.objects("shop.Product")?.update([("sku", "")]).await?;
    Ok(())
}
"#;

const OPERATION: &str = r#"
[[operations]]
type = "run_rust"
function = "shop::data_migrations::fill_sku"
reverse = "shop::data_migrations::empty_sku"
"#;

const FOLDER: &str = "shop/migrations/0002_fill_sku";

/// A migration as a person makes it: `--empty`, then the operation and its line in the SQL.
fn project() -> Project {
    let project = Project::with_models(MODELS);
    project.succeeds(&["makemigrations"]);
    project.succeeds(&["migrate"]);
    project.write("shop/data_migrations.rs", FUNCTIONS);
    project.write("shop/mod.rs", &(project.read("shop/mod.rs") + "pub mod data_migrations;\n"));
    project.succeeds(&["makemigrations", "--empty", "shop", "--name", "fill_sku"]);
    let toml = format!("{FOLDER}/migration.toml");
    project.write(&toml, &(project.read(&toml) + OPERATION));
    for (file, function) in [("up.sqlite.sql", "fill_sku"), ("down.sqlite.sql", "empty_sku")] {
        project.write(&format!("{FOLDER}/{file}"), &format!("-- rjango: run shop::data_migrations::{function}\n"));
    }
    project
}

/// Runs a command that must not build: there is no cargo for it.
fn without_cargo(project: &Project, arguments: &[&str]) -> String {
    let output = project.command(arguments).env("CARGO", "/there/is/no/cargo").output().unwrap();
    project.show(&output)
}

#[test]
fn only_running_the_function_builds_the_project() {
    let project = project();
    registrations::add(&project);
    for arguments in [
        &["makemigrations", "--check"][..],
        &["migrate", "--plan"],
        &["sqlmigrate", "shop", "0002"],
        &["showmigrations", "shop"],
        &["check"],
    ] {
        let shown = without_cargo(&project, arguments);
        assert!(shown.starts_with("exit code: 0\n"), "rjango {}\n{shown}", arguments.join(" "));
    }
    assert!(without_cargo(&project, &["migrate", "--check"]).starts_with("exit code: 1\n"));
    // Where no pending step needs the function, nobody looks for it.
    assert!(without_cargo(&project, &["migrate", "shop", "0001"]).starts_with("exit code: 0\n"));

    let product = |name: &str| format!("Product.objects.create(name=\"{name}\")");
    project.succeeds(&["shell", "-c", &product("Tea")]);
    project.succeeds(&["shell", "-c", &product("Broken")]);
    let failed = project.run(&["migrate", "--no-color"]);
    let shown = project.show(&failed);
    assert_eq!(failed.status.code(), Some(1), "{shown}");
    for text in [
        "`shop.0002_fill_sku` runs `shop::data_migrations::fill_sku`: building the project",
        "error: `shop.0002_fill_sku` cannot be applied",
        "caused by: a product is called `Broken`",
        "hint: give it another name; the database is as it was before this migration",
    ] {
        assert!(shown.contains(text), "no `{text}` in\n{shown}");
    }
    let skus = ["shell", "-c", "list(Product.objects.values_list(\"sku\", flat=True))"];
    assert_eq!(project.succeeds(&skus), "['', '']\n");

    project.succeeds(&["shell", "-c", "Product.objects.filter(name=\"Broken\").update(name=\"Milk\")"]);
    let shown = project.succeeds(&["migrate"]);
    assert!(shown.contains("Applying shop.0002_fill_sku... OK"), "{shown}");
    assert_eq!(project.succeeds(&skus), "['P0001', 'P0002']\n");
    assert!(without_cargo(&project, &["migrate"]).starts_with("exit code: 0\n"), "nothing is pending any more");
    let shown = project.succeeds(&["migrate", "shop", "0001"]);
    assert!(shown.contains("Unapplying shop.0002_fill_sku... OK"), "{shown}");
    assert_eq!(project.succeeds(&skus), "['', '']\n");

    // The project is built already: what else it registers is tried here.
    registrations::both_binaries_agree(&project);
}

#[test]
fn misspelt_function_is_found_without_a_build() {
    let project = project();
    let toml = format!("{FOLDER}/migration.toml");
    project.write(&toml, &project.read(&toml).replace("fill_sku\"", "fil_sku\""));
    for arguments in [&["makemigrations", "--check"][..], &["check"]] {
        let shown = without_cargo(&project, arguments);
        assert!(shown.starts_with("exit code: 1\n"), "{shown}");
        assert!(shown.contains("there is no data migration `shop::data_migrations::fil_sku`"), "{shown}");
        assert!(shown.contains("did you mean `shop::data_migrations::fill_sku`?"), "{shown}");
        assert!(shown.contains("its SQL does not run it"), "{shown}");
    }
    let up = format!("{FOLDER}/up.sqlite.sql");
    project.write(&up, "-- rjango: run shop::data_migrations::fil_sku\n");
    let shown = without_cargo(&project, &["migrate"]);
    assert!(shown.contains("there is no data migration `shop::data_migrations::fil_sku`"), "{shown}");
    assert!(shown.contains("--> shop/migrations/0002_fill_sku/up.sqlite.sql:1"), "{shown}");
}
