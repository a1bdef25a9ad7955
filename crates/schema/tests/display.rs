//! `impl Display` of a model: which bodies the reader understands, and what they write.

use expect_test::{Expect, expect};
use rjango_schema::read::read_project;

mod support;

fn check(body: &str, expected: Expect) {
    let files = format!(
        "//- manage.rs\nmod shop;\n//- shop.rs\n\
         #[derive(Model)] struct Product {{ id: Auto, name: String, price: f64 }}\n\
         impl std::fmt::Display for Product {{ fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {{ {body} }} }}"
    );
    let (_folder, project) = support::project(&files);
    let source = read_project(&project).expect("the model is good");
    let display = source.models.iter().find_map(|model| model.display.as_ref());
    expected.assert_eq(&display.map_or_else(|| "none".to_owned(), support::one_line));
}

#[test]
fn write_str_of_a_field() {
    check("f.write_str(&self.name)", expect![[r#"[{"field":"name"}]"#]]);
}

#[test]
fn write_str_of_text() {
    check(r#"f.write_str("a product")"#, expect![[r#"[{"text":"a product"}]"#]]);
}

#[test]
fn write_str_by_as_str() {
    check("return f.write_str(self.name.as_str());", expect![[r#"[{"field":"name"}]"#]]);
}

#[test]
fn pad_of_a_field() {
    check("f.pad(&self.name)", expect![[r#"[{"field":"name"}]"#]]);
}

#[test]
fn fmt_of_a_field() {
    check("self.price.fmt(f)", expect![[r#"[{"field":"price"}]"#]]);
}

#[test]
fn fmt_by_the_trait() {
    check("std::fmt::Display::fmt(&self.name, f)", expect![[r#"[{"field":"name"}]"#]]);
}

#[test]
fn write_with_fields_and_text() {
    check(
        r#"write!(f, "{} costs {} {{net}}", self.name, &self.price)"#,
        expect![[r#"[{"field":"name"},{"text":" costs "},{"field":"price"},{"text":" {net}"}]"#]],
    );
}

#[test]
fn write_by_position_and_name() {
    check(
        r#"write!(f, "{1}, {0}, {n}", self.name, self.price, n = self.id)"#,
        expect![[r#"[{"field":"price"},{"text":", "},{"field":"name"},{"text":", "},{"field":"id"}]"#]],
    );
}

#[test]
fn write_with_a_literal_argument() {
    check(r#"write!(f, "{} of {}", self.name, "stock")"#, expect![[r#"[{"field":"name"},{"text":" of stock"}]"#]]);
}

#[test]
fn write_with_a_width_is_not_plain() {
    check(r#"write!(f, "{:>5}", self.name)"#, expect!["none"]);
}

#[test]
fn write_of_debug_is_not_plain() {
    check(r#"write!(f, "{:?}", self.name)"#, expect!["none"]);
}

#[test]
fn write_of_a_call_is_not_plain() {
    check(r#"write!(f, "{}", self.name.to_uppercase())"#, expect!["none"]);
}

#[test]
fn two_statements_are_not_plain() {
    check(r#"f.write_str("x")?; f.write_str(&self.name)"#, expect!["none"]);
}

#[test]
fn an_unknown_field_is_not_plain() {
    check("f.write_str(&self.title)", expect!["none"]);
}

#[test]
fn a_branch_is_not_plain() {
    check(r#"if self.id > 0 { f.write_str("x") } else { f.write_str("y") }"#, expect!["none"]);
}
