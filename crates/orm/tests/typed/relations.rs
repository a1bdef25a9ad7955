//! Relations: loading them, the ways back, and many-to-many fields.

use crate::database;
use crate::library::models::*;
use crate::prelude::*;
use crate::shop::models::*;

async fn author(name: &str) -> Result<Author> {
    Author::objects().create(Author { name: name.into(), ..Default::default() }).await
}

async fn article(title: &str, author: &Author) -> Result<Article> {
    Article::objects()
        .create(Article { title: title.into(), author: ForeignKey::to(author), ..Default::default() })
        .await
}

#[test]
fn a_foreign_key_is_read_only_when_asked() {
    database::run(async || {
        let ada = author("Ada").await?;
        let first = article("First", &ada).await?;
        assert_eq!(first.author.loaded().map(|author| author.name.as_str()), Some("Ada"));
        let plain = Article::objects().get(q!(pk = first.id)).await?;
        assert!(plain.author.loaded().is_none());
        assert_eq!(plain.author.pk(), ada.id);
        assert_eq!(plain.author.get().await?, ada);
        let joined = Article::objects().select_related(f!(author)).get(q!(author__name = "Ada")).await?;
        assert_eq!(joined.author.loaded(), Some(&ada));
        assert_eq!(format!("{:?}", plain.author), format!("ForeignKey(Int({}))", ada.id));
        Ok(())
    });
}

#[test]
fn related_rows_are_loaded_along_paths() {
    database::run(async || {
        let (ada, bob) = (author("Ada").await?, author("Bob").await?);
        let question = article("Question", &ada).await?;
        let mut answer = article("Answer", &bob).await?;
        answer.answer_to = Some(ForeignKey::to(&question));
        answer.save().await?;
        let check = |answer: &Article, question: &Article| {
            let loaded = answer.answer_to.as_ref().and_then(ForeignKey::loaded);
            let author = loaded.and_then(|loaded| loaded.author.loaded());
            assert_eq!(author.map(|author| author.name.as_str()), Some("Ada"));
            assert!(question.answer_to.is_none());
        };
        let rows = Article::objects().order_by(f!(title)).select_related(f!(answer_to__author)).await?;
        check(&rows[0], &rows[1]);
        let rows = Article::objects().order_by(f!(title)).prefetch_related(f!(answer_to__author)).await?;
        check(&rows[0], &rows[1]);
        Ok(())
    });
}

#[test]
fn ways_back_are_methods() {
    database::run(async || {
        let (ada, bob) = (author("Ada").await?, author("Bob").await?);
        let question = article("Question", &ada).await?;
        let answer = question
            .answers()
            .create(Article { title: "Answer".into(), author: ForeignKey::to(&bob), ..Default::default() })
            .await?;
        assert_eq!(answer.answer_to.as_ref().map(ForeignKey::pk), Some(question.id));
        assert_eq!(question.answers().count().await?, 1);
        assert_eq!(bob.article_set().filter(q!(answer_to__author__name = "Ada")).one().await?.title, "Answer");
        assert_eq!(Author::objects().filter(q!(article__answers__title = "Answer")).one().await?, ada);
        let counted = Author::objects().annotate(|a| a.article().count()).await?;
        assert_eq!(counted.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [1, 1]);
        assert!(Author::default().article_set().count().await.is_err_and(|error| error.hint().is_some()));
        Ok(())
    });
}

#[test]
fn a_one_to_one_may_be_the_key() {
    database::run(async || {
        let ada = author("Ada").await?;
        Profile::objects().create(Profile { author: OneToOne::to(&ada), biography: "Counts.".into() }).await?;
        assert_eq!(ada.profile().await?.biography, "Counts.");
        assert_eq!(Profile::objects().get(q!(pk = &ada)).await?.author.pk(), ada.id);
        assert_eq!(Author::objects().filter(q!(profile__biography__contains = "ount")).count().await?, 1);
        let bob = author("Bob").await?;
        assert!(bob.profile().await.is_err_and(|error| error.is_does_not_exist()));
        Ok(())
    });
}

