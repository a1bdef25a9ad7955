//! One row by name and one set of rules: what the shell, templates and the admin stand on, on every engine.
#![allow(clippy::unwrap_used)]

mod page;
mod shop;

use std::collections::BTreeSet;
use std::sync::Arc;

use rjango_core::{ErrorKind, Site};
use rjango_orm::dynamic::{Argument, Instance, Objects};
use rjango_orm::execute::{self, plan_deletion};
use rjango_orm::objects::{QuerySetObject, repr, set_attribute};
use rjango_orm::{Database, Engine, Models, Value};
use shop::engine::{self, on_every_engine};
use shop::in_shop;

fn objects(model: &str) -> Objects {
    let site = Site::current().unwrap();
    Objects::new(site.require::<Models>().unwrap(), &format!("shop.{model}")).unwrap()
}

fn text(name: &str, value: impl Into<Value>) -> (String, Value) {
    (name.to_owned(), value.into())
}

/// How many statements the default database has run meanwhile.
async fn statements<T>(run: impl AsyncFnOnce() -> T) -> (T, u64) {
    let database = Database::current(None).unwrap();
    let before = database.statement_count();
    let result = run().await;
    (result, database.statement_count() - before)
}

/// Runs a test in a shop on a database of its own, where many tasks can be at work: SQLite's is a file.
async fn in_shared_shop(engine: Engine, test: impl AsyncFnOnce(Arc<Site>)) {
    let tables = engine::tables(engine, &shop::models());
    engine::in_site(engine, shop::models(), async |database| {
        database.execute_script(&tables).await.unwrap();
        test(Site::current().unwrap()).await;
    })
    .await;
}

