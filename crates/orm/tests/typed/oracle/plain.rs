//! What a query gave as JSON, the same from both sides: `plain` in `ask.py` is the twin.
//!
//! Numbers, texts and booleans are themselves. A decimal, a float and what JSON has no type for are texts that begin
//! with their type, so that 3, 3.0 and `dec!(3)` differ. An instance is its model's name and primary key.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use rjango_orm::{Auto, FieldValue, ForeignKey, Model, OneToOne, Value};
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::models::*;

pub trait Plain {
    fn plain(&self) -> Json;
}

pub fn value(value: Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(number) => json!(number),
        Value::Text(text) => json!(text),
        Value::Float(number) => float(number),
        Value::Decimal(number) => json!(format!("decimal {}", number.normalize())),
        Value::Date(day) => json!(format!("date {day}")),
        Value::Time(time) => json!(format!("time {}", time.format("%H:%M:%S%.6f"))),
        Value::DateTime(moment) => json!(format!("moment {}", moment.format("%Y-%m-%d %H:%M:%S%.6f"))),
        Value::Duration(span) => json!(format!("span {}", span.num_microseconds().expect("a span of less than ages"))),
        Value::Uuid(uuid) => json!(format!("uuid {uuid}")),
        Value::Json(document) => json_value(document),
        Value::Bytes(bytes) => json!(bytes),
    }
}

/// To ten digits: engines add in any order.
fn float(number: f64) -> Json {
    json!(format!("float {:.9e}", if number == 0.0 { 0.0 } else { number }))
}

fn json_value(document: Json) -> Json {
    match document {
        Json::Number(number) if !number.is_i64() => float(number.as_f64().expect("a number")),
        Json::Array(items) => items.into_iter().map(json_value).collect(),
        Json::Object(members) => members.into_iter().map(|(key, member)| (key, json_value(member))).collect(),
        other => other,
    }
}

macro_rules! values {
    ($($type:ty),* $(,)?) => {
        $(impl Plain for $type {
            fn plain(&self) -> Json {
                value(self.to_value())
            }
        })*
    };
}

values!(i16, i32, i64, f64, bool, String, Decimal, NaiveDate, NaiveTime, DateTime<Utc>, TimeDelta, Uuid, Json, Auto);

impl Plain for u64 {
    fn plain(&self) -> Json {
        json!(self)
    }
}

impl Plain for () {
    fn plain(&self) -> Json {
        Json::Null
    }
}

impl<T: Model> Plain for ForeignKey<T> {
    fn plain(&self) -> Json {
        value(self.to_value())
    }
}

impl<T: Model> Plain for OneToOne<T> {
    fn plain(&self) -> Json {
        value(self.to_value())
    }
}

macro_rules! instances {
    ($($model:ident),*) => {
        $(impl Plain for $model {
            fn plain(&self) -> Json {
                json!({ stringify!($model): value(self.pk_value()) })
            }
        })*
    };
}

instances!(Country, Publisher, Author, Portrait, Genre, Book, Authorship, Review, Shelf);

impl<T: Plain> Plain for Option<T> {
    fn plain(&self) -> Json {
        self.as_ref().map_or(Json::Null, T::plain)
    }
}

impl<T: Plain> Plain for Vec<T> {
    fn plain(&self) -> Json {
        self.iter().map(T::plain).collect()
    }
}

macro_rules! tuples {
    ($(($($name:ident),+))*) => {
        $(impl<$($name: Plain),+> Plain for ($($name,)+) {
            fn plain(&self) -> Json {
                #[allow(non_snake_case)] // The type's name serves as the variable's.
                let ($($name,)+) = self;
                Json::Array(vec![$($name.plain()),+])
            }
        })*
    };
}

tuples! {
    (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G) (A, B, C, D, E, F, G, H)
    (A, B, C, D, E, F, G, H, I) (A, B, C, D, E, F, G, H, I, J) (A, B, C, D, E, F, G, H, I, J, K)
    (A, B, C, D, E, F, G, H, I, J, K, L)
}
