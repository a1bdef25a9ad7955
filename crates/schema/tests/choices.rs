//! `derive(Choices)`: values, labels and every error, one case each.

use expect_test::{Expect, expect};

mod support;

use rjango_schema::read::parse_choices;
use support::{errors, one_line};

fn check(item: &str, expected: Expect) {
    let input: syn::DeriveInput = syn::parse_str(item).expect("the case is Rust");
    let text = match parse_choices(&input) {
        Ok(parsed) => {
            let schema = parsed.schema();
            let default = parsed.variants.iter().find(|variant| variant.is_default);
            let default = default.map_or_else(String::new, |variant| format!("default {}\n", variant.ident));
            let other = parsed.other.as_ref().map_or_else(String::new, |other| format!("other {other}\n"));
            let variants = schema.variants.iter().map(|variant| format!("{}\n", one_line(variant)));
            format!(
                "{}longest {} integer {}\n{default}{other}",
                variants.collect::<String>(),
                schema.longest(),
                schema.is_integer()
            )
        }
        Err(error) => errors(error),
    };
    expected.assert_eq(&text);
}

#[test]
fn text_choices_have_snake_case_values_and_words_for_labels() {
    check(
        "enum Status { Draft, InReview, Gone }",
        expect![[r#"
            {"name":"Draft","value":{"text":"draft"},"label":"Draft"}
            {"name":"InReview","value":{"text":"in_review"},"label":"In Review"}
            {"name":"Gone","value":{"text":"gone"},"label":"Gone"}
            longest 9 integer false
        "#]],
    );
}

#[test]
fn text_choices_with_values_and_labels() {
    check(
        r#"enum Status { #[choice(value = "dr", label = "A draft")] Draft, #[choice(label = "")] Gone }"#,
        expect![[r#"
            {"name":"Draft","value":{"text":"dr"},"label":"A draft"}
            {"name":"Gone","value":{"text":"gone"},"label":""}
            longest 4 integer false
        "#]],
    );
}

#[test]
fn integer_choices_count_as_rust_does() {
    check(
        "enum Level { Low = 1, Middle, High = 10, Top }",
        expect![[r#"
            {"name":"Low","value":{"int":1},"label":"Low"}
            {"name":"Middle","value":{"int":2},"label":"Middle"}
            {"name":"High","value":{"int":10},"label":"High"}
            {"name":"Top","value":{"int":11},"label":"Top"}
            longest 0 integer true
        "#]],
    );
}

#[test]
fn integer_choices_may_be_negative() {
    check(
        "enum Level { Below = -1, Zero }",
        expect![[r#"
            {"name":"Below","value":{"int":-1},"label":"Below"}
            {"name":"Zero","value":{"int":0},"label":"Zero"}
            longest 0 integer true
        "#]],
    );
}

#[test]
fn integer_choices_with_labels() {
    check(
        r#"enum Level { #[choice(label = "Not at all")] None = 0, Some = 1 }"#,
        expect![[r#"
            {"name":"None","value":{"int":0},"label":"Not at all"}
            {"name":"Some","value":{"int":1},"label":"Some"}
            longest 0 integer true
        "#]],
    );
}

#[test]
fn integer_choices_have_no_value() {
    check(
        r#"enum Level { #[choice(value = "low")] Low = 1 }"#,
        expect![[r#"
            `value`: a variant of integer choices has its discriminant for a value
            hint: write `Variant = 1`, or no discriminants and only text
        "#]],
    );
}

#[test]
fn integer_choices_with_an_expression() {
    check(
        "enum Level { Low = 1 + 1 }",
        expect![[r#"
            `1 + 1`: expected a whole number, found an expression
            hint: write the number itself
        "#]],
    );
}

#[test]
fn the_default_variant() {
    check(
        "enum Status { Draft, #[default] Live }",
        expect![[r#"
            {"name":"Draft","value":{"text":"draft"},"label":"Draft"}
            {"name":"Live","value":{"text":"live"},"label":"Live"}
            longest 5 integer false
            default Live
        "#]],
    );
}

#[test]
fn choices_of_one_value() {
    check(
        r#"enum Status { #[choice(value = "x")] A, #[choice(value = "x")] B }"#,
        expect![[r#"
            `B`: the choices `A` and `B` have the same value
            hint: give one of them another: `#[choice(value = "...")]`
        "#]],
    );
}

#[test]
fn choices_with_fields() {
    check(
        "enum Status { Draft(i32), Live { at: i32 } }",
        expect![[r#"
            `(i32)`: the choice `Draft` has fields of its own
            hint: a choice is one value of one column; for values that are none of the choices, write `#[choice(other)]`
            `{ at: i32 }`: the choice `Live` has fields of its own
            hint: a choice is one value of one column; for values that are none of the choices, write `#[choice(other)]`
        "#]],
    );
}

#[test]
fn choices_without_variants() {
    check(
        "enum Status {}",
        expect![[r#"
            `Status`: the choices `Status` have no variant
        "#]],
    );
}

#[test]
fn choices_with_type_parameters() {
    check(
        "enum Status<T> { Draft }",
        expect![[r#"
            `<T>`: an enum of choices has no type parameters
        "#]],
    );
}

#[test]
fn choices_with_an_unknown_word() {
    check(
        r#"enum Status { #[choice(lable = "x")] Draft }"#,
        expect![[r#"
            `lable`: unknown word `lable` in `#[choice(...)]`
            hint: did you mean `label`?
        "#]],
    );
}

#[test]
fn choices_are_an_enum() {
    check(
        "struct Status;",
        expect![[r#"
            `Status`: expected an enum for choices, found another item `Status`
            hint: for a table, write `#[derive(Model)]`
        "#]],
    );
}

#[test]
fn raw_variants_lose_their_mark() {
    check(
        "enum Word { r#Self_, Type }",
        expect![[r#"
            {"name":"Self_","value":{"text":"self_"},"label":"Self "}
            {"name":"Type","value":{"text":"type"},"label":"Type"}
            longest 5 integer false
        "#]],
    );
}

#[test]
fn a_variant_for_other_values() {
    check(
        "enum Status { Draft, Live, #[choice(other)] Other(String) }",
        expect![[r#"
        {"name":"Draft","value":{"text":"draft"},"label":"Draft"}
        {"name":"Live","value":{"text":"live"},"label":"Live"}
        longest 5 integer false
        other Other
    "#]],
    );
    check(
        "#[repr(i64)] enum Level { Low = 1, #[choice(other)] Other(i64), High }",
        expect![[r#"
        {"name":"Low","value":{"int":1},"label":"Low"}
        {"name":"High","value":{"int":3},"label":"High"}
        longest 0 integer true
        other Other
    "#]],
    );
}

#[test]
fn a_variant_for_other_values_holds_one_of_the_right_type() {
    check(
        "enum Status { Draft, #[choice(other)] A, #[choice(other)] #[default] B(i64) }",
        expect![[r#"
            `A`: the variant `A` holds the other values, so it has one field
            hint: write `A(String)`
            `B`: the variant `B` holds the other values, so it has one field
            hint: write `B(String)`
            `B`: the variant `B` holds the other values, so it is not the default
            hint: put `#[default]` on a choice
            `other`: the variants `A` and `B` both take other values
            hint: leave `other` at one of them
        "#]],
    );
}

#[test]
fn a_variant_for_other_values_is_not_the_only_one() {
    check(
        "enum Status { #[choice(other)] Other(String) }",
        expect![[r#"
            `Status`: the choices `Status` have no variant but the other
        "#]],
    );
}
