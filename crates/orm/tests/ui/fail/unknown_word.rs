extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

#[derive(Model, Debug, Clone)]
struct Shelf {
    id: Auto,
    #[field(max_lenght = 10)]
    label: String,
    #[field(max_length = 10, uniqe)]
    place: String,
}

fn main() {}
