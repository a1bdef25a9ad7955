//! Instances as JSON and in templates.

use rjango_templates::from_serialize;

use crate::database;
use crate::page::show;
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
        let plain = from_serialize(&Product::objects().await?[0])?;
        let whole = from_serialize(&rows[0])?;
        for (path, expected) in [
            ("pk", "1"),
            ("name", "Coffee"),
            ("category.name", "Drinks"),
            ("category_id", "1"),
            ("category", "Category object (1)"),
            ("tags.0.label", "hot"),
            ("tags.all.0.label", "hot"),
            ("tags.count", "1"),
        ] {
            assert_eq!(show(&whole, path).await?, expected, "{path}");
            // What did not come with the row is read when the template asks for it.
            assert_eq!(show(&plain, path).await?, expected, "{path}");
        }
        assert_eq!((whole.text().as_ref(), plain.text().as_ref()), ("Coffee", "Coffee"));
        // An option, a list and a mapping of instances too.
        assert_eq!(show(&from_serialize(&Some(&rows[0]))?, "name").await?, "Coffee");
        assert_eq!(show(&from_serialize(&rows)?, "0.category.name").await?, "Drinks");
        assert_eq!(
            show(&from_serialize(&std::collections::BTreeMap::from([("p", &rows[0])]))?, "p.name").await?,
            "Coffee"
        );
        Ok(())
    });
}