/// Runs ten tasks at once, and gives what they gave.
async fn ten_at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    site: &Arc<Site>,
    task: impl Fn(usize) -> F,
) -> Vec<T> {
    let start = Arc::new(tokio::sync::Barrier::new(10));
    let tasks: Vec<_> = (0..10)
        .map(|number| {
            let (site, start, task) = (Arc::clone(site), Arc::clone(&start), task(number));
            tokio::spawn(site.scope(async move {
                start.wait().await;
                task.await
            }))
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

#[tokio::test]
async fn a_slice_is_neither_filtered_nor_ordered_nor_turned_round() {
    in_shop(async || {
        let slice = objects("Product").order_by(["name"]).unwrap().slice(1, Some(3));
        let refused = |result: rjango_core::Result<Objects>, what: &str| {
            let message = result.unwrap_err().to_string();
            assert_eq!(message, format!("cannot {what} a query once a slice has been taken"));
        };
        refused(slice.clone().filter([("name", "Tea")]), "filter");
        refused(slice.clone().exclude([("name", "Tea")]), "filter");
        refused(slice.clone().order_by(["pk"]), "reorder");
        refused(slice.clone().reverse(), "reverse");
        refused(slice.clone().distinct(), "make distinct");
        assert!(slice.get([("name", "Tea")]).await.is_err());
        assert!(slice.last().await.is_err());
        assert!(slice.update([("stock", 1)]).await.is_err());
        assert!(slice.delete().await.is_err());
        assert_eq!(slice.first().await.unwrap().unwrap().display(), "Coffee");
        assert_eq!(slice.count().await.unwrap(), 2);
        let none: [(&str, &str); 0] = [];
        assert_eq!(slice.clone().slice(1, Some(2)).get(none).await.unwrap().display(), "Tea");
        // Without an order nobody knows which rows a slice holds.
        assert!(objects("Product").slice(1, Some(3)).first().await.is_err());
        // A query without an order has none to turn round.
        assert!(objects("Product").reverse().unwrap().query().ordering.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_slice_beyond_every_row_is_empty() {
    in_shop(async || {
        let all = objects("Product").order_by(["pk"]).unwrap();
        for slice in [
            all.clone().slice(u64::MAX, None),
            all.clone().slice(u64::MAX - 1, Some(u64::MAX)),
            all.clone().slice(u64::MAX, None).slice(u64::MAX, Some(u64::MAX)),
            all.clone().slice(3, Some(1)),
        ] {
            assert!(slice.all().await.unwrap().is_empty());
            assert_eq!(slice.count().await.unwrap(), 0);
            assert!(!slice.exists().await.unwrap());
        }
        assert_eq!(all.clone().slice(0, Some(u64::MAX)).all().await.unwrap().len(), 4);
        assert_eq!(all.slice(3, Some(u64::MAX)).all().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_get_reads_no_more_rows_than_tell_how_many_there_are() {
    in_shop(async || {
        for number in 0..30 {
            objects("Tag").create([("label", format!("tag-{number}"))]).await.unwrap();
        }
        let error = objects("Tag").get([("label__startswith", "tag-")]).await.unwrap_err();
        assert_eq!(error.to_string(), "expected one `Tag`, found more than 20");
        let error = objects("Tag").get([("label__startswith", "tag-1")]).await.unwrap_err();
        assert_eq!(error.to_string(), "expected one `Tag`, found 11");
        assert_eq!(error.kind(), ErrorKind::MultipleObjectsReturned);
        let error = objects("Tag").get([("label", "nothing")]).await.unwrap_err();
        assert_eq!(error.to_string(), "`Tag` matching query does not exist");
    })
    .await;
}

#[tokio::test]
async fn walking_a_query_is_one_query_of_all_its_rows() {
    in_shop(async || {
        let rows = (0..300).map(|number| vec![Value::Text(format!("row-{number:03}")), Value::Int(7)]);
        let rows = rows.map(|mut row| {
            row.extend([Value::from("1.00"), Value::Bool(true), "2026-01-01".into()]);
            row
        });
        let fields = ["name", "stock", "price", "active", "created"];
        execute::insert("shop.Product", &fields, rows.collect(), None).await.unwrap();
        let (page, count) = statements(async || {
            // Every row is equal to every other in this order.
            let rows = objects("Product").filter([("stock", 7)]).unwrap().order_by(["stock"]).unwrap();
            let rows = QuerySetObject::value(rows);
            let page = page::texts(&rows).await.unwrap();
            assert_eq!((rows.len(), rows.is_true()), (Some(300), true));
            assert_eq!(page::texts(&rows).await.unwrap(), page);
            page
        })
        .await;
        assert_eq!(count, 1);
        assert_eq!(page.iter().filter(|row| row.starts_with("row-")).collect::<BTreeSet<_>>().len(), 300);
        // As Django, a look at a query that was not walked reads what it shows.
        let ((shown, second), count) = statements(async || {
            let rows = objects("Product").filter([("stock", 7)]).unwrap().order_by(["name"]).unwrap();
            let rows = QuerySetObject::value(rows);
            (repr(&rows).await.unwrap(), page::show(&rows, "1").await.unwrap())
        })
        .await;
        assert_eq!((second.as_str(), count), ("row-001", 2));
        assert!(shown.unwrap().ends_with("<Product: row-019>, '...(remaining elements truncated)...']>"));
    })
    .await;
}

#[tokio::test]
async fn a_related_row_is_read_once_and_stays_one_object() {
    in_shop(async || {
        let (shown, count) = statements(async || {
            let mut names = page::globals();
            names.insert("tea".to_owned(), page::evaluate("Product.objects.get(name='Tea')", &names).await.unwrap());
            let category = page::evaluate("tea.category", &names).await.unwrap();
            set_attribute(&category, "name", &"Warm".into()).unwrap();
            page::evaluate("tea.category.save()", &names).await.unwrap();
            let mut shown = String::new();
            for line in ["tea.category.name", "tea.category.pk", "tea.category_id"] {
                shown.push_str(&page::evaluate(line, &names).await.unwrap().text());
            }
            shown
        })
        .await;
        assert_eq!((shown.as_str(), count), ("Warm33", 3));
        assert!(objects("Category").filter([("name", "Warm")]).unwrap().exists().await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_moment_of_the_shell_finds_its_row_to_the_microsecond() {
    in_shop(async || {
        let source = "Product.objects.filter(created=Product.objects.get(name='Coffee').created)";
        let found = page::shown(source, &page::globals()).await.unwrap();
        assert_eq!(found, "<QuerySet [<Product: Coffee>]>");
    })
    .await;
}

#[tokio::test]
async fn an_instance_that_was_never_saved_stands_for_no_row() {
    in_shop(async || {
        let unsaved = Instance::new(Arc::clone(objects("Category").meta())).unwrap();
        for lookup in ["category", "category__in", "category__exact", "category_id"] {
            let rows = objects("Product").filter([(lookup, Argument::from(&unsaved))]).unwrap();
            let error = rows.delete().await.unwrap_err();
            let reason = if lookup == "category__in" { "takes a list or a query" } else { "unsaved" };
            assert!(error.to_string().contains(reason), "{lookup}: {error}");
        }
        for source in [
            "Product.objects.filter(category=Category(name='x')).delete()",
            "Product.objects.exclude(category__in=[Category(name='x')])",
            "Product.objects.create(name='x', price=1, category=Category(name='x'))",
            "Product(category=Category(name='x'))",
            "Product.objects.update(category=Category(name='x'))",
            "Category.objects.get(name='Hot').products.filter(category=Category(name='x'))",
        ] {
            let error = page::shown(source, &page::globals()).await.unwrap_err().to_string();
            assert!(error.contains("is not saved") || error.contains("unsaved"), "{source}: {error}");
        }
        assert_eq!(objects("Product").count().await.unwrap(), 4);
    })
    .await;
}

#[tokio::test]
async fn saving_over_a_row_keeps_when_it_was_made() {
    in_shop(async || {
        let made = objects("Product").get([("pk", 1)]).await.unwrap().get("created").unwrap().clone();
        let mut over = Instance::new(Arc::clone(objects("Product").meta())).unwrap();
        for (name, value) in [("id", Value::Int(1)), ("name", "Mocha".into()), ("price", "5.00".into())] {
            over.set(name, value).unwrap();
        }
        over.save().await.unwrap();
        let now = objects("Product").get([("pk", 1)]).await.unwrap();
        assert_eq!((now.get("name").unwrap(), now.get("created").unwrap()), (&"Mocha".into(), &made));
        // One that was read may set it.
        let mut read = now.clone();
        read.set("created", "2020-02-02").unwrap();
        read.save().await.unwrap();
        read.refresh().await.unwrap();
        assert_eq!(read.get("created").unwrap().to_string(), "2020-02-02 00:00:00+00:00");
    })
    .await;
}

#[tokio::test]
async fn a_required_relation_is_missed_before_the_database_is_asked() {
    in_shop(async || {
        let (error, count) =
            statements(async || objects("Review").create([("stars", Value::Int(3))]).await.unwrap_err()).await;
        assert_eq!((error.to_string().as_str(), count), ("`Review.product` refers to no saved row", 0));
        assert!(error.is_validation());
    })
    .await;
}

#[tokio::test]
async fn a_refusal_of_a_unique_constraint_names_the_fields() {
    in_shop(async || {
        let fields = |error: &rjango_core::Error| {
            assert!(error.is_integrity(), "{error:?}");
            error.fields().to_vec()
        };
        let error = objects("Category").create([("name", "Hot")]).await.unwrap_err();
        assert_eq!(fields(&error), ["name"]);
        assert_eq!(error.to_string(), "another row of `shop.Category` has the same `name`");
        assert!(error.constraint().is_some());
        let error = objects("Category").filter([("name", "Hot")]).unwrap().update([("name", "Food")]).await;
        assert_eq!(fields(&error.unwrap_err()), ["name"]);
        let error = objects("Tag").create([("id", Value::Int(1)), ("label", "other".into())]).await.unwrap_err();
        assert_eq!(fields(&error), ["id"]);
        let error = objects("Warranty").create([("product", 3), ("years", 1)]).await.unwrap_err();
        assert_eq!(fields(&error), ["product"]);
        let pair = vec![vec![Value::Int(1), Value::Int(1)]];
        let error = execute::insert("shop.Product_tags", &["product", "tag"], pair, None).await.unwrap_err();
        assert_eq!(fields(&error), ["product", "tag"]);
        assert_eq!(error.to_string(), "another row of `shop.Product_tags` has the same `product` and `tag`");
        // Other constraints are about no other row.
        let review = [("product", Value::Int(1)), ("stars", 9.into()), ("text", "x".into())];
        let error = objects("Review").create(review).await.unwrap_err();
        assert!(error.is_integrity() && error.fields().is_empty(), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn a_plan_of_a_deletion_says_what_goes_and_what_forbids_it() {
    in_shop(async || {
        let labels = |rows: Vec<&execute::PlannedRows>| {
            rows.into_iter().map(|rows| rows.meta().schema.label()).collect::<BTreeSet<_>>()
        };
        let hot = objects("Category").filter([("name", "Hot")]).unwrap();
        let plan = plan_deletion(hot.query()).await.unwrap();
        assert_eq!(plan.objections().count(), 0);
        let expected = ["shop.Category", "shop.Product", "shop.Product_tags", "shop.Review", "shop.Warranty"];
        assert_eq!(labels(plan.rows().collect()), expected.map(str::to_owned).into());
        assert_eq!(objects("Product").count().await.unwrap(), 4);
        assert_eq!(plan.run().await.unwrap().total, 9);
        assert_eq!(objects("Product").count().await.unwrap(), 2);

        objects("Product").filter([("pk", 3)]).unwrap().update([("supplier", 1)]).await.unwrap();
        let plan = plan_deletion(objects("Supplier").query()).await.unwrap();
        let objections: Vec<_> = plan.objections().collect();
        assert_eq!(labels(objections.clone()), ["shop.Product".to_owned()].into());
        let rows = Objects::of(Arc::clone(objections[0].meta()));
        let rows = rows.with_query(objections[0].queries().next().unwrap()).all().await.unwrap();
        assert_eq!(rows.iter().map(Instance::display).collect::<Vec<_>>(), ["Bread"]);
        let error = plan.run().await.unwrap_err();
        assert_eq!(error.constraint(), Some("shop.Product.supplier"));
        assert_eq!(objects("Supplier").count().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn leaving_out_rows_that_are_there_leaves_out_no_others() {
    in_shop(async || {
        let pairs = vec![vec![Value::Int(1), Value::Int(1)], vec![Value::Int(1), Value::Int(999)]];
        let database = Database::current(None).unwrap();
        let result = database
            .atomic(async || {
                let ignore = execute::Conflict::Ignore;
                execute::upsert("shop.Product_tags", &["product", "tag"], pairs, &ignore, None).await
            })
            .await;
        assert!(result.unwrap_err().is_integrity());
    })
    .await;
}

async fn rows_related_by_ten_tasks_at_once_are_related_once(engine: Engine) {
    in_shared_shop(engine, async |site| {
        let product = objects("Product").create([("name", "Coffee"), ("price", "3.50")]).await.unwrap();
        let mut tags = Vec::new();
        for label in ["a", "b", "c", "d"] {
            tags.push(objects("Tag").create([("label", label)]).await.unwrap().pk().clone());
        }
        for _ in 0..5 {
            product.many("tags").unwrap().clear().await.unwrap();
            let results = ten_at_once(&site, |number| {
                let (product, mut tags) = (product.clone(), tags.clone());
                tags.rotate_left(number % 4);
                async move { product.many("tags")?.add(tags).await }
            })
            .await;
            for result in results {
                result.unwrap();
            }
            assert_eq!(product.many("tags").unwrap().keys().await.unwrap().len(), 4);
        }
    })
    .await;
}

async fn of_ten_who_set_rows_at_once_one_is_the_last(engine: Engine) {
    in_shared_shop(engine, async |site| {
        let product = objects("Product").create([("name", "Coffee"), ("price", "3.50")]).await.unwrap();
        let mut tags = Vec::new();
        for number in 0..20 {
            tags.push(objects("Tag").create([("label", format!("tag-{number}"))]).await.unwrap().pk().clone());
        }
        for _ in 0..3 {
            let results = ten_at_once(&site, |number| {
                let (product, pair) = (product.clone(), tags[2 * number..2 * number + 2].to_vec());
                async move { product.many("tags")?.set(pair).await }
            })
            .await;
            for result in results {
                result.unwrap();
            }
            let mut keys = product.many("tags").unwrap().keys().await.unwrap();
            keys.sort_by_key(|key| key.as_int());
            assert!(tags.chunks(2).any(|pair| pair == keys), "{keys:?}");
        }
    })
    .await;
}

async fn ten_who_get_or_create_a_row_at_once_make_one(engine: Engine) {
    in_shared_shop(engine, async |site| {
        for round in 0..5 {
            let label = format!("label-{round}");
            let results = ten_at_once(&site, |_| {
                let fields = vec![text("label", label.as_str())];
                async move { objects("Tag").get_or_create(fields, Vec::new()).await }
            })
            .await;
            let results: Vec<(Instance, bool)> = results.into_iter().map(Result::unwrap).collect();
            assert_eq!(results.iter().filter(|(_, made)| *made).count(), 1);
            assert_eq!(results.iter().map(|(row, _)| row.pk().to_string()).collect::<BTreeSet<_>>().len(), 1);
        }
    })
    .await;
}

async fn ten_who_update_or_create_a_row_at_once_make_one(engine: Engine) {
    in_shared_shop(engine, async |site| {
        let parents: Vec<i64> = {
            let mut parents = Vec::new();
            for number in 0..10 {
                let parent = objects("Category").create([("name", format!("parent-{number}"))]).await.unwrap();
                parents.push(parent.pk().as_int().unwrap());
            }
            parents
        };
        for round in 0..3 {
            let name = format!("name-{round}");
            let results = ten_at_once(&site, |number| {
                let (fields, values) = (vec![text("name", name.as_str())], vec![text("parent", parents[number])]);
                async move { objects("Category").update_or_create(fields, values).await }
            })
            .await;
            let made: Vec<bool> = results.into_iter().map(|result| result.unwrap().1).collect();
            assert_eq!(made.iter().filter(|made| **made).count(), 1);
            let row = objects("Category").get([("name", name.as_str())]).await.unwrap();
            assert!(parents.contains(&row.get("parent").unwrap().as_int().unwrap()));
        }
    })
    .await;
}

async fn ten_who_save_a_row_of_one_key_at_once_make_one(engine: Engine) {
    in_shared_shop(engine, async |site| {
        for round in 0..10 {
            let key = 1_000 + round;
            let results = ten_at_once(&site, |number| async move {
                // In a block and without one; what is saved in a block is in one transaction with what follows.
                let save = async || {
                    let mut row = Instance::new(Arc::clone(objects("Category").meta()))?;
                    row.set("id", key)?;
                    row.set("name", format!("{key}-{number}"))?;
                    row.save().await
                };
                if number % 2 == 0 { save().await } else { Database::current(None)?.atomic(save).await }
            })
            .await;
            for result in results {
                result.unwrap();
            }
            let names = objects("Category").filter([("id", key)]).unwrap().values(&["name"]).await.unwrap();
            assert_eq!(names.len(), 1);
            assert!(names[0][0].to_string().starts_with(&format!("{key}-")));
        }
        // Other constraints are not taken for the key's.
        let mut row = Instance::new(Arc::clone(objects("Category").meta())).unwrap();
        row.set("id", 2_000).unwrap();
        row.set("name", "another").unwrap();
        row.set("parent", 999_999).unwrap();
        assert_eq!(row.save().await.unwrap_err().kind(), ErrorKind::Integrity);
        assert_eq!(objects("Category").filter([("id", 2_000)]).unwrap().count().await.unwrap(), 0);
    })
    .await;
}

on_every_engine!(
    rows_related_by_ten_tasks_at_once_are_related_once,
    ten_who_get_or_create_a_row_at_once_make_one,
    ten_who_update_or_create_a_row_at_once_make_one,
    ten_who_save_a_row_of_one_key_at_once_make_one,
    of_ten_who_set_rows_at_once_one_is_the_last,
);
