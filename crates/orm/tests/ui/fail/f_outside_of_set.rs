extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

fn rise(mut product: Product) {
    product.price = F(price) + dec!(1);
    product.price = F(product.price) + dec!(1);
}

fn main() {
    rise(Product::default());
}
