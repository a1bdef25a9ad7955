//! What a contender's rows come to, so that all can be seen to have done the same.

use rust_decimal::Decimal;

/// The rows' number, the sum of their prices and the letters of every name that came with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Checksum {
    pub rows: usize,
    pub prices: Decimal,
    pub letters: usize,
}

impl Checksum {
    /// Adds a row, with its category's name where the task asks for it.
    pub fn add(&mut self, price: Decimal, name: &str, category: Option<&str>) {
        self.rows += 1;
        self.prices += price;
        self.letters += name.len() + category.map_or(0, str::len);
    }
}
