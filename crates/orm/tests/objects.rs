//! What templates and the shell see.
#![allow(clippy::unwrap_used)]

mod page;
mod shop;

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use expect_test::{Expect, expect};
use page::{evaluate, get, globals, load, show, shown, texts, told, waited, walk};
use rjango_core::checks::{CheckContext, run_checks};
use rjango_core::{Result, Site};
use rjango_orm::dynamic::{Instance, Objects};
use rjango_orm::objects::{InstanceObject, QuerySetObject, set_attribute, template_value, value};
use rjango_orm::{Database, Models};
use rjango_templates::{Attribute, Shape, Value};
use shop::in_shop;

fn objects(model: &str) -> Objects {
    let site = Site::current().unwrap();
    Objects::new(site.require::<Models>().unwrap(), &format!("shop.{model}")).unwrap()
}

async fn row(model: &str, key: i64) -> Value {
    InstanceObject::value(objects(model).get([("pk", key)]).await.unwrap())
}

/// How many statements the default database has run meanwhile.
async fn statements<T>(run: impl AsyncFnOnce() -> T) -> (T, u64) {
    let database = Database::current(None).unwrap();
    let before = database.statement_count();
    let result = run().await;
    (result, database.statement_count() - before)
}

/// Runs lines of the shell one after the other and shows the last as the shell does.
async fn shell(lines: &'static [&'static str], expected: Expect) {
    in_shop(async || {
        let mut last = String::new();
        for line in lines {
            last = shown(line, &globals()).await.unwrap_or_else(|error| told(&error));
        }
        expected.assert_eq(&last);
    })
    .await;
}

fn refusal(value: &Value, name: &str) -> String {
    match value.attribute(name) {
        Attribute::Refused(error) => told(&error),
        Attribute::Value(value) => panic!("`{name}` is {value:?}"),
        Attribute::Later(_) => panic!("`{name}` must be waited for"),
        Attribute::Unknown => panic!("`{name}` is unknown"),
    }
}

#[tokio::test]
async fn a_query_set_shows_its_rows() {
    shell(
        &["Product.objects.filter(price__lt=4, category__name='Hot').order_by('-name')"],
        expect!["<QuerySet [<Product: Tea>, <Product: Coffee>]>"],
    )
    .await;
    shell(&["Product.objects.all().__slice__(None, 2)"], expect!["<QuerySet [<Product: Coffee>, <Product: Tea>]>"])
        .await;
    shell(&["Product.objects.all()[0]"], expect!["<Product: Coffee>"]).await;
    shell(&["Product.objects"], expect!["<Manager of 'shop.Product'>"]).await;
    shell(
        &["Category.objects.get(name='Hot').products.all()"],
        expect!["<QuerySet [<Product: Coffee>, <Product: Tea>]>"],
    )
    .await;
    shell(&["[Product.objects.filter(pk=1), 'a', None]"], expect!["[<QuerySet [<Product: Coffee>]>, 'a', None]"]).await;
}

#[tokio::test]
async fn a_long_query_set_is_cut() {
    in_shop(async || {
        for label in 0..25 {
            objects("Tag").create([("label", format!("tag-{label}"))]).await.unwrap();
        }
        let tags = shown("Tag.objects.order_by('-pk')", &globals()).await.unwrap();
        assert_eq!(tags.matches("<Tag: Tag object").count(), 20);
        assert!(tags.ends_with(", '...(remaining elements truncated)...']>"));
    })
    .await;
}

