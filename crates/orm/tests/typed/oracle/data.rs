//! The rows of `data.json`, inserted through the models. Their keys are their places in it, from 1.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::models::*;
use crate::prelude::*;

type Document = serde_json::Map<String, serde_json::Value>;
type BookRow = (
    String,
    Option<String>,
    Option<String>,
    i32,
    String,
    Option<String>,
    Option<f64>,
    bool,
    Option<NaiveDate>,
    DateTime,
    Option<DateTime>,
    Option<i64>,
    Option<serde_json::Value>,
    Option<i64>,
    Option<i64>,
    Vec<i64>,
);

/// Fills the tables.
pub async fn insert() -> Result<()> {
    let document: Document = serde_json::from_str(include_str!("data.json"))?;
    let countries = rows(&document, "countries")?;
    let countries = countries.into_iter().map(|(code, name, population)| Country { code, name, population });
    Country::objects().bulk_create(countries).await?;
    insert_publishers_and_authors(&document).await?;
    let genres = rows::<(String, Option<i64>)>(&document, "genres")?;
    let genres = genres.into_iter().map(|(label, parent)| {
        let parent = parent.map(ForeignKey::from_pk);
        Genre { label, parent, ..Default::default() }
    });
    Genre::objects().bulk_create(genres).await?;
    insert_books(&document).await?;
    insert_reviews(&document).await?;
    for (key, name, books) in rows::<(Uuid, String, Vec<i64>)>(&document, "shelves")? {
        let shelf = Shelf::objects().create(Shelf { key, name, ..Default::default() }).await?;
        shelf.books.add(books).await?;
    }
    Ok(())
}

async fn insert_publishers_and_authors(document: &Document) -> Result<()> {
    let publishers = rows::<(String, Option<String>, Option<i16>, bool)>(document, "publishers")?;
    let publishers = publishers.into_iter().map(|(name, country, founded, independent)| {
        let country = country.map(ForeignKey::from_pk);
        Publisher { name, country, founded, independent, ..Default::default() }
    });
    Publisher::objects().bulk_create(publishers).await?;
    type AuthorRow = (String, Option<String>, Option<NaiveDate>, String, Option<i64>, f64);
    let authors = rows::<AuthorRow>(document, "authors")?;
    let authors = authors.into_iter().map(|(name, nickname, born, country, mentor, rating)| Author {
        name,
        nickname,
        born,
        country: ForeignKey::from_pk(country),
        mentor: mentor.map(ForeignKey::from_pk),
        rating,
        ..Default::default()
    });
    Author::objects().bulk_create(authors).await?;
    let portraits = rows::<(i64, String, i32)>(document, "portraits")?;
    let portraits = portraits.into_iter().map(|(author, caption, width)| Portrait {
        author: OneToOne::from_pk(author),
        caption,
        width,
    });
    Portrait::objects().bulk_create(portraits).await?;
    Ok(())
}

async fn insert_books(document: &Document) -> Result<()> {
    for (index, row) in rows::<BookRow>(document, "books")?.into_iter().enumerate() {
        let book = Book {
            title: row.0,
            subtitle: row.1,
            isbn: row.2,
            pages: row.3,
            price: row.4.parse()?,
            discount: row.5.map(|discount| discount.parse()).transpose()?,
            weight: row.6,
            in_print: row.7,
            published: row.8,
            added: row.9,
            sold: row.10,
            listening: row.11.map(TimeDelta::microseconds),
            code: Uuid::from_u128((index as u128 + 1) * 0x1111_1111_1111_1111),
            data: row.12,
            publisher: row.13.map(ForeignKey::from_pk),
            follows: row.14.map(OneToOne::from_pk),
            ..Default::default()
        };
        Book::objects().create(book).await?.genres.add(row.15).await?;
    }
    let authorships = rows::<(i64, i64, i16, String)>(document, "authorships")?;
    let authorships = authorships.into_iter().map(|(book, author, position, role)| Authorship {
        book: ForeignKey::from_pk(book),
        author: ForeignKey::from_pk(author),
        position,
        role,
        ..Default::default()
    });
    Authorship::objects().bulk_create(authorships).await?;
    Ok(())
}

async fn insert_reviews(document: &Document) -> Result<()> {
    type ReviewRow = (i64, Option<i64>, i16, String, DateTime, NaiveTime, Option<bool>);
    let reviews = rows::<ReviewRow>(document, "reviews")?;
    let reviews = reviews.into_iter().map(|(book, reviewer, stars, text, written, hour, helpful)| Review {
        book: ForeignKey::from_pk(book),
        reviewer: reviewer.map(ForeignKey::from_pk),
        stars,
        text,
        written,
        hour,
        helpful,
        ..Default::default()
    });
    Review::objects().bulk_create(reviews).await?;
    Ok(())
}

/// The rows under a name; the document's keys name the columns behind it.
fn rows<T: DeserializeOwned>(document: &Document, name: &str) -> Result<Vec<T>> {
    let key = document.keys().find(|key| key.split(':').next() == Some(name)).expect("the document has the table");
    Ok(Vec::deserialize(&document[key])?)
}
