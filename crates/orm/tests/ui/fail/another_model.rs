extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

fn main() {
    let product = Product::default();
    let _ = Product::objects().filter(q!(category = &product));
    let drinks = Q::<Category>::of(q!(name = "Drinks"));
    let _ = Product::objects().filter_by(drinks);
}
