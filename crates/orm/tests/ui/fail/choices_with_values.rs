extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

#[derive(Choices, Debug, Clone)]
enum Status {
    Draft,
    Published { since: i32 },
}

fn main() {}
