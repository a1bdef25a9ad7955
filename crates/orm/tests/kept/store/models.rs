//! Models with bounds.

use crate::prelude::*;

#[derive(Choices, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Draft,
    #[default]
    #[choice(value = "pub", label = "On sale")]
    Published,
}

#[derive(Choices, Debug, Clone, PartialEq, Eq)]
pub enum Colour {
    Red,
    Green,
    #[choice(other)]
    Other(String),
}

#[derive(Choices, Debug, Clone, PartialEq, Eq)]
#[repr(i64)]
pub enum Level {
    Low = 1,
    High = 5,
    #[choice(other)]
    Other(i64),
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Category {
    pub id: Auto,
    #[field(max_length = 20)]
    pub name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Tag {
    pub id: Auto,
    #[field(max_length = 20)]
    pub name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Item {
    pub id: Auto,
    #[field(max_length = 10)]
    pub name: String,
    pub notes: String,
    pub small: i16,
    pub count: i32,
    pub stock: i64,
    pub seats: u16,
    pub views: u32,
    pub hits: u64,
    pub ratio: f64,
    #[field(max_digits = 6, decimal_places = 2)]
    pub price: Decimal,
    pub day: chrono::NaiveDate,
    pub hour: chrono::NaiveTime,
    pub moment: DateTime,
    pub span: chrono::TimeDelta,
    pub address: std::net::IpAddr,
    pub data: serde_json::Value,
    pub extra: Option<serde_json::Value>,
    pub floor: Option<f64>,
    #[field(on_delete = "set_null", related_name = "items")]
    pub category: Option<ForeignKey<Category>>,
    #[field(related_name = "items")]
    pub tags: ManyToMany<Tag>,
}

impl Item {
    /// An item that every engine keeps.
    pub fn plain() -> Self {
        Self {
            name: "Tea".into(),
            day: chrono::NaiveDate::from_ymd_opt(2024, 2, 29).expect("a day"),
            moment: chrono::DateTime::UNIX_EPOCH,
            ..Self::default()
        }
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Sheet {
    pub id: Auto,
    #[field(max_digits = 28, decimal_places = 2)]
    pub total: Decimal,
    #[field(max_length = 20)]
    pub status: Status,
    #[field(max_length = 20)]
    pub colour: Colour,
    pub level: Level,
    #[field(max_length = 20)]
    pub shade: Option<Colour>,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Entry {
    pub id: Auto,
    #[field(on_delete = "cascade", related_name = "entries")]
    pub sheet: ForeignKey<Sheet>,
}
