extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

#[derive(Model, Debug, Clone)]
pub struct Article {
    pub id: Auto,
    #[field(on_delete = "cascade")]
    pub category: ForeignKey<Category>,
    pub products: ManyToMany<Product>,
}

fn main() {
    let _ = Article::objects().select_related(f!(category));
    let _ = Article::objects().select_related(f!(products));
    let _ = Article::objects().select_related(f!(category, id));
    let _ = Category::objects().select_related(f!(products));
}