#[test]
fn many_to_many_rows_are_added_removed_and_loaded() {
    database::run(async || {
        let coffee = Product::objects().create(Product { name: "Coffee".into(), ..Default::default() }).await?;
        let tea = Product::objects().create(Product { name: "Tea".into(), ..Default::default() }).await?;
        let mut tags = Vec::new();
        for label in ["new", "hot", "cheap"] {
            tags.push(Tag::objects().create(Tag { label: label.into(), ..Default::default() }).await?);
        }
        let labels = async |product: &Product| product.tags.all().order_by(f!(label)).values_list(f!(label)).await;
        coffee.tags.add([&tags[0], &tags[1]]).await?;
        coffee.tags.add([tags[1].id]).await?;
        tea.tags.add([&tags[1]]).await?;
        assert_eq!(labels(&coffee).await?, ["hot", "new"]);
        assert_eq!(labels(&tea).await?, ["hot"]);
        coffee.tags.set([&tags[1], &tags[2]]).await?;
        assert_eq!(labels(&coffee).await?, ["cheap", "hot"]);
        coffee.tags.remove([&tags[2]]).await?;
        assert_eq!(labels(&coffee).await?, ["hot"]);
        assert_eq!(tags[1].product_set().count().await?, 2);
        assert_eq!(Tag::objects().filter(q!(product__name = "Tea")).count().await?, 1);

        let rows = Product::objects().order_by(f!(name)).prefetch_related(f!(tags)).await?;
        let loaded = rows[0].tags.loaded().unwrap_or_default();
        assert_eq!(loaded.iter().map(|tag| tag.label.as_str()).collect::<Vec<_>>(), ["hot"]);
        assert!(Product::objects().get(q!(name = "Tea")).await?.tags.loaded().is_none());
        coffee.tags.clear().await?;
        assert_eq!(labels(&coffee).await?.len(), 0);
        assert_eq!(labels(&tea).await?, ["hot"]);
        let made = coffee.tags.create(Tag { label: "made".into(), ..Default::default() }).await?;
        assert_eq!(coffee.tags.all().await?[0].id, made.id);
        let error = Product::default().tags.add([&made]).await.expect_err("unsaved");
        assert_eq!(error.to_string(), "the instance has no primary key yet, so nothing can refer to it");
        Ok(())
    });
}

#[test]
fn a_relation_to_itself_is_mutual() {
    database::run(async || {
        let ada = author("Ada").await?;
        let (one, two) = (article("One", &ada).await?, article("Two", &ada).await?);
        one.friends.add([&two]).await?;
        assert_eq!(two.friends.all().one().await?.title, "One");
        two.friends.remove([&one]).await?;
        assert_eq!(one.friends.all().count().await?, 0);
        Ok(())
    });
}

#[test]
fn a_through_model_is_the_join() {
    database::run(async || {
        let (ada, bob) = (author("Ada").await?, author("Bob").await?);
        let one = article("One", &ada).await?;
        Reading::objects()
            .create(Reading {
                article: ForeignKey::to(&one),
                reader: ForeignKey::to(&bob),
                minutes: 5,
                ..Default::default()
            })
            .await?;
        assert_eq!(one.readers.all().one().await?, bob);
        assert_eq!(bob.read().one().await?.title, "One");
        assert_eq!(Article::objects().filter(q!(readers__name = "Bob", reading__minutes__gt = 4)).count().await?, 1);
        let error = one.readers.add([&ada]).await.expect_err("a through model has columns of its own");
        assert!(error.hint().is_some_and(|hint| hint.ends_with("or create rows of that model")), "{error:?}");
        Ok(())
    });
}

#[test]
fn many_rows_created_by_the_way_back_are_related() {
    database::run(async || {
        let hot = Tag::objects().create(Tag { label: "hot".into(), ..Default::default() }).await?;
        let new = |name: &str| Product { name: name.into(), ..Default::default() };
        let made = hot.product_set().bulk_create(["Tea", "Coffee"].map(new)).await?;
        assert_eq!(made[1].tags.all().values_list(f!(label)).await?, ["hot"]);
        assert_eq!(hot.product_set().count().await?, 2);
        let refused = hot.product_set().bulk_create_or_ignore([new("Milk")]).await;
        assert!(refused.is_err_and(|error| error.hint().is_some()));
        assert_eq!(Product::objects().count().await?, 2);
        Ok(())
    });
}
