//! `only` and `defer`: rows of which some columns were read, and columns that are read again.

use crate::database;
use crate::library::models::*;
use crate::prelude::*;
use crate::shop::models::*;

async fn tea() -> Result<Product> {
    let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
    let category = Some(ForeignKey::to(&drinks));
    Product::objects().create(Product { name: "Tea".into(), price: dec!(2), category, ..Default::default() }).await
}

#[test]
fn a_partial_row_gives_what_was_read_and_says_what_was_not() {
    database::run(async || {
        let tea = tea().await?;
        let partial = Product::objects().only(f!(name, category)).one().await?;
        assert_eq!(partial.get(f!(name))?, "Tea");
        assert_eq!(partial.get(f!(pk))?, &tea.id);
        assert_eq!(partial.get(f!(category))?, &tea.category);
        assert_eq!(partial.fields().collect::<Vec<_>>(), ["name", "category"]);
        let error = partial.get(f!(price)).expect_err("not read");
        assert_eq!(error.to_string(), "`shop.Product.price` was not read");
        assert!(error.hint().is_some_and(|hint| hint.contains("load")));
        assert_eq!(partial.load().await?.price, dec!(2));
        assert!(!format!("{partial:?}").contains("price"), "{partial:?}");

        let partial = Product::objects().defer(f!(name)).first().await?.expect("a row");
        assert!(partial.get(f!(name)).is_err());
        assert_eq!(partial.get(f!(price))?, &dec!(2));
        Ok(())
    });
}

#[test]
fn saving_a_partial_row_loses_nothing() {
    database::run(async || {
        let tea = tea().await?;
        let mut partial = Product::objects().only(f!(price)).one().await?;
        *partial.get_mut(f!(price))? = dec!(2.5);
        partial.save().await?;
        let saved = Product::objects().one().await?;
        assert_eq!((saved.name.as_str(), saved.price), ("Tea", dec!(2.5)));
        assert_eq!((saved.category, saved.created), (tea.category, tea.created));
        assert!(partial.get_mut(f!(name)).is_err());
        assert_eq!(partial.delete().await?, 1);
        assert!(partial.save().await.is_err_and(|error| error.is_does_not_exist()));
        Ok(())
    });
}

#[test]
fn partial_rows_bring_their_relations_and_come_one_by_one() {
    database::run(async || {
        tea().await?;
        let rows = Product::objects().select_related(f!(category)).only(f!(name, category));
        let partial = rows.one().await?;
        let category = partial.get(f!(category))?.as_ref().and_then(ForeignKey::loaded);
        assert_eq!(category.map(|category| category.name.as_str()), Some("Drinks"));
        let mut stream = Product::objects().only(f!(name)).stream();
        assert_eq!(stream.try_next().await?.expect("a row").get(f!(name))?, "Tea");
        assert!(stream.try_next().await?.is_none());

        let error =
            Product::objects().select_related(f!(category)).only(f!(name)).await.expect_err("no key to join by");
        assert_eq!(error.to_string(), "`category` is in `select_related`, but its key is not read");
        let error = Product::objects().only(f!(category__name)).await.expect_err("another model's");
        assert_eq!(error.to_string(), "`category__name` is not a column of `shop.Product`");
        Ok(())
    });
}

#[test]
fn chosen_columns_are_read_again() {
    database::run(async || {
        let mut tea = tea().await?;
        Product::objects().update(set!(name = "Green tea", price = dec!(3))).await?;
        tea.refresh_fields(f!(price)).await?;
        assert_eq!((tea.name.as_str(), tea.price), ("Tea", dec!(3)));
        tea.refresh_fields(f!(name, category)).await?;
        assert_eq!(tea.name, "Green tea");
        assert!(tea.category.as_ref().is_some_and(|category| category.loaded().is_none()));
        tea.delete().await?;
        assert!(tea.refresh_fields(f!(name)).await.is_err_and(|error| error.is_does_not_exist()));
        Ok(())
    });
}

#[test]
fn columns_of_a_base_and_keys_of_every_kind_are_partial_too() {
    database::run(async || {
        let ada = Author::objects().create(Author { name: "Ada".into(), ..Default::default() }).await?;
        let article = Article { title: "First".into(), author: ForeignKey::to(&ada), ..Default::default() };
        let article = Article::objects().create(article).await?;
        let partial = Article::objects().only(f!(created)).one().await?;
        assert_eq!(partial.get(f!(created))?, &article.times.created);
        assert_eq!(partial.get(f!(pk))?, &article.id);
        assert!(partial.get(f!(title)).is_err());
        let mut article = article;
        article.title = "Second".into();
        article.refresh_fields(f!(updated)).await?;
        assert_eq!(article.title, "Second");
        Ok(())
    });
}
