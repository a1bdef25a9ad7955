//! Writing: instances and query sets.

use crate::database;
use crate::library::models::*;
use crate::oracle::models::Genre;
use crate::prelude::*;
use crate::shop::models::*;

#[test]
fn saving_inserts_and_then_updates() {
    database::run(async || {
        let mut category = Category { name: "Drinks".into(), ..Default::default() };
        category.save().await?;
        assert_eq!(category.id, 1);
        category.name = "Cold drinks".into();
        category.save().await?;
        assert_eq!(Category::objects().values_list(f!(id, name)).await?, [(1, "Cold drinks".to_owned())]);
        let mut given = Category { id: Auto::new(7), name: "Food".into() };
        given.save().await?;
        assert_eq!(Category::objects().count().await?, 2);
        Category::objects().filter(q!(pk = 7)).update(set!(name = "Bread")).await?;
        given.refresh_from_db().await?;
        assert_eq!(given.name, "Bread");
        assert_eq!(given.delete().await?, 1);
        assert!(given.refresh_from_db().await.is_err_and(|error| error.is_does_not_exist()));
        assert!(Category::default().delete().await.is_err());
        Ok(())
    });
}

#[test]
fn times_set_themselves() {
    database::run(async || {
        let ada = Author::objects().create(Author { name: "Ada".into(), ..Default::default() }).await?;
        let before = chrono::Utc::now() - chrono::TimeDelta::seconds(1);
        let mut article = Article { title: "One".into(), author: ForeignKey::to(&ada), ..Default::default() };
        article.save().await?;
        assert!(article.times.created > before && article.times.updated >= article.times.created);
        let (created, updated) = (article.times.created, article.times.updated);
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        article.save().await?;
        assert_eq!(article.times.created, created);
        assert!(article.times.updated > updated);
        let rows = Article::objects().filter(q!(created = created, updated__gt = updated));
        assert_eq!(rows.one().await?.times.updated, article.times.updated);
        Ok(())
    });
}

#[test]
fn a_missing_row_is_made_once() {
    database::run(async || {
        let (drinks, created) = Category::objects().get_or_create(set!(name = "Drinks")).await?;
        assert!(created);
        let (again, created) = Category::objects().get_or_create(set!(name = "Drinks")).await?;
        assert!(!created);
        assert_eq!(again.id, drinks.id);
        let coffee = async |price: Decimal| {
            Product::objects().update_or_create(set!(name = "Coffee", category = &drinks), set!(price = price)).await
        };
        let (made, created) = coffee(dec!(3)).await?;
        assert!(created && made.price == dec!(3));
        let (changed, created) = coffee(dec!(4)).await?;
        assert!(!created && changed.id == made.id);
        assert_eq!(Product::objects().get(q!(pk = made.id)).await?.price, dec!(4));
        let (tea, created) = drinks.products().get_or_create_with(set!(name = "Tea"), set!(price = 2)).await?;
        assert!(created && tea.price == dec!(2));
        assert_eq!(tea.category.as_ref().map(ForeignKey::pk), Some(drinks.id));
        Ok(())
    });
}

#[test]
fn updates_compute_in_the_database() {
    database::run(async || {
        for (name, price) in [("Coffee", dec!(3.5)), ("Tea", dec!(2))] {
            Product::objects().create(Product { name: name.into(), price, ..Default::default() }).await?;
        }
        assert_eq!(Product::objects().update(set!(price = F(price) * 2 + dec!(0.25))).await?, 2);
        let prices: Vec<Decimal> = Product::objects().order_by(f!(name)).values_list(f!(price)).await?;
        assert_eq!(prices, [dec!(7.25), dec!(4.25)]);
        let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
        Product::objects().update(set!(category = &drinks)).await?;
        assert_eq!(drinks.products().count().await?, 2);
        Product::objects().filter(q!(name = "Tea")).update(set!(category = None)).await?;
        assert_eq!(drinks.products().count().await?, 1);
        Ok(())
    });
}

