//! What relates to an instance is changed from its side too, and rows of through models get their other columns.

use rjango_core::ErrorKind;
use rjango_orm::Engine;

use crate::database;
use crate::engine;
use crate::library::models::*;
use crate::prelude::*;
use crate::shop::models::*;

async fn tag(label: &str) -> Result<Tag> {
    Tag::objects().create(Tag { label: label.into(), ..Default::default() }).await
}

async fn product(name: &str) -> Result<Product> {
    Product::objects().create(Product { name: name.into(), ..Default::default() }).await
}

async fn author(name: &str) -> Result<Author> {
    Author::objects().create(Author { name: name.into(), ..Default::default() }).await
}

async fn article(title: &str, author: &Author) -> Result<Article> {
    let article = Article { title: title.into(), author: ForeignKey::to(author), ..Default::default() };
    Article::objects().create(article).await
}

async fn names(products: QuerySet<Product>) -> Result<Vec<String>> {
    products.order_by(f!(name)).values_list(f!(name)).await
}

#[test]
fn many_to_many_rows_are_added_removed_and_set_from_the_other_side() {
    database::run(async || {
        let (hot, cold) = (tag("hot").await?, tag("cold").await?);
        let (tea, coffee, milk) = (product("Tea").await?, product("Coffee").await?, product("Milk").await?);
        cold.product_set().add([&milk]).await?;
        hot.product_set().add([&tea, &coffee, &tea]).await?;
        hot.product_set().add([tea.id]).await?;
        assert_eq!(names(hot.product_set()).await?, ["Coffee", "Tea"]);
        assert_eq!(tea.tags.all().one().await?.label, "hot");
        hot.product_set().remove([&tea, &milk]).await?;
        assert_eq!(names(hot.product_set()).await?, ["Coffee"]);
        hot.product_set().set([&tea, &milk]).await?;
        assert_eq!(names(hot.product_set()).await?, ["Milk", "Tea"]);
        hot.product_set().clear().await?;
        assert_eq!(hot.product_set().count().await?, 0);
        assert_eq!(names(cold.product_set()).await?, ["Milk"], "the other tag keeps its rows");
        assert_eq!(Product::objects().count().await?, 3, "rows stay where they are no longer related");
        let none: [&Product; 0] = [];
        cold.product_set().add(none).await?;
        cold.product_set().set(none).await?;
        assert_eq!(cold.product_set().count().await?, 0);
        let error = cold.product_set().add([99_i64]).await.expect_err("no such row");
        assert_eq!(error.kind(), ErrorKind::Integrity);
        Ok(())
    });
}

#[test]
fn rows_with_a_foreign_key_are_added_removed_and_set_from_the_other_side() {
    database::run(async || {
        let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
        let food = Category::objects().create(Category { name: "Food".into(), ..Default::default() }).await?;
        let (tea, coffee, bread) = (product("Tea").await?, product("Coffee").await?, product("Bread").await?);
        food.products().add([&bread]).await?;
        drinks.products().add([&tea, &coffee, &tea]).await?;
        assert_eq!(names(drinks.products()).await?, ["Coffee", "Tea"]);
        drinks.products().remove([coffee.id]).await?;
        assert_eq!(names(drinks.products()).await?, ["Tea"]);
        let error = drinks.products().remove([&bread]).await.expect_err("it refers to food");
        assert_eq!(error.to_string(), "expected 1 rows of `Product` to change by `category`, found 0");
        assert!(error.is_does_not_exist());
        assert_eq!(names(food.products()).await?, ["Bread"]);
        drinks.products().set([&coffee, &bread]).await?;
        assert_eq!(names(drinks.products()).await?, ["Bread", "Coffee"]);
        assert_eq!(food.products().count().await?, 0);
        // Nothing changes where one of them is not there.
        let error = food.products().set([tea.id, Auto::new(99)]).await.expect_err("no such row");
        assert!(error.is_does_not_exist());
        assert_eq!(food.products().count().await?, 0);
        drinks.products().clear().await?;
        assert_eq!(Product::objects().filter(q!(category = None)).count().await?, 3);
        Ok(())
    });
}

#[test]
fn a_required_foreign_key_is_never_taken_away() {
    database::run(async || {
        let (ada, bob) = (author("Ada").await?, author("Bob").await?);
        let (one, two) = (article("One", &ada).await?, article("Two", &ada).await?);
        for error in [
            ada.article_set().remove([&one]).await.expect_err("required"),
            ada.article_set().clear().await.expect_err("required"),
            ada.article_set().set([&one]).await.expect_err("the other would refer to nothing"),
        ] {
            assert!(error.to_string().ends_with("`Article.author` must refer to a row"), "{error}");
            assert_eq!(error.hint(), Some("delete the rows, or `add` them to another instance"));
        }
        assert_eq!(ada.article_set().count().await?, 2);
        bob.article_set().add([&one]).await?;
        ada.article_set().set([&two]).await?;
        assert_eq!(ada.article_set().one().await?.title, "Two");
        Ok(())
    });
}

