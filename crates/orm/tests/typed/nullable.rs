//! Whether a value can be NULL is carried by the way to it, so that what compiles can be read.

use chrono::NaiveDate;
use rjango_orm::{Aggregate, Case, Expr, Window};
use uuid::Uuid;

use crate::library::models::*;
use crate::prelude::*;
use crate::shop::models::*;
use crate::{database, shop};

/// Tea of the category drinks, with a tag; a voucher without either; and a category without products.
async fn stock() -> Result<()> {
    let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
    Category::objects().create(Category { name: "Empty".into(), ..Default::default() }).await?;
    let tea = Product {
        name: "Tea".into(),
        price: dec!(2.50),
        category: Some(ForeignKey::to(&drinks)),
        ..Default::default()
    };
    let tea = Product::objects().create(tea).await?;
    tea.tags.create(Tag { label: "hot".into(), ..Default::default() }).await?;
    Product::objects().create(Product { name: "Voucher".into(), price: dec!(10), ..Default::default() }).await?;
    Ok(())
}

#[test]
fn a_column_beyond_an_optional_foreign_key_is_an_option() {
    database::run(async || {
        stock().await?;
        let products = || Product::objects().order_by(f!(name));
        let names: Vec<(String, Option<String>)> = products().values_list(f!(name, category__name)).await?;
        assert_eq!(names, [("Tea".into(), Some("Drinks".into())), ("Voucher".into(), None)]);
        let keys: Vec<Option<i64>> = products().values_list(f!(category__id)).await?;
        assert_eq!(keys, [Some(1), None]);
        let keys: Vec<Option<i64>> = products().values_list(f!(category__pk)).await?;
        assert_eq!(keys, [Some(1), None]);
        let upper: Vec<Option<String>> = products().values_list(|p| p.category().name().upper()).await?;
        assert_eq!(upper, [Some("DRINKS".into()), None]);
        let lengths: Vec<Option<i64>> = products().values_list(|p| p.category().name().length()).await?;
        assert_eq!(lengths, [Some(6), None]);
        let (with, name): (Product, Option<String>) =
            products().annotate(|p| p.category().name()).get(|p, _| p.name().exact("Voucher")).await?;
        assert_eq!((with.name.as_str(), name), ("Voucher", None));
        Ok(())
    });
}

#[test]
fn a_column_beyond_a_required_foreign_key_is_as_nullable_as_the_way_to_it() {
    database::run(async || {
        let ann = Author::objects().create(Author { name: "Ann".into(), ..Default::default() }).await?;
        let first = Article { title: "First".into(), author: ForeignKey::to(&ann), ..Default::default() };
        let first = Article::objects().create(first).await?;
        let second = Article {
            title: "Second".into(),
            author: ForeignKey::to(&ann),
            answer_to: Some(ForeignKey::to(&first)),
            ..Default::default()
        };
        Article::objects().create(second).await?;
        let articles = || Article::objects().order_by(f!(title));
        let of_author: Vec<(String, Option<String>)> =
            articles().values_list(f!(author__name, author__website)).await?;
        assert_eq!(of_author, [("Ann".into(), None), ("Ann".into(), None)]);
        let answered: Vec<(Option<String>, Option<Status>, Option<Uuid>)> =
            articles().values_list(f!(answer_to__author__name, answer_to__status, answer_to__id)).await?;
        assert_eq!(answered, [(None, None, None), (Some("Ann".into()), Some(Status::Draft), Some(first.id))]);
        // The key that a relation beyond holds, and a column of the flattened base.
        let authors: Vec<Option<ForeignKey<Author>>> = articles().values_list(f!(answer_to__author)).await?;
        assert_eq!(authors, [None, Some(ForeignKey::to(&ann))]);
        let created: Vec<Option<DateTime>> = articles().values_list(f!(answer_to__created)).await?;
        assert_eq!(created.iter().filter(|created| created.is_some()).count(), 1);
        Ok(())
    });
}

