extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

async fn fields(partial: rjango_orm::Partial<Product>) {
    let _ = partial.name;
    let _: &i64 = partial.get(f!(name)).unwrap();
    let _ = partial.get(f!(name, price));
}

fn main() {}
