//! Functions, CASE, subqueries, windows and the aggregates beyond the plain ones.

use chrono::{NaiveDate, NaiveTime, TimeZone as _, Utc};
use rjango_orm::query::DatePart;
use rjango_orm::{Case, Expr, Window};

use crate::database;
use crate::library::models::*;
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
    Category::objects().create(Category { name: "Toys".into(), ..Default::default() }).await?;
    Ok(())
}

async fn names(products: QuerySet<Product>) -> Result<Vec<String>> {
    products.values_list(f!(name)).await
}

#[test]
fn text_functions() {
    database::run(async || {
        stock().await?;
        let rows = Product::objects().order_by(f!(name)).slice(..2);
        let rows: Vec<(String, String, i64, String, String)> = rows
            .values_list(|p| {
                (p.name().lower(), p.name().upper(), p.name().length(), p.name().left(2), p.name().right(3))
            })
            .await?;
        assert_eq!(rows[0], ("bread".into(), "BREAD".into(), 5, "Br".into(), "ead".into()));
        assert_eq!(rows[1], ("coffee".into(), "COFFEE".into(), 6, "Co".into(), "fee".into()));
        let tea = || Product::objects().filter(q!(name = "Tea"));
        let one = tea()
            .values_list(|p| {
                (
                    p.name().concat(" for two"),
                    p.name().concat(p.category().name()),
                    p.name().substr(2, 2),
                    p.name().replace("ea", "oy"),
                    p.name().str_index("a"),
                    p.name().concat("  ").trim(),
                )
            })
            .await?;
        assert_eq!(one, [("Tea for two".into(), "TeaDrinks".into(), "ea".into(), "Toy".into(), 3, "Tea".into())],);
        assert_eq!(tea().values_list(|p| p.name().right(0)).await?, [""]);
        assert_eq!(names(Product::objects().filter(q!(name__lower = "tea"))).await?, ["Tea"]);
        assert_eq!(names(Product::objects().filter(q!(name__length__gt = 6))).await?, ["Voucher"]);
        let without = Product::objects().filter(|p| p.category().name().coalesce("none").exact("none"));
        assert_eq!(names(without).await?, ["Voucher"]);
        Ok(())
    });
}

#[test]
fn a_negated_function_of_an_absent_value_holds() {
    database::run(async || {
        stock().await?;
        let others = Product::objects().exclude(q!(category__name__lower = "drinks")).order_by(f!(name));
        assert_eq!(names(others).await?, ["Bread", "Voucher"]);
        let others = Category::objects().exclude(q!(products__name__lower = "tea"));
        assert_eq!(others.values_list(f!(name)).await?, ["Food", "Toys"]);
        Ok(())
    });
}

#[test]
fn number_functions() {
    database::run(async || {
        stock().await?;
        let bread = Product::objects().filter(q!(name = "Bread"));
        let row = bread
            .values_list(|p| {
                let less = p.price() - 10;
                (less.abs(), p.price().ceil(), p.price().floor(), p.price().round(1), p.price().cast::<i64>())
            })
            .await?;
        assert_eq!(row, [(dec!(5.8), dec!(5), dec!(4), dec!(4.2), 4)]);
        let tea = Product::objects().filter(q!(name = "Tea"));
        let row =
            tea.values_list(|p| (p.id().power(3.0), p.id().cast::<f64>().sqrt(), p.id().cast::<String>())).await?;
        assert_eq!(row, [(8.0, 2f64.sqrt(), "2".to_owned())]);
        let row = Product::objects()
            .filter(q!(name = "Tea"))
            .values_list(|p| (p.price().greatest(dec!(3)), p.price().least(dec!(3)), p.price().null_if(2)))
            .await?;
        assert_eq!(row, [(dec!(3), dec!(2), None)]);
        Ok(())
    });
}

#[test]
fn parts_of_moments() {
    database::run(async || {
        stock().await?;
        let moment = Utc.with_ymd_and_hms(2024, 12, 30, 23, 59, 58).single().expect("a moment");
        Product::objects().filter(q!(name = "Tea")).update(set!(created = moment)).await?;
        let tea = || Product::objects().filter(q!(name = "Tea"));
        let parts = tea()
            .values_list(|p| {
                let created = || p.created();
                (
                    (created().year(), created().iso_year(), created().quarter(), created().month()),
                    (created().week(), created().day(), created().week_day(), created().iso_week_day()),
                    (created().hour(), created().minute(), created().second()),
                )
            })
            .await?;
        assert_eq!(parts, [((2024, 2025, 4, 12), (1, 30, 2, 1), (23, 59, 58))]);
        let day = NaiveDate::from_ymd_opt(2024, 12, 30).expect("a day");
        let time = NaiveTime::from_hms_opt(23, 59, 58).expect("a time");
        assert_eq!(tea().values_list(|p| (p.created().date(), p.created().time())).await?, [(day, time)]);
        assert_eq!(names(Product::objects().filter(q!(created__year = 2024))).await?, ["Tea"]);
        assert_eq!(
            names(Product::objects().filter(q!(created__year__lt = 2025, created__month__in = [11, 12]))).await?,
            ["Tea"]
        );
        assert_eq!(names(Product::objects().filter(q!(created__date = day))).await?, ["Tea"]);
        let at = |y, m, d, h, min, s| Utc.with_ymd_and_hms(y, m, d, h, min, s).single().expect("a moment");
        for (part, expected) in [
            (DatePart::Year, at(2024, 1, 1, 0, 0, 0)),
            (DatePart::IsoYear, at(2024, 12, 30, 0, 0, 0)),
            (DatePart::Quarter, at(2024, 10, 1, 0, 0, 0)),
            (DatePart::Month, at(2024, 12, 1, 0, 0, 0)),
            (DatePart::Week, at(2024, 12, 30, 0, 0, 0)),
            (DatePart::Day, at(2024, 12, 30, 0, 0, 0)),
            (DatePart::Hour, at(2024, 12, 30, 23, 0, 0)),
            (DatePart::Minute, at(2024, 12, 30, 23, 59, 0)),
            (DatePart::Second, moment),
        ] {
            assert_eq!(tea().values_list(|p| p.created().trunc(part)).await?, [expected], "{part:?}");
        }
        let recent = Product::objects().filter(|p| p.created().lte(Expr::now())).count().await?;
        assert_eq!(recent, 4);
        Ok(())
    });
}

