//! The code of `docs/queries.md` and `docs/relations.md`, compiled and run; a test holds the guides against it, and
//! `docs/signals.md` against `signals.rs`, `docs/time-zones.md` against `zones.rs`.
#![allow(unused_variables, clippy::print_stdout)] // A guide shows what comes back, and does no more with it.

use rjango_orm::query::DatePart;
use rjango_orm::{Case, Expr, Window};

use crate::database;
use crate::library::models::*;
use crate::prelude::*;
use crate::shop::models::*;

async fn stock() -> Result<()> {
    let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
    for (name, price) in [("Coffee", dec!(3.50)), ("Tea", dec!(2.00))] {
        let category = Some(ForeignKey::to(&drinks));
        Product::objects().create(Product { name: name.into(), price, category, ..Default::default() }).await?;
    }
    Ok(())
}

#[test]
fn queries() {
    database::run(async || {
        stock().await?;
        let cheap = Product::objects().filter(q!(price__lt = 5, category__name__icontains = "drink")).await?;
        let others = Product::objects().exclude(q!(name = "Tea" | tags__label__in = ["sold-out", "hidden"])).await?;
        let recent = Product::objects().filter(q!(created__year__gte = 2024, name__length__lt = 20)).count().await?;
        let of_oslo = Everything::objects().filter(|e| e.json().key("maker").key("city").exact("Oslo")).await?;
        let large = Everything::objects().filter(|e| e.json().key("sizes").index(0).gte(10)).await?;
        let organic = Everything::objects().filter(|e| e.json().key("label").text().icontains("organic")).await?;
        let dated = Everything::objects().filter(q!(json__has_key = "date")).await?;
        let mut wanted = Q::<Product>::of(q!(price__gt = 100));
        for word in ["tea", "coffee"] {
            wanted = wanted | Q::<Product>::of(q!(name__icontains = word));
        }
        let found = Product::objects().filter_by(wanted).await?;
        let either = Q::<Product>::of(q!(name__contains = "e")) ^ Q::<Product>::of(q!(price__gt = 2));
        let one_of_both = Product::objects().filter_by(either).await?;
        let dearest = Product::objects().order_by(f!(-price, name)).slice(..10).await?;
        let one = Product::objects().get(q!(name = "Tea")).await?;
        let newest = Product::objects().latest(f!(created)).await?;
        let first = Product::objects().order_by(f!(price)).first().await?;
        let dearest_of_each = Product::objects().order_by(f!(category__pk, -price)).distinct_on(f!(category__pk));
        let mut partial = Product::objects().filter(q!(name = "Tea")).only(f!(name, price)).one().await?;
        let price = *partial.get(f!(price))?;
        *partial.get_mut(f!(price))? = price + dec!(1);
        partial.save().await?;
        let whole = partial.load().await?;
        let names: Vec<(String, Decimal)> = Product::objects().values_list(f!(name, price)).await?;
        let months = Product::objects().dates(f!(created), DatePart::Month).await?;
        let for_json = Product::objects().values(f!(name, category__name)).await?;
        let prices = Product::objects().values_list(f!(price)).distinct().count().await?;
        let with_category: Vec<(i64, Option<String>)> = Product::objects().values_list(f!(id, category__name)).await?;
        let or_none: Vec<String> = Product::objects().values_list(|p| p.category().name().coalesce("none")).await?;
        let by_label = Tag::objects().in_bulk_by(f!(label), ["hot", "new"]).await?;
        let waited = Everything::objects().filter(|e| (e.moment() + e.span()).lt(Expr::now())).count().await?;
        let worth: Vec<Decimal> = Everything::objects().values_list(|e| e.amount() * e.medium()).await?;
        Product::objects().filter(q!(name = "Tea")).update(set!(price = F(price) + dec!(0.50))).await?;
        let shouting =
            Product::objects().order_by(|p| p.name().length().desc()).values_list(|p| p.name().upper()).await?;
        let classes: Vec<(String, String)> = Product::objects()
            .values_list(|p| {
                let class = Case::when(p.price().lt(5), "cheap").or_when(p.price().lt(20), "fair").otherwise("dear");
                (p.name(), class)
            })
            .await?;
        let (highest, mean) = Product::objects().aggregate(|p| (p.price().max(), p.price().avg())).await?;
        let counted = Category::objects().annotate(|c| c.products().count().filter(c.products().price().gt(3))).await?;
        let busy = Category::objects().filter(|c| c.products().count().gt(1)).await?;
        let busiest = Category::objects()
            .annotate(|c| c.products().count())
            .filter(|_, products| products.gt(1))
            .order_by(|c, products| (products.desc(), c.name().asc()))
            .await?;
        let by_price = Category::objects()
            .alias(
                |c| c.products().price().avg(),
                |rows, mean| rows.filter(|_| mean.clone().gt(2)).order_by(|_| mean.desc()),
            )
            .await?;
        let cheap = Product::objects().raw("SELECT * FROM shop_product WHERE price < %s ORDER BY name").bind(5).await?;
        let drinks = Product::objects().cheaper_than(dec!(5)).filter(q!(category__name = "Drinks")).await?;
        let of_category = || Product::objects().filter(q!(category = Category::outer(f!(id))));
        let with_products = Category::objects().filter(|_| Q::exists(of_category())).await?;
        let dearest_names = Category::objects()
            .values_list(|c| (c.name(), Expr::subquery(of_category().order_by(f!(-price)).values_list(f!(name)))))
            .await?;
        let ranks = Product::objects()
            .values_list(|p| (p.name(), Window::new().partition_by(p.category()).order_by(p.price().desc()).rank()))
            .await?;
        let dearest_two = Product::objects()
            .annotate(|p| Window::new().partition_by(p.category()).order_by(p.price().desc()).row_number())
            .filter(|_, place| place.lte(2))
            .await?;
        let cheap_or_new =
            Product::objects().filter(q!(price__lt = 3)).union(Product::objects().order_by(f!(-created)).slice(..3));
        let listed = cheap_or_new.order_by(f!(name)).await?;
        let mut tea = Product::objects()
            .create(Product { name: "Green tea".into(), price: dec!(2), ..Default::default() })
            .await?;
        tea.price = dec!(2.5);
        tea.save().await?;
        tea.save_fields(f!(price)).await?;
        let (category, created) = Category::objects().get_or_create(set!(name = "Drinks")).await?;
        let deleted = Product::objects().filter(q!(price__gt = 100)).delete().await?;
        let tags = ["hot", "cold", "new"].map(|label| Tag { label: label.into(), ..Default::default() });
        let mut tags = Tag::objects().bulk_create(tags).await?;
        tags.iter_mut().for_each(|tag| tag.label.push('!'));
        Tag::objects().bulk_update(&tags, f!(label)).await?;
        Tag::objects().bulk_create_or_update(tags, f!(id), f!(label)).await?;
        let mut every = Product::objects().stream();
        while let Some(product) = every.try_next().await? {
            println!("{}", product.name);
        }
        atomic(async || {
            let mut product = Product::objects().select_for_update().get(q!(name = "Coffee")).await?;
            product.price += dec!(1);
            product.save().await
        })
        .await?;
        Ok(())
    });
}

