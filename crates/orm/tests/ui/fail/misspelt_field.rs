extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

fn main() {
    let _ = Product::objects().filter(q!(pirce__lt = 5));
    let _ = Product::objects().filter(q!(category__nmae = "Drinks"));
    let _ = Product::objects().order_by(f!(-pirce));
    let _ = Product::objects().filter(q!(price = F(prize)));
    let _ = Product::objects().update(set!(nane = "Tea"));
    let _ = Product::objects().values_list(f!(name, category__nmae));
    let _ = Product::objects().update(set!(price = F(category__prize)));
}
