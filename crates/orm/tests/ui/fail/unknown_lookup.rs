extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

fn main() {
    let _ = Product::objects().filter(q!(price__lesser = 5));
    let _ = Product::objects().filter(q!(price__icontains = "5"));
    let _ = Product::objects().filter(q!(category__name__lower__startwith = "t"));
}
