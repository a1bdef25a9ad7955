//! Related rows by further queries: query sets of one's own, and rows beside instances.

use rjango_orm::Database;

use crate::database;
use crate::prelude::*;
use crate::shop::models::*;

async fn stock() -> Result<()> {
    let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
    let food = Category::objects().create(Category { name: "Food".into(), ..Default::default() }).await?;
    Category::objects().create(Category { name: "Rest".into(), ..Default::default() }).await?;
    let labels = ["cold", "hot", "new"].map(|label| Tag { label: label.into(), ..Default::default() });
    let tags = Tag::objects().bulk_create(labels).await?;
    for (name, price, category, tagged) in [
        ("Coffee", dec!(3.50), Some(&drinks), &tags[..]),
        ("Tea", dec!(2.00), Some(&drinks), &tags[1..2]),
        ("Bread", dec!(4.20), Some(&food), &tags[2..]),
        ("Voucher", dec!(10), None, &tags[..0]),
    ] {
        let category = category.map(ForeignKey::to);
        let product = Product { name: name.into(), price, category, ..Default::default() };
        Product::objects().create(product).await?.tags.add(tagged).await?;
    }
    Ok(())
}

/// How many statements something takes.
async fn statements<T>(work: impl AsyncFnOnce() -> Result<T>) -> Result<(T, u64)> {
    let database = Database::current(None)?;
    let before = database.statement_count();
    let result = work().await?;
    Ok((result, database.statement_count() - before))
}

fn labels(product: &Product) -> Vec<&str> {
    product.tags.loaded().into_iter().flatten().map(|tag| tag.label.as_str()).collect()
}

#[test]
fn a_field_is_filled_from_a_query_set_of_ones_own() {
    database::run(async || {
        stock().await?;
        let wanted = Tag::objects().filter(q!(label__in = ["cold", "new"])).order_by(f!(-label));
        let products = Product::objects().order_by(f!(name)).prefetch_related_with(f!(tags), wanted).await?;
        let found: Vec<_> = products.iter().map(|product| (product.name.as_str(), labels(product))).collect();
        assert_eq!(
            found,
            [("Bread", vec!["new"]), ("Coffee", vec!["new", "cold"]), ("Tea", vec![]), ("Voucher", vec![])]
        );

        // A slice is a slice of each instance's rows.
        let first = Tag::objects().order_by(f!(label)).slice(..1);
        let products = Product::objects().order_by(f!(name)).prefetch_related_with(f!(tags), first).await?;
        assert_eq!(products.iter().map(labels).collect::<Vec<_>>(), [vec!["new"], vec!["cold"], vec!["hot"], vec![]]);

        // A foreign key is filled where the query set has its row.
        let drinks = Category::objects().filter(q!(name = "Drinks"));
        let products = Product::objects().order_by(f!(name)).prefetch_related_with(f!(category), drinks).await?;
        let loaded =
            |product: &Product| product.category.as_ref().and_then(|category| Some(category.loaded()?.name.clone()));
        assert_eq!(
            products.iter().map(loaded).collect::<Vec<_>>(),
            [None, Some("Drinks".into()), Some("Drinks".into()), None]
        );
        Ok(())
    });
}

#[test]
fn rows_at_the_other_end_stand_beside_each_instance() {
    database::run(async || {
        stock().await?;
        let dear = Product::objects().filter(q!(price__gte = 3)).order_by(f!(-price)).prefetch_related(f!(tags));
        let categories = Category::objects().with_related(f!(products), dear);
        let (found, count) = statements(async || categories.await).await?;
        assert_eq!(count, 4, "categories, products, pairs of products and tags, tags");
        let shown = |products: &[Product]| products.iter().map(|product| product.name.clone()).collect::<Vec<_>>();
        let found: Vec<_> =
            found.iter().map(|(category, products)| (category.name.as_str(), shown(products))).collect();
        assert_eq!(found, [("Drinks", vec!["Coffee".into()]), ("Food", vec!["Bread".into()]), ("Rest", vec![])]);
        Ok(())
    });
}

#[test]
fn every_kind_of_relation_can_be_read_beside_the_instance() {
    database::run(async || {
        stock().await?;
        // Back over a many-to-many field.
        let cheapest = Product::objects().order_by(f!(price)).slice(..1);
        let tags = Tag::objects().order_by(f!(label)).with_related(f!(product), cheapest).await?;
        let found: Vec<_> =
            tags.iter().map(|(tag, products)| (tag.label.as_str(), products[0].name.as_str())).collect();
        assert_eq!(found, [("cold", "Coffee"), ("hot", "Tea"), ("new", "Coffee")]);

        // Forward over both kinds of field, one after the other.
        let rows = Product::objects()
            .order_by(f!(name))
            .with_related(f!(category), Category::objects())
            .with_related(f!(tags), Tag::objects().order_by(f!(label)))
            .await?;
        let found: Vec<_> = rows
            .iter()
            .map(|(product, (category, tags))| (product.name.as_str(), category.len(), tags.len()))
            .collect();
        assert_eq!(found, [("Bread", 1, 1), ("Coffee", 1, 3), ("Tea", 1, 1), ("Voucher", 0, 0)]);

        let error = Product::objects().with_related(f!(category__products), Product::objects()).await;
        assert!(error.is_err_and(|error| error.hint().is_some()), "a path is no relation of the model itself");
        Ok(())
    });
}

#[test]
fn a_row_that_a_union_gives_twice_has_its_rows_twice() {
    database::run(async || {
        stock().await?;
        let twice =
            Category::objects().filter(q!(name = "Food")).union_all(Category::objects().filter(q!(name = "Food")));
        let found = twice.with_related(f!(products), Product::objects()).await?;
        assert_eq!(found.iter().map(|(_, products)| products.len()).collect::<Vec<_>>(), [1, 1]);
        Ok(())
    });
}
