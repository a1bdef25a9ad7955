//! makemigrations, migrate, showmigrations and sqlmigrate, as a person and a CI job use them.

use expect_test::expect;

use crate::project::Project;

const BOOK: &str = r#"
use rjango::models::*;

#[derive(Model, Debug, Clone)]
pub struct Author {
    pub id: Auto,
    #[field(max_length = 80, unique)]
    pub name: String,
}

#[derive(Model, Debug, Clone)]
#[model(ordering = "title")]
pub struct Book {
    pub id: Auto,
    #[field(max_length = 200)]
    pub title: String,
    #[field(on_delete = "cascade", related_name = "books")]
    pub author: ForeignKey<Author>,
}
"#;

#[test]
fn a_change_goes_from_the_model_to_the_table_and_back() {
    let project = Project::with_models(BOOK);
    expect![[""]].assert_eq(&project.snapshot(&["makemigrations", "--check"]));
    assert!(!project.root().join("shop/migrations/0001_initial").exists(), "--check writes nothing");
    expect![[""]].assert_eq(&project.snapshot(&["makemigrations"]));
    expect![[""]].assert_eq(&project.snapshot(&["makemigrations", "--check"]));
    expect![[""]].assert_eq(&project.snapshot(&["migrate", "--plan", "shop"]));
    expect![[""]].assert_eq(&project.snapshot(&["migrate", "shop"]));
    expect![[""]].assert_eq(&project.snapshot(&["migrate", "shop"]));
    project.succeeds(&["shell", "-c", r#"Author.objects.create(name="Le Guin")"#]);
    project.succeeds(&["shell", "-c", r#"Book.objects.create(title="The Dispossessed", author=Author.objects.get(pk=1))"#]);

    project.write(
        "shop/models.rs",
        &BOOK.replace(
            "    pub title: String,\n",
            "    pub title: String,\n    #[field(default = 0, db_index)]\n    pub pages: u32,\n    pub blurb: Option<String>,\n",
        )
        .replace("ordering = \"title\"", "ordering = \"title\", unique_together = \"title, author\""),
    );
    expect![[""]].assert_eq(&project.snapshot(&["makemigrations"]));
    expect![[""]].assert_eq(&project.snapshot(&["sqlmigrate", "shop", "0002"]));
    expect![[""]].assert_eq(&project.snapshot(&["migrate", "shop"]));
    expect![[""]].assert_eq(&project.snapshot(&["showmigrations", "shop"]));
    assert_eq!(
        project.succeeds(&["shell", "-c", r#"Book.objects.values_list("title", "pages", "author__name")"#]),
        "<QuerySet [('The Dispossessed', 0, 'Le Guin')]>\n"
    );
    expect![[""]].assert_eq(&project.snapshot(&["migrate", "shop", "0001"]));
    assert_eq!(project.succeeds(&["shell", "-c", "Book.objects.count()"]), "1\n");
    expect![[""]].assert_eq(&project.snapshot(&["migrate", "shop", "zero"]));
}

#[test]
fn a_required_field_without_a_default_is_not_added_blindly() {
    let project = Project::with_models(BOOK);
    project.succeeds(&["makemigrations"]);
    project.write("shop/models.rs", &BOOK.replace("    pub title: String,\n", "    pub title: String,\n    pub pages: u32,\n"));
    expect![[""]].assert_eq(&project.snapshot(&["makemigrations", "--noinput"]));
}

#[test]
fn a_failing_migration_leaves_everything_as_it_was() {
    let project = Project::with_models(BOOK);
    project.succeeds(&["makemigrations"]);
    project.succeeds(&["migrate", "shop"]);
    project.succeeds(&["shell", "-c", r#"Author.objects.create(name="Le Guin")"#]);
    project.write(
        "shop/models.rs",
        &BOOK.replace("pub name: String,\n}", "pub name: String,\n    #[field(default = 0)]\n    pub born: i32,\n}"),
    );
    project.succeeds(&["makemigrations"]);
    let sql = "shop/migrations/0002_author_born/up.sqlite.sql";
    project.write(sql, &format!("{}\nINSERT INTO no_such_table VALUES (1);\n", project.read(sql)));
    expect![[""]].assert_eq(&project.snapshot(&["migrate", "shop"]));
    expect![[""]].assert_eq(&project.snapshot(&["showmigrations", "shop"]));
    let error = project.snapshot(&["shell", "-c", "Author.objects.get(pk=1)"]);
    assert!(error.contains("no such column"), "the column must not be there: {error}");
}

#[test]
fn missing_and_changed_files_are_refused() {
    let project = Project::with_models(BOOK);
    project.succeeds(&["makemigrations"]);
    project.succeeds(&["migrate", "shop"]);
    let sql = "shop/migrations/0001_initial/up.sqlite.sql";
    let text = project.read(sql);
    project.write(sql, &format!("{text}-- changed later\n"));
    expect![[""]].assert_eq(&project.snapshot(&["migrate", "shop"]));
    std::fs::remove_file(project.root().join(sql)).unwrap();
    expect![[""]].assert_eq(&project.snapshot(&["migrate", "shop"]));
    std::fs::remove_dir_all(project.root().join("shop/migrations/0001_initial")).unwrap();
    expect![[""]].assert_eq(&project.snapshot(&["migrate", "shop"]));
}
