//! Every kind of field and relation.

use std::net::{IpAddr, Ipv4Addr};

use uuid::Uuid;

use crate::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(abstract)]
pub struct TimeStamped {
    #[field(auto_now_add)]
    pub created: DateTime,
    #[field(auto_now)]
    pub updated: DateTime,
}

#[derive(Choices, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Draft,
    #[choice(value = "pub", label = "On sale")]
    Published,
}

#[derive(Choices, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rating {
    Poor = 1,
    Good = 5,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(ordering = "name")]
pub struct Author {
    pub id: Auto,
    #[field(max_length = 100)]
    pub name: String,
    #[field(email, blank)]
    pub email: String,
    #[field(url)]
    pub website: Option<String>,
}

impl std::fmt::Display for Author {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.name)
    }
}

#[derive(Model, Debug, Clone)]
pub struct Profile {
    #[field(primary_key, on_delete = "cascade")]
    pub author: OneToOne<Author>,
    #[field(blank)]
    pub biography: String,
}

#[derive(Model, Debug, Clone)]
#[model(ordering = "-rank, title", verbose_name = "piece", unique_together = "title, author", index(fields = "-rank"))]
pub struct Article {
    #[field(primary_key, default = Uuid::new_v4)]
    pub id: Uuid,
    #[field(max_length = 200)]
    pub title: String,
    #[field(default = 3)]
    pub rank: i32,
    pub status: Status,
    #[field(default = Rating::Good)]
    pub rating: Option<Rating>,
    #[field(on_delete = "protect")]
    pub author: ForeignKey<Author>,
    #[field(on_delete = "set_null", related_name = "answers")]
    pub answer_to: Option<ForeignKey<Article>>,
    #[field(related_name = "+")]
    pub friends: ManyToMany<Article>,
    #[field(through = Reading, related_name = "read")]
    pub readers: ManyToMany<Author>,
    #[field(flatten)]
    pub times: TimeStamped,
}

#[derive(Model, Debug, Clone)]
pub struct Reading {
    pub id: Auto32,
    #[field(on_delete = "cascade")]
    pub article: ForeignKey<Article>,
    #[field(on_delete = "cascade")]
    pub reader: ForeignKey<Author>,
    pub minutes: u16,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Everything {
    pub id: SmallAuto,
    pub tiny: i8,
    pub small: i16,
    pub medium: i32,
    pub large: i64,
    pub natural: u32,
    #[field(default = 7)]
    pub byte: u8,
    pub flag: bool,
    #[field(default = true)]
    pub on: bool,
    pub ratio: f64,
    #[field(default = 0.5)]
    pub half: Option<f64>,
    #[field(max_digits = 12, decimal_places = 3, default = "1.250")]
    pub amount: Decimal,
    pub text: String,
    #[field(slug, default = "new")]
    pub slug: String,
    pub day: chrono::NaiveDate,
    pub hour: chrono::NaiveTime,
    pub moment: DateTime,
    pub span: chrono::TimeDelta,
    pub uuid: Uuid,
    #[field(default = "{\"a\": [1]}")]
    pub json: serde_json::Value,
    pub bytes: Vec<u8>,
    pub address: IpAddr,
    pub v4: Ipv4Addr,
    #[field(upload_to = "pictures")]
    pub picture: File,
    #[field(column = "kind")]
    pub r#type: Option<String>,
    pub nothing: Option<i64>,
}
