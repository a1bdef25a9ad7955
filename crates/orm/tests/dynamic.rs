//! Models by name, on every engine.
#![allow(clippy::unwrap_used)]

mod shop;

use rjango_core::Site;
use rjango_orm::dynamic::{Instance, Objects};
use rjango_orm::{Database, Engine, Models, Value};
use shop::in_shop;

fn objects(model: &str) -> Objects {
    let site = Site::current().unwrap();
    Objects::new(site.require::<Models>().unwrap(), &format!("shop.{model}")).unwrap()
}

fn names(found: &[Instance]) -> Vec<String> {
    found.iter().map(Instance::display).collect()
}

#[tokio::test]
async fn lookups_by_name_read_text_as_the_fields_type() {
    in_shop(async || {
        let cheap = objects("Product").filter([("price__lt", "3.60"), ("category__name__icontains", "hot")]).unwrap();
        let found = cheap.order_by(["-price"]).unwrap().all().await.unwrap();
        assert_eq!(names(&found), ["Coffee", "Tea"]);
        assert_eq!(found[0].get("price").unwrap().to_string(), "3.50");
        assert_eq!(found[0].get("created").unwrap().to_string(), "2026-11-22 16:39:05.123456+00:00");
        assert_eq!(objects("Product").filter([("price__lt", 5)]).unwrap().count().await.unwrap(), 4);
        assert_eq!(
            objects("Product").filter([("pk__in", vec![Value::from(1), "2".into()])]).unwrap().count().await.unwrap(),
            2
        );
        let created = objects("Product").filter([("created__gte", "2026-11-23")]).unwrap();
        assert_eq!(created.count().await.unwrap(), 2);
        let of_hot = objects("Category").filter([("name", "Hot")]).unwrap();
        assert_eq!(objects("Product").filter([("category__in", of_hot)]).unwrap().count().await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn parts_of_dates_by_name() {
    in_shop(async || {
        let count =
            async |lookup: &str, value: Value| objects("Product").filter([(lookup, value)]).unwrap().count().await;
        assert_eq!(count("created__year", 2026.into()).await.unwrap(), 4);
        assert_eq!(count("created__year__lt", "2026".into()).await.unwrap(), 0);
        assert_eq!(count("created__date", "2026-11-22".into()).await.unwrap(), 2);
        assert_eq!(count("created__hour", 16.into()).await.unwrap(), 2);
        assert!(
            objects("Product").filter([("name__year", 2026)]).unwrap_err().to_string().contains("no lookup `year`")
        );
    })
    .await;
}

#[tokio::test]
async fn mistakes_in_names_and_values_say_what_was_meant() {
    in_shop(async || {
        let message =
            |lookup: &str, value: &str| format!("{:?}", objects("Product").filter([(lookup, value)]).unwrap_err());
        assert!(message("pirce__lt", "5").contains("did you mean `price`?"));
        assert!(message("name__icontain", "x").contains("did you mean `icontains`?"));
        assert!(message("price__lt", "cheap").starts_with("`price__lt` cannot compare with `cheap`: Enter a number."));
        assert!(objects("Product").order_by(["weight"]).is_err());
        assert!(objects("Product").get([("name", "Nothing")]).await.unwrap_err().is_does_not_exist());
        let several = objects("Product").get([("active", true)]).await.unwrap_err();
        assert!(several.is_multiple_objects_returned());
        assert_eq!(several.to_string(), "expected one `Product`, found 3");
    })
    .await;
}

#[tokio::test]
async fn create_save_and_delete_keep_the_row_and_its_times() {
    in_shop(async || {
        let mut milk = objects("Product").create([("name", "Milk"), ("price", "1.20")]).await.unwrap();
        assert_eq!(milk.pk(), &Value::Int(5));
        assert_eq!(milk.get("active").unwrap(), &Value::Bool(true));
        let created = milk.get("created").unwrap().clone();
        assert!(matches!(created, Value::DateTime(_)));
        milk.set("price", "1.25").unwrap();
        milk.set("category", 2).unwrap();
        milk.save().await.unwrap();
        let again = objects("Product").get([("name", "Milk")]).await.unwrap();
        assert_eq!(again, milk);
        assert_eq!(again.values(), milk.values());
        assert_eq!(again.get("created").unwrap(), &created);
        assert_eq!(again.related("category").await.unwrap().unwrap().display(), "Category object (2)");
        assert_eq!(milk.delete().await.unwrap().total, 1);
        assert!(!objects("Product").filter([("name", "Milk")]).unwrap().exists().await.unwrap());
        milk.save().await.unwrap();
        assert_eq!(objects("Product").count().await.unwrap(), 5);
    })
    .await;
}

#[tokio::test]
async fn get_or_create_makes_a_row_once() {
    in_shop(async || {
        let fields = vec![("name".to_owned(), Value::from("Cold"))];
        let defaults = vec![("parent".to_owned(), Value::from(1))];
        let (made, new) = objects("Category").get_or_create(fields.clone(), defaults.clone()).await.unwrap();
        assert!(new);
        assert_eq!(made.get("parent").unwrap(), &Value::Int(1));
        let (found, new) = objects("Category").get_or_create(fields, defaults).await.unwrap();
        assert!(!new);
        assert_eq!(found, made);
    })
    .await;
}

#[tokio::test]
async fn many_to_many_relations_change_from_both_sides() {
    in_shop(async || {
        let coffee = objects("Product").get([("name", "Coffee")]).await.unwrap();
        let tags = coffee.many("tags").unwrap();
        assert_eq!(tags.keys().await.unwrap(), [Value::Int(1)]);
        tags.add([Value::Int(2), "1".into()]).await.unwrap();
        tags.set([Value::Int(2), Value::Int(3)]).await.unwrap();
        let mut keys = tags.keys().await.unwrap();
        keys.sort_by(|left, right| left.partial_cmp(right).unwrap());
        assert_eq!(keys, [Value::Int(2), Value::Int(3)]);
        let hidden = objects("Tag").get([("label", "hidden")]).await.unwrap();
        let products = hidden.many("product_set").unwrap();
        assert_eq!(names(&products.objects().order_by(["name"]).unwrap().all().await.unwrap()), ["Coffee", "Tea"]);
        products.remove([coffee.pk().clone()]).await.unwrap();
        assert_eq!(tags.keys().await.unwrap(), [Value::Int(3)]);
        tags.clear().await.unwrap();
        assert_eq!(tags.objects().count().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn related_instances_are_found_both_ways_and_once_with_select_related() {
    in_shop(async || {
        let products = objects("Product").select_related(["category__parent"]).unwrap().order_by(["pk"]).unwrap();
        let found = products.all().await.unwrap();
        let hot = found[0].related("category").await.unwrap().unwrap();
        assert_eq!(hot.related("parent").await.unwrap().unwrap().get("name").unwrap(), &Value::from("Drinks"));
        assert!(found[3].related("category").await.unwrap().is_none());
        assert_eq!(names(&hot.many("products").unwrap().objects().all().await.unwrap()).len(), 2);
        assert_eq!(found[2].related("warranty").await.unwrap().unwrap().get("years").unwrap(), &Value::Int(2));
        assert!(found[0].related("warranty").await.unwrap().is_none());
        assert!(found[0].many("reviews").unwrap().add([Value::Int(1)]).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn first_last_slices_values_and_search() {
    in_shop(async || {
        let all = objects("Product");
        assert_eq!(all.first().await.unwrap().unwrap().display(), "Coffee");
        assert_eq!(all.last().await.unwrap().unwrap().display(), "Water");
        let by_name = all.clone().order_by(["name"]).unwrap();
        assert_eq!(names(&by_name.clone().slice(1, Some(3)).all().await.unwrap()), ["Coffee", "Tea"]);
        assert_eq!(names(&by_name.clone().slice(1, Some(4)).slice(1, Some(9)).all().await.unwrap()), ["Tea", "Water"]);
        assert_eq!(names(&by_name.clone().reverse().unwrap().slice(0, Some(1)).all().await.unwrap()), ["Water"]);
        let rows = by_name.values(&["name", "category__name"]).await.unwrap();
        assert_eq!(rows[0], ["Bread".into(), "Food".into()]);
        assert_eq!(rows[3], ["Water".into(), Value::Null]);
        let found = all.search(&["^name", "category__name"], "tE hO").unwrap();
        assert_eq!(names(&found.all().await.unwrap()), ["Tea"]);
        assert_eq!(objects("Product").none().count().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn on_delete_cascades_sets_null_and_protects() {
    in_shop(async || {
        let error = objects("Supplier").delete().await.unwrap_err();
        assert!(error.is_integrity());
        assert_eq!(error.constraint(), Some("shop.Product.supplier"));
        // Drinks goes; Hot's parent becomes NULL.
        let deleted = objects("Category").filter([("name", "Drinks")]).unwrap().delete().await.unwrap();
        assert_eq!(deleted.total, 1);
        let hot = objects("Category").get([("name", "Hot")]).await.unwrap();
        assert_eq!(hot.get("parent").unwrap(), &Value::Null);
        // Hot takes its two products, their tags and reviews along.
        let deleted = objects("Category").filter([("name", "Hot")]).unwrap().delete().await.unwrap();
        let by_model: Vec<(&str, u64)> = deleted.by_model.iter().map(|(label, rows)| (label.as_str(), *rows)).collect();
        assert_eq!(by_model, [("shop.Category", 1), ("shop.Product", 2), ("shop.Product_tags", 3), ("shop.Review", 3)]);
        assert_eq!(deleted.total, 9);
    })
    .await;
}

#[tokio::test]
async fn update_sets_every_row_and_counts_them() {
    in_shop(async || {
        let hot = objects("Product").filter([("category__name", "Hot")]).unwrap();
        assert_eq!(hot.update([("price", "9.99")]).await.unwrap(), 2);
        assert_eq!(objects("Product").filter([("price", "9.99")]).unwrap().count().await.unwrap(), 2);
        assert!(hot.update([("prise", "9.99")]).await.is_err());
        let twice = objects("Category").create([("name", "Hot")]).await.unwrap_err();
        assert!(twice.is_integrity());
        let constraint = match Database::current(None).unwrap().engine() {
            // SQLite names the columns.
            Engine::Sqlite => "shop_category.name",
            Engine::Postgres => "shop_category_name_key",
            Engine::MySql => "name",
        };
        assert_eq!(twice.constraint(), Some(constraint));
    })
    .await;
}
