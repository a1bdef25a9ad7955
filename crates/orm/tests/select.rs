//! The SQL of queries: joins, promotion, lookups, negation, order, grouping.
#![allow(clippy::unwrap_used)]

mod shop;

use expect_test::{Expect, expect};
use rjango_orm::query::{AggregateFunction, Annotation, Condition, Expression, Lookup, Operand, Query};
use rjango_orm::{Engine, Value, ValueType, sql};
use shop::{column, is, models, not, one_of, ordered, path, query};

/// The statement that reads the keys, from `FROM` on.
fn check(query: &Query, expected: Expect) {
    let models = models();
    let key = [(column("pk"), ValueType::Int)];
    let dialect = sql::dialect(Engine::Sqlite).unwrap();
    let text = match sql::select(&models, dialect, query, sql::Columns::Expressions(&key)) {
        Ok(select) => select.statement.to_string(),
        Err(error) => format!("{error:?}"),
    };
    let text = text.strip_prefix("SELECT ").unwrap_or(&text);
    expected.assert_eq(
        &text.replace(" INNER JOIN", "\nINNER JOIN").replace(" LEFT", "\nLEFT").replace(" WHERE", "\nWHERE"),
    );
}

#[test]
fn a_filter_on_the_key_of_a_relation_needs_no_join() {
    check(
        &query("Product", [is("category", 1)]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE "shop_product"."category_id" = ? [1]"#]],
    );
    check(
        &query("Product", [is("category__id", 1)]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE "shop_product"."category_id" = ? [1]"#]],
    );
    check(
        &query("Product", [is("category__pk__gt", 1)]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE "shop_product"."category_id" > ? [1]"#]],
    );
    check(
        &query("Product", [is("category_id", 1)]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE "shop_product"."category_id" = ? [1]"#]],
    );
    check(
        &query("Product", [is("category__isnull", true)]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE "shop_product"."category_id" IS NULL"#]],
    );
    check(
        &query("Product", [is("tags", 1)]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        INNER JOIN "shop_product_tags" ON ("shop_product"."id" = "shop_product_tags"."product_id")
        WHERE "shop_product_tags"."tag_id" = ? [1]"#]],
    );
}

#[test]
fn a_condition_over_a_nullable_relation_makes_its_join_inner() {
    check(
        &query("Product", [is("category__name", "Hot")]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        INNER JOIN "shop_category" ON ("shop_product"."category_id" = "shop_category"."id")
        WHERE "shop_category"."name" = ? ["Hot"]"#]],
    );
    check(
        &query("Product", [is("category__parent__name", "Drinks")]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        INNER JOIN "shop_category" ON ("shop_product"."category_id" = "shop_category"."id")
        INNER JOIN "shop_category" T3 ON ("shop_category"."parent_id" = T3."id")
        WHERE T3."name" = ? ["Drinks"]"#]],
    );
}

#[test]
fn an_or_over_a_nullable_relation_keeps_its_join_left() {
    check(
        &query("Product", [Condition::Any(vec![is("category__name", "Hot"), is("name", "Tea")])]),
        expect![[r#"
            "shop_product"."id" FROM "shop_product"
            LEFT OUTER JOIN "shop_category" ON ("shop_product"."category_id" = "shop_category"."id")
            WHERE ("shop_category"."name" = ? OR "shop_product"."name" = ?) ["Hot", "Tea"]"#]],
    );
    check(
        &query("Product", [Condition::Any(vec![is("category__name", "Hot"), is("category__name", "Food")])]),
        expect![[r#"
            "shop_product"."id" FROM "shop_product"
            INNER JOIN "shop_category" ON ("shop_product"."category_id" = "shop_category"."id")
            WHERE ("shop_category"."name" = ? OR "shop_category"."name" = ?) ["Hot", "Food"]"#]],
    );
    check(
        &query(
            "Product",
            [is("category__name", "Hot"), Condition::Any(vec![is("category__name", "Food"), is("name", "Tea")])],
        ),
        expect![[r#"
            "shop_product"."id" FROM "shop_product"
            INNER JOIN "shop_category" ON ("shop_product"."category_id" = "shop_category"."id")
            WHERE ("shop_category"."name" = ? AND ("shop_category"."name" = ? OR "shop_product"."name" = ?)) ["Hot", "Food", "Tea"]"#]],
    );
}

#[test]
fn is_null_over_a_reverse_relation_keeps_its_join_left() {
    check(
        &query("Product", [is("reviews__isnull", true)]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        LEFT OUTER JOIN "shop_review" ON ("shop_product"."id" = "shop_review"."product_id")
        WHERE "shop_review"."id" IS NULL"#]],
    );
    check(
        &query("Product", [is("reviews__isnull", false)]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        INNER JOIN "shop_review" ON ("shop_product"."id" = "shop_review"."product_id")
        WHERE "shop_review"."id" IS NOT NULL"#]],
    );
    check(
        &query("Product", [is("warranty__isnull", true)]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        LEFT OUTER JOIN "shop_warranty" ON ("shop_product"."id" = "shop_warranty"."product_id")
        WHERE "shop_warranty"."id" IS NULL"#]],
    );
    check(
        &query("Product", [is("category__name__isnull", true)]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        LEFT OUTER JOIN "shop_category" ON ("shop_product"."category_id" = "shop_category"."id")
        WHERE "shop_category"."name" IS NULL"#]],
    );
}

#[test]
fn one_filter_shares_a_many_valued_join_and_two_do_not() {
    check(
        &query("Product", [Condition::All(vec![is("reviews__stars", 5), is("reviews__text", "good")])]),
        expect![[r#"
            "shop_product"."id" FROM "shop_product"
            INNER JOIN "shop_review" ON ("shop_product"."id" = "shop_review"."product_id")
            WHERE ("shop_review"."stars" = ? AND "shop_review"."text" = ?) [5, "good"]"#]],
    );
    check(
        &query("Product", [is("reviews__stars", 5), is("reviews__text", "good")]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        INNER JOIN "shop_review" ON ("shop_product"."id" = "shop_review"."product_id")
        INNER JOIN "shop_review" T3 ON ("shop_product"."id" = T3."product_id")
        WHERE ("shop_review"."stars" = ? AND T3."text" = ?) [5, "good"]"#]],
    );
    check(
        &query("Product", [is("tags__label", "new"), is("tags__label", "hidden")]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        INNER JOIN "shop_product_tags" ON ("shop_product"."id" = "shop_product_tags"."product_id")
        INNER JOIN "shop_tag" ON ("shop_product_tags"."tag_id" = "shop_tag"."id")
        INNER JOIN "shop_product_tags" T4 ON ("shop_product"."id" = T4."product_id")
        INNER JOIN "shop_tag" T5 ON (T4."tag_id" = T5."id")
        WHERE ("shop_tag"."label" = ? AND T5."label" = ?) ["new", "hidden"]"#]],
    );
    check(
        &query("Tag", [is("product__category__name", "Hot")]),
        expect![[r#"
        "shop_tag"."id" FROM "shop_tag"
        INNER JOIN "shop_product_tags" ON ("shop_tag"."id" = "shop_product_tags"."tag_id")
        INNER JOIN "shop_product" ON ("shop_product_tags"."product_id" = "shop_product"."id")
        INNER JOIN "shop_category" ON ("shop_product"."category_id" = "shop_category"."id")
        WHERE "shop_category"."name" = ? ["Hot"]"#]],
    );
}

#[test]
fn exclude_keeps_rows_whose_value_is_null() {
    check(
        &query("Product", [not(is("name", "Tea"))]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE NOT ("shop_product"."name" = ?) ["Tea"]"#]],
    );
    check(
        &query("Product", [not(is("stock", 0))]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE NOT ("shop_product"."stock" = ? AND "shop_product"."stock" IS NOT NULL) [0]"#]],
    );
    check(
        &query("Product", [not(is("stock__isnull", true))]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE NOT ("shop_product"."stock" IS NULL)"#]],
    );
    check(
        &query("Product", [not(is("stock", Value::Null))]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE NOT ("shop_product"."stock" IS NULL)"#]],
    );
    check(
        &query("Product", [not(is("category__name", "Hot"))]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        LEFT OUTER JOIN "shop_category" ON ("shop_product"."category_id" = "shop_category"."id")
        WHERE NOT ("shop_category"."name" = ? AND "shop_category"."name" IS NOT NULL) ["Hot"]"#]],
    );
    check(
        &query("Product", [not(Condition::All(vec![is("name", "Tea"), is("stock__gt", 0)]))]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE NOT ("shop_product"."name" = ? AND ("shop_product"."stock" > ? AND "shop_product"."stock" IS NOT NULL)) ["Tea", 0]"#]],
    );
    check(
        &query("Product", [not(not(is("stock", 0)))]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE NOT (NOT ("shop_product"."stock" = ?)) [0]"#]],
    );
}

#[test]
fn exclude_over_a_many_valued_relation_asks_that_no_related_row_fits() {
    check(
        &query("Product", [not(is("tags__label", "hidden"))]),
        expect![[r#"
            "shop_product"."id" FROM "shop_product"
            WHERE NOT (EXISTS(SELECT 1 FROM "shop_product_tags" U1
            INNER JOIN "shop_tag" U2 ON (U1."tag_id" = U2."id")
            WHERE (U2."label" = ? AND U1."product_id" = "shop_product"."id") LIMIT 1)) ["hidden"]"#]],
    );
    check(
        &query("Product", [not(is("tags", 1))]),
        expect![[r#"
            "shop_product"."id" FROM "shop_product"
            WHERE NOT (EXISTS(SELECT 1 FROM "shop_product_tags" U1
            WHERE (U1."tag_id" = ? AND U1."product_id" = "shop_product"."id") LIMIT 1)) [1]"#]],
    );
    check(
        &query("Category", [not(is("products__reviews__stars", 5))]),
        expect![[r#"
            "shop_category"."id" FROM "shop_category"
            WHERE NOT (EXISTS(SELECT 1 FROM "shop_product" U1
            INNER JOIN "shop_review" U2 ON (U1."id" = U2."product_id")
            WHERE (U2."stars" = ? AND U1."category_id" = "shop_category"."id") LIMIT 1)) ORDER BY "shop_category"."name" ASC [5]"#]],
    );
    check(
        &query("Product", [not(is("category__products__name", "Tea"))]),
        expect![[r#"
            "shop_product"."id" FROM "shop_product"
            WHERE NOT (EXISTS(SELECT 1 FROM "shop_product" U1
            WHERE (U1."name" = ? AND U1."category_id" = "shop_product"."category_id") LIMIT 1)) ["Tea"]"#]],
    );
    check(
        &query("Product", [not(is("reviews__isnull", true))]),
        expect![[r#"
            "shop_product"."id" FROM "shop_product"
            WHERE NOT (EXISTS(SELECT 1 FROM "shop_product" U0
            LEFT OUTER JOIN "shop_review" U1 ON (U0."id" = U1."product_id")
            WHERE (U1."id" IS NULL AND U0."id" = "shop_product"."id") LIMIT 1))"#]],
    );
    check(
        &query(
            "Product",
            [not(Condition::Any(vec![is("name", "Tea"), one_of("tags__label", ["sold-out", "hidden"])]))],
        ),
        expect![[r#"
            "shop_product"."id" FROM "shop_product"
            WHERE NOT ("shop_product"."name" = ? OR EXISTS(SELECT 1 FROM "shop_product_tags" U1
            INNER JOIN "shop_tag" U2 ON (U1."tag_id" = U2."id")
            WHERE (U2."label" IN (?, ?) AND U1."product_id" = "shop_product"."id") LIMIT 1)) ["Tea", "sold-out", "hidden"]"#]],
    );
    check(
        &query("Product", [Condition::All(vec![is("tags__label", "new"), not(is("tags__id", 3))])]),
        expect![[r#"
            "shop_product"."id" FROM "shop_product"
            INNER JOIN "shop_product_tags" ON ("shop_product"."id" = "shop_product_tags"."product_id")
            INNER JOIN "shop_tag" ON ("shop_product_tags"."tag_id" = "shop_tag"."id")
            WHERE ("shop_tag"."label" = ? AND NOT (EXISTS(SELECT 1 FROM "shop_product_tags" U1
            WHERE (U1."tag_id" = ? AND U1."product_id" = "shop_product"."id" AND U1."id" = "shop_product_tags"."id") LIMIT 1))) ["new", 3]"#]],
    );
    check(
        &query(
            "Product",
            [not(Condition::Lookup {
                left: column("reviews__stars"),
                lookup: Lookup::Gt,
                right: Operand::One(column("stock")),
            })],
        ),
        expect![[r#"
            "shop_product"."id" FROM "shop_product"
            WHERE NOT (EXISTS(SELECT 1 FROM "shop_review" U1
            WHERE (U1."stars" > "shop_product"."stock" AND U1."product_id" = "shop_product"."id") LIMIT 1))"#]],
    );
}

#[test]
fn every_lookup_has_its_sql() {
    for lookup in Lookup::ALL {
        let right = match lookup {
            Lookup::In => Operand::Many(vec![Expression::Value("a".into()), Expression::Value(Value::Null)]),
            Lookup::Range => Operand::Many(vec![Expression::Value("a".into()), Expression::Value("b".into())]),
            Lookup::IsNull => Operand::One(Expression::Value(true.into())),
            _ => Operand::One(Expression::Value("50%_\\".into())),
        };
        let written = sql::select(
            &models(),
            sql::dialect(Engine::Sqlite).unwrap(),
            &query("Product", [Condition::Lookup { left: column("name"), lookup, right }]),
            sql::Columns::Model,
        );
        let of_documents =
            matches!(lookup, Lookup::ContainedBy | Lookup::HasKey | Lookup::HasKeys | Lookup::HasAnyKeys);
        assert_eq!(written.is_ok(), !of_documents, "{lookup:?}");
    }
    check(
        &query("Product", [is("name__iexact", "tea")]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE "shop_product"."name" LIKE ? ESCAPE '\' ["tea"]"#]],
    );
    check(
        &query("Product", [is("name__contains", "50%_\\")]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE "shop_product"."name" LIKE ? ESCAPE '\' ["%50\\%\\_\\\\%"]"#]],
    );
    check(
        &query("Product", [is("name__istartswith", "c")]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE "shop_product"."name" LIKE ? ESCAPE '\' ["c%"]"#]],
    );
    check(
        &query("Product", [is("name__endswith", "e")]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE "shop_product"."name" LIKE ? ESCAPE '\' ["%e"]"#]],
    );
    check(
        &query("Product", [one_of("name", ["a", "b"])]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE "shop_product"."name" IN (?, ?) ["a", "b"]"#]],
    );
    check(
        &query("Product", [one_of("name", Vec::<Value>::new())]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE 0 = 1"#]],
    );
    check(
        &query("Product", [not(one_of("name", Vec::<Value>::new()))]),
        expect![[r#""shop_product"."id" FROM "shop_product""#]],
    );
    check(
        &query("Product", [is("price__lt", 5)]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE "shop_product"."price" < ? [5]"#]],
    );
    check(
        &query("Product", [is("name__gt", Value::Null)]),
        expect![[r#"
        the lookup `gt` cannot compare with nothing
        hint: only `exact` and `isnull` can: `field__isnull=true`"#]],
    );
    check(
        &query(
            "Product",
            [Condition::Lookup {
                left: column("name"),
                lookup: Lookup::IContains,
                right: Operand::One(column("category__name")),
            }],
        ),
        expect![[r#"
            "shop_product"."id" FROM "shop_product"
            INNER JOIN "shop_category" ON ("shop_product"."category_id" = "shop_category"."id")
            WHERE "shop_product"."name" LIKE '%' || REPLACE(REPLACE(REPLACE("shop_category"."name", '\', '\\'), '%', '\%'), '_', '\_') || '%' ESCAPE '\'"#]],
    );
}

#[test]
fn a_query_stands_inside_another() {
    let mut inner = query("Category", [is("parent__name", "Drinks")]);
    let within = |inner: &Query| {
        query(
            "Product",
            [Condition::Lookup {
                left: column("category"),
                lookup: Lookup::In,
                right: Operand::Query(Box::new(inner.clone()), None),
            }],
        )
    };
    check(
        &within(&inner),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE "shop_product"."category_id" IN (SELECT U0."id" FROM "shop_category" U0
        INNER JOIN "shop_category" U1 ON (U0."parent_id" = U1."id")
        WHERE U1."name" = ?) ["Drinks"]"#]],
    );
    inner.limit = Some(2);
    check(
        &within(&inner),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        WHERE "shop_product"."category_id" IN (SELECT U0."id" FROM "shop_category" U0
        INNER JOIN "shop_category" U1 ON (U0."parent_id" = U1."id")
        WHERE U1."name" = ? ORDER BY U0."name" ASC LIMIT 2) ["Drinks"]"#]],
    );
}

#[test]
fn order_by_a_relation_follows_its_model() {
    check(
        &ordered(query("Product", []), &["-category", "name"]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        LEFT OUTER JOIN "shop_category" ON ("shop_product"."category_id" = "shop_category"."id") ORDER BY "shop_category"."name" DESC, "shop_product"."name" ASC"#]],
    );
    check(
        &ordered(query("Product", []), &["category_id"]),
        expect![[r#""shop_product"."id" FROM "shop_product" ORDER BY "shop_product"."category_id" ASC"#]],
    );
    check(
        &ordered(query("Product", []), &["category__name", "-pk"]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        LEFT OUTER JOIN "shop_category" ON ("shop_product"."category_id" = "shop_category"."id") ORDER BY "shop_category"."name" ASC, "shop_product"."id" DESC"#]],
    );
    check(
        &ordered(query("Product", []), &["category__parent"]),
        expect![[r#"
        "shop_product"."id" FROM "shop_product"
        LEFT OUTER JOIN "shop_category" ON ("shop_product"."category_id" = "shop_category"."id")
        LEFT OUTER JOIN "shop_category" T3 ON ("shop_category"."parent_id" = T3."id") ORDER BY T3."name" ASC"#]],
    );
    check(
        &ordered(query("Product", []), &["supplier"]),
        expect![[r#""shop_product"."id" FROM "shop_product" ORDER BY "shop_product"."supplier_id" ASC"#]],
    );
    check(
        &ordered(query("Product", []), &["?"]),
        expect![[r#""shop_product"."id" FROM "shop_product" ORDER BY RANDOM() ASC"#]],
    );
    check(
        &query("Category", []),
        expect![[r#""shop_category"."id" FROM "shop_category" ORDER BY "shop_category"."name" ASC"#]],
    );
}

#[test]
fn a_slice_and_distinct_and_their_order() {
    let mut sliced = ordered(query("Product", []), &["name"]);
    sliced.offset = 10;
    check(
        &sliced,
        expect![[r#""shop_product"."id" FROM "shop_product" ORDER BY "shop_product"."name" ASC LIMIT -1 OFFSET 10"#]],
    );
    sliced.limit = Some(5);
    sliced.distinct = true;
    check(
        &sliced,
        expect![[
            r#"DISTINCT "shop_product"."id", "shop_product"."name" FROM "shop_product" ORDER BY "shop_product"."name" ASC LIMIT 5 OFFSET 10"#
        ]],
    );
}

#[test]
fn a_wrong_name_is_answered_with_the_nearest() {
    check(
        &query("Product", [is("pirce__lt", 5)]),
        expect![[r#"
        `shop.Product` has no field `pirce`
        hint: did you mean `price`? the choices are: active, category, created, id, name, price, reviews, stock, supplier, tags, warranty"#]],
    );
    check(
        &query("Product", [is("category__nam", "x")]),
        expect![[r#"
        `shop.Category` has no field `nam`
        hint: did you mean `name`? the choices are: children, id, name, parent, products"#]],
    );
    check(
        &query("Product", [is("name__foo", "x")]),
        expect![[r#"
        `shop.Product.name` is neither a relation nor has it a lookup `foo`
        hint: the lookups are: exact, iexact, contains, icontains, startswith, istartswith, endswith, iendswith, gt, gte, lt, lte, in, range, isnull, regex, iregex, contained_by, has_key, has_keys, has_any_keys"#]],
    );
    check(
        &query("Nothing", []),
        expect![[r#"
        the model `shop.Nothing` is not among the site's models
        hint: is its app in INSTALLED_APPS?"#]],
    );
}

fn aggregate(function: AggregateFunction, over: &str) -> Expression {
    let over = (!over.is_empty()).then(|| Box::new(column(over)));
    Expression::Aggregate { function, over, distinct: false, filter: None }
}

fn check_model(query: &Query, expected: Expect) {
    let select = sql::select(&models(), sql::dialect(Engine::Sqlite).unwrap(), query, sql::Columns::Model).unwrap();
    assert_eq!(select.statement.sql.matches('?').count(), select.statement.parameters.len());
    expected.assert_eq(&select.statement.to_string().replace(" FROM", "\nFROM").replace(" WHERE", "\nWHERE"));
}

/// An annotation after every filter.
fn annotation(name: &'static str, expression: Expression, value_type: ValueType) -> Annotation {
    Annotation { name: name.into(), expression, value_type, after: usize::MAX, selected: true }
}

#[test]
fn annotations_group_by_the_key() {
    let mut counted = query("Category", [is("name__contains", "o")]);
    counted.annotations.push(annotation("n", aggregate(AggregateFunction::Count, "products"), ValueType::Int));
    check_model(
        &counted,
        expect![[r#"
        SELECT "shop_category"."id", "shop_category"."name", "shop_category"."parent_id", COUNT("shop_product"."id") AS "n"
        FROM "shop_category" LEFT OUTER JOIN "shop_product" ON ("shop_category"."id" = "shop_product"."category_id")
        WHERE "shop_category"."name" LIKE ? ESCAPE '\' GROUP BY "shop_category"."id" ["%o%"]"#]],
    );
    counted.filters.push(is("n__gt", 1));
    counted = ordered(counted, &["-n"]);
    check_model(
        &counted,
        expect![[r#"
        SELECT "shop_category"."id", "shop_category"."name", "shop_category"."parent_id", COUNT("shop_product"."id") AS "n"
        FROM "shop_category" LEFT OUTER JOIN "shop_product" ON ("shop_category"."id" = "shop_product"."category_id")
        WHERE "shop_category"."name" LIKE ? ESCAPE '\' GROUP BY "shop_category"."id" HAVING COUNT("shop_product"."id") > ? ORDER BY COUNT("shop_product"."id") DESC ["%o%", 1]"#]],
    );
    let mut summed = query("Category", []);
    let sum = aggregate(AggregateFunction::Sum, "products__price");
    summed.annotations.push(annotation("sum", sum, ValueType::Decimal(Some(2))));
    summed.filters.push(is("sum__gt", 5));
    check_model(
        &summed,
        expect![[r#"
        SELECT "shop_category"."id", "shop_category"."name", "shop_category"."parent_id", CAST(SUM("shop_product"."price") AS NUMERIC) AS "sum"
        FROM "shop_category" LEFT OUTER JOIN "shop_product" ON ("shop_category"."id" = "shop_product"."category_id") GROUP BY "shop_category"."id" HAVING CAST(SUM("shop_product"."price") AS NUMERIC) > ? [5]"#]],
    );
}

#[test]
fn related_rows_come_with_each_row() {
    let mut related = query("Product", []);
    related.select_related = vec![path("category__parent"), path("supplier")];
    check_model(
        &related,
        expect![[r#"
        SELECT "shop_product"."id", "shop_product"."name", "shop_product"."price", "shop_product"."category_id", "shop_product"."supplier_id", "shop_product"."active", "shop_product"."stock", "shop_product"."created", "shop_category"."id", "shop_category"."name", "shop_category"."parent_id", T3."id", T3."name", T3."parent_id", "shop_supplier"."id", "shop_supplier"."name"
        FROM "shop_product" LEFT OUTER JOIN "shop_category" ON ("shop_product"."category_id" = "shop_category"."id") LEFT OUTER JOIN "shop_category" T3 ON ("shop_category"."parent_id" = T3."id") LEFT OUTER JOIN "shop_supplier" ON ("shop_product"."supplier_id" = "shop_supplier"."id")"#]],
    );
}

#[test]
fn values_are_grouped_around_their_aggregates() {
    let columns = [
        (column("category__name"), ValueType::Text),
        (aggregate(AggregateFunction::Max, "price"), ValueType::Decimal(Some(2))),
    ];
    let select = sql::select(
        &models(),
        sql::dialect(Engine::Sqlite).unwrap(),
        &query("Product", []),
        sql::Columns::Expressions(&columns),
    )
    .unwrap();
    expect![[r#"SELECT "shop_category"."name", CAST(MAX("shop_product"."price") AS NUMERIC) FROM "shop_product" LEFT OUTER JOIN "shop_category" ON ("shop_product"."category_id" = "shop_category"."id") GROUP BY "shop_category"."name""#]].assert_eq(&select.statement.to_string());
}

fn check_statement(statement: rjango_orm::Statement, expected: Expect) {
    expected.assert_eq(&statement.to_string());
}

#[test]
fn counts_and_aggregates_wrap_what_they_must() {
    let (models, dialect) = (models(), sql::dialect(Engine::Sqlite).unwrap());
    let mut products = ordered(query("Product", [is("tags__label__startswith", "n")]), &["name"]);
    check_statement(
        sql::count(&models, dialect, &products).unwrap(),
        expect![[
            r#"SELECT COUNT(*) FROM "shop_product" INNER JOIN "shop_product_tags" ON ("shop_product"."id" = "shop_product_tags"."product_id") INNER JOIN "shop_tag" ON ("shop_product_tags"."tag_id" = "shop_tag"."id") WHERE "shop_tag"."label" LIKE ? ESCAPE '\' ["n%"]"#
        ]],
    );
    check_statement(
        sql::exists(&models, dialect, &products).unwrap(),
        expect![[
            r#"SELECT 1 FROM "shop_product" INNER JOIN "shop_product_tags" ON ("shop_product"."id" = "shop_product_tags"."product_id") INNER JOIN "shop_tag" ON ("shop_product_tags"."tag_id" = "shop_tag"."id") WHERE "shop_tag"."label" LIKE ? ESCAPE '\' LIMIT 1 ["n%"]"#
        ]],
    );
    let max = [(aggregate(AggregateFunction::Max, "price"), ValueType::Decimal(Some(2)))];
    check_statement(
        sql::aggregate(&models, dialect, &products, &max).unwrap(),
        expect![[
            r#"SELECT CAST(MAX("shop_product"."price") AS NUMERIC) FROM "shop_product" INNER JOIN "shop_product_tags" ON ("shop_product"."id" = "shop_product_tags"."product_id") INNER JOIN "shop_tag" ON ("shop_product_tags"."tag_id" = "shop_tag"."id") WHERE "shop_tag"."label" LIKE ? ESCAPE '\' ["n%"]"#
        ]],
    );
    products.limit = Some(3);
    check_statement(
        sql::count(&models, dialect, &products).unwrap(),
        expect![[
            r#"SELECT COUNT(*) FROM (SELECT "shop_product"."id" AS "__col1" FROM "shop_product" INNER JOIN "shop_product_tags" ON ("shop_product"."id" = "shop_product_tags"."product_id") INNER JOIN "shop_tag" ON ("shop_product_tags"."tag_id" = "shop_tag"."id") WHERE "shop_tag"."label" LIKE ? ESCAPE '\' ORDER BY "shop_product"."name" ASC LIMIT 3) subquery ["n%"]"#
        ]],
    );
    check_statement(
        sql::aggregate(&models, dialect, &products, &max).unwrap(),
        expect![[
            r#"SELECT CAST(MAX("__col1") AS NUMERIC) FROM (SELECT "shop_product"."price" AS "__col1" FROM "shop_product" INNER JOIN "shop_product_tags" ON ("shop_product"."id" = "shop_product_tags"."product_id") INNER JOIN "shop_tag" ON ("shop_product_tags"."tag_id" = "shop_tag"."id") WHERE "shop_tag"."label" LIKE ? ESCAPE '\' ORDER BY "shop_product"."name" ASC LIMIT 3) subquery ["n%"]"#
        ]],
    );
    products.limit = None;
    products.distinct = true;
    check_statement(
        sql::count(&models, dialect, &products).unwrap(),
        expect![[
            r#"SELECT COUNT(*) FROM (SELECT DISTINCT "shop_product"."id" AS "__col1", "shop_product"."name" AS "__col2", "shop_product"."price" AS "__col3", "shop_product"."category_id" AS "__col4", "shop_product"."supplier_id" AS "__col5", "shop_product"."active" AS "__col6", "shop_product"."stock" AS "__col7", "shop_product"."created" AS "__col8" FROM "shop_product" INNER JOIN "shop_product_tags" ON ("shop_product"."id" = "shop_product_tags"."product_id") INNER JOIN "shop_tag" ON ("shop_product_tags"."tag_id" = "shop_tag"."id") WHERE "shop_tag"."label" LIKE ? ESCAPE '\') subquery ["n%"]"#
        ]],
    );
}

#[test]
fn updates_and_deletes_stay_in_their_table() {
    use rjango_orm::query::{Assignment, BinaryOperator};
    let (models, dialect) = (models(), sql::dialect(Engine::Sqlite).unwrap());
    let raise = [Assignment {
        field: "price".into(),
        value: Expression::Binary(
            Box::new(column("price")),
            BinaryOperator::Add,
            Box::new(Expression::Value(1.into())),
        ),
    }];
    let update = |query: &Query| sql::update(&models, dialect, query, &raise).unwrap().unwrap();
    check_statement(
        update(&query("Product", [is("name", "Tea")])),
        expect![[
            r#"UPDATE "shop_product" SET "price" = RJANGO_KEPT(("shop_product"."price" + ?), ?, 'decimal', 2, 10) WHERE "shop_product"."name" = ? [1, "shop.Product.price", "Tea"]"#
        ]],
    );
    check_statement(
        update(&query("Product", [is("category__name", "Hot")])),
        expect![[
            r#"UPDATE "shop_product" SET "price" = RJANGO_KEPT(("shop_product"."price" + ?), ?, 'decimal', 2, 10) WHERE "id" IN (SELECT U0."id" FROM "shop_product" U0 INNER JOIN "shop_category" U1 ON (U0."category_id" = U1."id") WHERE U1."name" = ?) [1, "shop.Product.price", "Hot"]"#
        ]],
    );
    check_statement(
        sql::delete(&models, dialect, &query("Review", [is("product__name", "Tea")])).unwrap().unwrap(),
        expect![[
            r#"DELETE FROM "shop_review" WHERE "id" IN (SELECT U0."id" FROM "shop_review" U0 INNER JOIN "shop_product" U1 ON (U0."product_id" = U1."id") WHERE U1."name" = ?) ["Tea"]"#
        ]],
    );
    let mut sliced = query("Product", []);
    sliced.limit = Some(1);
    assert!(sql::update(&models, dialect, &sliced, &raise).is_err());
    let elsewhere = [Assignment { field: "name".into(), value: column("category__name") }];
    assert!(sql::update(&models, dialect, &query("Product", []), &elsewhere).is_err());
}
