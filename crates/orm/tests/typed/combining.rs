//! Combined query sets, dates that have rows, many rows written at once, and saving by halves.

use chrono::{NaiveDate, TimeZone as _, Utc};
use rjango_orm::query::DatePart;

use crate::database;
use crate::prelude::*;
use crate::shop::models::*;

async fn stock() -> Result<()> {
    for (name, price) in [("Bread", dec!(4.20)), ("Coffee", dec!(3.50)), ("Tea", dec!(2.00)), ("Voucher", dec!(10))] {
        Product::objects().create(Product { name: name.into(), price, ..Default::default() }).await?;
    }
    Ok(())
}

async fn names(products: QuerySet<Product>) -> Result<Vec<String>> {
    products.values_list(f!(name)).await
}

#[test]
fn query_sets_combine() {
    database::run(async || {
        stock().await?;
        let cheap = || Product::objects().filter(q!(price__lt = 4));
        let long = || Product::objects().filter(q!(name__length__gt = 5));
        let both = cheap().union(long()).order_by(f!(-name));
        let found: Vec<String> = both.clone().await?.into_iter().map(|product| product.name).collect();
        assert_eq!(found, ["Voucher", "Tea", "Coffee"]);
        assert_eq!(names(both.clone()).await?, ["Voucher", "Tea", "Coffee"]);
        assert_eq!(both.clone().count().await?, 3);
        assert!(both.clone().exists().await?);
        assert_eq!(names(both.slice(1..2)).await?, ["Tea"]);
        assert_eq!(cheap().union_all(long()).count().await?, 4);
        assert_eq!(names(cheap().intersection(long())).await?, ["Coffee"]);
        assert_eq!(names(cheap().difference(long())).await?, ["Tea"]);
        assert_eq!(names(cheap().difference(Product::objects().none())).await?.len(), 2);
        assert_eq!(cheap().union(Product::objects().none()).count().await?, 2);
        let dearest = || Product::objects().order_by(f!(-price)).slice(..1);
        let ends = dearest().union(Product::objects().order_by(f!(price)).slice(..1)).order_by(f!(price));
        let found: Vec<String> = ends.clone().await?.into_iter().map(|product| product.name).collect();
        assert_eq!(found, ["Tea", "Voucher"]);
        assert!(names(ends.clone()).await.is_err(), "the price is not read");
        assert_eq!(names(cheap().union(ends).order_by(f!(name))).await?, ["Coffee", "Tea", "Voucher"]);
        Ok(())
    });
}

#[test]
fn combined_rows_are_only_ordered_and_sliced() {
    database::run(async || {
        let both = || Product::objects().union(Product::objects());
        let error = both().filter(q!(name = "Tea")).await.expect_err("a union");
        assert_eq!(error.to_string(), "cannot filter the rows of combined queries");
        assert!(both().delete().await.is_err());
        assert!(both().update(set!(name = "Tea")).await.is_err());
        assert!(both().aggregate(|p| p.price().max()).await.is_err());
        let error = both().order_by(f!(category__name)).await.expect_err("another table");
        assert!(error.to_string().contains("only by columns that are read"), "{error}");
        Ok(())
    });
}

#[test]
fn dates_that_have_rows() {
    database::run(async || {
        stock().await?;
        let at = |month, day, hour| Utc.with_ymd_and_hms(2024, month, day, hour, 30, 0).single().expect("a moment");
        for (name, moment) in
            [("Tea", at(3, 2, 10)), ("Coffee", at(3, 9, 10)), ("Bread", at(1, 2, 11)), ("Voucher", at(1, 2, 11))]
        {
            Product::objects().filter(q!(name = name)).update(set!(created = moment)).await?;
        }
        let day = |month, day| NaiveDate::from_ymd_opt(2024, month, day).expect("a day");
        assert_eq!(Product::objects().dates(f!(created), DatePart::Month).await?, [day(1, 1), day(3, 1)]);
        assert_eq!(Product::objects().dates(f!(created), DatePart::Day).await?, [day(1, 2), day(3, 2), day(3, 9)]);
        let hours = Product::objects().datetimes(f!(created), DatePart::Hour).await?;
        assert_eq!(hours.len(), 3);
        assert_eq!(hours[0], Utc.with_ymd_and_hms(2024, 1, 2, 11, 0, 0).single().expect("a moment"));
        Ok(())
    });
}