#[test]
fn only_a_whole_relation_of_an_instance_is_changed() {
    database::run(async || {
        let (hot, tea) = (tag("hot").await?, product("Tea").await?);
        let error = Product::objects().add([&tea]).await.expect_err("whose?");
        assert_eq!(error.to_string(), "cannot `add`: these rows of `Product` are not those that refer to an instance");
        let error = hot.product_set().filter(q!(price__gt = 1)).set([&tea]).await.expect_err("a part");
        assert_eq!(error.to_string(), "cannot `set` rows where a part of the relation is asked for");
        assert!(hot.product_set().slice(..1).clear().await.is_err());
        assert!(hot.product_set().order_by(f!(name)).remove([&tea]).await.is_err());
        assert!(tea.tags.all().add([&hot]).await.is_err(), "there is `tea.tags.add`");
        let error = hot.product_set().add([&Product::default()]).await.expect_err("unsaved");
        assert_eq!(error.hint(), Some("save it first: `instance.save().await?`"));
        let error = Tag::default().product_set().add([&tea]).await.expect_err("unsaved");
        assert_eq!(error.hint(), Some("save it first: `instance.save().await?`"));
        assert_eq!(hot.product_set().count().await?, 0);
        Ok(())
    });
}

#[test]
fn rows_of_a_through_model_get_their_other_columns() {
    database::run(async || {
        let (ada, bob, eve) = (author("Ada").await?, author("Bob").await?, author("Eve").await?);
        let (one, two) = (article("One", &ada).await?, article("Two", &ada).await?);
        let minutes = |minutes| Reading { minutes, ..Default::default() };
        one.readers.through_defaults(minutes(5)).add([&ada, &bob]).await?;
        // Who is there already keeps the row.
        one.readers.through_defaults(minutes(9)).set([&bob, &eve]).await?;
        let readings = async || {
            Reading::objects().order_by(f!(article__title, reader__name)).values_list(f!(reader__name, minutes)).await
        };
        assert_eq!(readings().await?, [("Bob".to_owned(), 5), ("Eve".to_owned(), 9)]);
        one.readers.clear().await?;
        // From the other side, by instance and by creating.
        bob.read().through_defaults(minutes(3)).add([&one, &two]).await?;
        assert_eq!(readings().await?, [("Bob".to_owned(), 3), ("Bob".to_owned(), 3)]);
        let three = Article { title: "Three".into(), author: ForeignKey::to(&ada), ..Default::default() };
        let three = bob.read().through_defaults(minutes(1)).create(three).await?;
        assert_eq!(three.readers.all().one().await?, bob);
        let new = Author { name: "New".into(), ..Default::default() };
        let new = two.readers.through_defaults(minutes(7)).create(new).await?;
        assert_eq!(Reading::objects().get(q!(reader = &new)).await?.minutes, 7);
        bob.read().through_defaults(minutes(8)).set([&one]).await?;
        assert_eq!(bob.read().values_list(f!(title)).await?, ["One"]);
        bob.read().clear().await?;
        assert_eq!(readings().await?, [("New".to_owned(), 7)]);
        Ok(())
    });
}

#[test]
fn through_defaults_are_of_the_relations_own_through_model() {
    database::run(async || {
        let ada = author("Ada").await?;
        let one = article("One", &ada).await?;
        let error = one.readers.add([&ada]).await.expect_err("what of the minutes?");
        assert_eq!(
            error.to_string(),
            "cannot `add` over the through model `library.Reading`: its other columns have no values"
        );
        assert_eq!(
            error.hint(),
            Some("give them: `.through_defaults(Reading { .. }).add(..)`, or create rows of that model")
        );
        assert!(ada.read().add([&one]).await.is_err());
        let error = one.readers.through_defaults(Author::default()).add([&ada]).await.expect_err("another model");
        assert_eq!(
            error.to_string(),
            "expected `through_defaults` of `library.Reading` for `library.Article.readers`, found those of \
             `library.Author`"
        );
        let error = one.friends.through_defaults(Reading::default()).add([&one]).await.expect_err("no through model");
        assert_eq!(
            error.to_string(),
            "`library.Article.friends` has no through model, so it takes no `through_defaults`"
        );
        let error = Article::objects().through_defaults(Reading::default()).await.expect_err("no relation");
        assert!(error.to_string().starts_with("cannot `through_defaults`"), "{error}");
        assert_eq!(Reading::objects().count().await?, 0);
        Ok(())
    });
}

#[test]
fn ten_tasks_add_one_row_at_once() {
    // FIXME: on SQLite, a transaction that reads before it writes gives up where another writes.
    let servers = engine::built().filter(|engine| *engine != Engine::Sqlite);
    database::run_on(servers, async || {
        let (hot, tea) = (tag("hot").await?, product("Tea").await?);
        let add = || async {
            tea.tags.add([&hot]).await?;
            hot.product_set().add([&tea]).await
        };
        let all = futures_util::future::join_all((0..10).map(|_| add())).await;
        all.into_iter().collect::<Result<Vec<()>>>()?;
        assert_eq!(tea.tags.all().count().await?, 1);
        Ok(())
    });
}

