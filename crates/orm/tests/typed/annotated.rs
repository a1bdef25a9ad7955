//! `annotate` and `alias`: what is computed for each row, filtered and ordered by.

use crate::database;
use crate::prelude::*;
use crate::shop::models::*;

async fn stock() -> Result<()> {
    for (category, products) in [
        ("Drinks", &[("Coffee", dec!(3.50)), ("Tea", dec!(2.00)), ("Wine", dec!(9.00))][..]),
        ("Food", &[("Bread", dec!(4.20)), ("Cake", dec!(5.00))]),
        ("Rest", &[]),
    ] {
        let category = Category::objects().create(Category { name: category.into(), ..Default::default() }).await?;
        for (name, price) in products {
            let category = Some(ForeignKey::to(&category));
            let product = Product { name: (*name).into(), price: *price, category, ..Default::default() };
            Product::objects().create(product).await?;
        }
    }
    Ok(())
}

fn shown<T: Clone>(rows: &[(Category, T)]) -> Vec<(&str, T)> {
    rows.iter().map(|(category, computed)| (category.name.as_str(), computed.clone())).collect()
}

#[test]
fn what_is_computed_can_be_filtered_and_ordered_by() {
    database::run(async || {
        stock().await?;
        let counted = Category::objects().annotate(|c| c.products().count());
        let busy = counted.clone().filter(|_, products| products.gt(1)).order_by(|_, products| products.asc());
        assert_eq!(shown(&busy.clone().await?), [("Food", 2), ("Drinks", 3)]);
        assert_eq!(busy.clone().count().await?, 2);
        assert!(busy.clone().exists().await?);
        let first = busy.clone().first().await?.map(|(category, products)| (category.name, products));
        assert_eq!(first, Some(("Food".into(), 2)));
        let last = busy.clone().last().await?.map(|(category, _)| category.name);
        assert_eq!(last.as_deref(), Some("Drinks"));
        assert_eq!(shown(&busy.clone().slice(1..).await?), [("Drinks", 3)]);
        let quiet = counted.clone().exclude(|_, products| products.gt(0)).one().await?;
        assert_eq!((quiet.0.name.as_str(), quiet.1), ("Rest", 0));
        let names = busy.values_list(|c, products| (c.name(), products)).await?;
        assert_eq!(names, [("Food".into(), 2), ("Drinks".into(), 3)]);

        let mut stream = counted.order_by(|c, _| c.name().desc()).stream();
        let mut seen = Vec::new();
        while let Some((category, products)) = stream.try_next().await? {
            seen.push((category.name, products));
        }
        assert_eq!(seen, [("Rest".into(), 0), ("Food".into(), 2), ("Drinks".into(), 3)]);
        Ok(())
    });
}

#[test]
fn a_later_filter_does_not_narrow_an_earlier_aggregate() {
    database::run(async || {
        stock().await?;
        // As Django's "order of annotate() and filter()": what stands before narrows what is counted ...
        let dear = Category::objects().filter(q!(products__price__gt = 4)).order_by(f!(name));
        let narrowed = dear.annotate(|c| c.products().count_distinct()).await?;
        assert_eq!(shown(&narrowed), [("Drinks", 1), ("Food", 2)]);
        // ... and what stands after chooses rows alone.
        let counted = Category::objects().annotate(|c| c.products().count_distinct());
        let counted = counted.filter(|c, _| c.products().price().gt(4)).order_by(|c, _| c.name().asc());
        assert_eq!(shown(&counted.clone().await?), [("Drinks", 3), ("Food", 2)]);
        assert_eq!(shown(&counted.filter(|_, products| products.gt(2)).await?), [("Drinks", 3)]);
        Ok(())
    });
}

#[test]
fn one_annotation_builds_on_another() {
    database::run(async || {
        stock().await?;
        let rows = Product::objects()
            .annotate(|p| p.price() * 2)
            .annotate(|_, doubled| doubled + dec!(1))
            .filter(|_, (doubled, _)| doubled.lt(8))
            .order_by(|_, (_, more)| more.desc())
            .await?;
        let found: Vec<_> = rows.into_iter().map(|(product, computed)| (product.name, computed)).collect();
        assert_eq!(found, [("Coffee".into(), (dec!(7), dec!(8))), ("Tea".into(), (dec!(4), dec!(5)))]);
        let pair = Category::objects().annotate(|c| (c.products().count(), c.products().price().max()));
        let pair = pair.filter(|_, (count, dearest)| count.gt(0) & dearest.lt(6)).one().await?;
        assert_eq!((pair.0.name.as_str(), pair.1), ("Food", (2, Some(dec!(5)))));
        Ok(())
    });
}

#[test]
fn an_alias_serves_filters_and_order_and_is_not_read() {
    database::run(async || {
        stock().await?;
        let busy = Category::objects().alias(
            |c| c.products().count(),
            |rows, products| rows.filter(|_| products.clone().gt(0)).order_by(|_| products.desc()),
        );
        let names: Vec<String> = busy.clone().await?.into_iter().map(|category| category.name).collect();
        assert_eq!(names, ["Drinks", "Food"]);
        assert_eq!(busy.clone().count().await?, 2);
        assert_eq!(busy.clone().values_list(f!(name)).await?, ["Drinks", "Food"]);
        let all =
            Category::objects().alias(|c| c.products().price().sum(), |rows, sum| rows.filter(|_| sum.isnull(true)));
        assert_eq!(all.delete().await?, 1);
        assert_eq!(Category::objects().count().await?, 2);
        Ok(())
    });
}
