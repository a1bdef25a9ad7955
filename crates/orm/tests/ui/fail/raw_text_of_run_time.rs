extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

fn main() {
    // SQL that is put together at run time could hold a value.
    let name = String::from("'; DROP TABLE shop_product; --");
    let sql = format!("SELECT * FROM shop_product WHERE name = '{name}'");
    let _ = Product::objects().raw(&sql);
}
