//! Reading migrations that are broken, and writing without breaking any.

use expect_test::{Expect, expect};
use rjango_migrations::executor::Target;
use rjango_migrations::{MigrationKey, writer};
use rjango_orm::Engine;

use crate::models::state;
use crate::project::{Project, Scripted};

const TOML: &str = "shop/migrations/0001_initial/migration.toml";

fn project() -> Project {
    let project = Project::new();
    let models = state("struct Product { id: Auto, #[field(max_length = 20)] name: String }");
    project.make(&models, &mut Scripted::new(Vec::new())).unwrap();
    project
}

fn check(project: &Project, expected: &Expect) {
    expected.assert_eq(&format!("{:?}\n", project.graph().unwrap_err()));
}

#[test]
fn missing_toml_is_named() {
    let project = project();
    std::fs::remove_file(project.folder.path().join(TOML)).unwrap();
    check(
        &project,
        &expect![[r#"
        shop/migrations/0001_initial/migration.toml: the migration `shop.0001_initial` has no `migration.toml`
        hint: restore the file from version control, or remove the folder if it was never applied
    "#]],
    );
}

#[test]
fn missing_sql_is_named() {
    let project = project();
    std::fs::remove_file(project.folder.path().join("shop/migrations/0001_initial/up.sqlite.sql")).unwrap();
    check(
        &project,
        &expect![[r#"
            shop/migrations/0001_initial/up.sqlite.sql: `shop.0001_initial` has no SQL for sqlite: `up.sqlite.sql` is missing
            hint: restore the file from version control; where it never was, `rjango makemigrations --engine sqlite` writes it
        "#]],
    );
}

#[test]
fn garbled_toml_has_its_line() {
    let project = project();
    project.write(TOML, "initial = true\ndependencies = [\"\n");
    check(
        &project,
        &expect![[r#"
        shop/migrations/0001_initial/migration.toml:2:18: cannot read the migration `shop.0001_initial`: unclosed array, expected `]`
        hint: fix the file, or restore it from version control
    "#]],
    );
}

#[test]
fn unknown_key_has_its_line() {
    let project = project();
    project.write(TOML, "initial = true\n\ndependancies = []\n");
    check(
        &project,
        &expect![[r#"
            shop/migrations/0001_initial/migration.toml:3:1: cannot read the migration `shop.0001_initial`: unknown field `dependancies`, expected one of `initial`, `dependencies`, `replaces`, `atomic`, `operations`, `lint`
            hint: fix the file, or restore it from version control
        "#]],
    );
}

#[test]
fn unknown_operation_has_its_line() {
    let project = project();
    project.write(TOML, "initial = true\n\n[[operations]]\ntype = \"make_coffee\"\n");
    check(
        &project,
        &expect![[r#"
            shop/migrations/0001_initial/migration.toml:3:1: cannot read an operation of `shop.0001_initial`: unknown variant `make_coffee`, expected one of `create_model`, `delete_model`, `rename_model`, `move_model`, `moved_model`, `add_field`, `remove_field`, `alter_field`, `rename_field`, `add_index`, `remove_index`, `add_index_concurrently`, `remove_index_concurrently`, `rename_index`, `add_constraint`, `remove_constraint`, `alter_unique_together`, `alter_model_options`, `alter_model_table`, `run_sql`, `run_rust`, `separate_database_and_state`
            hint: fix the file, or restore it from version control
        "#]],
    );
}

#[test]
fn operation_without_a_key_has_its_line() {
    let project = project();
    project.write(
        TOML,
        "[[operations]]\ntype = \"delete_model\"\nname = \"A\"\n\n[[operations]]\ntype = \"delete_model\"\n",
    );
    check(
        &project,
        &expect![[r#"
        shop/migrations/0001_initial/migration.toml:5:1: cannot read an operation of `shop.0001_initial`: missing field `name`
        hint: fix the file, or restore it from version control
    "#]],
    );
}

#[test]
fn dependency_that_is_none_has_its_line() {
    let project = project();
    project.write(TOML, "dependencies = [\n    \"auth\",\n]\n");
    check(
        &project,
        &expect![[r#"
        shop/migrations/0001_initial/migration.toml:2:5: `auth` is not a migration
        hint: a migration is written `app.0001_initial`
    "#]],
    );
}

#[test]
fn unknown_dependency_is_named() {
    let project = project();
    project.write(TOML, "dependencies = [\"auth.0001_initial\"]\n");
    check(
        &project,
        &expect![[r#"
        shop/migrations/0001_initial/migration.toml: `shop.0001_initial` depends on `auth.0001_initial`, which does not exist
        hint: is the app `auth` in INSTALLED_APPS? Restore its migrations, or fix `dependencies`
    "#]],
    );
}

#[test]
fn two_branches_are_told_in_djangos_words() {
    let project = project();
    for name in ["0002_one", "0002_two"] {
        let folder = format!("shop/migrations/{name}");
        project.write(&format!("{folder}/migration.toml"), "dependencies = [\"shop.0001_initial\"]\n");
        project.write(&format!("{folder}/up.sqlite.sql"), "");
    }
    let graph = project.graph().unwrap();
    expect![[r#"
        Conflicting migrations detected; multiple leaf nodes in the migration graph: (0002_one, 0002_two in shop)
        hint: two branches each added one: join them with `rjango makemigrations --merge`
    "#]]
    .assert_eq(&format!("{:?}\n", graph.check_conflicts().unwrap_err()));
    let names: Vec<&str> = graph.leaves("shop").iter().map(|leaf| leaf.name.as_str()).collect();
    assert_eq!(names, ["0002_one", "0002_two"]);
}

#[test]
fn circle_of_dependencies_is_refused() {
    let project = project();
    for (app, other) in [("one", "two"), ("two", "one")] {
        let folder = format!("{app}/migrations/0001_initial");
        project.write(&format!("{folder}/migration.toml"), &format!("dependencies = [\"{other}.0001_initial\"]\n"));
        project.write(&format!("{folder}/up.sqlite.sql"), "");
    }
    check(
        &project,
        &expect![[r#"
        the migrations `one.0001_initial`, `two.0001_initial` depend on each other in a circle
        hint: remove one of these `dependencies`
    "#]],
    );
}

#[test]
fn folder_with_another_name_is_refused() {
    let project = project();
    project.write("shop/migrations/second/migration.toml", "");
    check(
        &project,
        &expect![[r#"
        shop/migrations/second: `second` is not a migration's name
        hint: a migration is called `0002_add_price`: four digits, an underscore, words; move other folders away
    "#]],
    );
}

#[test]
fn operation_that_does_not_follow_is_refused() {
    let project = project();
    let folder = "shop/migrations/0002_more";
    let operation = "[[operations]]\ntype = \"remove_field\"\nmodel = \"Product\"\nname = \"price\"\n";
    project.write(&format!("{folder}/migration.toml"), &format!("dependencies = [\"shop.0001_initial\"]\n{operation}"));
    project.write(&format!("{folder}/up.sqlite.sql"), "");
    let error = project.graph().unwrap().state().unwrap_err();
    expect![[r#"
        shop/migrations/0002_more/migration.toml: `shop.0002_more` does not follow from the migrations before it: the state's model `shop.Product` has no field `price`
        hint: an operation refers to a field that no earlier migration adds
    "#]].assert_eq(&format!("{error:?}\n"));
}

#[test]
fn writer_overwrites_nothing() {
    let project = project();
    let folder = project.folder.path().join("shop/migrations");
    let before = project.read(TOML);
    let files = [("migration.toml".to_owned(), "initial = true\n".to_owned())];
    let error = writer::write(&folder, &MigrationKey::new("shop", "0001_initial"), &files).unwrap_err();
    assert_eq!(error.to_string(), "the migration `shop.0001_initial` is already there");
    assert_eq!(project.read(TOML), before);
}

#[test]
fn writer_leaves_nothing_behind_when_it_fails() {
    let project = project();
    let folder = project.folder.path().join("shop/migrations");
    // A file cannot be made in a folder that does not exist.
    let files = [("migration.toml".to_owned(), String::new()), ("no/such/folder".to_owned(), String::new())];
    writer::write(&folder, &MigrationKey::new("shop", "0002_more"), &files).unwrap_err();
    let names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["0001_initial"]);
}

#[test]
fn unfinished_folders_are_not_seen() {
    let project = project();
    project.write("shop/migrations/.0002_more.77/migration.toml", "garbled");
    assert_eq!(project.graph().unwrap().iter().count(), 1);
}

#[tokio::test]
async fn line_ends_and_marks_of_a_checkout_are_no_edit() {
    let project = project();
    project.migrate(&Target::All).await.unwrap();
    for file in ["up.sqlite.sql", "down.sqlite.sql", "migration.toml"] {
        let path = format!("shop/migrations/0001_initial/{file}");
        let text = project.read(&path).replace('\n', "\r\n");
        project.write(&path, &format!("\u{feff}{text}"));
    }
    // It would say that the SQL was changed.
    project.migrate(&Target::All).await.unwrap();
    project.migrate(&Target::Zero("shop".to_owned())).await.unwrap();
    project.migrate(&Target::All).await.unwrap();
    assert_eq!(
        rjango_migrations::edited_by_hand(
            project.graph().unwrap().files().next().unwrap(),
            &rjango_migrations::ProjectState::new(),
        )
        .unwrap(),
        None
    );
}

#[tokio::test]
async fn empty_sql_beside_operations_is_refused() {
    let project = project();
    project.write("shop/migrations/0001_initial/up.sqlite.sql", "");
    let error = project.migrate(&Target::All).await.unwrap_err();
    expect![[r#"
        shop/migrations/0001_initial/up.sqlite.sql: `up.sqlite.sql` of `shop.0001_initial` is empty, and `migration.toml` has operations
        hint: restore the file from version control; or, where there is nothing to run, write a comment into it"#]]
    .assert_eq(&format!("{error:?}"));
    let graph = project.graph().unwrap();
    assert_eq!(graph.files().next().unwrap().problems_of_sql(Engine::Sqlite).len(), 1);
}

#[test]
fn sql_that_is_not_utf8_has_its_line() {
    let project = project();
    let path = project.folder.path().join("shop/migrations/0001_initial/up.sqlite.sql");
    std::fs::write(path, b"-- one\n-- two \xff\n").unwrap();
    let graph = project.graph().unwrap();
    let problems = graph.files().next().unwrap().problems_of_sql(Engine::Sqlite);
    expect![[r#"
        shop/migrations/0001_initial/up.sqlite.sql:2: cannot read the SQL of `shop.0001_initial`
          caused by: line 2 is not UTF-8
        hint: save the file as UTF-8"#]]
    .assert_eq(&format!("{:?}", problems[0]));
}
