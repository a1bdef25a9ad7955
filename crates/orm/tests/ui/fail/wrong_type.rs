extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

fn main() {
    let _ = Product::objects().filter(q!(price__lt = "five"));
    let _ = Product::objects().filter(q!(name__in = [1, 2]));
    let _ = Product::objects().filter(q!(price = F(name)));
}