#[test]
fn cases() {
    database::run(async || {
        stock().await?;
        let rows: Vec<(String, String)> = Product::objects()
            .order_by(f!(name))
            .values_list(|p| {
                let class = Case::when(p.price().lt(3), "cheap").or_when(p.price().lt(5), "fair").otherwise("dear");
                (p.name(), class)
            })
            .await?;
        let classes: Vec<&str> = rows.iter().map(|(_, class)| class.as_str()).collect();
        assert_eq!(classes, ["fair", "fair", "cheap", "dear"]);
        let sum = Product::objects()
            .aggregate(|p| Case::when(p.name().in_(["Tea", "Bread"]), p.price()).or_null().sum())
            .await?;
        assert_eq!(sum, Some(dec!(6.2)));
        let changed = Product::objects()
            .update(|p| [p.price().set(Case::when(p.name().exact("Tea"), p.price() * 2).otherwise(p.price()))])
            .await?;
        assert_eq!(changed, 4);
        let prices = Product::objects().order_by(f!(name)).values_list(f!(price)).await?;
        assert_eq!(prices, [dec!(4.2), dec!(3.5), dec!(4), dec!(10)]);
        Ok(())
    });
}

#[test]
fn queries_inside_queries() {
    database::run(async || {
        stock().await?;
        let products = || Product::objects().filter(q!(category = Category::outer(f!(id))));
        let dearest: Vec<(String, Option<String>)> = Category::objects()
            .values_list(|c| (c.name(), Expr::subquery(products().order_by(f!(-price)).values_list(f!(name)))))
            .await?;
        assert_eq!(
            dearest,
            [("Drinks".into(), Some("Coffee".into())), ("Food".into(), Some("Bread".into())), ("Toys".into(), None)]
        );
        let sold = Category::objects().filter(|_| Q::exists(products()));
        assert_eq!(sold.values_list(f!(name)).await?, ["Drinks", "Food"]);
        let unsold = Category::objects().exclude(|_| Q::exists(products()));
        assert_eq!(unsold.values_list(f!(name)).await?, ["Toys"]);
        let flags = Category::objects().annotate(|_| Expr::exists(products().filter(q!(price__gt = 4)))).await?;
        let flags: Vec<bool> = flags.into_iter().map(|(_, flag)| flag).collect();
        assert_eq!(flags, [false, true, false]);
        // As dear as the dearest of its category.
        let same = Product::objects().filter(q!(category = Product::outer(f!(category))));
        let dearest = Product::objects()
            .filter(|p| p.price().exact(Expr::subquery(same.order_by(f!(-price)).values_list(f!(price)))))
            .order_by(f!(name));
        assert_eq!(names(dearest).await?, ["Bread", "Coffee"]);
        // A query inside a query that speaks of the outermost row.
        let in_drinks = Category::objects().filter(q!(name = "Drinks", id = Category::outer(f!(id)).outer()));
        let nested = Category::objects().filter(|_| Q::exists(Product::objects().filter(|_| Q::exists(in_drinks))));
        assert_eq!(nested.values_list(f!(name)).await?, ["Drinks"]);
        let error = products().await.expect_err("no query around");
        assert!(error.to_string().contains("none around it"), "{error}");
        Ok(())
    });
}

#[test]
fn aggregates_with_filters() {
    database::run(async || {
        stock().await?;
        let rows = Category::objects()
            .order_by(f!(name))
            .annotate(|c| {
                (
                    c.products().count().filter(c.products().price().gt(3)),
                    c.products().price().sum().filter(c.products().name().exact("Tea")),
                )
            })
            .await?;
        let rows: Vec<_> = rows.into_iter().map(|(category, values)| (category.name, values)).collect();
        assert_eq!(
            rows,
            [("Drinks".into(), (1, Some(dec!(2)))), ("Food".into(), (1, None)), ("Toys".into(), (0, None)),]
        );
        Ok(())
    });
}

