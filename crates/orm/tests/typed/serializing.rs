//! Instances as JSON and in templates.

use minijinja::value::Serde;
use minijinja::{Environment, context};

use crate::database;
use crate::prelude::*;
use crate::shop::models::*;

#[test]
fn json_has_the_columns() {
    database::run(async || {
        let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
        let mut coffee = drinks
            .products()
            .create(Product { name: "Coffee".into(), price: dec!(3.50), ..Default::default() })
            .await?;
        coffee.created = chrono::DateTime::UNIX_EPOCH;
        let expected = r#"{"id":1,"name":"Coffee","price":"3.50","category":1,"created":"1970-01-01T00:00:00Z"}"#;
        assert_eq!(serde_json::to_string(&coffee)?, expected);
        Ok(())
    });
}

#[test]
fn templates_see_an_object() {
    database::run(async || {
        let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
        let coffee = drinks.products().create(Product { name: "Coffee".into(), ..Default::default() }).await?;
        coffee.tags.create(Tag { label: "hot".into(), ..Default::default() }).await?;
        let rows = Product::objects().select_related(f!(category)).prefetch_related(f!(tags)).await?;
        let plain = Product::objects().await?;
        let environment = Environment::new();
        let show = |template: &str, rows: &[Product]| {
            environment.render_str(template, context! { product => Serde(&rows[0]) })
        };
        assert_eq!(show("{{ product }} {{ product.pk }} {{ product.name }}", &rows)?, "Coffee 1 Coffee");
        assert_eq!(show("{{ product.category.name }} {{ product.category_id }}", &rows)?, "Drinks 1");
        assert_eq!(show("{{ product.category }}", &rows)?, "Category object (1)");
        assert_eq!(show("{% for tag in product.tags %}{{ tag.label }}{% endfor %}", &rows)?, "hot");
        // What did not come with the row is read when the template asks for it.
        assert_eq!(show("{{ product.category_id }} {{ product.category.name }}", &plain)?, "1 Drinks");
        assert_eq!(show("{% for tag in product.tags.all() %}{{ tag.label }}{% endfor %}", &plain)?, "hot");
        let refused =
            show("{{ product.tags.clear() }}", &plain).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refused.contains("`clear()` changes the database, and a template only shows it"), "{refused}");
        assert_eq!(show("{{ product.tags.count() }}", &plain)?, "1");
        Ok(())
    });
}
