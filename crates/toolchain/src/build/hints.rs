//! What the compiler cannot know: the right spelling where somebody writes Python's.
//!
//! Traits and macros of the framework carry their own hints. These are the mistakes that the compiler finds before it looks at
//! either, so that only who runs the build can add a word.

use serde::Deserialize;

/// What the compiler says of one mistake, as far as a hint needs it.
#[derive(Deserialize)]
pub(super) struct Mistake {
    #[serde(default)]
    code: Option<Code>,
    #[serde(default)]
    message: String,
    #[serde(default)]
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    is_primary: bool,
    #[serde(default)]
    text: Vec<Line>,
}

/// A line of source. Its columns count characters, from 1.
#[derive(Deserialize)]
struct Line {
    text: String,
    highlight_start: usize,
    highlight_end: usize,
}

/// The right spelling, where the mistake is one of those that Django's users make.
pub(super) fn hint(mistake: &Mistake) -> Option<String> {
    let line = mistake.spans.iter().find(|span| span.is_primary)?.text.first()?;
    let (before, marked, after) = line.parts();
    match mistake.code.as_ref()?.code.as_str() {
        "E0425" => keyword_argument(&before, &marked, &after),
        "E0282" => marked.starts_with("set!").then(|| assignments_for_a_new_row(&before)).flatten(),
        "E0609" => not_loaded(&mistake.message, &before, &marked),
        _ => None,
    }
}

impl Line {
    /// What stands before the marked text, the text, and what stands after it.
    fn parts(&self) -> (String, String, String) {
        let (start, end) = (self.highlight_start.saturating_sub(1), self.highlight_end.saturating_sub(1));
        let mut characters = self.text.chars();
        let before = characters.by_ref().take(start).collect();
        let marked = characters.by_ref().take(end.saturating_sub(start)).collect();
        (before, marked, characters.collect())
    }
}

/// `.filter(price__lt = 5)`: a keyword argument, which Rust reads as an assignment to a variable.
fn keyword_argument(before: &str, name: &str, after: &str) -> Option<String> {
    let value = after.trim_start().strip_prefix('=').filter(|rest| !rest.starts_with('='))?;
    let value = first_argument(value.trim_start());
    let method = called(before)?;
    Some(match method {
        "filter" | "exclude" | "get" => format!("write `.{method}(q!({name} = {value}))`"),
        "update" | "get_or_create" | "update_or_create" => format!("write `.{method}(set!({name} = {value}))`"),
        "create" => new_row(&format!("{name}: {value}")),
        "order_by" | "values_list" | "annotate" | "aggregate" | "values" => {
            format!("write a closure over the fields: `.{method}(|row| row.{name}())`")
        }
        _ => return None,
    })
}

fn assignments_for_a_new_row(before: &str) -> Option<String> {
    called(before).filter(|method| *method == "create").map(|_| new_row("name: value"))
}

fn new_row(field: &str) -> String {
    format!("a new row is an instance: `.create(Model {{ {field}, ..Default::default() }})`")
}

/// `i.category.name`: a field of a relation, whose row is read where somebody waits for it.
fn not_loaded(message: &str, before: &str, name: &str) -> Option<String> {
    let of = message.split_once(" on type ")?.1;
    let relation = before.trim_end().trim_end_matches('.');
    let relation = relation.rsplit(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).next()?;
    if of.contains("ForeignKey<") || of.contains("OneToOne<") {
        let field = relation.rsplit('.').next()?;
        let read = if of.contains("Option<") {
            format!("`if let Some(row) = &{relation} {{ row.get().await?.{name} }}`")
        } else {
            format!("`{relation}.get().await?.{name}`")
        };
        return Some(format!("the related row is read with {read}; to filter or order by it, write `{field}__{name}`"));
    }
    of.contains("Pending<").then(|| format!("a query runs where it is waited for: `{relation}.await?.{name}`"))
}

/// The method whose arguments begin or go on here.
fn called(before: &str) -> Option<&str> {
    let mut depth = 0;
    let open = before.char_indices().rev().find(|(_, character)| {
        match character {
            ')' | ']' | '}' => depth += 1,
            '(' if depth == 0 => return true,
            '(' | '[' | '{' => depth -= 1,
            _ => {}
        }
        false
    })?;
    let call = before.get(..open.0)?;
    call.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().filter(|name| !name.is_empty())
}

/// The text up to the comma or the parenthesis that ends an argument.
fn first_argument(text: &str) -> &str {
    let mut depth = 0;
    let end = text.char_indices().find(|(_, character)| {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return true,
            ')' | ']' | '}' => depth -= 1,
            ',' => return depth == 0,
            _ => {}
        }
        false
    });
    text.get(..end.map_or(text.len(), |(end, _)| end)).unwrap_or(text).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hint for a mistake of which `marked` is the part that the compiler points at.
    fn hint_for(code: &str, message: &str, line: &str, marked: &str) -> Option<String> {
        let start = line.split(marked).next().map_or(0, |before| before.chars().count()) + 1;
        hint(&Mistake {
            code: Some(Code { code: code.to_owned() }),
            message: message.to_owned(),
            spans: vec![Span {
                is_primary: true,
                text: vec![Line {
                    text: line.to_owned(),
                    highlight_start: start,
                    highlight_end: start + marked.chars().count(),
                }],
            }],
        })
    }

    #[track_caller]
    fn hints(code: &str, line: &str, marked: &str, expected: Option<&str>) {
        let message = "no field `name` on type `rjango::ForeignKey<shop::Product>`";
        assert_eq!(hint_for(code, message, line, marked).as_deref(), expected, "{line}");
    }

    #[test]
    fn keyword_arguments_become_macros() {
        let hint = |line: &str, name: &str, expected: Option<&str>| hints("E0425", line, name, expected);
        hint("let é = rows.filter(price__lt = 5);", "price__lt", Some("write `.filter(q!(price__lt = 5))`"));
        hint("rows.get(pk = id(1, 2), name = 3)", "pk", Some("write `.get(q!(pk = id(1, 2)))`"));
        hint("rows.get(q!(a = f(1)), name = 3)", "name", Some("write `.get(q!(name = 3))`"));
        hint("rows.update(price=F(price) + 1)", "price", Some("write `.update(set!(price = F(price) + 1))`"));
        let instance = "a new row is an instance: `.create(Model { name: \"Tea\", ..Default::default() })`";
        hint("rows.create(name = \"Tea\").await?;", "name", Some(instance));
        hint("let x = price == 5;", "price", None);
        hint("call(price == 5);", "price", None);
        hint("call(price = 5);", "price", None);
        hint("price = 5;", "price", None);
    }

    #[test]
    fn other_mistakes_have_their_own_words() {
        let instance = "a new row is an instance: `.create(Model { name: value, ..Default::default() })`";
        hints("E0282", "rows.create(set!(name = \"Tea\"))", "set!(name = \"Tea\")", Some(instance));
        hints("E0282", "rows.update(set!(name = \"Tea\"))", "set!(name = \"Tea\")", None);
        let related = "the related row is read with `i.product.get().await?.name`; to filter or order by it, write `product__name`";
        hints("E0609", "println!(\"{}\", i.product.name);", "name", Some(related));
        let query = hint_for(
            "E0609",
            "no field `name` on type `rjango::Pending<'_, shop::Category>`",
            "a(category.name)",
            "name",
        );
        assert_eq!(query.as_deref(), Some("a query runs where it is waited for: `category.await?.name`"));
        hints("E0308", "rows.filter(price = 5)", "price", None);
    }
}
