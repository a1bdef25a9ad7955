//! What stands between the braces: a variable or constant, and the filters behind it. Django's `FilterExpression`.

use crate::filter::{Filter, Takes};
use crate::lexer::closing_quote;
use crate::mistake::{Mistake, Parsed};
use crate::value::{Str, Value};

/// A variable or constant with its filters.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    pub base: Base,
    pub filters: Box<[Call]>,
    /// As it is written, for messages.
    pub text: Str,
}

/// What an expression begins with.
#[derive(Debug, Clone)]
pub(crate) enum Base {
    Constant(Value),
    /// `_("text")`
    Translated(Str),
    Variable(Path),
}

/// A name and what follows its dots.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    pub first: Str,
    pub rest: Box<[Str]>,
}

/// A filter with its argument.
#[derive(Clone)]
pub(crate) struct Call {
    pub filter: Filter,
    pub argument: Option<Base>,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{:?}", self.filter.name, self.argument)
    }
}

impl Expression {
    /// The text, where the expression is nothing but a quoted text.
    pub(crate) fn constant_text(&self) -> Option<&str> {
        match &self.base {
            Base::Constant(value) if self.filters.is_empty() => value.as_str(),
            _ => None,
        }
    }

    /// Whether a default stands in where the value is missing.
    pub(crate) fn has_default(&self) -> bool {
        self.filters.iter().any(|call| matches!(call.filter.name, "default" | "default_if_none"))
    }
}

/// Finds filters by name.
pub(crate) trait FindFilter {
    fn find_filter(&self, name: &str) -> Parsed<Filter>;
}

/// Reads an expression.
pub(crate) fn parse(text: &str, filters: &dyn FindFilter) -> Parsed<Expression> {
    let (base, mut at) = match base(text, 0)? {
        Some(found) => found,
        None if text.is_empty() => return Err(Mistake::new("an expression is missing")),
        None => {
            return Err(Mistake::new(format!("`{text}` does not begin with a variable or a constant"))
                .hint_maybe(jinja_hint("", text)));
        }
    };
    let mut calls = Vec::new();
    while at < text.len() {
        let Some((name, after)) = filter_name(text, at) else {
            let rest = &text[at..];
            return Err(Mistake::new(format!("`{rest}` of `{text}` is not understood"))
                .hint_maybe(jinja_hint(&text[..at], rest)));
        };
        let filter = filters.find_filter(name)?;
        at = after;
        let mut argument = None;
        if let Some(rest) = text[at..].strip_prefix(':')
            && let Some((found, end)) = self::base(text, text.len() - rest.len())?
        {
            (argument, at) = (Some(found), end);
        }
        match (filter.takes, &argument) {
            // DIFFERENCE: Django reads an argument of filters that know of `autoescape`, and fails where the page comes to them.
            (Takes::Nothing, Some(_)) => {
                return Err(Mistake::new(format!("the filter `{name}` takes no argument, and one is given")));
            }
            (Takes::One, None) if text[at..].starts_with('(') => {
                return Err(Mistake::new(format!("the filter `{name}` needs an argument behind a colon"))
                    .hint_maybe(called_filter(name, &text[at..])));
            }
            (Takes::One, None) => {
                return Err(Mistake::new(format!("the filter `{name}` needs an argument"))
                    .hint(format!("write it after a colon, without spaces: `{name}:\"..\"`")));
            }
            _ => {}
        }
        calls.push(Call { filter, argument });
    }
    Ok(Expression { base, filters: calls.into(), text: text.into() })
}

/// A constant or variable at a place, and where it ends.
fn base(text: &str, at: usize) -> Parsed<Option<(Base, usize)>> {
    let rest = &text[at..];
    let bytes = rest.as_bytes();
    if let Some(quote @ (b'"' | b'\'')) = bytes.first().copied()
        && let Some(end) = closing_quote(bytes, 1, quote)
    {
        return Ok(Some((Base::Constant(Value::Safe(unquoted(&rest[1..end], quote).into())), at + end + 1)));
    }
    if let Some(quote @ (b'"' | b'\'')) = bytes.get(2).copied()
        && rest.starts_with("_(")
        && let Some(end) = closing_quote(bytes, 3, quote)
        && bytes.get(end + 1) == Some(&b')')
    {
        return Ok(Some((Base::Translated(unquoted(&rest[3..end], quote).into()), at + end + 2)));
    }
    let is_word = |one: char| one.is_alphanumeric() || one == '_' || one == '.';
    let mut end = rest.find(|one| !is_word(one)).unwrap_or(rest.len());
    if end == 0 {
        // A number with a sign.
        let Some(length) = rest.strip_prefix(['-', '+']).and_then(number_length) else { return Ok(None) };
        end = 1 + length;
    }
    let word = &rest[..end];
    variable_or_number(word).map(|base| Some((base, at + end)))
}

