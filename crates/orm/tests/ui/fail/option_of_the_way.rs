extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

fn main() {
    let _: Vec<String> = Product::objects().values_list(f!(category__name)).sync().unwrap();
    let _: rust_decimal::Decimal = Product::objects().aggregate(|p| p.price().max()).sync().unwrap();
}