#[test]
fn deviation_and_variance() {
    database::run(async || {
        stock().await?;
        let (variance, sample, deviation, none) = Category::objects()
            .aggregate(|c| (c.id().variance(), c.id().variance_sample(), c.id().stddev(), c.id().stddev_sample()))
            .await?;
        let near = |value: Option<f64>, expected: f64| value.is_some_and(|value| (value - expected).abs() < 1e-9);
        assert!(near(variance, 2.0 / 3.0), "{variance:?}");
        assert!(near(sample, 1.0), "{sample:?}");
        assert!(near(deviation, (2.0f64 / 3.0).sqrt()), "{deviation:?}");
        assert!(near(none, 1.0), "{none:?}");
        let one = Category::objects().filter(q!(name = "Food")).aggregate(|c| c.id().stddev_sample()).await?;
        assert_eq!(one, None, "one row is no sample");
        Ok(())
    });
}

#[test]
fn windows() {
    database::run(async || {
        stock().await?;
        type Ranked = (String, i64, i64, Option<String>, Option<Decimal>);
        let rows: Vec<Ranked> = Product::objects()
            .filter(q!(category__isnull = false))
            .order_by(f!(name))
            .values_list(|p| {
                let by_category = || Window::new().partition_by(p.category()).order_by(p.price().desc());
                (
                    p.name(),
                    by_category().rank(),
                    Window::new().order_by(p.name()).row_number(),
                    by_category().lag(p.name(), 1),
                    p.price().sum().over(Window::new().order_by(p.name()).rows(None, 0)),
                )
            })
            .await?;
        assert_eq!(
            rows,
            [
                ("Bread".into(), 1, 1, None, Some(dec!(4.2))),
                ("Coffee".into(), 1, 2, None, Some(dec!(7.7))),
                ("Tea".into(), 2, 3, Some("Coffee".into()), Some(dec!(9.7))),
            ]
        );
        let error = Product::objects()
            .values_list(|p| p.price().sum().over(Window::new().order_by(p.name()).rows(1, -1)))
            .await
            .expect_err("a frame the wrong way round");
        assert_eq!(error.to_string(), "a frame cannot begin at 1 and end at -1");
        Ok(())
    });
}

#[test]
fn groups_by_what_is_computed() {
    database::run(async || {
        stock().await?;
        let rows: Vec<(String, i64)> = Product::objects()
            .order_by(|p| p.name().length().asc())
            .values_list(|p| (p.name().left(1), p.id().count()))
            .await?;
        assert_eq!(rows.len(), 4);
        Author::objects().create(Author { name: "Ann".into(), ..Default::default() }).await?;
        let rows = Author::objects()
            .annotate(|a| {
                let class = Case::when(a.name().length().lt(4), "short").otherwise("long");
                (class, a.read().count())
            })
            .await?;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].1, ("short".to_owned(), 0));
        Ok(())
    });
}

#[test]
fn rows_are_chosen_by_what_a_window_computes() {
    database::run(async || {
        for (category, prices) in [("Drinks", [2, 9, 5]), ("Food", [4, 8, 1])] {
            let category = Category::objects().create(Category { name: category.into(), ..Default::default() }).await?;
            for price in prices {
                let category = Some(ForeignKey::to(&category));
                let product =
                    Product { name: format!("{price}"), price: Decimal::from(price), category, ..Default::default() };
                Product::objects().create(product).await?;
            }
        }
        let place = |p: ProductFields<Product>| {
            Window::new().partition_by(p.category()).order_by(p.price().desc()).row_number()
        };
        let dearest = || Product::objects().annotate(place).filter(|_, place| place.lte(2));
        let found = dearest().order_by(|p, place| (p.category().asc(), place.asc())).await?;
        let found: Vec<_> = found.iter().map(|(product, place)| (product.name.as_str(), *place)).collect();
        assert_eq!(found, [("9", 1), ("5", 2), ("8", 1), ("4", 2)]);
        assert_eq!(dearest().count().await?, 4);
        assert!(dearest().exists().await?);
        assert_eq!(
            dearest().order_by(|p, _| p.price().asc()).slice(1..3).values_list(|p, _| p.name()).await?,
            ["5", "8"]
        );
        // With conditions on rows beside it, inside a query, and in plain filters.
        let cheap = Product::objects().filter(q!(price__lt = 9)).filter(|p| place(p).exact(1));
        assert_eq!(cheap.clone().order_by(f!(name)).values_list(f!(name)).await?, ["5", "8"]);
        let categories = Category::objects().filter(q!(products__in = cheap.clone().filter(q!(name = "8"))));
        assert_eq!(categories.values_list(f!(name)).await?, ["Food"]);
        let either = Product::objects().filter(|p| p.name().exact("1") | place(p).exact(1));
        assert_eq!(either.order_by(f!(name)).values_list(f!(name)).await?, ["1", "8", "9"]);
        assert_eq!(cheap.aggregate(|p| p.price().sum()).await?, Some(dec!(13)));
        Ok(())
    });
}
