//! Reading: lookups, orders, slices, values, aggregates, streams.

use rjango_orm::Engine;

use crate::database;
use crate::engine;
use crate::prelude::*;
use crate::shop::models::*;

async fn stock() -> Result<()> {
    let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
    let food = Category::objects().create(Category { name: "Food".into(), ..Default::default() }).await?;
    for (name, price, category) in [
        ("Coffee", dec!(3.50), Some(&drinks)),
        ("Tea", dec!(2.00), Some(&drinks)),
        ("Bread", dec!(4.20), Some(&food)),
        ("Voucher", dec!(10), None),
    ] {
        let category = category.map(ForeignKey::to);
        Product::objects().create(Product { name: name.into(), price, category, ..Default::default() }).await?;
    }
    Ok(())
}

async fn names(products: QuerySet<Product>) -> Result<Vec<String>> {
    products.values_list(f!(name)).await
}

#[test]
fn conditions_combine() {
    database::run(async || {
        stock().await?;
        let all = || Product::objects().order_by(f!(name));
        assert_eq!(names(all().filter(q!(price__lt = 4, name__endswith = "e"))).await?, ["Coffee"]);
        assert_eq!(names(all().filter(q!(name = "Tea" | name = "Bread"))).await?, ["Bread", "Tea"]);
        assert_eq!(names(all().filter(q!(!name__in = ["Tea", "Bread"]))).await?, ["Coffee", "Voucher"]);
        assert_eq!(names(all().filter(q!((name = "Tea" | price__gt = 5), !category = None))).await?, ["Tea"]);
        assert_eq!(names(all().exclude(q!(category__name = "Drinks"))).await?, ["Bread", "Voucher"]);
        assert_eq!(names(all().filter(q!())).await?.len(), 4);
        assert_eq!(names(all().filter(q!(price__range = 2..=4))).await?, ["Coffee", "Tea"]);
        assert_eq!(names(all().filter(q!(category__isnull = true))).await?, ["Voucher"]);
        assert_eq!(names(all().none()).await?.len(), 0);
        Ok(())
    });
}

#[test]
fn conditions_are_values() {
    database::run(async || {
        stock().await?;
        let mut wanted = Q::<Product>::of(q!(price__gt = 5));
        for word in ["Tea", "Bread"] {
            wanted = wanted | Q::<Product>::of(q!(name = word));
        }
        let rows =
            Product::objects().filter_by(wanted.clone() & !Q::<Product>::of(q!(name = "Bread"))).order_by(f!(name));
        assert_eq!(names(rows).await?, ["Tea", "Voucher"]);
        assert_eq!(names(Product::objects().filter(|_| wanted)).await?.len(), 3);
        Ok(())
    });
}

#[test]
fn values_may_wait_and_fail() {
    database::run(async || {
        stock().await?;
        let dear = async || -> Result<Decimal> { Ok(dec!(5)) };
        assert_eq!(
            names(Product::objects().filter(q!(price__gt = dear().await?, name__contains = "o"))).await?,
            ["Voucher"]
        );
        Ok(())
    });
}

#[test]
fn relations_are_compared_by_instance_key_and_query() {
    database::run(async || {
        stock().await?;
        let drinks = Category::objects().get(q!(name = "Drinks")).await?;
        let some = || Product::objects();
        assert_eq!(some().filter(q!(category = &drinks)).count().await?, 2);
        assert_eq!(some().filter(q!(category = drinks.id)).count().await?, 2);
        assert_eq!(some().filter(q!(category = 1)).count().await?, 2);
        assert_eq!(some().filter(q!(category__in = [&drinks])).count().await?, 2);
        assert_eq!(some().filter(q!(category__in = Category::objects().filter(q!(name__lt = "E")))).count().await?, 2);
        let cheap = Product::objects().filter(q!(price__lt = 4)).values_list(f!(name));
        assert_eq!(some().filter(q!(name__in = cheap)).count().await?, 2);
        assert_eq!(Category::objects().filter(q!(products__name = "Bread")).count().await?, 1);
        let coffee = some().get(q!(name = "Coffee")).await?;
        assert_eq!(Category::objects().filter(q!(products = &coffee)).count().await?, 1);
        assert_eq!(coffee.category, Some(ForeignKey::to(&drinks)));
        Ok(())
    });
}

