//! The shell's lines: what is an assignment, a loop, an import, and what is an expression.

use super::text::{End, is_identifier, outer, without_comments};

/// A line of the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Statement {
    /// An expression, whose value is shown.
    Expression(String),
    /// `target = expression`.
    Assign(Target, String),
    /// `for name in iterable: body`. Several names take a row apart.
    For { names: Vec<String>, iterable: String, body: Vec<Statement> },
    /// `from shop.models import Product`: the names must be there already, as all models are.
    Import(Vec<String>),
    /// `exit` or `quit`.
    Exit,
}

/// What is assigned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A name of the shell.
    Name(String),
    /// An attribute of the object that an expression gives.
    Attribute { object: String, name: String },
}

/// Why a text is no list of statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// The line, from 1.
    pub line: usize,
    /// Whether more text could fix it: the person has not finished typing.
    pub incomplete: bool,
}

type Parsed<T> = Result<T, SyntaxError>;

/// A line with what continues it: brackets may stay open over line ends.
struct Line<'a> {
    number: usize,
    indent: usize,
    text: &'a str,
}

/// Reads statements: one a line, or several with `;` between.
pub(crate) fn parse(source: &str) -> Parsed<Vec<Statement>> {
    let lines = lines(source)?;
    let (statements, rest) = block(&lines, lines.first().map_or(0, |line| line.indent))?;
    match rest.first() {
        Some(line) => Err(error(line.number, "unexpected indent")),
        None => Ok(statements),
    }
}

fn error(line: usize, message: impl Into<String>) -> SyntaxError {
    SyntaxError { message: message.into(), line, incomplete: false }
}

fn incomplete(line: usize, message: impl Into<String>) -> SyntaxError {
    SyntaxError { incomplete: true, ..error(line, message) }
}

fn lines(source: &str) -> Parsed<Vec<Line<'_>>> {
    let mut lines = Vec::new();
    let (mut start, mut number, mut from) = (0, 1, 0);
    while start < source.len() {
        let end = source[from.max(start)..].find('\n').map_or(source.len(), |at| from.max(start) + at);
        let text = &source[start..end];
        match outer(text).1 {
            // The next line belongs to this one.
            End::Open if end < source.len() => {
                from = end + 1;
                continue;
            }
            End::Open => return Err(incomplete(number, "a bracket is not closed")),
            End::Unopened(_) => return Err(error(number, "a closing bracket has no opening one")),
            End::Unquoted(_) => return Err(error(number, "a string is not closed")),
            End::Whole => {}
        }
        let code = text.trim();
        if !code.is_empty() && !code.starts_with('#') {
            lines.push(Line { number, indent: text.len() - text.trim_start().len(), text: code });
        }
        number += text.matches('\n').count() + 1;
        start = end + 1;
        from = start;
    }
    Ok(lines)
}

/// The statements of the lines that are indented so, and the lines that follow.
fn block<'l, 'a>(mut lines: &'l [Line<'a>], indent: usize) -> Parsed<(Vec<Statement>, &'l [Line<'a>])> {
    let mut statements = Vec::new();
    while let Some((line, rest)) = lines.split_first() {
        if line.indent < indent {
            break;
        }
        if line.indent > indent {
            return Err(error(line.number, "unexpected indent"));
        }
        lines = rest;
        if let Some((names, iterable, body)) = for_head(line)? {
            let body = if body.trim().is_empty() {
                let inner = rest.first().filter(|next| next.indent > indent);
                let inner = inner.ok_or_else(|| incomplete(line.number, "the loop has no body"))?.indent;
                let (body, rest) = block(rest, inner)?;
                lines = rest;
                body
            } else {
                simple_statements(body, line.number)?
            };
            statements.push(Statement::For { names, iterable, body });
        } else {
            statements.extend(simple_statements(line.text, line.number)?);
        }
    }
    Ok((statements, lines))
}