#[test]
fn a_relation_is_updated_to_another_column() {
    database::run(async || {
        let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
        let tea = product("Tea").await?;
        // The key of the product is that of the category, and a column of integers holds it.
        Product::objects().update(set!(category = F(id))).await?;
        assert_eq!(Product::objects().get(q!(pk = tea.id)).await?.category, Some(ForeignKey::to(&drinks)));
        assert_eq!(Product::objects().filter(q!(category = F(id))).count().await?, 1);
        Product::objects().update(set!(category = F(category__id))).await.expect_err("another model's column");
        let of_name = Category::objects().filter(q!(name = "Drinks")).values_list(f!(id));
        Product::objects().update(set!(category = None)).await?;
        Product::objects().update(|p| [p.category().set(rjango_orm::Expr::subquery(of_name))]).await?;
        assert_eq!(Product::objects().filter(q!(category__name = "Drinks")).count().await?, 1);
        let ada = author("Ada").await?;
        let one = article("One", &ada).await?;
        Article::objects().update(set!(answer_to = F(id))).await?;
        assert_eq!(Article::objects().one().await?.answer_to, Some(ForeignKey::to(&one)));
        Ok(())
    });
}

#[test]
fn rows_are_found_in_bulk_by_a_unique_field() {
    database::run(async || {
        let (hot, _) = (tag("hot").await?, tag("cold").await?);
        let found = Tag::objects().in_bulk_by(f!(label), ["hot", "warm"]).await?;
        assert_eq!(found.keys().collect::<Vec<_>>(), ["hot"]);
        assert_eq!(found["hot"].id, hot.id);
        assert_eq!(Tag::objects().in_bulk_by(f!(pk), [hot.id]).await?[&hot.id].label, "hot");
        let none: [&str; 0] = [];
        assert!(Tag::objects().in_bulk_by(f!(label), none).await?.is_empty());
        let error = Product::objects().in_bulk_by(f!(name), ["Tea"]).await.expect_err("not unique");
        assert_eq!(error.to_string(), "`shop.Product.name` is not unique, so a value may have several rows");
        let error =
            Product::objects().in_bulk_by(f!(tags__label), [Some("hot".to_owned())]).await.expect_err("another's");
        assert_eq!(error.to_string(), "`tags__label` is not a column of `shop.Product`");
        Ok(())
    });
}

#[test]
fn one_condition_or_the_other_but_not_both() {
    database::run(async || {
        for (name, price) in [("Tea", dec!(2)), ("Coffee", dec!(4)), ("Bread", dec!(3))] {
            Product::objects().create(Product { name: name.into(), price, ..Default::default() }).await?;
        }
        let named = || Q::<Product>::of(q!(name__contains = "e"));
        let dear = || Q::<Product>::of(q!(price__gt = 2));
        // Tea, Coffee and Bread have an e; Coffee and Bread are dear.
        assert_eq!(names(Product::objects().filter_by(named() ^ dear())).await?, ["Tea"]);
        assert_eq!(names(Product::objects().filter_by(!(named() ^ dear()))).await?, ["Bread", "Coffee"]);
        let odd = named() ^ dear() ^ Q::<Product>::of(q!(name = "Bread"));
        assert_eq!(names(Product::objects().filter_by(odd)).await?, ["Bread", "Tea"]);
        // What NULL leaves open does not hold.
        let of_category = Q::<Product>::of(q!(category__name = "Drinks"));
        assert_eq!(Product::objects().filter_by(of_category ^ named()).count().await?, 3);
        Ok(())
    });
}

#[test]
fn lists_of_values_are_counted_and_asked_for_rows() {
    database::run(async || {
        let (hot, cold) = (tag("hot").await?, tag("cold").await?);
        for (name, price) in [("Tea", dec!(2)), ("Coffee", dec!(2)), ("Bread", dec!(3))] {
            let product = Product { name: name.into(), price, ..Default::default() };
            Product::objects().create(product).await?.tags.add([&hot, &cold]).await?;
        }
        let products = Product::objects;
        assert_eq!(products().values_list(f!(price)).count().await?, 3);
        assert_eq!(products().values_list(f!(price)).distinct().count().await?, 2);
        assert_eq!(products().values_list(f!(name, name)).distinct().count().await?, 3);
        // As many as the list has.
        assert_eq!(products().values_list(f!(name, tags__label)).count().await?, 6);
        assert_eq!(products().values_list(f!(name, tags__label)).await?.len(), 6);
        assert_eq!(products().values_list(|p| (p.price(), p.id().count())).count().await?, 2);
        assert_eq!(products().order_by(f!(name)).slice(1..).values_list(f!(price)).count().await?, 2);
        assert_eq!(products().none().values_list(f!(price)).count().await?, 0);
        let both = products().union_all(products()).values_list(f!(price));
        assert_eq!(both.count().await?, 6);
        assert!(products().values_list(f!(price)).exists().await?);
        assert!(!products().filter(q!(name = "Milk")).values_list(f!(price)).distinct().exists().await?);
        assert!(!products().none().values_list(f!(price)).exists().await?);
        assert!(!products().slice(3..).values_list(f!(price)).exists().await?);
        Ok(())
    });
}
