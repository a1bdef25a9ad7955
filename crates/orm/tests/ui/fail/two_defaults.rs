extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

#[derive(Model, Debug, Clone, Default)]
struct Shelf {
    id: Auto,
}

fn main() {}