#[test]
fn deletions_follow_their_relations() {
    database::run(async || {
        let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
        let coffee = drinks.products().create(Product { name: "Coffee".into(), ..Default::default() }).await?;
        coffee.tags.create(Tag { label: "hot".into(), ..Default::default() }).await?;
        // The category, its product and the row of the join table.
        assert_eq!(drinks.delete().await?, 3);
        assert_eq!((Product::objects().count().await?, Tag::objects().count().await?), (0, 1));
        let ada = Author::objects().create(Author { name: "Ada".into(), ..Default::default() }).await?;
        let one = Article { title: "One".into(), author: ForeignKey::to(&ada), ..Default::default() };
        Article::objects().create(one).await?;
        assert!(ada.delete().await.is_err_and(|error| error.is_integrity()));
        Ok(())
    });
}

#[test]
fn a_tree_goes_with_its_root() {
    database::run_in("oracle", async || {
        let genre = |label: &str, parent: Option<&Genre>| {
            let parent = parent.map(ForeignKey::to);
            Genre::objects().create(Genre { label: label.into(), parent, ..Default::default() })
        };
        let root = genre("fiction", None).await?;
        let crime = genre("crime", Some(&root)).await?;
        genre("nordic-noir", Some(&crime)).await?;
        genre("facts", None).await?;
        assert_eq!(root.delete().await?, 3);
        assert_eq!(Genre::objects().values_list(f!(label)).await?, ["facts"]);
        Ok(())
    });
}

#[test]
fn many_rows_at_once() {
    database::run(async || {
        let tags = ["a", "b", "c"].map(|label| Tag { label: label.into(), ..Default::default() });
        let tags = Tag::objects().bulk_create(tags).await?;
        assert_eq!(tags.iter().map(|tag| tag.id).collect::<Vec<_>>(), [1, 2, 3].map(Auto::new));
        assert!(Tag::objects().bulk_create([]).await?.is_empty());
        Ok(())
    });
}

#[test]
fn constraints_refuse() {
    database::run(async || {
        Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
        let twice = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await;
        assert!(twice.is_err_and(|error| error.is_integrity()));
        let error = Article::objects().create(Article::default()).await.expect_err("no author");
        assert_eq!(error.to_string(), "`Article.author` refers to no saved row");
        let unsaved = Article { author: ForeignKey::to(&Author::default()), ..Default::default() };
        assert!(Article::objects().create(unsaved).await.is_err_and(|error| error.is_validation()));
        Ok(())
    });
}

#[test]
fn instances_check_themselves() {
    let author =
        Author { name: "A".repeat(101), email: "nobody".into(), website: Some("x".into()), ..Default::default() };
    let error = author.clean_fields().expect_err("three mistakes");
    assert_eq!(
        error.to_string(),
        "3 fields of `Author` are wrong:\n\
         `name`: ensure this value has at most 100 characters (it has 101)\n\
         `email`: enter a valid email address\n\
         `website`: enter a valid URL"
    );
    let author = Author { name: "Ada".into(), email: String::new(), website: None, ..Default::default() };
    assert!(author.clean_fields().is_ok());
}

#[test]
fn values_of_other_rows_are_found_before_they_are_saved() {
    database::run(async || {
        let message = |result: Result<()>| result.err().map(|error| error.to_string()).unwrap_or_default();
        let mut drinks = Category { name: "Drinks".into(), ..Default::default() };
        drinks.full_clean().await?;
        drinks.save().await?;
        // An instance's own row is none of the others.
        drinks.full_clean().await?;
        let mut again = Category { name: "Drinks".into(), ..Default::default() };
        let taken = "`name`: Category with this Name already exists.";
        assert_eq!(message(again.validate_unique().await), taken);
        assert_eq!(message(again.full_clean().await), taken);
        assert!(again.save().await.is_err_and(|error| error.is_integrity()));
        // What is wrong in itself is not looked for.
        again.name = "D".repeat(81);
        assert_eq!(
            message(again.full_clean().await),
            "`name`: ensure this value has at most 80 characters (it has 81)"
        );

        let ada = Author::objects().create(Author { name: "Ada".into(), ..Default::default() }).await?;
        let article = || Article { title: "One".into(), author: ForeignKey::to(&ada), ..Default::default() };
        let mut first = Article::objects().create(article()).await?;
        first.full_clean().await?;
        let mut second = article();
        assert_eq!(message(second.validate_unique().await), "Piece with this Title and Author already exists.");
        second.title = "Two".into();
        second.full_clean().await?;
        second.save().await?;
        first.title = "Two".into();
        assert!(first.full_clean().await.is_err_and(|error| error.is_validation()));

        let profile = Profile { author: OneToOne::to(&ada), biography: String::new() };
        profile.full_clean().await
    });
}