#[tokio::test]
async fn methods_answer_with_values() {
    shell(&["Product.objects.create(name='Coffee', price='3.50')"], expect!["<Product: Coffee>"]).await;
    shell(&["Product.objects.create(name='Juice', price=2.25).price"], expect!["Decimal('2.25')"]).await;
    shell(&["Product.objects.filter(name='Tea').update(price=9)"], expect!["1"]).await;
    shell(
        &["Product.objects.filter(name='Tea').delete()"],
        expect!["(4, {'shop.Product': 1, 'shop.Product_tags': 2, 'shop.Review': 1})"],
    )
    .await;
    shell(
        &["Product.objects.order_by('name').values_list('name', flat=True)"],
        expect!["['Bread', 'Coffee', 'Tea', 'Water']"],
    )
    .await;
    shell(&["Product.objects.filter(pk=1).values_list('name', 'price')"], expect!["[('Coffee', Decimal('3.50'))]"])
        .await;
    shell(&["Product.objects.filter(pk__in=[1, 2]).values('name')"], expect!["[{'name': 'Coffee'}, {'name': 'Tea'}]"])
        .await;
    shell(&["Category.objects.get_or_create(name='Hot')"], expect!["(<Category: Category object (3)>, False)"]).await;
    shell(&["Product.objects.first().category.parent.name"], expect!["'Drinks'"]).await;
    shell(&["Product.objects.last().category"], expect![""]).await;
    shell(
        &["Product.objects.first().tags.add(3)", "Product.objects.first().tags.all()"],
        expect!["<QuerySet [<Tag: Tag object (1)>, <Tag: Tag object (3)>]>"],
    )
    .await;
    shell(
        &["Product.objects.first().tags.set([Tag.objects.get(pk=2)])", "Product.objects.first().tags.all()"],
        expect!["<QuerySet [<Tag: Tag object (2)>]>"],
    )
    .await;
    shell(
        &[
            "Product.objects.first().tags.create(label='new')",
            "Product.objects.first().tags.filter(label='new').count()",
        ],
        expect![[r#"1"#]],
    )
    .await;
    shell(
        &[
            "Category.objects.get(name='Hot').products.create(name='Chai', price=2)",
            "Product.objects.get(name='Chai').category.name",
        ],
        expect!["'Hot'"],
    )
    .await;
    shell(&["Product(name='New').pk"], expect![""]).await;
    shell(&["Product.objects.filter(category__in=Category.objects.filter(name='Hot')).count()"], expect!["2"]).await;
    shell(
        &["Product.objects.filter(reviews__in=Product.objects.first().reviews).first()"],
        expect!["<Product: Coffee>"],
    )
    .await;
}

#[tokio::test]
async fn mistakes_are_told_with_the_hint() {
    shell(&["Product.objects.filter(pirce=1)"], expect![[r#"
        `shop.Product` has no field `pirce`
        hint: did you mean `price`? the choices are: active, category, created, id, name, price, reviews, stock, supplier, tags, warranty"#]]).await;
    shell(&["Product.objects.get(name='Nothing')"], expect!["`Product` matching query does not exist"]).await;
    shell(
        &["Product.objects.delete()"],
        expect![[r#"
            a manager has no method `delete`
            hint: call `all().delete()` to delete every row"#]],
    )
    .await;
    shell(&["Product.objects.filtre(name='x')"], expect![[r#"
        a query set has no method `filtre`
        hint: the methods are: all, count, create, delete, distinct, exclude, exists, filter, first, get, get_or_create, last, none, order_by, reverse, select_related, update, update_or_create, using, values, values_list"#]]).await;
    shell(&["Product.objects.count(1)"], expect!["`count()` does not take the argument `1`"]).await;
    shell(&["Product.objects.count(of='x')"], expect!["`count()` has no argument `of`"]).await;
    shell(&["Product.objects.order_by(1)"], expect!["`order_by()` takes names as texts, found `1`"]).await;
    shell(&["Product.objects.filter('name')"], expect!["`filter()` does not take the argument `'name'`"]).await;
    shell(&["Product.objects.first().tags.set(1)"], expect!["`set()` takes a list"]).await;
    shell(
        &["Product.objects.get_or_create(name='x', defaults=1)"],
        expect!["`get_or_create()` takes a mapping as `defaults`, found `1`"],
    )
    .await;
    shell(
        &["Product.objects.first().sell()"],
        expect![[r#"
            an instance has no method `sell`
            hint: the methods are: save, delete, refresh_from_db, get_next_by_created, get_previous_by_created"#]],
    )
    .await;
    shell(
        &["Product.objects.first().name()"],
        expect![[r#"
            `Product.name` is a field, and a field is not called
            hint: write `name` without parentheses"#]],
    )
    .await;
}

#[tokio::test]
async fn an_instance_has_its_fields_as_what_they_are() {
    in_shop(async || {
        let coffee = row("Product", 1).await;
        assert!(matches!(coffee.attribute("price"), Attribute::Value(Value::Decimal(_))));
        assert!(matches!(coffee.attribute("created"), Attribute::Value(Value::DateTime(_))));
        assert!(matches!(coffee.attribute("active"), Attribute::Value(Value::Bool(true))));
        assert!(matches!(coffee.attribute("pk"), Attribute::Value(Value::Int(1))));
        assert!(matches!(coffee.attribute("category_id"), Attribute::Value(Value::Int(3))));
        assert!(matches!(coffee.attribute("supplier"), Attribute::Value(Value::None)));
        assert!(matches!(coffee.attribute("naem"), Attribute::Unknown));
        assert!(matches!(coffee.attribute("_meta"), Attribute::Unknown));
        assert_eq!(coffee.type_name(), "Product");
        assert_eq!((coffee.text().as_ref(), coffee.repr().as_str()), ("Coffee", "<Product: Coffee>"));
        assert!(coffee.equals(&row("Product", 1).await) && !coffee.equals(&row("Product", 2).await));
        assert!(!coffee.equals(&row("Category", 1).await));
        let Value::Object(object) = &coffee else { panic!("{coffee:?}") };
        assert_eq!((object.shape(), object.is_true(), object.len()), (Shape::Plain, true, None));
        let names = object.attribute_names().join(" ");
        assert_eq!(
            names,
            "active category category_id created get_next_by_created get_previous_by_created id name pk price reviews \
             stock supplier supplier_id tags warranty"
        );
        // Every name leads somewhere.
        for name in object.attribute_names() {
            assert!(!matches!(object.attribute(&name), Attribute::Unknown), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_related_row_is_read_once_and_stays_one_object() {
    in_shop(async || {
        let coffee = row("Product", 1).await;
        let ((), count) = statements(async || {
            assert_eq!(show(&coffee, "category.name").await.unwrap(), "Hot");
            assert_eq!(show(&coffee, "category.parent.name").await.unwrap(), "Drinks");
            assert_eq!(show(&coffee, "category").await.unwrap(), "Category object (3)");
        })
        .await;
        assert_eq!(count, 2);
        let one = get(&coffee, "category").await.unwrap();
        set_attribute(&one, "name", &"Warm".into()).unwrap();
        assert_eq!(show(&coffee, "category.name").await.unwrap(), "Warm");
        // Another row takes its place where the key changes.
        set_attribute(&coffee, "category", &row("Category", 2).await).unwrap();
        assert_eq!(show(&coffee, "category.name").await.unwrap(), "Food");
    })
    .await;
}

#[tokio::test]
async fn a_row_that_is_not_there_is_nothing_and_an_empty_key_is_none() {
    in_shop(async || {
        assert!(get(&row("Product", 1).await, "warranty").await.unwrap().is_undefined());
        assert!(get(&row("Product", 1).await, "supplier").await.unwrap().is_none());
        assert_eq!(show(&row("Product", 3).await, "warranty.years").await.unwrap(), "2");
    })
    .await;
}

#[tokio::test]
async fn a_relation_is_walked_counted_tested_and_indexed_and_read_once() {
    in_shop(async || {
        let tea = row("Product", 2).await;
        let ((), count) = statements(async || {
            let tags = get(&tea, "tags").await.unwrap();
            assert_eq!(walk(&tags).await.unwrap().len(), 2);
            assert_eq!((tags.len(), tags.is_true()), (Some(2), true));
            assert_eq!(show(&tea, "tags.0.label").await.unwrap(), show(&tea, "tags.first.label").await.unwrap());
            for (path, expected) in [("count", "2"), ("exists", "True"), ("all.count", "2"), ("last.label", "hidden")] {
                assert_eq!(show(&tea, &format!("tags.{path}")).await.unwrap(), expected, "{path}");
            }
            assert_eq!(texts(&get(&tea, "tags.all").await.unwrap()).await.unwrap().len(), 2);
            assert!(matches!(tags.attribute("2"), Attribute::Unknown));
        })
        .await;
        assert_eq!(count, 1);
        let hot = row("Category", 3).await;
        assert_eq!(texts(&get(&hot, "products").await.unwrap()).await.unwrap(), ["Coffee", "Tea"]);
        let food = row("Category", 1).await;
        let products = get(&food, "products").await.unwrap();
        load(&products).await.unwrap();
        assert!(!products.is_true() && products.is_empty());
        assert_eq!(show(&food, "products").await.unwrap(), "shop.Product.None");
        let tag = row("Tag", 1).await;
        assert_eq!(texts(&get(&tag, "product_set").await.unwrap()).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_relation_answers_before_it_was_read_by_a_query_for_each_question() {
    in_shop(async || {
        let hot = row("Category", 3).await;
        let ((), count) = statements(async || {
            for _ in 0..2 {
                assert_eq!(show(&hot, "products.count").await.unwrap(), "2");
                assert_eq!(show(&hot, "products.exists").await.unwrap(), "True");
                assert_eq!(show(&hot, "products.first").await.unwrap(), "Coffee");
                assert_eq!(show(&hot, "products.last").await.unwrap(), "Tea");
                assert_eq!(show(&hot, "products.1").await.unwrap(), "Tea");
                assert!(get(&hot, "products.7").await.unwrap().is_undefined());
                assert_eq!(texts(&get(&hot, "products.reverse").await.unwrap()).await.unwrap().len(), 2);
                assert!(walk(&get(&hot, "products.none").await.unwrap()).await.unwrap().is_empty());
                assert_eq!(show(&hot, "products.values.0.name").await.unwrap(), "Coffee");
            }
        })
        .await;
        // Each is asked once.
        assert_eq!(count, 8);
    })
    .await;
}

#[tokio::test]
async fn a_query_set_is_read_once_and_counts_what_it_read() {
    in_shop(async || {
        let products = QuerySetObject::value(objects("Product").order_by(["-price"]).unwrap());
        let Value::Object(object) = &products else { panic!("{products:?}") };
        assert_eq!(object.shape(), Shape::Sequence);
        assert!(object.items().is_none() && object.len().is_none());
        let ((), count) = statements(async || {
            assert_eq!(texts(&products).await.unwrap(), ["Bread", "Coffee", "Tea", "Water"]);
            assert!(object.load().is_none());
            assert_eq!(products.len(), Some(4));
            for (path, expected) in [
                ("count", "4"),
                ("exists", "True"),
                ("first", "Bread"),
                ("last", "Water"),
                ("2", "Tea"),
                ("all.3", "Water"),
            ] {
                assert_eq!(show(&products, path).await.unwrap(), expected, "{path}");
            }
            assert!(products.contains(&products.items().unwrap().next().unwrap()).unwrap());
        })
        .await;
        assert_eq!(count, 1);
        assert_eq!(
            products.text(),
            "<QuerySet [<Product: Bread>, <Product: Coffee>, <Product: Tea>, <Product: Water>]>"
        );
        let manager = QuerySetObject::manager(objects("Product"));
        let Value::Object(object) = &manager else { panic!("{manager:?}") };
        assert!(object.load().is_none() && object.items().is_none() && object.len().is_none() && manager.is_true());
        assert_eq!(object.shape(), Shape::Plain);
    })
    .await;
}

#[tokio::test]
async fn what_changes_rows_and_what_needs_arguments_is_refused() {
    in_shop(async || {
        let coffee = row("Product", 1).await;
        let products = QuerySetObject::value(objects("Product"));
        let tags = get(&coffee, "tags").await.unwrap();
        let (answers, count) = statements(async || {
            let changing = [
                (&coffee, vec!["save", "delete"]),
                (&products, vec!["create", "delete", "update", "get_or_create", "update_or_create", "bulk_create"]),
                (&tags, vec!["add", "remove", "set", "clear", "create", "delete", "get_or_create"]),
            ];
            for (value, names) in changing {
                for name in names {
                    assert_eq!(
                        refusal(value, name),
                        format!(
                            "`{name}()` changes the database, and a template only shows it\nhint: call it in the view"
                        )
                    );
                }
            }
            for name in ["filter", "exclude", "order_by", "select_related", "annotate", "aggregate", "using"] {
                let expected = format!(
                    "`{name}()` takes arguments, and a template cannot give it any\n\
                     hint: call it in the view, and put what it gives into the context"
                );
                assert_eq!(refusal(&products, name), expected);
                assert_eq!(refusal(&tags, name), expected);
            }
            refusal(&coffee, "refresh_from_db")
        })
        .await;
        assert_eq!(
            answers,
            "`refresh_from_db()` reads the row again, and a template does not call it\nhint: call it in the view"
        );
        assert_eq!(count, 0);
        assert!(matches!(products.attribute("cuont"), Attribute::Unknown));
    })
    .await;
}

#[tokio::test]
async fn neighbours_stand_before_and_after_by_time_and_key() {
    in_shop(async || {
        // Django's `get_next_by_created`: by the moment, then by the key.
        let names = ["Tea", "Coffee", "Bread", "Water"];
        let keys = [2, 1, 3, 4];
        for (place, key) in keys.into_iter().enumerate() {
            let product = row("Product", key).await;
            let next = get(&product, "get_next_by_created").await.unwrap();
            assert_eq!(next.text(), names.get(place + 1).copied().unwrap_or_default());
            let previous = get(&product, "get_previous_by_created").await.unwrap();
            assert_eq!(previous.text(), place.checked_sub(1).map_or("", |place| names[place]));
        }
        // The moment of Tea is that of another row too.
        let moment = objects("Product").get([("pk", 2)]).await.unwrap().get("created").unwrap().clone();
        objects("Product").filter([("pk", 4)]).unwrap().update([("created", moment)]).await.unwrap();
        assert_eq!(show(&row("Product", 2).await, "get_next_by_created").await.unwrap(), "Water");
        assert_eq!(show(&row("Product", 4).await, "get_previous_by_created").await.unwrap(), "Tea");
        let unsaved = InstanceObject::value(Instance::new(Arc::clone(objects("Product").meta())).unwrap());
        let error = get(&unsaved, "get_next_by_created").await.unwrap_err();
        assert_eq!(told(&error), "`shop.Product` is not saved, so no row stands beside it\nhint: save it first");
    })
    .await;
}

#[tokio::test]
async fn an_unsaved_instance_says_so_of_its_relations() {
    in_shop(async || {
        let unsaved = InstanceObject::value(Instance::new(Arc::clone(objects("Category").meta())).unwrap());
        assert_eq!(refusal(&unsaved, "products"), "save the `shop.Category` before using its relation `products`");
        assert!(get(&unsaved, "parent").await.unwrap().is_none());
        assert!(get(&unsaved, "pk").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn values_go_both_ways() {
    in_shop(async || {
        let coffee = objects("Product").get([("pk", 1)]).await.unwrap();
        for own in coffee.values() {
            assert_eq!(&value(&template_value(own)).unwrap(), own);
        }
        let tags = row("Tag", 1).await;
        assert_eq!(value(&tags).unwrap(), rjango_orm::Value::Int(1));
        let error = value(&Value::int(i128::MAX)).unwrap_err();
        assert_eq!(error.to_string(), format!("the number `{}` has more than 28 digits", i128::MAX));
        let error = value(&QuerySetObject::manager(objects("Tag"))).unwrap_err();
        assert_eq!(error.to_string(), "`<Manager of 'shop.Tag'>` is not the value of a field");
        let document = Value::map([("a", Value::list([Value::Int(1), Value::None]))]);
        assert_eq!(value(&document).unwrap(), rjango_orm::Value::Json(serde_json::json!({"a": [1, null]})));
        // As data an instance has its columns, for JSON.
        let json = serde_json::to_value(row("Review", 1).await).unwrap();
        assert_eq!(json, serde_json::json!({"id": 1, "product": 1, "stars": 5, "text": "good"}));
    })
    .await;
}

#[tokio::test]
async fn two_who_read_one_relation_both_get_it_and_the_first_result_stays() {
    in_shop(async || {
        let hot = row("Category", 3).await;
        let coffee = row("Product", 1).await;
        let products = get(&hot, "products").await.unwrap();
        let all = || async { walk(&products).await };
        let (first, second) = tokio::join!(all(), all());
        let (first, second) = (first.unwrap(), second.unwrap());
        for (left, right) in first.iter().zip(&second) {
            let (Value::Object(left), Value::Object(right)) = (left, right) else { panic!("rows") };
            assert!(Arc::ptr_eq(left, right));
        }
        let (left, right) = tokio::join!(get(&coffee, "category"), get(&coffee, "category"));
        let (Value::Object(left), Value::Object(right)) = (left.unwrap(), right.unwrap()) else { panic!("rows") };
        assert!(Arc::ptr_eq(&left, &right));
    })
    .await;
}

/// Polls a future so many times at most, and drops it.
async fn polled<T>(most: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut polls = 0;
    poll_fn(move |context| {
        polls += 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if polls >= most => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn what_is_dropped_halfway_is_read_by_whoever_asks_next() {
    let dropped = Cell::new(0);
    in_shop(async || {
        for path in
            ["category", "reviews", "tags.all", "tags.count", "reviews.first", "get_next_by_created", "reviews.1"]
        {
            for most in 1.. {
                assert!(most < 500, "`{path}` does not end");
                let coffee = row("Product", 1).await;
                let read = async {
                    let value = get(&coffee, path).await?;
                    load(&value).await?;
                    Ok::<_, rjango_core::Error>(value)
                };
                let ended = polled(most, read).await;
                // The same object still gives the whole.
                let again = get(&coffee, path).await.unwrap();
                load(&again).await.unwrap();
                assert!(!again.is_undefined() && !again.text().is_empty(), "{path}");
                if ended.is_some() {
                    break;
                }
                dropped.set(dropped.get() + 1);
            }
        }
    })
    .await;
    // SQLite may answer within the first poll, a server does not.
    assert!(dropped.get() > 0 || shop::engine::built().count() == 1, "nothing was dropped halfway");
}

#[tokio::test]
async fn an_error_of_the_database_is_told_at_each_step_and_not_kept() {
    in_shop(async || {
        let database = Database::current(None).unwrap();
        let coffee = row("Product", 1).await;
        let hot = row("Category", 3).await;
        let products = QuerySetObject::value(objects("Product"));
        let rename = async |from: &str, to: &str| {
            database.execute_script(&format!("ALTER TABLE {from} RENAME TO {to}")).await.unwrap();
        };
        rename("shop_product", "gone").await;
        rename("shop_category", "gone_too").await;
        rename("shop_review", "gone_as_well").await;
        for (value, path) in [
            (&coffee, "category"),
            (&coffee, "category.parent"),
            (&coffee, "reviews.count"),
            (&coffee, "reviews.exists"),
            (&coffee, "reviews.first"),
            (&coffee, "reviews.last"),
            (&coffee, "reviews.0"),
            (&coffee, "reviews.values"),
            (&coffee, "get_next_by_created"),
            (&products, "get"),
        ] {
            let error = get(value, path).await.expect_err(path);
            assert!(error.kind() == rjango_core::ErrorKind::Database, "{path}: {error}");
        }
        for value in [&products, &get(&coffee, "reviews").await.unwrap(), &get(&hot, "products").await.unwrap()] {
            assert!(load(value).await.is_err(), "{value:?}");
            // Nothing was read, and nothing is shown as empty.
            assert!(value.items().is_none() && value.len().is_none());
            assert!(walk(&get(value, "all").await.unwrap()).await.is_err());
            assert!(walk(&get(value, "reverse").await.unwrap()).await.is_err());
        }
        rename("gone", "shop_product").await;
        rename("gone_too", "shop_category").await;
        rename("gone_as_well", "shop_review").await;
        // The next one who asks gets it.
        assert_eq!(show(&coffee, "category.name").await.unwrap(), "Hot");
        assert_eq!(show(&coffee, "reviews.count").await.unwrap(), "2");
        assert_eq!(walk(&get(&hot, "products").await.unwrap()).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_shell_sees_what_it_has_changed() {
    in_shop(async || {
        let mut names = globals();
        for (name, line) in [("p", "Product.objects.get(pk=1)"), ("hot", "Category.objects.get(pk=3)")] {
            names.insert(name.to_owned(), evaluate(line, &globals()).await.unwrap());
        }
        let names = &names;
        let check =
            async |line: &str, expected: &str| assert_eq!(shown(line, names).await.unwrap(), expected, "{line}");
        check("p.tags.all()", "<QuerySet [<Tag: Tag object (1)>]>").await;
        check("Tag.objects.get(pk=3).product_set.add(p)", "").await;
        check("p.tags.all()", "<QuerySet [<Tag: Tag object (1)>, <Tag: Tag object (3)>]>").await;
        check("p.tags.count()", "2").await;
        check("p.tags.clear()", "").await;
        check("p.tags.all()", "<QuerySet []>").await;
        check("hot.products.create(name='Chai', price=2).category", "<Category: Category object (3)>").await;
        check("hot.products.count()", "3").await;
        check("p.delete()", "(3, {'shop.Product': 1, 'shop.Review': 2})").await;
    })
    .await;
}

#[tokio::test]
async fn a_method_that_is_not_compiled_in_says_where_it_runs() {
    in_shop(async || {
        let names = [("shop.Product", "is_cheap"), ("shop.Nothing", "x")];
        let names = names.map(|(label, name)| (label.to_owned(), name.to_owned()));
        let models = shop::models().with_methods(names);
        let meta = Arc::clone(models.require("shop.Product").unwrap());
        assert!(meta.method("is_cheap").is_some());
        let values = objects("Product").get([("pk", 1)]).await.unwrap().values().to_vec();
        let coffee = InstanceObject::value(Instance::loaded(Arc::clone(&meta), values, None));
        let expected = "`Product.is_cheap` is the project's own code, and this program does not have it\n\
                        hint: it runs in the project's own binary: `rjango shell --compiled`";
        assert_eq!(refusal(&coffee, "is_cheap"), expected);
        let Value::Object(object) = &coffee else { panic!("{coffee:?}") };
        assert!(object.attribute_names().iter().any(|name| name == "is_cheap"));
        let called = object.call_method("is_cheap", rjango_templates::Arguments::default()).await;
        assert_eq!(told(&called.unwrap_err()), expected);
    })
    .await;
}

#[test]
fn a_method_named_as_a_field_or_relation_is_told_by_a_check() {
    let names =
        ["name", "reviews", "category_id", "fine", "tags"].map(|name| ("shop.Product".to_owned(), name.to_owned()));
    let site = Site::new(shop::settings(":memory:")).with(shop::models().with_methods(names));
    let report = run_checks(&CheckContext::new(&site, false), &["models"]).unwrap();
    let found: Vec<String> = report.messages.iter().map(|found| format!("{} {}", found.id, found.message)).collect();
    let expected = [
        ("name", "the field `name`"),
        ("reviews", "the way back over `shop.Review.product`"),
        ("category_id", "the key of the field `category`"),
        ("tags", "the field `tags`"),
    ];
    let text = |(name, other)| {
        format!(
            "models.E070 the method `{name}` of `shop.Product` has the name of {other}, and templates find that first"
        )
    };
    assert_eq!(found, expected.map(text));
}

#[tokio::test]
async fn a_value_that_is_waited_for_says_its_name_where_it_is_unknown() {
    in_shop(async || {
        let coffee = row("Product", 1).await;
        let found: Result<Value> = waited(coffee.attribute("nmae"), "nmae").await;
        assert_eq!(found.unwrap_err().to_string(), "nothing has the name `nmae`");
    })
    .await;
}
