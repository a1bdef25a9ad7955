extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

fn main() {
    let _ = Product::objects().order_by("-price");
    let _ = Product::objects().filter("price < 5");
    let _ = Product::objects().only("name");
    let _ = Product::objects().values_list("name");
    let _ = Product::objects().update("price");
}
