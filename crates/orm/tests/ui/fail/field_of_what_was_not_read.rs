extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

async fn shows(product: ForeignKey<Product>) {
    println!("{}", product.name);
    let category = Category::objects().get(q!(pk = 1));
    println!("{}", category.name);
    let category: Category = Category::objects().get(q!(pk = 1))?;
    for product in Product::objects() {}
}

fn main() {
    drop(shows(ForeignKey::default()));
}