#[test]
fn many_rows_are_written_at_once() {
    database::run(async || {
        stock().await?;
        let mut products = Product::objects().order_by(f!(name)).await?;
        for product in &mut products {
            product.price += dec!(1);
            product.name.push('!');
        }
        assert_eq!(Product::objects().bulk_update(&products, f!(price)).await?, 4);
        let rows = Product::objects().order_by(f!(name)).values_list(f!(name, price)).await?;
        assert_eq!(rows[0], ("Bread".into(), dec!(5.2)), "only the columns that are named");
        assert_eq!(rows[3], ("Voucher".into(), dec!(11)));
        assert_eq!(Product::objects().bulk_update(&products, f!(name, category)).await?, 4);
        assert_eq!(names(Product::objects().order_by(f!(name))).await?, ["Bread!", "Coffee!", "Tea!", "Voucher!"]);
        let new = [Product::default()];
        assert!(Product::objects().bulk_update(&new, f!(name)).await.is_err());
        let many = (0..450).map(|number| Tag { label: format!("t{number}"), ..Default::default() });
        let mut many = Tag::objects().bulk_create(many).await?;
        many.iter_mut().for_each(|tag| tag.label.insert(0, 'x'));
        assert_eq!(Tag::objects().bulk_update(&many, f!(label)).await?, 450);
        assert_eq!(Tag::objects().filter(q!(label__startswith = "xt")).count().await?, 450);
        Ok(())
    });
}

#[test]
fn saving_by_halves() {
    database::run(async || {
        stock().await?;
        let mut tea = Product::objects().get(q!(name = "Tea")).await?;
        tea.name = "Green tea".into();
        tea.price = dec!(2.5);
        tea.save_fields(f!(price)).await?;
        let again = Product::objects().get(q!(pk = tea.id)).await?;
        assert_eq!((again.name.as_str(), again.price), ("Tea", dec!(2.5)));
        assert!(tea.save_new().await.is_err_and(|error| error.is_integrity()));
        tea.save_existing().await?;
        assert_eq!(Product::objects().get(q!(pk = tea.id)).await?.name, "Green tea");
        tea.delete().await?;
        let error = tea.save_existing().await.expect_err("the row is gone");
        assert!(error.is_does_not_exist(), "{error}");
        assert!(tea.save_fields(f!(price)).await.is_err());
        tea.save().await?;
        assert_eq!(Product::objects().count().await?, 4);
        Ok(())
    });
}

#[test]
fn a_plan_is_told() {
    database::run(async || {
        let plan = Product::objects().filter(q!(name = "Tea")).explain().await?;
        assert!(plan.contains("shop_product"), "{plan}");
        Ok(())
    });
}

#[test]
fn rows_that_are_there_are_left_or_changed() {
    database::run(async || {
        let category = |name: &str| Category { name: name.into(), ..Default::default() };
        let made = Category::objects().bulk_create([category("Drinks"), category("Food")]).await?;
        assert!(made.iter().all(|category| category.id.get().is_some()));
        assert!(Category::objects().bulk_create([category("Toys"), category("Food")]).await.is_err());
        assert_eq!(Category::objects().count().await?, 2, "all or none");
        Category::objects().bulk_create_or_ignore([category("Toys"), category("Food")]).await?;
        assert_eq!(Category::objects().values_list(f!(name)).await?, ["Drinks", "Food", "Toys"]);

        let tag = |id: i64, label: &str| Tag { id: id.into(), label: label.into() };
        Tag::objects().bulk_create([tag(1, "hot"), tag(2, "cold")]).await?;
        Tag::objects().bulk_create_or_update([tag(2, "cool"), tag(3, "warm")], f!(id), f!(label)).await?;
        assert_eq!(Tag::objects().order_by(f!(id)).values_list(f!(label)).await?, ["hot", "cool", "warm"]);
        let error = Tag::objects().bulk_create_or_update([tag(2, "x")], f!(), f!(label)).await.expect_err("no fields");
        assert!(error.hint().is_some_and(|hint| hint.contains("bulk_create_or_ignore")));
        Ok(())
    });
}