#[test]
fn a_column_on_a_way_back_is_an_option() {
    database::run(async || {
        stock().await?;
        let categories = || Category::objects().order_by(f!(name));
        let products: Vec<(String, Option<String>)> = categories().values_list(f!(name, products__name)).await?;
        assert_eq!(products, [("Drinks".into(), Some("Tea".into())), ("Empty".into(), None)]);
        let labels: Vec<Option<String>> = categories().values_list(f!(products__tags__label)).await?;
        assert_eq!(labels, [Some("hot".into()), None]);
        let labels: Vec<(String, Option<String>)> =
            Product::objects().order_by(f!(name)).values_list(f!(name, tags__label)).await?;
        assert_eq!(labels, [("Tea".into(), Some("hot".into())), ("Voucher".into(), None)]);
        // Of a required foreign key and of a one-to-one.
        let ann = Author::objects().create(Author { name: "Ann".into(), ..Default::default() }).await?;
        Author::objects().create(Author { name: "Bo".into(), ..Default::default() }).await?;
        let life = Profile { author: OneToOne::to(&ann), biography: "Long".into() };
        Profile::objects().create(life).await?;
        let lives: Vec<Option<String>> = Author::objects().values_list(f!(profile__biography)).await?;
        assert_eq!(lives, [Some("Long".into()), None]);
        let titles: Vec<Option<String>> = Author::objects().values_list(f!(article__title)).await?;
        assert_eq!(titles, [None, None]);
        Ok(())
    });
}

#[test]
fn aggregates_over_nothing_are_none_and_counts_are_zero() {
    database::run(async || {
        let (dearest, sum, mean, how_many): (Option<Decimal>, Option<Decimal>, Option<Decimal>, i64) =
            Product::objects()
                .aggregate(|p| (p.price().max(), p.price().sum(), p.price().avg(), p.id().count()))
                .await?;
        assert_eq!((dearest, sum, mean, how_many), (None, None, None, 0));
        let newest: Option<i64> = Product::objects().aggregate(|p| p.id().max()).await?;
        assert_eq!(newest, None);
        let more: Option<Decimal> = Product::objects().aggregate(|p| p.price().max() + 1).await?;
        assert_eq!(more, None);
        // The aggregate stands on the right: the result is as nullable as it is on the left.
        let more: Option<Decimal> = Product::objects().aggregate(|p| p.id().count() + p.price().max()).await?;
        assert_eq!(more, None);
        let some: Decimal = Product::objects().aggregate(|p| p.price().max().coalesce(dec!(7))).await?;
        assert_eq!(some, dec!(7));
        stock().await?;
        let dearest: Vec<(Category, Option<Decimal>)> =
            Category::objects().order_by(f!(name)).annotate(|c| c.products().price().max()).await?;
        assert_eq!(dearest.into_iter().map(|(_, price)| price).collect::<Vec<_>>(), [Some(dec!(2.50)), None]);
        Ok(())
    });
}

