//! `#[model(...)]`: every option and every error, one case each.

use expect_test::{Expect, expect};

mod support;

use support::describe;

fn check(model: &str, expected: Expect) {
    expected.assert_eq(&describe(model));
}

#[test]
fn options() {
    check(
        r#"#[model(ordering = "name, -price", table = "goods", verbose_name = "item", verbose_name_plural = "stock", managed = false, app_label = "store", renamed_from = "Good")] struct Product { id: Auto, name: String, price: i32 }"#,
        expect![[r#"
            id big_auto blank primary_key
            name text
            price integer
            app: "store"
            managed: false
            ordering: ["name","-price"]
            renamed_from: "Good"
            table: "goods"
            verbose_name: "item"
            verbose_name_plural: "stock"
        "#]],
    );
}

#[test]
fn ordering_by_a_lookup_key_or_chance() {
    check(
        r#"#[model(ordering = "category__name, -pk, ?")] struct Product { id: Auto, #[field(on_delete = "cascade")] category: ForeignKey<Category> }"#,
        expect![[r#"
            id big_auto blank primary_key
            category foreign_key db_index on_delete="cascade" to="@0"
            ordering: ["category__name","-pk","?"]
        "#]],
    );
}

#[test]
fn ordering_by_an_unknown_field() {
    check(
        r#"#[model(ordering = "-nmae")] struct Product { id: Auto, name: String }"#,
        expect![[r#"
            `"-nmae"`: `ordering` names the field `nmae`, which `Product` does not have
            hint: did you mean `name`?
        "#]],
    );
}

#[test]
fn ordering_by_a_field_that_did_not_parse() {
    check(
        r#"#[model(ordering = "name, price")] struct Product { id: Auto, name: usize }"#,
        expect![[r#"
            `usize`: no column holds a `usize`
            hint: the widest integers of the databases are `i64` and `u64`
            `"name, price"`: `ordering` names the field `price`, which `Product` does not have
            hint: known: `id`, `name`
        "#]],
    );
}

#[test]
fn unique_together_twice() {
    check(
        r#"#[model(unique_together = "a, b", unique_together = "b, c")] struct P { id: Auto, a: i32, b: i32, c: i32 }"#,
        expect![[r#"
            id big_auto blank primary_key
            a integer
            b integer
            c integer
            unique_together: [["a","b"],["b","c"]]
        "#]],
    );
}

#[test]
fn unique_together_of_an_unknown_field() {
    check(
        r#"#[model(unique_together = "a, bb")] struct P { id: Auto, a: i32, b: i32 }"#,
        expect![[r#"
            `"a, bb"`: `unique_together` names the field `bb`, which `P` does not have
            hint: did you mean `b`?
        "#]],
    );
}

#[test]
fn unique_together_of_a_many_to_many_field() {
    check(
        r#"#[model(unique_together = "a, tags")] struct P { id: Auto, a: i32, tags: ManyToMany<Tag> }"#,
        expect![[r#"
            `"a, tags"`: `unique_together` names the many-to-many field `tags`, which is no column
            hint: name fields that are columns of the table
        "#]],
    );
}

#[test]
fn unique_together_that_is_empty() {
    check(
        r#"#[model(unique_together = "")] struct P { id: Auto }"#,
        expect![[r#"
            `""`: expected field names for `unique_together`, found an empty string
        "#]],
    );
}

#[test]
fn unique_together_that_is_a_list() {
    check(
        "#[model(unique_together(a, b))] struct P { id: Auto, a: i32, b: i32 }",
        expect![[r#"
            `unique_together`: expected field names for `unique_together`, found a list in parentheses
            hint: write `unique_together = "first, second"`
        "#]],
    );
}

#[test]
fn indexes_with_and_without_a_name() {
    check(
        r#"#[model(index(fields = "a, -b"), index(fields = "b", name = "by_b"))] struct P { id: Auto, a: i32, b: i32 }"#,
        expect![[r#"
            id big_auto blank primary_key
            a integer
            b integer
            indexes: [{"fields":["a","-b"],"name":""},{"fields":["b"],"name":"by_b"}]
        "#]],
    );
}

#[test]
fn index_without_fields() {
    check(
        r#"#[model(index(name = "by_b"))] struct P { id: Auto }"#,
        expect![[r#"
            `index`: expected `fields` in `index(...)`
            hint: write `fields = "first, second"`
        "#]],
    );
}

#[test]
fn index_as_text() {
    check(
        r#"#[model(index = "a")] struct P { id: Auto, a: i32 }"#,
        expect![[r#"
            `"a"`: expected `index(...)`, found the text "a"
            hint: write `index(fields = "first, -second")`
        "#]],
    );
}

#[test]
fn index_of_an_unknown_field() {
    check(
        r#"#[model(index(fields = "a, -prise"))] struct P { id: Auto, a: i32, price: i32 }"#,
        expect![[r#"
            `"a, -prise"`: `index` names the field `prise`, which `P` does not have
            hint: did you mean `price`?
        "#]],
    );
}

#[test]
fn index_names_that_are_long_or_start_badly() {
    check(
        r#"#[model(index(fields = "a", name = "an_index_name_of_more_than_30_chars"), index(fields = "a", name = "_a"))] struct P { id: Auto, a: i32 }"#,
        expect![[r#"
            `"an_index_name_of_more_than_30_chars"`: expected an index name of at most 30 characters, found 35
            hint: some engines cut longer names
            `"_a"`: expected an index name that starts with a letter, found `_a`
        "#]],
    );
}

#[test]
fn index_names_twice() {
    check(
        r#"#[model(index(fields = "a", name = "x"), index(fields = "b", name = "x"))] struct P { id: Auto, a: i32, b: i32 }"#,
        expect![[r#"
            `"x"`: two indexes have the name `x`
        "#]],
    );
}

#[test]
fn index_with_an_unknown_word() {
    check(
        r#"#[model(index(field = "a"))] struct P { id: Auto, a: i32 }"#,
        expect![[r#"
            `field`: unknown word `field` in `index(...)`
            hint: did you mean `fields`?
            `index`: expected `fields` in `index(...)`
            hint: write `fields = "first, second"`
        "#]],
    );
}

#[test]
fn constraints() {
    check(
        r#"#[model(unique(name = "one_a", fields = "a, b"), check(name = "a_positive", sql = "a > 0"))] struct P { id: Auto, a: i32, b: i32 }"#,
        expect![[r#"
            id big_auto blank primary_key
            a integer
            b integer
            constraints: [{"fields":["a","b"],"name":"one_a","type":"unique"},{"name":"a_positive","sql":"a > 0","type":"check"}]
        "#]],
    );
}

#[test]
fn constraints_without_a_name() {
    check(
        r#"#[model(unique(fields = "a"), check(sql = "a > 0"))] struct P { id: Auto, a: i32 }"#,
        expect![[r#"
            `unique`: expected `name` in `unique(...)`
            hint: write `unique(name = "...", fields = "first, second")`; the database knows it by this name
            `check`: expected `name` in `check(...)`
            hint: write `check(name = "...", sql = "price >= 0")`; the database knows it by this name
        "#]],
    );
}

#[test]
fn check_without_sql() {
    check(
        r#"#[model(check(name = "x"))] struct P { id: Auto }"#,
        expect![[r#"
            `check`: a check without `sql`
            hint: write `check(name = "...", sql = "price >= 0")`
        "#]],
    );
}

#[test]
fn constraint_names_twice() {
    check(
        r#"#[model(unique(name = "x", fields = "a"), check(name = "x", sql = "a > 0"))] struct P { id: Auto, a: i32 }"#,
        expect![[r#"
            `"x"`: two constraints have the name `x`
        "#]],
    );
}

#[test]
fn permissions() {
    check(
        r#"#[model(permission("publish", "Can publish"), permission(codename = "hide", label = "Can hide"))] struct P { id: Auto }"#,
        expect![[r#"
            id big_auto blank primary_key
            permissions: [["publish","Can publish"],["hide","Can hide"]]
        "#]],
    );
}

#[test]
fn permission_without_label() {
    check(
        r#"#[model(permission("publish"))] struct P { id: Auto }"#,
        expect![[r#"
            `"publish"`: expected a word in `permission(...)`, found the text "publish"
            `permission`: expected a codename and a label
            hint: write `permission("publish", "Can publish")`
        "#]],
    );
}

#[test]
fn abstract_models_have_no_options_to_hand_on() {
    check(
        r#"#[model(abstract, ordering = "a", table = "x", serialize = false)] struct Base { a: i32 }"#,
        expect![[r#"
            `ordering`: `ordering` does not apply to the abstract model `Base`
            hint: write it on each model that flattens `Base`
            `table`: `table` does not apply to the abstract model `Base`
            hint: write it on each model that flattens `Base`
        "#]],
    );
}

#[test]
fn abstract_needs_no_primary_key() {
    check(
        "#[model(abstract)] struct Times { #[field(auto_now)] changed: DateTime }",
        expect![[r#"
            changed date_time auto_now blank editable=false
            abstract: true
        "#]],
    );
}

#[test]
fn unknown_option_names_the_nearest() {
    check(
        r#"#[model(odering = "id")] struct P { id: Auto }"#,
        expect![[r#"
            `odering`: unknown word `odering` in `#[model(...)]`
            hint: did you mean `ordering`?
        "#]],
    );
}

#[test]
fn options_of_django_say_what_to_write() {
    check(
        r#"#[model(db_table = "x", indexes = "a", proxy)] struct P { id: Auto }"#,
        expect![[r#"
            `db_table`: unknown word `db_table` in `#[model(...)]`
            hint: write `table = "..."`
            `indexes`: unknown word `indexes` in `#[model(...)]`
            hint: write `index(fields = "...")`, once for each
            `proxy`: unknown word `proxy` in `#[model(...)]`
            hint: write plain functions on the model, there are no proxy models
        "#]],
    );
}

#[test]
fn app_label_that_is_no_identifier() {
    check(
        r#"#[model(app_label = "my app")] struct P { id: Auto }"#,
        expect![[r#"
            `"my app"`: expected an identifier for `app_label`, found `my app`
            hint: a label is one lower-case word, as in INSTALLED_APPS
        "#]],
    );
}

#[test]
fn a_model_has_no_type_parameters() {
    check(
        "struct P<T> { id: Auto, a: T }",
        expect![[r#"
            `<T>`: a model has no type parameters
            hint: one struct is one table
        "#]],
    );
}

#[test]
fn a_model_has_named_fields() {
    check(
        "struct P(Auto);",
        expect![[r#"
            `P`: expected a struct with named fields
            hint: the names are the columns
        "#]],
    );
}

#[test]
fn a_model_is_a_struct() {
    check(
        "enum P { A }",
        expect![[r#"
            `P`: expected a struct for a model, found another item `P`
            hint: for an enum of the values of a field, write `#[derive(Choices)]`
        "#]],
    );
}

#[test]
fn model_names_that_lookups_could_not_read() {
    check(
        "struct P__Q { id: Auto }",
        expect![[r#"
            `P__Q`: the model name `P__Q` starts or ends with `_`, or has `__` in it
            hint: lookups could not tell where the name ends
        "#]],
    );
}

#[test]
fn options_that_name_fields_of_a_base_are_not_checked_here() {
    check(
        r#"#[model(ordering = "changed")] struct P { id: Auto, #[field(flatten)] times: Times }"#,
        expect![[r#"
            id big_auto blank primary_key
            ordering: ["changed"]
            bases: [{"position":1}]
        "#]],
    );
}
