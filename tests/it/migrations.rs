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
    expect![[r#"
        exit code: 1
        --- stdout
        Migrations for 'shop':
          shop/migrations/0001_initial
            + Create model Author
            + Create model Book
    "#]]
    .assert_eq(&project.snapshot(&["makemigrations", "--check"]));
    assert!(!project.root().join("shop/migrations/0001_initial").exists(), "--check writes nothing");
    expect![[r#"
        exit code: 0
        --- stdout
        Migrations for 'shop':
          shop/migrations/0001_initial
            + Create model Author
            + Create model Book
    "#]]
    .assert_eq(&project.snapshot(&["makemigrations"]));
    expect![[r#"
        exit code: 0
        --- stdout
        No changes detected
    "#]]
    .assert_eq(&project.snapshot(&["makemigrations", "--check"]));
    expect![[r#"
        exit code: 0
        --- stdout
        Planned operations:
        shop.0001_initial
            Create model Author
            Create model Book
    "#]]
    .assert_eq(&project.snapshot(&["migrate", "--plan", "shop"]));
    expect![[r#"
        exit code: 0
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          Applying shop.0001_initial... OK
    "#]]
    .assert_eq(&project.snapshot(&["migrate", "shop"]));
    expect![[r#"
        exit code: 0
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          No migrations to apply.
    "#]]
    .assert_eq(&project.snapshot(&["migrate", "shop"]));
    project.succeeds(&["shell", "-c", r#"Author.objects.create(name="Le Guin")"#]);
    project.succeeds(&[
        "shell",
        "-c",
        r#"Book.objects.create(title="The Dispossessed", author=Author.objects.get(pk=1))"#,
    ]);

    project.write(
        "shop/models.rs",
        &BOOK.replace(
            "    pub title: String,\n",
            "    pub title: String,\n    #[field(default = 0, db_index)]\n    pub pages: u32,\n    pub blurb: Option<String>,\n",
        )
        .replace("ordering = \"title\"", "ordering = \"title\", unique_together = \"title, author\""),
    );
    expect![[r#"
        exit code: 0
        --- stdout
        Migrations for 'shop':
          shop/migrations/0002_book_pages_book_blurb_alter_book_unique_together
            + Add field pages to book
            + Add field blurb to book
            ~ Alter unique_together for book (1 constraint(s)): unique_together none -> (title, author)
    "#]]
    .assert_eq(&project.snapshot(&["makemigrations"]));
    expect![[r#"
        exit code: 0
        --- stdout
        BEGIN;
        --
        -- Add field pages to book
        --
        CREATE TABLE "new__shop_book" (
            "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
            "title" varchar(200) NOT NULL,
            "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED,
            "pages" integer unsigned NOT NULL CHECK ("pages" >= 0)
        );
        INSERT INTO "new__shop_book" ("id", "title", "author_id", "pages")
        SELECT "id", "title", "author_id", 0
        FROM "shop_book";
        DELETE FROM "sqlite_sequence" WHERE "name" = 'new__shop_book';
        INSERT INTO "sqlite_sequence" ("name", "seq")
        SELECT 'new__shop_book', "seq" FROM "sqlite_sequence" WHERE "name" = 'shop_book';
        DROP TABLE "shop_book";
        PRAGMA legacy_alter_table = ON;
        ALTER TABLE "new__shop_book" RENAME TO "shop_book";
        CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
        CREATE INDEX "shop_book_pages_d177e4d8" ON "shop_book" ("pages");
        PRAGMA legacy_alter_table = OFF;

        --
        -- Add field blurb to book
        --
        ALTER TABLE "shop_book" ADD COLUMN "blurb" text NULL;

        --
        -- Alter unique_together for book (1 constraint(s))
        --
        CREATE UNIQUE INDEX "shop_book_title_author_id_b73220a8_uniq" ON "shop_book" ("title", "author_id");
        COMMIT;
    "#]]
    .assert_eq(&project.snapshot(&["sqlmigrate", "shop", "0002"]));
    expect![[r#"
        exit code: 0
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          Applying shop.0002_book_pages_book_blurb_alter_book_unique_together... OK
    "#]]
    .assert_eq(&project.snapshot(&["migrate", "shop"]));
    expect![[r#"
        exit code: 0
        --- stdout
        shop
         [X] 0001_initial
         [X] 0002_book_pages_book_blurb_alter_book_unique_together
    "#]]
    .assert_eq(&project.snapshot(&["showmigrations", "shop"]));
    assert_eq!(
        project.succeeds(&["shell", "-c", r#"Book.objects.values_list("title", "pages", "author__name")"#]),
        "[('The Dispossessed', 0, 'Le Guin')]\n"
    );
    expect![[r#"
        exit code: 0
        --- stdout
        Operations to perform:
          Target specific migration: 0001_initial, from shop
        Running migrations:
          Unapplying shop.0002_book_pages_book_blurb_alter_book_unique_together... OK
    "#]]
    .assert_eq(&project.snapshot(&["migrate", "shop", "0001"]));
    assert_eq!(project.succeeds(&["shell", "-c", "Book.objects.count()"]), "1\n");
    expect![[r#"
        exit code: 0
        --- stdout
        Operations to perform:
          Unapply all migrations: shop
        Running migrations:
          Unapplying shop.0001_initial... OK
    "#]]
    .assert_eq(&project.snapshot(&["migrate", "shop", "zero"]));
}

#[test]
fn a_required_field_without_a_default_is_not_added_blindly() {
    let project = Project::with_models(BOOK);
    project.succeeds(&["makemigrations"]);
    project.write(
        "shop/models.rs",
        &BOOK.replace("    pub title: String,\n", "    pub title: String,\n    pub pages: u32,\n"),
    );
    expect![[r#"
        exit code: 3
        --- stderr
        error: field `pages` on model `book` not migrated: it is impossible to add a non-nullable field without specifying a default
        hint: make it an `Option`, give it `#[field(default = ..)]`, or give a one-off value: `makemigrations --default shop.Book.pages=..`, or `makemigrations` in a terminal
    "#]].assert_eq(&project.snapshot(&["makemigrations", "--noinput"]));
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
    expect![[r#"
        exit code: 1
        --- stdout
        Operations to perform:
          Apply all migrations: shop
        Running migrations:
          Applying shop.0002_author_born...
        --- stderr
        error: `shop.0002_author_born` cannot be applied
          --> shop/migrations/0002_author_born/up.sqlite.sql
          caused by: the database refused: no such table: no_such_table
        hint: the database is as it was before this migration: fix the cause, and run `migrate` again
    "#]]
    .assert_eq(&project.snapshot(&["migrate", "shop"]));
    expect![[r#"
        exit code: 0
        --- stdout
        shop
         [X] 0001_initial
         [ ] 0002_author_born
    "#]]
    .assert_eq(&project.snapshot(&["showmigrations", "shop"]));
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
    expect![[r#"
        exit code: 1
        --- stderr
        error: the SQL of `shop.0001_initial` was changed after it was applied
          --> shop/migrations/0001_initial/up.sqlite.sql
        hint: restore the file from version control, and put the change into a new migration
    "#]]
    .assert_eq(&project.snapshot(&["migrate", "shop"]));
    std::fs::remove_file(project.root().join(sql)).unwrap();
    expect![[r#"
        exit code: 1
        --- stderr
        error: `shop.0001_initial` has no SQL for sqlite: `up.sqlite.sql` is missing
          --> shop/migrations/0001_initial/up.sqlite.sql
        hint: restore the file from version control; where it never was, `rjango makemigrations --engine sqlite` writes it
    "#]]
    .assert_eq(&project.snapshot(&["migrate", "shop"]));
    std::fs::remove_dir_all(project.root().join("shop/migrations/0001_initial")).unwrap();
    expect![[r#"
        exit code: 1
        --- stderr
        error: `shop.0001_initial` is applied, but its files are missing
          --> shop/migrations/0001_initial
        hint: is it on another branch? Switch back to that branch, take it back with `rjango migrate shop zero`, and return; was the folder lost? Restore it from version control; did it go on purpose? `rjango migrate shop --prune` forgets it
    "#]]
    .assert_eq(&project.snapshot(&["migrate", "shop"]));
}

#[test]
fn an_app_with_a_database_of_its_own_is_migrated_there() {
    let project = Project::with_models(BOOK);
    let settings = project.read("config/settings.toml");
    let databases = "\n[DATABASES.archive]\nENGINE = \"sqlite\"\nNAME = \"archive.sqlite3\"\nAPPS = [\"shop\"]\n\n\
                     [DATABASES.copy]\nENGINE = \"sqlite\"\nNAME = \"copy.sqlite3\"\nREPLICA_OF = \"archive\"\n";
    project.write("config/settings.toml", &format!("{settings}{databases}"));
    project.succeeds(&["makemigrations"]);
    project.succeeds(&["migrate"]);
    project.succeeds(&["migrate", "--database", "archive"]);
    let tables = |database: &str| {
        let sql = "SELECT group_concat(name) FROM sqlite_master WHERE name LIKE 'shop_%' OR name = 'auth_user'";
        let script = format!("import sqlite3; print(sqlite3.connect({database:?}).execute({sql:?}).fetchone()[0])");
        let output = std::process::Command::new("python3").args(["-c", &script]).current_dir(project.root()).output();
        let mut tables: Vec<String> =
            String::from_utf8(output.unwrap().stdout).unwrap().trim().split(',').map(str::to_owned).collect();
        tables.retain(|table| !table.ends_with("_idx") && !table.contains("_author_id_"));
        tables.sort();
        tables
    };
    assert_eq!(tables("db.sqlite3"), ["auth_user"]);
    assert_eq!(tables("archive.sqlite3"), ["shop_author", "shop_book"]);
    // What is written and read by name goes there too; the replica, which nothing fills here, is what is read.
    project.succeeds(&["shell", "-c", r#"Author.objects.create(name="Le Guin")"#]);
    project.succeeds(&["shell", "-c", r#"Author.objects.using("archive").get(name="Le Guin")"#]);
    assert!(!project.run(&["shell", "-c", "Author.objects.count()"]).status.success(), "the replica has no table");
    expect![[r"
        exit code: 1
        --- stderr
        error: `copy` is a replica of `archive`, and its tables come from there
        hint: migrate `archive`
    "]]
    .assert_eq(&project.snapshot(&["migrate", "--database", "copy"]));

    // A key into another database is one that no database can hold.
    let reader = "pub title: String,\n    #[field(on_delete = \"cascade\")]\n    \
                  pub reader: ForeignKey<rjango::contrib::auth::User>,";
    project.write("shop/models.rs", &BOOK.replace("pub title: String,", reader));
    let found = project.show(&project.run(&["check"]));
    let refers = "`shop.Book.reader` refers to `auth.User`, whose app is in the database `default`, from `archive`";
    assert!(found.contains("models.E050") && found.contains(refers), "{found}");
    assert!(found.contains("shop/models.rs:"), "{found}");
}

#[test]
fn model_whose_text_still_stands_is_not_taken_for_deleted() {
    let project = Project::with_models(BOOK);
    project.succeeds(&["makemigrations"]);
    let gone = |what: &str, place: &str, words: &str| {
        for arguments in [&["makemigrations", "--noinput"][..], &["makemigrations", "--check"][..]] {
            let told = project.snapshot(arguments);
            assert!(told.starts_with("exit code: 1\n"), "{what}: {told}");
            assert!(told.contains(place) && told.contains(words), "{what}: {told}");
            assert!(!told.contains("Delete model"), "{what}: {told}");
        }
    };
    // The `mod` line is lost.
    let module = project.read("shop/mod.rs");
    project.write("shop/mod.rs", &module.replace("pub mod models;\n", "").replace("mod models;\n", ""));
    gone("no mod line", "shop/models.rs:", "no `mod` line leads to it");
    project.write("shop/mod.rs", &module);
    // The file is empty.
    project.write("shop/models.rs", "");
    gone("empty", "shop/models.rs:1", "the file is empty");
    // A macro writes the models.
    let macros = "macro_rules! make { ($name:ident) => { #[derive(rjango::models::Model)] pub struct $name { pub id: u8 } } }\n\
                  make!(Author);\nmake!(Book);\n";
    project.write("shop/models.rs", macros);
    gone("macro", "shop/models.rs:", "--compiled");
    // What is deleted is deleted.
    project.write("shop/models.rs", "use rjango::models::*;\n");
    let told = project.snapshot(&["makemigrations", "--noinput"]);
    assert!(told.contains("- Delete model Book: drops the table `shop_book` and its rows"), "{told}");
}

const BY_MACRO: &str = r#"
use rjango::models::*;

macro_rules! named {
    ($name:ident) => {
        #[derive(Model, Debug, Clone)]
        pub struct $name {
            pub id: Auto,
            #[field(max_length = 80)]
            pub name: String,
        }
    };
}

named!(Author);

#[derive(Model, Debug, Clone)]
pub struct Book {
    pub id: Auto,
    #[field(on_delete = "cascade", related_name = "books")]
    pub author: ForeignKey<Author>,
}
"#;

/// What the source does not show, a relation to a model that a macro writes, the project's own binary knows.
#[test]
fn compiled_asks_the_projects_own_binary() {
    let project = Project::with_models(BY_MACRO);
    let shown = project.snapshot(&["makemigrations", "--check"]);
    assert!(shown.contains("`Book.author` refers to the unknown model `Author`"), "{shown}");
    assert!(shown.contains("rjango makemigrations --compiled"), "{shown}");
    let ended = |arguments: &[&str]| {
        let output = project.run(arguments);
        let shown = project.show(&output);
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), shown)
    };
    let made =
        "Migrations for 'shop':\n  shop/migrations/0001_initial\n    + Create model Author\n    + Create model Book\n";
    let (code, out, shown) = ended(&["makemigrations", "--compiled", "--check"]);
    assert_eq!((code, out.as_str()), (Some(1), made), "{shown}");
    let (code, out, shown) = ended(&["makemigrations", "--compiled"]);
    assert_eq!((code, out.as_str()), (Some(0), made), "{shown}");
    let (code, out, shown) = ended(&["makemigrations", "--compiled", "--check"]);
    assert_eq!((code, out.as_str()), (Some(0), "No changes detected\n"), "{shown}");
    // A struct that is gone from the binary is gone.
    let without = BY_MACRO.split("#[derive(Model, Debug, Clone)]\npub struct Book").next().unwrap();
    project.write("shop/models.rs", without);
    let shown = project.snapshot(&["makemigrations", "--check"]);
    assert!(
        shown.starts_with("exit code: 1") && shown.contains("a macro may write the model `Author` here"),
        "{shown}"
    );
    let (code, out, shown) = ended(&["makemigrations", "--compiled", "--noinput"]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(out.contains("- Delete model Book") && !out.contains("Delete model Author"), "{shown}");
}

#[cfg(target_os = "linux")]
#[test]
fn migrate_says_what_it_waits_for() {
    let project = Project::with_models(BOOK);
    project.succeeds(&["makemigrations"]);
    project.succeeds(&["migrate", "auth"]);
    let script = "import sqlite3, sys, time\nc = sqlite3.connect('db.sqlite3', isolation_level=None)\n\
                  c.execute('BEGIN IMMEDIATE')\nc.execute('CREATE TABLE other (x)')\nprint('ready', flush=True)\n\
                  time.sleep(3.5)\nc.execute('ROLLBACK')\n";
    let mut other = std::process::Command::new("python3")
        .args(["-c", script])
        .current_dir(project.root())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(other.stdout.take().unwrap()), &mut line).unwrap();
    let output = project.run(&["migrate", "shop"]);
    assert!(other.wait().unwrap().success());
    let shown = project.show(&output);
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert!(err.starts_with("note: waiting for the file `db.sqlite3`, held by process "), "{shown}");
    assert!(err.ends_with("note: the wait is over, going on\n"), "{shown}");
    assert_eq!(err.lines().count(), 2, "{shown}");
}
