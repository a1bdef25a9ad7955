//! The rows that every contender writes and reads: made by arithmetic, so that Django's script makes the same.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use crate::checksum::Checksum;

/// How many products there are.
pub const PRODUCTS: i64 = 100_000;

/// How many categories there are.
pub const CATEGORIES: i64 = 100;

/// A product as it is to be written.
pub struct Row {
    pub name: String,
    pub price: Decimal,
    pub category: i64,
    pub created: DateTime<Utc>,
}

/// The product of this number, which is its primary key too.
pub fn row(number: i64) -> Row {
    // No price is whole: SQLite keeps those as integers in a column of Django's, and sea-orm does not read them.
    let cents = number * 7_919 % 10_000 * 100 + number % 99 + 1;
    Row {
        name: format!("Product {:06} of the catalogue", number * 7_919 % PRODUCTS),
        price: Decimal::new(cents, 2),
        category: number % CATEGORIES + 1,
        created: DateTime::UNIX_EPOCH + TimeDelta::microseconds(1_700_000_000_000_000 + number * 1_234_567),
    }
}

/// Every product.
pub fn rows() -> impl Iterator<Item = Row> {
    (1..=PRODUCTS).map(row)
}

/// What they come to.
pub fn checksum() -> Checksum {
    let mut sum = Checksum::default();
    rows().for_each(|row| sum.add(row.price, &row.name, None));
    sum
}

/// The keys that a round of `get` asks for: all over the table, and the same for everybody.
pub fn keys(times: usize) -> Vec<i64> {
    (0..times as i64).map(|turn| turn * 48_271 % PRODUCTS + 1).collect()
}
