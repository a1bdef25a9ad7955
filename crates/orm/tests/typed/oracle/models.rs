//! A bookshop's catalogue: every kind of relation, and most kinds of field both nullable and not. `models.py` is its
//! twin.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use uuid::Uuid;

use crate::prelude::*;

/// Its key is a text that people choose.
#[derive(Model, Debug, Clone)]
#[model(ordering = "name")]
pub struct Country {
    #[field(primary_key, max_length = 2)]
    pub code: String,
    #[field(max_length = 50)]
    pub name: String,
    pub population: i64,
}

#[derive(Model, Debug, Clone)]
#[model(ordering = "name, id")]
pub struct Publisher {
    pub id: Auto,
    #[field(max_length = 80, unique)]
    pub name: String,
    #[field(on_delete = "set_null")]
    pub country: Option<ForeignKey<Country>>,
    pub founded: Option<i16>,
    pub independent: bool,
}

#[derive(Model, Debug, Clone)]
#[model(ordering = "name, id")]
pub struct Author {
    pub id: Auto,
    #[field(max_length = 80)]
    pub name: String,
    #[field(max_length = 40)]
    pub nickname: Option<String>,
    pub born: Option<NaiveDate>,
    #[field(on_delete = "protect", related_name = "authors")]
    pub country: ForeignKey<Country>,
    /// The tree of who taught whom.
    #[field(on_delete = "set_null", related_name = "pupils")]
    pub mentor: Option<ForeignKey<Author>>,
    pub rating: f64,
}

#[derive(Model, Debug, Clone)]
pub struct Portrait {
    #[field(primary_key, on_delete = "cascade")]
    pub author: OneToOne<Author>,
    #[field(blank)]
    pub caption: String,
    pub width: i32,
}

#[derive(Model, Debug, Clone)]
#[model(ordering = "label")]
pub struct Genre {
    pub id: Auto,
    #[field(slug, unique)]
    pub label: String,
    #[field(on_delete = "cascade", related_name = "children")]
    pub parent: Option<ForeignKey<Genre>>,
}

#[derive(Model, Debug, Clone)]
#[model(ordering = "title, id")]
pub struct Book {
    pub id: Auto,
    #[field(max_length = 120)]
    pub title: String,
    pub subtitle: Option<String>,
    #[field(max_length = 13, unique)]
    pub isbn: Option<String>,
    pub pages: i32,
    #[field(max_digits = 8, decimal_places = 2)]
    pub price: Decimal,
    #[field(max_digits = 6, decimal_places = 4)]
    pub discount: Option<Decimal>,
    pub weight: Option<f64>,
    pub in_print: bool,
    pub published: Option<NaiveDate>,
    pub added: DateTime,
    pub sold: Option<DateTime>,
    pub listening: Option<TimeDelta>,
    #[field(unique)]
    pub code: Uuid,
    pub data: Option<serde_json::Value>,
    #[field(on_delete = "set_null", related_name = "books")]
    pub publisher: Option<ForeignKey<Publisher>>,
    #[field(related_name = "books")]
    pub genres: ManyToMany<Genre>,
    #[field(through = Authorship)]
    pub authors: ManyToMany<Author>,
    #[field(on_delete = "set_null", related_name = "sequel")]
    pub follows: Option<OneToOne<Book>>,
}

/// The join between books and authors, with columns of its own.
#[derive(Model, Debug, Clone)]
#[model(ordering = "book, position")]
pub struct Authorship {
    pub id: Auto,
    #[field(on_delete = "cascade")]
    pub book: ForeignKey<Book>,
    #[field(on_delete = "cascade")]
    pub author: ForeignKey<Author>,
    pub position: i16,
    #[field(max_length = 20)]
    pub role: String,
}

#[derive(Model, Debug, Clone)]
pub struct Review {
    pub id: Auto,
    #[field(on_delete = "cascade", related_name = "reviews")]
    pub book: ForeignKey<Book>,
    #[field(on_delete = "set_null")]
    pub reviewer: Option<ForeignKey<Author>>,
    pub stars: i16,
    #[field(blank)]
    pub text: String,
    pub written: DateTime,
    pub hour: NaiveTime,
    pub helpful: Option<bool>,
}

/// Its key is made by nobody but the program.
#[derive(Model, Debug, Clone)]
#[model(ordering = "name")]
pub struct Shelf {
    #[field(primary_key)]
    pub key: Uuid,
    #[field(max_length = 40)]
    pub name: String,
    pub books: ManyToMany<Book>,
}
