extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use rjango_macros::query_set;
#[allow(unused_imports)]
use shop::*;

#[query_set]
impl ProductQuery {
    fn cheap(self) -> Self {
        self
    }
}

#[query_set]
impl CheapQuery for QuerySet<Product> {
    const MOST: i64 = 5;
}

#[query_set]
fn cheap() {}

fn main() {}
