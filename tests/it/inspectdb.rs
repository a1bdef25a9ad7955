//! The way there and back: models become tables, `inspectdb` makes models of them, and the compiler takes those.

use crate::project::{Project, checkout};

/// What `inspectdb` prints, compiled with the real derive: `UPDATE_EXPECT=1` writes it anew.
#[allow(dead_code)] // They only have to compile.
#[rustfmt::skip]
mod inspected;

const MODELS: &str = r#"
use rjango::models::*;

#[derive(Model, Debug, Clone)]
pub struct Group {
    #[field(max_length = 10, primary_key)]
    pub code: String,
}

#[derive(Model, Debug, Clone)]
#[model(unique_together = "short, long", index(name = "by_day", fields = "-day, title"))]
#[model(unique(name = "one_title_a_day", fields = "title, day"), check(name = "short_is_small", sql = "short < 100"))]
pub struct Thing {
    pub id: Auto,
    pub short: i16,
    pub long: i64,
    pub count: u32,
    #[field(max_length = 100)]
    pub title: String,
    pub note: Option<String>,
    #[field(slug, unique)]
    pub slug: String,
    pub yes: bool,
    pub float: f64,
    #[field(max_digits = 12, decimal_places = 3)]
    pub price: Decimal,
    #[field(index)]
    pub day: Date,
    pub time: Option<Time>,
    pub moment: DateTime,
    pub length: Duration,
    pub key: Uuid,
    pub json: Json,
    pub bytes: Vec<u8>,
    pub address: Option<IpAddr>,
    #[field(column = "Odd Column")]
    pub odd: i32,
    pub r#type: i32,
    #[field(on_delete = "cascade")]
    pub group: ForeignKey<Group>,
    #[field(on_delete = "set_null", related_name = "others")]
    pub other: Option<ForeignKey<Group>>,
    #[field(on_delete = "cascade")]
    pub parent: Option<ForeignKey<Thing>>,
    pub groups: ManyToMany<Group>,
}

#[derive(Model, Debug, Clone)]
pub struct Extension {
    #[field(on_delete = "cascade", primary_key)]
    pub thing: OneToOne<Thing>,
}
"#;

#[test]
fn models_of_an_existing_database_compile() {
    let project = Project::with_models(MODELS);
    project.succeeds(&["makemigrations"]);
    project.succeeds(&["migrate", "shop"]);
    let printed = project.succeeds(&["inspectdb", "shop_group", "shop_thing", "shop_thing_groups", "shop_extension"]);
    let file = checkout().join("tests/it/inspectdb/inspected.rs");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, &printed).unwrap();
    }
    assert_eq!(printed, std::fs::read_to_string(file).unwrap());
}

/// Tables that rjango did not make, beside the framework's own: what is printed passes `check` as it stands.
#[test]
fn models_of_tables_of_strangers_pass_check_at_once() {
    let project = Project::with_models("use rjango::models::*;\n");
    project.write(
        "shop/migrations/0001_initial/migration.toml",
        "initial = true\ndependencies = [\"auth.0001_initial\"]\n",
    );
    project.write(
        "shop/migrations/0001_initial/up.sqlite.sql",
        "CREATE TABLE orders (\"Order No\" INTEGER PRIMARY KEY, customer REFERENCES customers (email), class varchar(9) DEFAULT 'a',\n\
             total NUMERIC CHECK (total > 0), author_id bigint REFERENCES auth_user (id), editor bigint REFERENCES auth_user (id),\n\
             author bigint REFERENCES auth_group (id), twice AS (total * 2), place text COLLATE NOCASE);\n\
         CREATE TABLE customers (email TEXT UNIQUE NOT NULL, name nvarchar(20), \"class\" int, \"1st\" int, self int, objects int);\n\
         CREATE TABLE lines (order_no int, line int, shape POINT, PRIMARY KEY (order_no, line),\n\
             FOREIGN KEY (order_no, line) REFERENCES lines (order_no, line));\n\
         CREATE TABLE no_key (a int, b int);\n\
         CREATE TABLE auth_extra (user_id integer PRIMARY KEY REFERENCES auth_user (id) ON UPDATE CASCADE);\n\
         CREATE UNIQUE INDEX one_open ON orders (class) WHERE total > 5; CREATE INDEX by_class ON orders (class DESC);\n\
         CREATE INDEX lower_class ON orders (lower(class)); CREATE INDEX a_name_that_is_longer_than_thirty ON orders (total);\n\
         CREATE TRIGGER keep AFTER INSERT ON no_key BEGIN UPDATE no_key SET b = 1 WHERE a = new.a; END;\n",
    );
    project.succeeds(&["migrate"]);
    let printed = project.succeeds(&["inspectdb"]);
    assert!(!printed.contains("django_") && !printed.contains("struct AuthUser"), "{printed}");
    assert!(printed.contains("pub author: Option<ForeignKey<rjango::contrib::auth::User>>"), "{printed}");
    project.write("shop/models.rs", &printed);
    let checked = project.show(&project.run(&["check"]));
    assert!(checked.contains("System check identified no issues"), "{checked}\n{printed}");
}