/// The length of the number at the front of a text, as Django's pattern takes it.
fn number_length(text: &str) -> Option<usize> {
    if !text.starts_with(|one: char| one.is_ascii_digit()) {
        return None;
    }
    Some(text.find(|one: char| !(one.is_ascii_digit() || one == '.' || one == 'e')).unwrap_or(text.len()))
}

/// Python's reading of a number, else names between dots.
fn variable_or_number(word: &str) -> Parsed<Base> {
    if let Some(number) = number(word) {
        return Ok(Base::Constant(number));
    }
    if word.contains("._") || word.starts_with('_') {
        return Err(Mistake::new(format!("`{word}` has a name that begins with an underscore"))
            .hint("such names are not for templates; give the value another name in the view"));
    }
    if word.starts_with(['-', '+']) {
        return Err(Mistake::new(format!("`{word}` is not a number")));
    }
    let mut names = word.split('.');
    let first: Str = names.next().unwrap_or_default().into();
    Ok(Base::Variable(Path { first, rest: names.map(Str::from).collect() }))
}

fn number(word: &str) -> Option<Value> {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    if !digits.starts_with(|one: char| one.is_ascii_digit() || one == '.') {
        return None;
    }
    if word.contains('.') || word.contains(['e', 'E']) {
        // `2.` is refused as a number, as in Django.
        if word.ends_with('.') || digits.contains('_') {
            return None;
        }
        return word.parse().ok().map(Value::Float);
    }
    let plain: String = word.chars().filter(|one| *one != '_').collect();
    let is_spaced_well = !digits.ends_with('_') && !digits.contains("__");
    plain.parse().ok().filter(|_| is_spaced_well).map(Value::int)
}

/// A quoted text without its quotes and backslashes.
fn unquoted(inside: &str, quote: u8) -> String {
    let quote = char::from(quote);
    inside.replace(&format!("\\{quote}"), &quote.to_string()).replace("\\\\", "\\")
}

/// `|name`, with spaces around the bar: the name, and where it ends.
fn filter_name(text: &str, at: usize) -> Option<(&str, usize)> {
    let rest = text[at..].trim_start();
    let rest = rest.strip_prefix('|')?.trim_start();
    let from = text.len() - rest.len();
    let length = rest.find(|one: char| !(one.is_alphanumeric() || one == '_')).unwrap_or(rest.len());
    (length > 0).then(|| (&rest[..length], from + length))
}

/// How a filter is written that is called as a function: `default('x')` is `default:'x'`.
fn called_filter(name: &str, rest: &str) -> Option<String> {
    let inside = rest.strip_prefix('(')?.split(')').next()?.trim();
    Some(match inside {
        "" => format!("write `{name}` without `()`"),
        argument => format!("write `{name}:{argument}`, without a space"),
    })
}

/// How a call of Jinja's is written.
fn called(before: &str, rest: &str) -> Option<String> {
    let inside = rest.strip_prefix('(')?.split(')').next()?.trim();
    let name = before.rsplit(['|', ' ']).next().unwrap_or_default();
    Some(match name {
        _ if before.contains('|') => return called_filter(name, rest),
        "url" | "url_for" => format!("write `{{% url {} %}}`", inside.replace(',', "")),
        "static" => format!("write `{{% load static %}}` once, and `{{% static {inside} %}}`"),
        "super" => "write `{{ block.super }}`".to_owned(),
        "_" | "gettext" => {
            format!("write `{{{{ _({inside}) }}}}` with a text between quotes, or `{{% translate {inside} %}}`")
        }
        "" => return None,
        name if inside.is_empty() => format!("write `{name}`: what can be called is called without `()`"),
        _ => return None,
    })
}

