extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

#[derive(Model, Debug, Clone)]
#[model(ordering = "lable")]
struct Shelf {
    #[field(max_length = 10)]
    label: String,
    price: Decimal,
    category: ForeignKey<Category>,
}

fn main() {}
