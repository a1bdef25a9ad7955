//! Strings that would like to be SQL, through every public method that takes a value and through every lookup: they are found,
//! kept and given back as they are, and nothing else happens.
//!
//! The last test holds the list of methods: one that is new must be fed here, or be listed as taking nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rjango_orm::dynamic::{Argument, Instance, is_known_function, part_type};
use rjango_orm::query::Lookup;
use rjango_orm::{Case, Database, Expr, Value, ValueType, Window, in_database};
use serde_json::json;

use crate::database::{self, objects};
use crate::library::models::*;
use crate::prelude::*;
use crate::shop::models::*;

const STRINGS: &[&str] = &[
    "'; DROP TABLE shop_tag; --",
    "\"; DROP TABLE shop_tag; --",
    "`; DROP TABLE shop_tag; #",
    "' OR '1'='1",
    "\\' OR 1=1 -- ",
    "\\",
    "%_[a-z]*",
    "%s %% %(name)s {0} {} :name @name",
    "$1 ?1 ? ?? $$ $tag$",
    "/* */ -- \n;",
    "x') UNION SELECT password FROM auth_user --",
    "E'\\x27' U&'\\0027' N'x' 0x27",
    "'' \"\" `` ’ʼ＇ \u{202e}",
    "<script>alert(1)</script>",
    "__class__ name__in pk",
];

/// A product named by the string, and one that must never be found or changed by it.
async fn stock(text: &str) -> Result<(Product, Product)> {
    let category = Category { name: text.chars().take(80).collect(), ..Default::default() };
    let category = Category::objects().create(category).await?;
    let named =
        Product { name: text.into(), price: dec!(1), category: Some(ForeignKey::to(&category)), ..Default::default() };
    let other = Product { name: "Bystander".into(), price: dec!(2), ..Default::default() };
    Ok((Product::objects().create(named).await?, Product::objects().create(other).await?))
}