/// What Django has in the place of something of Jinja's.
fn jinja_hint(before: &str, rest: &str) -> Option<String> {
    let rest = rest.trim_start();
    if let Some(hint) = called(before, rest) {
        return Some(hint);
    }
    if before.is_empty() && rest.starts_with('-') && rest.ends_with('-') {
        return Some("write `{{` without `-`; `{% spaceless %}` takes out the space between elements".to_owned());
    }
    let hint = if before == "not" {
        "a condition is for the tag: `{% if not a %}..{% endif %}`"
    } else if rest.starts_with('(') {
        "a template calls what can be called without `()`; what needs arguments is a tag, such as `{% url 'name' pk %}` and \
         `{% static 'file' %}`, or a filter"
    } else if rest.starts_with('[') {
        "write a key or a place after a dot: `rows.0`, `map.key`"
    } else if rest.starts_with(':') {
        "write the argument of a filter right behind its colon, without a space"
    } else if rest.starts_with("if ") || rest.starts_with("==") || rest.starts_with("!=") {
        "a condition is for the tag: `{% if a == b %}..{% else %}..{% endif %}`"
    } else if rest.starts_with(['+', '-', '*', '/', '~', '%']) {
        "a template does not compute; use a filter, such as `{{ a|add:b }}`, or do it in the view"
    } else if rest.starts_with("is ") {
        "a test is for the tag: `{% if value is None %}`, `{% if not value %}`"
    } else {
        return None;
    };
    Some(hint.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    struct All;

    impl FindFilter for All {
        fn find_filter(&self, name: &str) -> Parsed<Filter> {
            let name: &'static str = if name == "none" { "none" } else { "any" };
            let takes = if name == "none" { Takes::Nothing } else { Takes::Optional };
            Ok(Filter::new(name, |_, value, _| Ok(value.clone())).takes(takes))
        }
    }

    fn shown(text: &str) -> String {
        match parse(text, &All) {
            Ok(found) => format!("{:?} {:?}", found.base, found.filters),
            Err(mistake) => mistake.message,
        }
    }

    #[test]
    fn expressions_are_read_as_django_does() {
        let cases = [
            "a.b.0|any:\"x|y\" | any",
            "'it\\'s'",
            "-5",
            "+1.5",
            "1e3",
            "_('a b')|any",
            "a|any:-1",
            "a|none:1",
            "a._b",
            "1.",
            "1.2.3",
            "a|",
            "a b",
            "(a)",
            "a()",
            "a[0]",
            "x|any: 1",
            "\"open",
            "",
            "1_000",
            "ä.ö",
        ];
        let all: String = cases.iter().map(|case| format!("{case} => {}\n", shown(case))).collect();
        expect_test::expect![[r#"
            a.b.0|any:"x|y" | any => Variable(Path { first: "a", rest: ["b", "0"] }) [any:Some(Constant('x|y')), any:None]
            'it\'s' => Constant("it's") []
            -5 => Constant(-5) []
            +1.5 => Constant(1.5) []
            1e3 => Constant(1000.0) []
            _('a b')|any => Translated("a b") [any:None]
            a|any:-1 => Variable(Path { first: "a", rest: [] }) [any:Some(Constant(-1))]
            a|none:1 => the filter `none` takes no argument, and one is given
            a._b => `a._b` has a name that begins with an underscore
            1. => Variable(Path { first: "1", rest: [""] }) []
            1.2.3 => Variable(Path { first: "1", rest: ["2", "3"] }) []
            a| => `|` of `a|` is not understood
            a b => ` b` of `a b` is not understood
            (a) => `(a)` does not begin with a variable or a constant
            a() => `()` of `a()` is not understood
            a[0] => `[0]` of `a[0]` is not understood
            x|any: 1 => `: 1` of `x|any: 1` is not understood
            "open => `"open` does not begin with a variable or a constant
             => an expression is missing
            1_000 => Constant(1000) []
            ä.ö => Variable(Path { first: "ä", rest: ["ö"] }) []
        "#]]
        .assert_eq(&all);
    }
}