/// `for a, b in iterable:` taken apart, with what stands after the colon.
fn for_head<'a>(line: &Line<'a>) -> Parsed<Option<(Vec<String>, String, &'a str)>> {
    let Some(head) = line.text.strip_prefix("for ") else { return Ok(None) };
    let wrong = || error(line.number, "a loop reads `for name in iterable: statement`");
    let colon = outer(head).0.into_iter().find(|outer| outer.character == ':').ok_or_else(wrong)?.at;
    let (names, iterable) = head[..colon].split_once(" in ").ok_or_else(wrong)?;
    let names: Vec<String> =
        names.trim().trim_matches(['(', ')']).split(',').map(|name| name.trim().to_owned()).collect();
    if !names.iter().all(|name| is_identifier(name)) {
        return Err(wrong());
    }
    Ok(Some((names, iterable.trim().to_owned(), without_comment(&head[colon + 1..]))))
}

/// The text up to its first outermost comment, to see whether anything stands there.
fn without_comment(text: &str) -> &str {
    if text.trim_start().starts_with('#') { "" } else { text }
}

fn simple_statements(text: &str, line: usize) -> Parsed<Vec<Statement>> {
    let mut statements = Vec::new();
    let mut start = 0;
    let ends = outer(text).0.into_iter().filter(|outer| outer.character == ';').map(|outer| outer.at);
    for end in ends.chain([text.len()]) {
        let part = without_comments(&text[start..end]);
        if !part.trim().is_empty() {
            statements.push(simple(part.trim(), line)?);
        }
        start = end + 1;
    }
    Ok(statements)
}

fn simple(text: &str, line: usize) -> Parsed<Statement> {
    if matches!(text, "exit" | "quit" | "exit()" | "quit()") {
        return Ok(Statement::Exit);
    }
    if let Some(names) = import(text, line)? {
        return Ok(Statement::Import(names));
    }
    if let Some((target, expression)) = assignment(text, line)? {
        return Ok(Statement::Assign(target, expression));
    }
    for keyword in ["if ", "while ", "def ", "class ", "with ", "try:", "del ", "raise ", "return ", "lambda "] {
        if text.starts_with(keyword) {
            return Err(error(
                line,
                format!(
                    "the shell has no `{}`: it knows expressions, assignments, `for` loops",
                    keyword.trim_end_matches([' ', ':'])
                ),
            ));
        }
    }
    Ok(Statement::Expression(without_await(text).to_owned()))
}

/// Python's shell needs `await` for the async methods; here each call waits by itself.
fn without_await(text: &str) -> &str {
    text.strip_prefix("await ").map_or(text, str::trim_start)
}

fn import(text: &str, line: usize) -> Parsed<Option<Vec<String>>> {
    let names = if let Some(rest) = text.strip_prefix("from ") {
        let (_, names) =
            rest.split_once(" import ").ok_or_else(|| error(line, "an import reads `from module import Name`"))?;
        names
    } else if text.starts_with("import ") {
        return Err(error(line, "the shell has no modules to import: every model is there by its name"));
    } else {
        return Ok(None);
    };
    let names = names.trim().trim_matches(['(', ')']);
    if names == "*" {
        return Ok(Some(Vec::new()));
    }
    Ok(Some(names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()))
}

/// `target = expression` or `target += expression`; comparisons and keyword arguments are none.
fn assignment(text: &str, line: usize) -> Parsed<Option<(Target, String)>> {
    let bytes = text.as_bytes();
    let is_assignment =
        |at: usize| bytes.get(at + 1) != Some(&b'=') && !(at > 0 && matches!(bytes[at - 1], b'=' | b'!' | b'<' | b'>'));
    let sign = outer(text).0.into_iter().find(|outer| outer.character == '=' && is_assignment(outer.at));
    let Some(sign) = sign.map(|outer| outer.at) else { return Ok(None) };
    let value = without_await(text[sign + 1..].trim());
    if value.is_empty() {
        return Err(error(line, "the assignment has no value"));
    }
    let left = text[..sign].trim_end();
    let place = left.trim_end_matches(['+', '-', '*', '/', '%', '~']);
    let operator = &left[place.len()..];
    let place = place.trim();
    let target = target(place).ok_or_else(|| error(line, format!("cannot assign to `{place}`")))?;
    let expression = if operator.is_empty() { value.to_owned() } else { format!("{place} {operator} ({value})") };
    Ok(Some((target, expression)))
}

