extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

#[derive(Model, Debug, Clone)]
pub struct Choice {
    pub id: Auto,
    #[field(on_delete = "cascade")]
    pub question: ForeignKey<Category>,
}

fn main() {
    let question = Category::default();
    let _ = Choice { question: question.clone(), ..Default::default() };
    let _ = Choice { question: &question, ..Default::default() };
}
