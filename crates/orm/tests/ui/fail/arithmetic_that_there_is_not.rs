extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

fn main() {
    let _ = Product::objects().values_list(|p| p.name() + "!");
    let _ = Product::objects().values_list(|p| p.price() * 1.5);
    let _ = Product::objects().update(set!(price = F(price) + F(name)));
}