#[test]
fn orders_and_slices() {
    database::run(async || {
        stock().await?;
        let by_price = || Product::objects().order_by(f!(-price));
        assert_eq!(names(by_price()).await?, ["Voucher", "Bread", "Coffee", "Tea"]);
        assert_eq!(names(by_price().reverse()).await?, ["Tea", "Coffee", "Bread", "Voucher"]);
        assert_eq!(names(by_price().slice(1..3)).await?, ["Bread", "Coffee"]);
        assert_eq!(names(by_price().slice(1..).slice(..2)).await?, ["Bread", "Coffee"]);
        assert_eq!(names(by_price().slice(3..10)).await?, ["Tea"]);
        assert_eq!(by_price().slice(1..3).count().await?, 2);
        // Where NULLs stand is the engine's affair unless the order says it.
        let categorized = Product::objects().filter(q!(!category = None));
        assert_eq!(names(categorized.order_by(f!(category__name, -name))).await?, ["Tea", "Coffee", "Bread"]);
        let last =
            |p: <Product as rjango_orm::Record>::Fields<Product>| (p.category().name().desc().nulls_last(), p.name());
        assert_eq!(names(Product::objects().order_by(last)).await?, ["Bread", "Coffee", "Tea", "Voucher"]);
        assert_eq!(Category::objects().first().await?.map(|c| c.name).as_deref(), Some("Drinks"));
        assert_eq!(Category::objects().last().await?.map(|c| c.name).as_deref(), Some("Food"));
        assert_eq!(Product::objects().last().await?.map(|p| p.name).as_deref(), Some("Voucher"));
        assert_eq!(Product::objects().latest(f!(price)).await?.name, "Voucher");
        assert_eq!(Product::objects().earliest(f!(price)).await?.name, "Tea");
        Ok(())
    });
}

#[test]
fn a_slice_cannot_be_filtered() {
    database::run(async || {
        let error = Product::objects().slice(..3).filter(q!(name = "Tea")).await.expect_err("a slice");
        assert_eq!(error.to_string(), "cannot filter a query once a slice has been taken");
        let error = Product::objects().slice(..3).update(set!(name = "Tea")).await.expect_err("a slice");
        assert!(error.to_string().contains("slice"), "{error}");
        Ok(())
    });
}

#[test]
fn get_wants_exactly_one() {
    database::run(async || {
        stock().await?;
        let error = Product::objects().get(q!(name = "Milk")).await.expect_err("none");
        assert!(error.is_does_not_exist());
        assert_eq!(error.to_string(), "`Product` matching query does not exist");
        let error = Product::objects().get(q!(price__gt = 0)).await.expect_err("several");
        assert!(error.is_multiple_objects_returned());
        assert_eq!(error.to_string(), "expected one `Product`, found 4");
        assert_eq!(Product::objects().filter(q!(name = "Tea")).one().await?.name, "Tea");
        Ok(())
    });
}

#[test]
fn values_aggregates_and_annotations() {
    database::run(async || {
        stock().await?;
        let rows: Vec<(String, Option<String>)> =
            Product::objects().order_by(f!(-price)).slice(..2).values_list(|p| (p.name(), p.category().name())).await?;
        assert_eq!(rows, [("Voucher".into(), None), ("Bread".into(), Some("Food".into()))]);
        let doubled: Vec<Decimal> = Product::objects().filter(q!(name = "Tea")).values_list(|p| p.price() * 2).await?;
        assert_eq!(doubled, [dec!(4)]);
        assert_eq!(
            Product::objects().order_by(f!(name)).values_list(f!(name)).first().await?.as_deref(),
            Some("Bread")
        );

        let (low, high, sum, mean, all) = Product::objects()
            .aggregate(|p| (p.price().min(), p.price().max(), p.price().sum(), p.id().avg(), p.id().count()))
            .await?;
        assert_eq!((low, high, sum), (Some(dec!(2)), Some(dec!(10)), Some(dec!(19.7))));
        assert_eq!((mean, all), (Some(2.5), 4));
        assert_eq!(Product::objects().none().aggregate(|p| p.price().max()).await?, None);

        // A model's own order does not apply to groups.
        let ordered = Category::objects().order_by(f!(name));
        let counted = ordered.annotate(|c| (c.products().count(), c.products().price().max())).await?;
        let counted: Vec<_> = counted.into_iter().map(|(c, (n, p))| (c.name, n, p)).collect();
        assert_eq!(counted, [("Drinks".into(), 2, Some(dec!(3.5))), ("Food".into(), 1, Some(dec!(4.2)))]);
        let busy = Category::objects().filter(|c| c.products().count().gt(1));
        assert_eq!(busy.values_list(f!(name)).await?, ["Drinks"]);
        Ok(())
    });
}

