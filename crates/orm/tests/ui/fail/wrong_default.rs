extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

#[derive(Model, Debug, Clone)]
struct Shelf {
    id: Auto,
    #[field(default = "many")]
    places: i32,
}

#[derive(Model, Debug, Clone)]
struct Board {
    id: Auto,
    #[field(default = initial_label)]
    label: String,
}

fn initial_label() -> i32 {
    3
}

fn main() {}
