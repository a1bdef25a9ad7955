//! SQL that a person wrote.

use crate::database;
use crate::prelude::*;
use crate::shop::models::*;

async fn stock() -> Result<()> {
    for (name, price) in [("Coffee", dec!(3.50)), ("50% off", dec!(2.00)), ("Bread", dec!(4.20))] {
        Product::objects().create(Product { name: name.into(), price, ..Default::default() }).await?;
    }
    Ok(())
}

#[test]
fn rows_of_raw_sql_are_instances() {
    database::run(async || {
        stock().await?;
        let products = Product::objects()
            .raw("SELECT 1 AS more, created, price, category_id, name, id FROM shop_product WHERE price < %s ORDER BY price")
            .bind(dec!(4))
            .await?;
        let names: Vec<&str> = products.iter().map(|product| product.name.as_str()).collect();
        assert_eq!(names, ["50% off", "Coffee"]);
        assert_eq!(products[1].price.to_string(), "3.50");
        products[1].tags.create(Tag { label: "hot".into(), ..Default::default() }).await?;
        let found = Product::objects()
            .raw("SELECT * FROM shop_product WHERE name LIKE '%% off' AND name <> %s")
            .bind("'; DROP TABLE shop_product; --")
            .await?;
        assert_eq!(found.len(), 1);
        Ok(())
    });
}

#[test]
fn mistakes_in_raw_sql_say_what_to_mend() {
    database::run(async || {
        stock().await?;
        let error = Product::objects().raw("SELECT id, name FROM shop_product").await.expect_err("columns are missing");
        assert_eq!(error.to_string(), "the rows lack columns of `shop.Product`: `price`, `category_id`, `created`");
        let error = Product::objects().raw("SELECT * FROM shop_product WHERE id = %s").await.expect_err("no value");
        assert_eq!(error.to_string(), "the SQL has 1 times `%s`, and 0 values were bound");
        let error =
            Product::objects().filter(q!(pk = 1)).raw("SELECT * FROM shop_product").await.expect_err("a filter");
        assert!(error.hint().is_some_and(|hint| hint.contains("in the SQL")));
        let error = Product::objects().raw("SELECT * FROM no_such_table").await.expect_err("no table");
        assert_eq!(error.kind(), rjango_core::ErrorKind::Database);
        assert!(Product::objects().raw("SELECT * FROM shop_product WHERE id < 0").await?.is_empty());
        Ok(())
    });
}
