extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

fn main() {
    #[deny(unused_must_use)]
    fn forgets(mut product: Product) {
        product.save();
        Product::objects().filter(q!(name = "Tea"));
    }
    forgets(Product::default());
}
