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
