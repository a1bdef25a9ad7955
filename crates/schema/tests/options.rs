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

#[test]
fn a_model_of_users() {
    check(
        r#"#[model(user)] struct User { id: Auto, #[field(max_length = 150, unique)] username: String, #[field(max_length = 128)] password: String }"#,
        expect![[r#"
            id big_auto blank primary_key
            username char max_length=150 unique
            password char max_length=128
            user: {"email_field":"email","username_field":"username"}
        "#]],
    );
    check(
        r#"#[model(user, username_field = "phone", email_field = "mail", required_fields = "mail, name")] struct User { id: Auto, #[field(max_length = 20, unique)] phone: String, mail: String, name: String, password: String }"#,
        expect![[r#"
            id big_auto blank primary_key
            phone char max_length=20 unique
            mail text
            name text
            password text
            user: {"email_field":"mail","required_fields":["mail","name"],"username_field":"phone"}
        "#]],
    );
    check(
        r#"#[model(user, username_field = "mail", required_fields = "")] struct User { #[field(primary_key, max_length = 99)] mail: String, password: String }"#,
        expect![[r#"
            mail char max_length=99 primary_key
            password text
            user: {"email_field":"email","required_fields":[],"username_field":"mail"}
        "#]],
    );
}

#[test]
fn a_model_that_cannot_be_of_users() {
    check(
        r#"#[model(user)] struct User { id: Auto }"#,
        expect![[r#"
        `User`: the model of users `User` has no field `password`
        hint: flatten `AbstractUser` or `AbstractBaseUser`, or write `#[field(max_length = 128)] pub password: String`
        `User`: the model of users `User` has no field `username` to log in with
        hint: write `#[model(user, username_field = "...")]` with the field that it has
    "#]],
    );
    check(
        r#"#[model(user, required_fields = "nmae, password, username")] struct User { id: Auto, username: i64, #[field(max_length = 20)] password: String }"#,
        expect![[r#"
            `User`: the field `User.password` cannot keep a password's hash
            hint: flatten `AbstractUser` or `AbstractBaseUser`, or write `#[field(max_length = 128)] pub password: String`
            `User`: the name to log in with is a text, and `User.username` is not
            hint: write `#[model(user, username_field = "...")]` with a field of text
            `User`: `required_fields` of `User` lists `nmae`, which is not a field
            hint: name fields of the model
            `User`: `required_fields` of `User` lists `password`, which is always asked for
            hint: take it out of the list
            `User`: `required_fields` of `User` lists `username`, which is always asked for
            hint: take it out of the list
        "#]],
    );
    check(
        r#"#[model(user)] struct User { id: Auto, #[field(max_length = 20)] username: String, password: String }"#,
        expect![[r#"
            `User`: `User.username` must be unique because it is the name to log in with
            hint: write `#[field(unique)]` above it
        "#]],
    );
    check(
        r#"#[model(user, username_field = "friends", required_fields = 5)] struct User { id: Auto, friends: ManyToMany<User>, password: String }"#,
        expect![[r#"
            `5`: expected field names for `required_fields`, found the number 5
            hint: write `required_fields = "first, second"`
            `User`: nobody can log in with `User.friends`, which is not a column
            hint: write `#[model(user, username_field = "...")]` with a field that is a column
        "#]],
    );
}

#[test]
fn words_of_users_on_another_model() {
    check(
        r#"#[model(username_field = "name")] struct Product { id: Auto, name: String }"#,
        expect![[r#"
        `username_field`: `username_field` applies to a model of users alone
        hint: write `#[model(user, username_field = "...")]`
    "#]],
    );
    check(
        r#"#[model(user = false, email_field = "name")] struct Product { id: Auto, name: String }"#,
        expect![[r#"
        `email_field`: `email_field` applies to a model of users alone
        hint: write `#[model(user, email_field = "...")]`
    "#]],
    );
    check(
        r#"#[model(abstract, user)] struct Base { name: String }"#,
        expect![[r#"
        `user`: `user` does not apply to the abstract model `Base`
        hint: write it on each model that flattens `Base`
    "#]],
    );
    check(
        r#"#[model(swappable = "AUTH_USER_MODEL")] struct Product { id: Auto }"#,
        expect![[r#"
        `swappable`: unknown word `swappable` in `#[model(...)]`
        hint: write `#[model(user)]`: the model of users is the only one that another can take the place of
    "#]],
    );
}

#[test]
fn a_key_of_whatever_users_there_are() {
    check(
        r#"struct Visit { id: Auto, #[field(on_delete = "cascade", related_name = "visits")] user: UserKey, #[field(on_delete = "set_null")] guide: Option<UserKey> }"#,
        expect![[r#"
            id big_auto blank primary_key
            user foreign_key db_index on_delete="cascade" related_name="visits" to="settings.AUTH_USER_MODEL"
            guide foreign_key blank db_index null on_delete="set_null" to="settings.AUTH_USER_MODEL"
        "#]],
    );
    check(
        r#"struct Visit { id: Auto, user: UserKey, other: UserKey<Product> }"#,
        expect![[r#"
        `user`: `user` is a foreign key without `on_delete`
        hint: write `#[field(on_delete = "cascade")]`, or one of `protect`, `restrict`, `set_null`, `set_default`, `do_nothing`
        `UserKey<Product>`: expected `UserKey` without type arguments
    "#]],
    );
}
