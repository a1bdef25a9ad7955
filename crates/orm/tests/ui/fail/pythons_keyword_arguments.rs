extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

fn main() {
    let _ = Product::objects().filter(price__lt = 5);
    let _ = Product::objects().get(pk = 1);
}
