extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

fn main() {
    let _ = Product::objects().filter(q!(price < 5));
    let _ = Product::objects().filter(q!(price == 5));
    let _ = Product::objects().filter(q!(price = 5 || price = 6));
    let _ = Product::objects().filter(q!(price__lt = ));
    let _ = Product::objects().filter(q!("price" = 5));
    let _ = Product::objects().filter(q!(price____lt = 5));
    let _ = Product::objects().update(set!(category__name = "Drinks"));
    let _ = Product::objects().update(set!(price = F("price") + 1));
}
