//! The tour's views, as far as they use the ORM.

use crate::database;
use crate::prelude::*;
use crate::shop::models::*;

#[test]
fn the_tour_works_as_written() {
    database::run(async || {
        let drinks = Category::objects().get_or_create(set!(name = "Drinks")).await?.0;
        let coffee = Product::objects()
            .create(Product {
                name: "Coffee".into(),
                price: dec!(3.50),
                category: Some(ForeignKey::to(&drinks)),
                ..Default::default()
            })
            .await?;
        assert!(coffee.id.is_set());
        let cheap = Product::objects()
            .filter(q!(price__lt = 5, category__name__icontains = "drink"))
            .exclude(q!(name = "Tea" | tags__label__in = ["sold-out", "hidden"]))
            .order_by(f!(-price, name));
        let page = cheap.clone().slice(0..20).prefetch_related(f!(tags)).await?;
        assert_eq!(page.len(), 1);
        let mut every = cheap.stream();
        let mut seen = Vec::new();
        while let Some(product) = every.try_next().await? {
            seen.push(product.to_string());
        }
        assert_eq!(seen, ["Coffee"]);

        let names: Vec<(String, Decimal)> = Product::objects().values_list(f!(name, price)).await?;
        assert_eq!(names, [("Coffee".to_owned(), dec!(3.50))]);
        let (dearest, how_many) = Product::objects().aggregate(|p| (p.price().max(), p.id().count())).await?;
        assert_eq!((dearest, how_many), (Some(dec!(3.50)), 1));
        let per_category = Category::objects().annotate(|c| c.products().count()).await?; // Vec<(Category, i64)>
        assert_eq!(per_category.iter().map(|(c, n)| (c.name.as_str(), *n)).collect::<Vec<_>>(), [("Drinks", 1)]);
        Product::objects().filter(q!(pk = coffee.id)).update(set!(price = F(price) + dec!(0.50))).await?;

        atomic(async || {
            let mut product = Product::objects().select_for_update().get(q!(pk = coffee.id)).await?;
            assert_eq!(product.price, dec!(4));
            product.price += dec!(1);
            product.save().await?;
            drinks.products().filter(q!(price__gt = 100)).delete().await?;
            Ok(())
        })
        .await?;
        assert_eq!(Product::objects().get(q!(pk = coffee.id)).await?.price, dec!(5));
        Ok(())
    });
}

#[test]
fn plain_code_reads_by_sync() {
    database::run(async || {
        rjango_orm::unblock(|| {
            assert_eq!(Product::objects().count().sync()?, 0);
            assert!(Product::objects().filter(q!(price__lt = 5)).sync()?.is_empty());
            Ok(())
        })
        .await
    });
}

/// A view's future moves between threads.
#[test]
fn queries_and_transactions_can_be_sent() {
    fn sent<F: Future + Send>(_: F) {}
    sent(async {
        let coffee = Product::objects().select_related(f!(category)).prefetch_related(f!(tags)).await?;
        let mut every = Product::objects().stream();
        while let Some(mut product) = every.try_next().await? {
            product.save().await?;
        }
        let names: Vec<String> = Product::objects().values_list(f!(name)).await?;
        let drinks = Category::objects().get_or_create(set!(name = "Drinks")).await?.0;
        atomic(async || {
            let mut product = Product::objects().select_for_update().get(q!(category = &drinks)).await?;
            product.price += dec!(1);
            product.save().await?;
            drinks.products().filter(q!(name__in = &names)).delete().await
        })
        .await?;
        coffee[0].tags.clear().await
    });
}