#[test]
fn relations() {
    database::run(async || {
        stock().await?;
        let drinks = Category::objects().create(Category { name: "Hot drinks".into(), ..Default::default() }).await?;
        let cocoa = Product {
            name: "Cocoa".into(),
            price: dec!(3),
            category: Some(ForeignKey::to(&drinks)),
            ..Default::default()
        };
        let cocoa = Product::objects().create(cocoa).await?;
        let category = match &cocoa.category {
            Some(category) => Some(category.get().await?),
            None => None,
        };
        let products = Product::objects().select_related(f!(category)).prefetch_related(f!(tags)).await?;
        for product in &products {
            let name = product.category.as_ref().and_then(ForeignKey::loaded).map(|category| category.name.as_str());
            println!("{}: {}", product.name, name.unwrap_or("no category"));
        }
        let hot_tags = Tag::objects().filter(q!(label__startswith = "hot")).order_by(f!(label)).slice(..3);
        let tagged = Product::objects().prefetch_related_with(f!(tags), hot_tags).await?;
        let hot = Product::objects().filter(q!(category__name__startswith = "Hot")).await?;
        let prices = Category::objects().annotate(|c| c.products().price().max()).await?;
        let of_drinks = drinks.products().filter(q!(price__lt = 5)).order_by(f!(name)).await?;
        let added =
            drinks.products().create(Product { name: "Mate".into(), price: dec!(4), ..Default::default() }).await?;
        let selling = Category::objects().filter(q!(products__price__gt = 3)).distinct().await?;
        drinks.products().add([&added]).await?;
        drinks.products().remove([&added]).await?;
        let menu =
            Category::objects().with_related(f!(products), Product::objects().order_by(f!(price)).slice(..10)).await?;
        for (category, products) in &menu {
            println!("{}: {}", category.name, products.len());
        }
        let label = Tag::objects().create(Tag { label: "sweet".into(), ..Default::default() }).await?;
        cocoa.tags.add([&label]).await?;
        let labels = cocoa.tags.all().order_by(f!(label)).values_list(f!(label)).await?;
        cocoa.tags.set([&label]).await?;
        cocoa.tags.remove([&label]).await?;
        cocoa.tags.clear().await?;
        let with_sweet = label.product_set().count().await?;
        label.product_set().add([&cocoa]).await?;
        label.product_set().set([&cocoa]).await?;
        let ada = Author::objects().create(Author { name: "Ada".into(), ..Default::default() }).await?;
        let article = Article { title: "First".into(), author: ForeignKey::to(&ada), ..Default::default() };
        let article = Article::objects().create(article).await?;
        article.readers.through_defaults(Reading { minutes: 5, ..Default::default() }).add([&ada]).await?;
        ada.read().through_defaults(Reading { minutes: 9, ..Default::default() }).set([&article]).await?;
        let gone = drinks.delete().await?;
        Ok(())
    });
}

/// Every piece of code in a guide stands here; only the formatter may have broken its lines elsewhere.
#[test]
fn guides_are_what_runs() {
    let plain = |text: &str| {
        let text: String = text.split_whitespace().collect();
        text.replace(",)", ")").replace(",}", "}")
    };
    let here = concat!(include_str!("guides.rs"), include_str!("shop/models.rs"));
    let (signals, databases) = (include_str!("signals.rs"), include_str!("databases.rs"));
    let zones = concat!(include_str!("zones.rs"), include_str!("../../../http/tests/zones.rs"));
    for (name, guide, here) in [
        ("queries", include_str!("../../../../docs/queries.md"), here),
        ("relations", include_str!("../../../../docs/relations.md"), here),
        ("signals", include_str!("../../../../docs/signals.md"), signals),
        ("databases", include_str!("../../../../docs/databases.md"), databases),
        ("time-zones", include_str!("../../../../docs/time-zones.md"), zones),
    ] {
        let here = plain(here);
        let pieces: Vec<&str> =
            guide.split("```rust\n").skip(1).filter_map(|piece| piece.split("```").next()).collect();
        assert!(pieces.len() > 2, "{name}.md has code");
        for piece in pieces {
            assert!(here.contains(&plain(piece)), "docs/{name}.md is not what runs:\n{piece}");
        }
    }
}