/// Runs a test of each string on each engine, with new rows each time. Both products are to survive it unharmed.
#[track_caller]
fn run(test: impl AsyncFn(&'static str, Product) -> Result<()>) {
    database::run(async || {
        for text in STRINGS {
            eprintln!("with {text:?}");
            let (named, other) = stock(text).await?;
            test(text, named).await?;
            let mut unharmed = other.clone();
            unharmed.refresh_from_db().await?;
            assert_eq!((unharmed.name, unharmed.price), (other.name, other.price));
            assert_eq!(Tag::objects().count().await?, 0, "its table is still there, and empty");
            Product::objects().delete().await?;
            Category::objects().delete().await?;
        }
        Ok(())
    });
}

/// The rows are the one named by the string.
async fn is_named(rows: QuerySet<Product>, named: &Product) -> Result<()> {
    let sql = format!("{:?}", rows.clone().into_query());
    let found: Vec<_> = rows.await?.into_iter().map(|product| product.id).collect();
    assert_eq!(found, [named.id], "{sql}");
    Ok(())
}

/// The string as a pattern that means itself, in the syntax of every engine.
fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.chars() {
        if r"\.+*?()|[]{}^$-".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

#[test]
fn every_lookup_takes_the_string_as_it_is() {
    run(async |text, named| {
        let rows = Product::objects;
        is_named(rows().filter(q!(name = text)), &named).await?;
        is_named(rows().filter(q!(name__exact = text)), &named).await?;
        is_named(rows().filter(q!(name__iexact = text)), &named).await?;
        is_named(rows().filter(q!(name__contains = text)), &named).await?;
        is_named(rows().filter(q!(name__icontains = text)), &named).await?;
        is_named(rows().filter(q!(name__startswith = text)), &named).await?;
        is_named(rows().filter(q!(name__istartswith = text)), &named).await?;
        is_named(rows().filter(q!(name__endswith = text)), &named).await?;
        is_named(rows().filter(q!(name__iendswith = text)), &named).await?;
        is_named(rows().filter(q!(name__in = [text, "nobody"])), &named).await?;
        is_named(
            rows().filter(q!(name__in = Product::objects().filter(q!(name = text)).values_list(f!(name)))),
            &named,
        )
        .await?;
        is_named(rows().filter(q!(name__range = (text, text))), &named).await?;
        is_named(rows().filter(q!(name__gte = text, name__lte = text)), &named).await?;
        is_named(rows().exclude(q!(name__gt = text)).exclude(q!(name__lt = text)), &named).await?;
        is_named(rows().filter(q!(name__isnull = false, name = text)), &named).await?;
        is_named(rows().filter(q!(category__name__contains = text)), &named).await?;
        is_named(rows().exclude(q!(name = "Bystander" | tags__label = text)), &named).await?;
        is_named(rows().filter_by(Q::<Product>::of(q!(name = text)) & Q::all()), &named).await?;
        is_named(rows().filter(q!(name__lower__iexact = text)), &named).await?;
        let categories = Category::objects().in_bulk_by(f!(name), [text]).await?;
        assert_eq!(categories.into_values().map(|category| category.name).collect::<Vec<_>>(), [text]);
        let pattern = escaped(text);
        is_named(rows().filter(q!(name__regex = pattern.as_str())), &named).await?;
        is_named(rows().filter(q!(name__iregex = pattern.as_str())), &named).await?;
        // As a pattern it may be a wrong one, but it is no SQL.
        if let Ok(found) = rows().filter(q!(name__regex = text)).await {
            assert!(found.len() <= 2);
        }
        Ok(())
    });
}

#[test]
fn every_expression_takes_the_string_as_it_is() {
    run(async |text, named| {
        let rows = || Product::objects().filter(q!(name = text));
        let one = |values: Vec<String>| values.into_iter().next().unwrap_or_default();
        assert_eq!(one(rows().values_list(f!(name)).await?), text);
        assert_eq!(one(rows().values_list(|p| p.name().concat(text)).await?), format!("{text}{text}"));
        assert_eq!(one(rows().values_list(|p| p.name().coalesce(text)).await?), text);
        assert_eq!(rows().values_list(|p| p.name().null_if(text)).await?, [None]);
        assert_eq!(one(rows().values_list(|p| p.name().replace(text, "x")).await?), "x");
        assert_eq!(rows().values_list(|p| p.name().str_index(text)).await?, [1]);
        assert_eq!(one(rows().values_list(|p| p.name().greatest(text)).await?), text);
        assert_eq!(one(rows().values_list(|p| p.name().least(text)).await?), text);
        assert_eq!(one(rows().values_list(|_| Expr::<Product, String>::value(text.to_owned())).await?), text);
        let case = rows()
            .values_list(|p| Case::when(p.name().exact(text), text).or_when(p.name().gt(text), text).otherwise(text));
        assert_eq!(one(case.await?), text);
        let counted = rows().aggregate(|p| p.id().count().filter(p.name().exact(text))).await?;
        assert_eq!(counted, 1);
        is_named(Product::objects().filter(|p| Q::holds(Expr::exists(rows())) & p.name().exact(text)), &named).await?;
        is_named(Product::objects().filter(q!(name = text)).filter(|_| Q::exists(rows())), &named).await?;
        let inner = rows().values_list(f!(name));
        assert_eq!(rows().values_list(|_| Expr::subquery(inner)).await?, [Some(text.to_owned())]);
        let ranked =
            rows().values_list(|p| Window::new().partition_by(p.name().concat(text)).order_by(p.name().desc()).rank());
        assert_eq!(ranked.await?, [1]);
        let named_twice = Product::objects().annotate(|p| p.name().concat(text)).filter(|_, both| both.endswith(text));
        assert_eq!(named_twice.order_by(|p, _| p.id()).await?.len(), 2);
        let alias = Product::objects()
            .alias(|p| p.name().concat(text), |rows, both| rows.filter(|_| both.exact(format!("{text}{text}"))));
        is_named(alias, &named).await?;
        let ordered = Product::objects().order_by(|p| Case::when(p.name().exact(text), 1).otherwise(2).asc());
        assert_eq!(ordered.first().await?.map(|product| product.id), Some(named.id));
        Ok(())
    });
}

#[test]
fn every_way_to_read_takes_the_string_as_it_is() {
    run(async |text, named| {
        let rows = || Product::objects().filter(q!(name = text));
        assert_eq!(Product::objects().get(q!(name = text)).await?.name, text);
        assert_eq!(rows().one().await?.name, text);
        assert_eq!(rows().first().await?.map(|product| product.name).as_deref(), Some(text));
        assert_eq!(rows().last().await?.map(|product| product.name).as_deref(), Some(text));
        assert_eq!(rows().earliest(f!(name)).await?.name, text);
        assert_eq!(rows().latest(f!(name)).await?.name, text);
        assert_eq!((rows().count().await?, rows().exists().await?), (1, true));
        assert!(rows().contains(&named).await?);
        assert_eq!(rows().in_bulk([named.id.get().unwrap_or_default()]).await?.len(), 1);
        assert!(!rows().explain().await?.is_empty());
        is_named(rows().union(rows()), &named).await?;
        is_named(rows().intersection(Product::objects().filter(q!(name__contains = text))), &named).await?;
        is_named(rows().difference(Product::objects().exclude(q!(name = text))), &named).await?;
        is_named(rows().union_all(Product::objects().none()), &named).await?;
        is_named(rows().distinct().order_by(f!(name)).reverse().slice(..5), &named).await?;
        is_named(rows().select_related(f!(category)).prefetch_related(f!(tags)), &named).await?;
        let tags = Tag::objects().filter(q!(label = text));
        is_named(rows().prefetch_related_with(f!(tags), tags.clone()), &named).await?;
        assert_eq!(rows().with_related(f!(tags), tags).await?.len(), 1);
        assert_eq!(rows().dates(f!(created), rjango_orm::query::DatePart::Year).await?.len(), 1);
        assert_eq!(rows().datetimes(f!(created), rjango_orm::query::DatePart::Hour).await?.len(), 1);
        let by_name = rows().values(f!(name)).await?;
        assert_eq!(by_name[0]["name"], Value::from(text));
        assert_eq!(rows().only(f!(name)).one().await?.get(f!(name))?, text);
        assert_eq!(rows().defer(f!(price)).one().await?.get(f!(name))?, text);
        let mut stream = rows().stream();
        assert_eq!(stream.try_next().await?.map(|product| product.name).as_deref(), Some(text));
        let raw = Product::objects().raw("SELECT * FROM shop_product WHERE name = %s").bind(text).await?;
        assert_eq!(raw.len(), 1);
        atomic(async || is_named(rows().select_for_update(), &named).await).await?;
        // Names of databases are looked up, and none is made of them.
        assert!(rows().using(text).await.is_err());
        assert!(in_database(text, async || Ok(())).await.is_err());
        assert!(rjango_orm::atomic_on(text, async || Ok(())).await.is_err());
        Ok(())
    });
}

#[test]
fn every_way_to_write_keeps_the_string_as_it_is() {
    run(async |text, mut named| {
        let count = async |name: &str| Product::objects().filter(q!(name = name)).count().await;
        named.name = format!("{text}{text}");
        named.save().await?;
        named.name = text.to_owned();
        named.save_fields(f!(name)).await?;
        named.save_existing().await?;
        named.refresh_fields(f!(name)).await?;
        assert_eq!(named.name, text);
        named.full_clean().await?;
        named.clean_fields()?;
        named.validate_unique().await?;
        let mut copy = Product { name: text.into(), ..Default::default() };
        copy.save_new().await?;
        assert_eq!(copy.delete().await?, 1);
        assert!(!Product::objects().get_or_create(set!(name = text)).await?.1);
        assert!(!Product::objects().get_or_create_with(set!(name = text), set!(name = text)).await?.1);
        assert!(!Product::objects().update_or_create(set!(name = text), set!(name = text)).await?.1);
        assert_eq!(Product::objects().filter(q!(name = text)).update(set!(name = text)).await?, 1);
        let new = || Product { name: text.into(), ..Default::default() };
        let made = Product::objects().bulk_create([new(), new()]).await?;
        Product::objects().bulk_create_or_ignore([new()]).await?;
        Product::objects().bulk_create_or_update(made.clone(), f!(id), f!(name)).await?;
        assert_eq!(Product::objects().bulk_update(&made, f!(name)).await?, 2);
        assert_eq!(count(text).await?, 4);
        assert_eq!(Product::objects().filter(q!(name = text)).exclude(q!(pk = named.id)).delete().await?, 3);
        let mut partial = Product::objects().only(f!(name)).get_named(text).await?;
        *partial.get_mut(f!(name))? = text.to_owned();
        partial.save().await?;
        assert_eq!(count(text).await?, 1);
        Ok(())
    });
}

/// `only(..)` has no conditions of its own; this keeps the test's line short.
trait Named {
    async fn get_named(self, text: &str) -> Result<rjango_orm::Partial<Product>>;
}

impl Named for rjango_orm::Partials<Product> {
    async fn get_named(self, text: &str) -> Result<rjango_orm::Partial<Product>> {
        let found = self.await?;
        let mut named = Vec::new();
        for partial in found {
            if partial.get(f!(name))? == text {
                named.push(partial);
            }
        }
        Ok(named.remove(0))
    }
}

#[test]
fn relations_and_keys_take_the_string_as_it_is() {
    run(async |text, named| {
        let author = Author { name: text.into(), ..Default::default() };
        let author = Author::objects().create(author).await?;
        let article = Article { title: text.into(), author: ForeignKey::to(&author), ..Default::default() };
        let article = Article::objects().create(article).await?;
        assert_eq!(author.article_set().filter(q!(title = text)).count().await?, 1);
        assert_eq!(article.readers.all().filter(q!(name = text)).count().await?, 0);
        let title = format!("{text}{text}");
        let made = article.friends.create(Article { title, author: ForeignKey::to(&author), ..Default::default() });
        let friend = made.await?;
        article.friends.remove([&friend]).await?;
        article.friends.add([&friend]).await?;
        article.friends.set([&friend]).await?;
        assert_eq!(Article::objects().filter(q!(friends__title = text)).count().await?, 1, "friendship is mutual");
        article.friends.clear().await?;
        assert!(named.tags.using(text).all().await.is_err());
        Article::objects().delete().await?;
        Author::objects().delete().await?;
        Ok(())
    });
}

#[test]
fn documents_take_the_string_as_key_and_as_value() {
    run(async |text, _| {
        let document = json!({text: {text: text}, "list": [text]});
        let row = Everything { json: document.clone(), text: text.into(), ..Default::default() };
        let row = Everything::objects().create(row).await?;
        assert_eq!(Everything::objects().get(q!(pk = row.id)).await?.json, document);
        let count = async |rows: QuerySet<Everything>| rows.count().await;
        let rows = Everything::objects;
        assert_eq!(count(rows().filter(|e| e.json().key(text).key(text).exact(text))).await?, 1);
        assert_eq!(count(rows().filter(|e| e.json().key(text).key(text).text().contains(text))).await?, 1);
        assert_eq!(count(rows().filter(|e| e.json().key("list").index(0).exact(text))).await?, 1);
        assert_eq!(count(rows().filter(|e| e.json().has_key(text))).await?, 1);
        assert_eq!(count(rows().filter(|e| e.json().has_keys([text, "list"]))).await?, 1);
        assert_eq!(count(rows().filter(|e| e.json().has_any_keys([text, "nothing"]))).await?, 1);
        if Database::current(None)?.engine() != rjango_orm::Engine::Sqlite {
            assert_eq!(count(rows().filter(|e| e.json().contains(json!({text: {text: text}})))).await?, 1);
            assert_eq!(count(rows().filter(|e| e.json().contained_by(document.clone()))).await?, 1);
        }
        assert_eq!(rows().delete().await?, 1);
        Ok(())
    });
}

#[test]
fn queries_by_name_take_the_string_as_value_and_refuse_it_as_name() {
    run(async |text, named| {
        let rows = || objects("shop.Product");
        for lookup in Lookup::ALL.into_iter().filter(|lookup| {
            let name = lookup.name();
            !name.starts_with("has_") && name != "contained_by" && name != "isnull" && !name.ends_with("regex")
        }) {
            let argument = match lookup {
                Lookup::In | Lookup::Range => Argument::List(vec![text.into(), text.into()]),
                _ => Argument::from(text),
            };
            let found = rows()?.filter([(format!("name__{}", lookup.name()), argument)])?.all().await?;
            let expected = !matches!(lookup, Lookup::Gt | Lookup::Lt);
            assert_eq!(found.iter().any(|row| row.pk() == &Value::from(named.id)), expected, "{}", lookup.name());
        }
        assert_eq!(rows()?.exclude([("name", text)])?.count().await?, 1);
        assert_eq!(rows()?.get([("name", text)]).await?.get("name")?, &Value::from(text));
        if !text.trim().is_empty() {
            assert_eq!(rows()?.search(&["name", "^name", "=name"], text)?.count().await?, 1);
        }
        let made = rows()?.create([("name", Value::from(text)), ("price", dec!(1).into())]).await?;
        assert_eq!(made.display(), text);
        let pair = vec![("name".to_owned(), Value::from(text)), ("id".to_owned(), made.pk().clone())];
        assert!(!rows()?.get_or_create(pair, vec![("name".to_owned(), text.into())]).await?.1);
        assert_eq!(rows()?.filter([("id", made.pk().clone())])?.update([("name", text)]).await?, 1);
        let mut made = made;
        made.set("name", text)?;
        made.save().await?;
        made.refresh().await?;
        made.delete().await?;

        // None of these is a name, so none of them becomes SQL.
        assert!(rows()?.filter([(text, "x")]).is_err());
        assert!(rows()?.filter([(format!("name__{text}"), "x")]).is_err());
        assert!(rows()?.filter([(format!("category__{text}"), "x")]).is_err());
        assert!(rows()?.exclude([(text, "x")]).is_err());
        assert!(rows()?.order_by([text]).is_err());
        assert!(rows()?.order_by([format!("-{text}")]).is_err());
        assert!(rows()?.select_related([text]).is_err());
        assert!(rows()?.search(&[text], "x").is_err());
        assert!(rows()?.values(&[text]).await.is_err());
        assert!(rows()?.update([(text, "x")]).await.is_err());
        assert!(rows()?.create([(text, "x")]).await.is_err());
        assert!(rows()?.using(text).all().await.is_err());
        assert!(objects(text).is_err());
        let instance = rows()?.get([("name", text)]).await?;
        assert!(instance.get(text).is_err());
        assert!(instance.many(text).is_err());
        assert!(part_type(text, ValueType::Text).is_none() && !is_known_function(text));
        // From the one face to the other and back, the row is what it was.
        let product: Product = instance.typed()?;
        assert_eq!(product.name, text);
        assert_eq!(Instance::of_model(&named).get("name")?, &Value::from(text));
        assert!(instance.typed::<Category>().is_err());
        Ok(())
    });
}

#[test]
fn names_of_tables_and_columns_are_quoted() {
    database::run(async || {
        let database = Database::current(None)?;
        for text in STRINGS {
            let quoted = database.quote(text);
            let mark = quoted.chars().next().unwrap_or_default();
            let inside = &quoted[1..quoted.len() - 1];
            assert!(quoted.ends_with(mark));
            assert!(!inside.replace(&format!("{mark}{mark}"), "").contains(mark), "{quoted}");
        }
        Ok(())
    });
}

/// Methods that take no text, or only what a person wrote in Rust: fields, numbers, flags, other query sets.
const FED_WITH_NOTHING: &[&str] = &[
    // Of query sets.
    "all",
    "new",
    "none",
    "into_query",
    "sync",
    "fields",
    "load",
    "try_next",
    "distinct_on",
    "select_for_update_of",
    "select_for_update_with",
    "pk_value",
    "for_write",
    // Rows, whose values are written as those of `create`.
    "through_defaults",
    // It cannot be called.
    "F",
    // Of columns and expressions: their arguments are numbers, types and fields.
    "path",
    "exact_null",
    "lower",
    "upper",
    "trim",
    "ltrim",
    "rtrim",
    "length",
    "substr",
    "left",
    "right",
    "abs",
    "ceil",
    "floor",
    "round",
    "power",
    "sqrt",
    "stddev",
    "stddev_sample",
    "variance",
    "variance_sample",
    "trunc",
    // A zone is one of the database, and has no other name.
    "in_zone",
    "datetimes_in",
    "date",
    "time",
    "cast",
    "min",
    "max",
    "sum",
    "avg",
    "count_distinct",
    "asc",
    "nulls_first",
    "nulls_last",
    "now",
    "set_null",
    "or_null",
    "random",
    // Of windows.
    "range",
    "row_number",
    "dense_rank",
    "percent_rank",
    "cume_dist",
    "ntile",
    "lag",
    "lead",
    "first_value",
    "last_value",
    "nth_value",
    "over",
    // Between the derive and the library.
    "column",
    "relation",
    "base",
    "take",
    "resolve",
    "label",
    "label_of",
    "bound",
    "display",
    "literal",
    "back",
    "outer",
    "from_condition",
    "into_condition",
    "unique_groups",
    "is_taken",
    "taken_message",
    "clean",
    "clean_sentence",
    // Of rows by name: what they take is fed by the methods that run them.
    "of",
    "meta",
    "query",
    "with_query",
    "value_names",
    "is_many_to_many",
    "keys",
    "objects",
    "values",
    "is_saved",
    "loaded",
    "default_value",
    "parse_lookup",
    "known",
    "known_many",
    "related",
];

#[test]
fn every_public_method_is_fed_here() {
    let source = include_str!("hostile.rs");
    let mut missing = BTreeSet::new();
    let mut folders = vec!["src/typed".into(), "src/dynamic".into()];
    while let Some(folder) = folders.pop() {
        let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in std::fs::read_dir(folder).expect("the sources are here") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(path).expect("text");
            let declared = text.lines().filter_map(|line| {
                let line = line.trim_start();
                let line = line.strip_prefix("pub ").or_else(|| line.strip_prefix("fn ").map(|_| line))?;
                let line = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?;
                // Methods of traits for people are those of instances; others are the library's own.
                Some(line.split(['(', '<']).next().unwrap_or_default().to_owned())
            });
            let is_public =
                |name: &str| text.contains(&format!("pub fn {name}")) || text.contains(&format!("pub async fn {name}"));
            for name in declared.filter(|name| is_public(name)) {
                // A macro's own, for each of its names.
                if name.starts_with('$') {
                    continue;
                }
                let name = name.trim_end_matches('_').to_owned();
                let fed = source.contains(&format!(".{name}("))
                    || source.contains(&format!("::{name}("))
                    || source.contains(&format!("__{name} ="))
                    || source.contains(&format!("{name}("));
                if !fed && !FED_WITH_NOTHING.contains(&name.as_str()) {
                    missing.insert(name);
                }
            }
        }
    }
    assert!(missing.is_empty(), "feed these methods hostile strings, or say that they take none: {missing:?}");
}