#[test]
fn what_is_computed_with_something_nullable_is_an_option() {
    database::run(async || {
        stock().await?;
        let row = Everything { medium: 4, text: "a".into(), ..Default::default() };
        Everything::objects().create(Everything { half: Some(0.5), nothing: None, ..row }).await?;
        let sum: Vec<Option<i64>> = Everything::objects().values_list(|e| e.medium() + e.nothing()).await?;
        assert_eq!(sum, [None]);
        let sum: Vec<Option<i64>> = Everything::objects().values_list(|e| e.medium() + None::<i64>).await?;
        assert_eq!(sum, [None]);
        let by: Vec<Option<String>> = Everything::objects().values_list(|e| e.text().replace("a", e.r#type())).await?;
        assert_eq!(by, [None]);
        let at: Vec<Option<i64>> = Everything::objects().values_list(|e| e.text().str_index(e.r#type())).await?;
        assert_eq!(at, [None]);
        let power: Vec<Option<f64>> = Everything::objects().values_list(|e| e.ratio().power(e.half())).await?;
        assert_eq!(power, [Some(0.0)]);
        let still: Vec<Option<i64>> = Everything::objects().values_list(|e| e.nothing().coalesce(e.nothing())).await?;
        assert_eq!(still, [None]);
        let filled: Vec<i64> =
            Everything::objects().values_list(|e| e.nothing().coalesce(e.nothing().coalesce(e.medium()))).await?;
        assert_eq!(filled, [4]);
        let case: Vec<Option<i64>> = Everything::objects()
            .values_list(|e| Case::when(e.medium().gt(100), Expr::value(1_i64)).otherwise(e.nothing()))
            .await?;
        assert_eq!(case, [None]);
        let case: Vec<Option<i64>> = Everything::objects()
            .values_list(|e| Case::when(e.medium().gt(100), 1).or_when(e.medium().gt(1), e.nothing()).otherwise(2))
            .await?;
        assert_eq!(case, [None]);
        let cast: Vec<Option<String>> = Everything::objects().values_list(|e| e.nothing().cast::<String>()).await?;
        assert_eq!(cast, [None]);
        Ok(())
    });
}

#[test]
fn greatest_and_least_of_something_nullable_are_options() {
    database::run(async || {
        Everything::objects().create(Everything { medium: 4, ..Default::default() }).await?;
        let pair: Vec<(Option<i64>, Option<i64>)> = Everything::objects()
            .values_list(|e| (e.large().greatest(e.nothing()), e.large().least(e.nothing())))
            .await?;
        // NULL, or with PostgreSQL the value that there is.
        assert!(pair == [(None, None)] || pair == [(Some(0), Some(0))], "{pair:?}");
        Ok(())
    });
}

#[test]
fn keys_that_count_up_are_selected_as_integers_and_compare_with_them() {
    database::run(async || {
        stock().await?;
        let tea = Product::objects().get(q!(name = "Tea")).await?;
        let keys: Vec<i64> = Product::objects().order_by(f!(id)).values_list(f!(id)).await?;
        assert_eq!(keys, [1, 2]);
        assert_eq!(tea.id, keys[0]);
        assert_eq!(keys[0], tea.id);
        assert_ne!(tea.id, 2);
        let keys: Vec<(i64, String)> = Product::objects().order_by(f!(id)).values_list(f!(pk, name)).await?;
        assert_eq!(keys[0], (1, "Tea".to_owned()));
        let found = Product::objects().filter(q!(pk__in = Product::objects().values_list(f!(id)))).count().await?;
        assert_eq!(found, 2);
        let small: Vec<i16> = {
            Everything::objects().create(Everything::default()).await?;
            Everything::objects().values_list(f!(id)).await?
        };
        assert_eq!(small, [1]);
        Ok(())
    });
}

#[test]
fn lookups_and_orders_read_the_same_whatever_can_be_null() {
    database::run(async || {
        stock().await?;
        let found = Product::objects()
            .filter(q!(category__name__icontains = "drink", tags__label__in = ["hot", "cold"], category__id__gte = 1))
            .exclude(q!(category__name = None))
            .order_by(f!(-category__name, tags__label))
            .distinct()
            .await?;
        assert_eq!(found.len(), 1);
        let day = NaiveDate::from_ymd_opt(2020, 1, 1).expect("a day");
        let recent = Category::objects().filter(q!(products__created__date__gt = day)).count().await?;
        assert_eq!(recent, 1);
        Ok(())
    });
}

#[test]
fn windows_over_a_nullable_column_are_options() {
    database::run(async || {
        stock().await?;
        let rows: Vec<(String, Option<String>, i64)> = Product::objects()
            .order_by(f!(name))
            .values_list(|p| {
                let window = || Window::new().order_by(p.name());
                (p.name(), window().lag(p.category().name(), 1), window().row_number())
            })
            .await?;
        assert_eq!(rows, [("Tea".into(), None, 1), ("Voucher".into(), Some("Drinks".into()), 2)]);
        let sums: Vec<Option<Decimal>> =
            Product::objects().order_by(f!(name)).values_list(|p| over_names(p.price().sum())).await?;
        assert_eq!(sums, [Some(dec!(2.50)), Some(dec!(12.50))]);
        Ok(())
    });
}

fn over_names(sum: Aggregate<Product, Option<Decimal>>) -> Expr<Product, Option<Decimal>> {
    sum.over(Window::new().order_by(Product::name_column()))
}

impl shop::models::Product {
    fn name_column() -> rjango_orm::Column<Product, String> {
        <Product as rjango_orm::Record>::fields::<Product>(rjango_orm::query::Path::root()).name()
    }
}

#[test]
fn decimals_have_their_places_as_columns_too() {
    database::run(async || {
        stock().await?;
        let text = |prices: Vec<Decimal>| prices.iter().map(Decimal::to_string).collect::<Vec<_>>();
        let products = || Product::objects().order_by(f!(name));
        let whole: Vec<Decimal> = products().await?.into_iter().map(|product| product.price).collect();
        assert_eq!(text(whole), ["2.50", "10.00"]);
        assert_eq!(text(products().values_list(f!(price)).await?), ["2.50", "10.00"]);
        let first = products().values_list(f!(price)).first().await?;
        assert_eq!(text(first.into_iter().collect()), ["2.50"]);
        let beside = products().annotate(|p| p.price()).await?;
        assert_eq!(text(beside.into_iter().map(|(_, price)| price).collect()), ["2.50", "10.00"]);
        let named = products().annotate(|p| p.price()).values_list(|_, price| price).await?;
        assert_eq!(text(named), ["2.50", "10.00"]);
        let beyond: Vec<Option<Decimal>> =
            Category::objects().order_by(f!(name)).values_list(f!(products__price)).await?;
        assert_eq!(text(beyond.into_iter().flatten().collect()), ["2.50"]);
        let both = products().union(products()).order_by(f!(price)).values_list(f!(price)).await?;
        assert_eq!(text(both), ["2.50", "10.00"]);
        Ok(())
    });
}