#[test]
fn existence_and_keys() {
    database::run(async || {
        stock().await?;
        assert!(Product::objects().filter(q!(name = "Tea")).exists().await?);
        assert!(!Product::objects().filter(q!(name = "Milk")).exists().await?);
        let tea = Product::objects().get(q!(name = "Tea")).await?;
        assert!(Product::objects().filter(q!(price__lt = 3)).contains(&tea).await?);
        let two = Product::objects().in_bulk([1, 2, 99]).await?;
        assert_eq!(two.len(), 2);
        assert_eq!(two[&tea.id].name, "Tea");
        Ok(())
    });
}

#[test]
fn a_stream_gives_rows_as_they_come() {
    database::run(async || {
        let many = (0..2_500).map(|number| Category { name: format!("{number:05}"), ..Default::default() });
        assert_eq!(Category::objects().bulk_create(many).await?.len(), 2_500);
        let mut rows = Category::objects().stream();
        let mut seen = 0;
        while let Some(category) = rows.try_next().await? {
            assert_eq!(category.name, format!("{seen:05}"));
            seen += 1;
            if seen == 10 {
                // The stream holds no lock that another query would wait for.
                assert_eq!(Category::objects().count().await?, 2_500);
            }
        }
        assert_eq!(seen, 2_500);
        Ok(())
    });
}

#[test]
fn a_model_has_query_sets_of_its_own() {
    database::run(async || {
        stock().await?;
        let names = Product::objects().cheaper_than(dec!(4)).filter(q!(name__startswith = "T")).cheaper_than(dec!(3));
        assert_eq!(names.values_list(f!(name)).await?, ["Tea"]);
        let counted =
            Product::objects().filter(q!(category__isnull = false)).cheaper_than(dec!(9)).per_category().await?;
        assert_eq!(counted, [(Some("Drinks".into()), 2), (Some("Food".into()), 1)]);
        Ok(())
    });
}

#[test]
fn distinct_on_takes_the_first_of_each() {
    database::run_on(engine::built().filter(|engine| *engine == Engine::Postgres), async || {
        stock().await?;
        let dearest = Product::objects().filter(q!(category__isnull = false)).order_by(f!(category__pk, -price));
        let dearest = dearest.distinct_on(f!(category__pk));
        assert_eq!(dearest.clone().values_list(f!(name)).await?, ["Coffee", "Bread"]);
        assert_eq!(dearest.clone().count().await?, 2);
        assert_eq!(dearest.await?.len(), 2);
        Ok(())
    });
    database::run_on(engine::built().filter(|engine| *engine != Engine::Postgres), async || {
        let error = Product::objects().distinct_on(f!(category)).await.expect_err("no such clause");
        assert!(error.to_string().contains("has no `DISTINCT ON`"), "{error}");
        assert!(error.hint().is_some());
        Ok(())
    });
}

#[test]
fn a_random_order_gives_every_row() {
    database::run(async || {
        stock().await?;
        let mut firsts = std::collections::BTreeSet::new();
        for _ in 0..60 {
            let rows = Product::objects().order_by(f!(?)).await?;
            assert_eq!(rows.len(), 4);
            firsts.extend(rows.first().map(|product| product.name.clone()));
        }
        assert!(firsts.len() > 1, "sixty times the same of four");
        Ok(())
    });
}

#[test]
fn fields_by_name_and_aggregates_of_equal_values_once() {
    database::run(async || {
        stock().await?;
        let rows =
            Product::objects().filter(q!(name = "Tea")).values(f!(name, price, category, category__name)).await?;
        let shown = serde_json::to_string(&rows)?;
        assert_eq!(shown, r#"[{"category":1,"category__name":"Drinks","name":"Tea","price":"2.00"}]"#);
        let every = Category::objects().order_by(f!(id)).values(f!()).await?;
        assert_eq!(serde_json::to_string(&every)?, r#"[{"id":1,"name":"Drinks"},{"id":2,"name":"Food"}]"#);
        let names: Vec<String> = Product::objects().slice(..1).values(f!()).await?.remove(0).into_keys().collect();
        assert_eq!(names, ["category_id", "created", "id", "name", "price"]);

        Product::objects().filter(q!(name__in = ["Tea", "Coffee"])).update(set!(price = dec!(3))).await?;
        let sums = Product::objects().filter(q!(category__name = "Drinks"));
        let (all, once, mean) =
            sums.aggregate(|p| (p.price().sum(), p.price().sum().distinct(), p.id().avg().distinct())).await?;
        assert_eq!((all, once, mean), (Some(dec!(6)), Some(dec!(3)), Some(1.5)));
        Ok(())
    });
}
