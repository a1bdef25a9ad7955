extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

#[derive(Model, Debug, Clone)]
struct Shelf {
    id: Auto,
    place: Place,
}

#[derive(Debug, Clone)]
struct Place;

fn main() {}