fn target(text: &str) -> Option<Target> {
    if is_identifier(text) {
        return Some(Target::Name(text.to_owned()));
    }
    let dot = outer(text).0.into_iter().rev().find(|outer| outer.character == '.')?.at;
    let (object, name) = (text[..dot].trim(), text[dot + 1..].trim());
    (is_identifier(name) && !object.is_empty())
        .then(|| Target::Attribute { object: object.to_owned(), name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(source: &str, expected: &Expect) {
        let text = match parse(source) {
            Ok(statements) => statements.iter().map(|statement| format!("{statement:?}\n")).collect(),
            Err(error) => {
                format!("line {}: {}{}", error.line, error.message, if error.incomplete { " ..." } else { "" })
            }
        };
        expected.assert_eq(&text);
    }

    #[test]
    fn expressions_and_comparisons() {
        check(
            "Product.objects.filter(price__lt=5)[:3]",
            &expect![[r#"
            Expression("Product.objects.filter(price__lt=5)[:3]")
        "#]],
        );
        check(
            "a == b; a <= b # c = d\nawait p.asave()",
            &expect![[r#"
            Expression("a == b")
            Expression("a <= b")
            Expression("p.asave()")
        "#]],
        );
        check(
            "'a;b' + \"c=d # e\"",
            &expect![[r#"
            Expression("'a;b' + \"c=d # e\"")
        "#]],
        );
    }

    #[test]
    fn assignments() {
        check(
            "p = Product.objects.get(pk=1); p.price = 4; p.price += 1",
            &expect![[r#"
            Assign(Name("p"), "Product.objects.get(pk=1)")
            Assign(Attribute { object: "p", name: "price" }, "4")
            Assign(Attribute { object: "p", name: "price" }, "p.price + (1)")
        "#]],
        );
        check(
            "Product.objects.get(pk=1).name = 'Tea'",
            &expect![[r#"
            Assign(Attribute { object: "Product.objects.get(pk=1)", name: "name" }, "'Tea'")
        "#]],
        );
        check("f(x) = 3", &expect!["line 1: cannot assign to `f(x)`"]);
        check("x =", &expect!["line 1: the assignment has no value"]);
    }

    #[test]
    fn loops() {
        check(
            "for p in Product.objects.all(): p.price = 1; p.save()",
            &expect![[r#"
            For { names: ["p"], iterable: "Product.objects.all()", body: [Assign(Attribute { object: "p", name: "price" }, "1"), Expression("p.save()")] }
        "#]],
        );
        check(
            "for i, p in pairs:\n    print(i)  # each\n    for x in p: x\nlast",
            &expect![[r#"
            For { names: ["i", "p"], iterable: "pairs", body: [Expression("print(i)"), For { names: ["x"], iterable: "p", body: [Expression("x")] }] }
            Expression("last")
        "#]],
        );
        check("for p in ps:", &expect!["line 1: the loop has no body ..."]);
        check("for p of ps: p", &expect!["line 1: a loop reads `for name in iterable: statement`"]);
    }

    #[test]
    fn line_goes_on_inside_brackets() {
        check(
            "Product.objects.filter(  # cheap\n    price__lt=5,\n).count()\nx = 1",
            &expect![[r#"
            Expression("Product.objects.filter(  \n    price__lt=5,\n).count()")
            Assign(Name("x"), "1")
        "#]],
        );
        check("f(", &expect!["line 1: a bracket is not closed ..."]);
    }

    #[test]
    fn imports_name_what_is_there() {
        check(
            "from shop.models import Product, Category\nfrom shop.models import *",
            &expect![[r#"
            Import(["Product", "Category"])
            Import([])
        "#]],
        );
        check("import os", &expect!["line 1: the shell has no modules to import: every model is there by its name"]);
    }

    #[test]
    fn what_is_no_statement_is_told_with_its_line() {
        check("x = 1\nf)", &expect!["line 2: a closing bracket has no opening one"]);
        check("'abc", &expect!["line 1: a string is not closed"]);
        check("x\n  y", &expect!["line 2: unexpected indent"]);
        check("if x: y", &expect!["line 1: the shell has no `if`: it knows expressions, assignments, `for` loops"]);
    }
}
