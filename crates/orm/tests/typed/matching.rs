//! Regular expressions, on each engine in its own syntax.

use crate::database;
use crate::prelude::*;
use crate::shop::models::*;

async fn tags(labels: &[&str]) -> Result<()> {
    let tags = labels.iter().map(|label| Tag { label: (*label).into(), ..Default::default() });
    Tag::objects().bulk_create(tags).await?;
    Ok(())
}

async fn labels(tags: QuerySet<Tag>) -> Result<Vec<String>> {
    let mut labels: Vec<String> = tags.values_list(f!(label)).await?;
    labels.sort();
    Ok(labels)
}

#[test]
fn regular_expressions_match_a_part_of_the_text() {
    database::run(async || {
        tags(&["Green tea", "tea", "Tea 12", "a.b", "Ärger", "C:\\new", "50%"]).await?;
        let all = || Tag::objects();
        assert_eq!(labels(all().filter(q!(label__regex = "tea"))).await?, ["Green tea", "tea"]);
        assert_eq!(labels(all().filter(q!(label__iregex = "TEA"))).await?, ["Green tea", "Tea 12", "tea"]);
        assert_eq!(labels(all().filter(q!(label__regex = "^[Tt]ea"))).await?, ["Tea 12", "tea"]);
        assert_eq!(labels(all().filter(q!(label__regex = "^tea$|[0-9]{2}"))).await?, ["50%", "Tea 12", "tea"]);
        // The case that a pattern ignores, it ignores in every branch.
        assert_eq!(labels(all().filter(q!(label__iregex = "^zzz|^green|^A\\.B"))).await?, ["Green tea", "a.b"]);
        assert_eq!(labels(all().filter(q!(label__iregex = "^ä"))).await?, ["Ärger"]);
        assert_eq!(labels(all().filter(q!(label__regex = "^.rger"))).await?, ["Ärger"]);
        assert_eq!(labels(all().filter(q!(label__regex = "a\\.b|\\\\new"))).await?, ["C:\\new", "a.b"]);
        assert_eq!(labels(all().filter(q!(label__regex = "%$"))).await?, ["50%"]);
        assert_eq!(labels(all().exclude(q!(label__iregex = "e|a|0|\\\\"))).await?, [] as [&str; 0]);
        // The pattern may come from the row, and the text may be computed.
        assert_eq!(all().filter(q!(label__iregex = F(label))).exclude(q!(label__regex = "\\\\")).count().await?, 6);
        assert_eq!(labels(all().filter(|t| t.label().lower().regex("^green"))).await?, ["Green tea"]);
        Ok(())
    });
}

#[test]
fn regular_expressions_skip_null_and_cross_relations() {
    database::run(async || {
        let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
        for (name, category) in [("Tea", Some(ForeignKey::to(&drinks))), ("Voucher", None)] {
            Product::objects().create(Product { name: name.into(), category, ..Default::default() }).await?;
        }
        let names = async |products: QuerySet<Product>| products.order_by(f!(name)).values_list(f!(name)).await;
        let all = || Product::objects();
        assert_eq!(names(all().filter(q!(category__name__regex = "^Dr.nks$"))).await?, ["Tea"]);
        // As Django: a row without the value does not match, so that `exclude` keeps it.
        assert_eq!(names(all().exclude(q!(category__name__regex = "^Dr"))).await?, ["Voucher"]);
        let by_name = database::objects("shop.Product")?.filter([("category__name__iregex", "^DR")])?;
        assert_eq!(by_name.count().await?, 1);
        // A number is matched by its text.
        let by_name = database::objects("shop.Product")?.filter([("price__regex", "^0")])?;
        assert_eq!(by_name.count().await?, 2);
        Ok(())
    });
}

#[test]
fn a_wrong_pattern_is_a_clear_error() {
    database::run(async || {
        tags(&["tea"]).await?;
        let error = Tag::objects().filter(q!(label__regex = "tea(")).count().await.expect_err("no pattern");
        assert_eq!(error.kind(), rjango_core::ErrorKind::Database);
        assert!(error.hint().is_some_and(|hint| hint.contains("write the pattern of `regex` in")), "{error:?}");
        if rjango_orm::Database::current(None)?.engine() == rjango_orm::Engine::Sqlite {
            let told = "the database refused: `tea(` is no regular expression: unclosed group";
            assert_eq!(error.to_string(), told);
        }
        assert_eq!(Tag::objects().filter(q!(label__regex = "tea")).count().await?, 1);
        Ok(())
    });
}
