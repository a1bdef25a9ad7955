extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

fn main() {
    let _ = Product::objects().update(set!(price = price + dec!(1)));
    let _ = Product::objects().update(set!(price = dec!(2) * price));
}
