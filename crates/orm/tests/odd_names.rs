//! Names that are reserved words, a model in the crate's root, and values that shadow the macros' own.
#![allow(missing_docs)] // Models of tests explain themselves.

extern crate rjango_orm as rjango;

#[path = "ui/shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

// A model in the crate root, private, with names that are reserved words, and a value that shadows the macros' own.
#[derive(Model, Debug, Clone)]
struct Shelf {
    id: Auto,
    r#type: String,
    #[field(on_delete = "cascade", related_name = "match")]
    product: ForeignKey<Product>,
}

#[test]
fn words_of_the_language_and_of_the_macros_are_names_too() {
    let model = "wide";
    let word = String::from("oak");
    let _ = Shelf::objects().filter(q!(type = model | type = &word, product__price__lt = F(product__price) * 2));
    let _ = Shelf::objects().filter(q!(product__category__name__in = vec!["a", model], id__gt = 3_i64));
    let _ = Shelf::objects().values_list(f!(type, product__name)).distinct();
    drop(Product::objects().filter(q!(match__type__startswith = "w")).update(set!(price = F(price) % 3)));
    drop(Category::objects().annotate(|c| (c.products().count(), c.products().price().sum())));
    assert_eq!(dec!(1.5).to_string(), "1.5");
    assert_eq!(Shelf::default().id, Auto::UNSET);
}
