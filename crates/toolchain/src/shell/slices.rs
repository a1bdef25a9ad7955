//! `rows[2:5]` as a call, so that a query set is asked for these rows and no others.
//!
//! minijinja slices what it has walked. A query set would be read whole for its first three rows.

use minijinja::{Environment, Error, ErrorKind, context};

/// The method that a slice calls.
pub(super) const METHOD: &str = "__slice__";

/// Words after which a bracket begins a list, and is not a subscript.
const WORDS: [&str; 7] = ["in", "and", "or", "not", "if", "else", "is"];

/// A bracket that is still open.
struct Open {
    /// Where it stands in what is written.
    at: usize,
    is_subscript: bool,
    /// Where the colons inside of it stand.
    colons: Vec<usize>,
}

/// The expression with each `value[start:stop]` written as `value.__slice__(start, stop)`. A slice with a step stays.
pub(super) fn as_calls(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut open: Vec<Open> = Vec::new();
    let mut characters = source.chars();
    while let Some(next) = characters.next() {
        match next {
            '"' | '\'' => {
                out.push(next);
                while let Some(inside) = characters.next() {
                    out.push(inside);
                    if inside == '\\' {
                        out.extend(characters.next());
                    } else if inside == next {
                        break;
                    }
                }
                continue;
            }
            '(' | '[' | '{' => {
                let is_subscript = next == '[' && ends_a_value(&out);
                open.push(Open { at: out.len(), is_subscript, colons: Vec::new() });
            }
            ':' => {
                if let Some(bracket) = open.last_mut().filter(|bracket| bracket.is_subscript) {
                    bracket.colons.push(out.len());
                }
            }
            ')' | ']' | '}' => {
                if let Some(Open { at, is_subscript: true, colons }) = open.pop()
                    && let [colon] = colons.as_slice()
                {
                    let bound =
                        |text: &str| if text.trim().is_empty() { "none".to_owned() } else { text.trim().to_owned() };
                    let (start, stop) = (bound(&out[at + 1..*colon]), bound(&out[colon + 1..]));
                    out.truncate(at);
                    out.push_str(&format!(".{METHOD}({start}, {stop})"));
                    continue;
                }
            }
            _ => {}
        }
        out.push(next);
    }
    out
}

/// Whether a value ends here, so that a bracket takes a part of it.
fn ends_a_value(text: &str) -> bool {
    let text = text.trim_end();
    let word = text.rsplit(|next: char| !next.is_alphanumeric() && next != '_').next().unwrap_or_default();
    text.ends_with(|last: char| last.is_alphanumeric() || matches!(last, '_' | ')' | ']' | '}' | '"' | '\''))
        && !WORDS.contains(&word)
}

/// Lets every other value be sliced as before.
pub(super) fn add(environment: &mut Environment<'_>) {
    environment.set_unknown_method_callback(|state, value, method, arguments| {
        let ([start, stop], METHOD) = (arguments, method) else {
            // The object's own words.
            return match value.as_object() {
                Some(object) => object.call_method(state, method, arguments),
                None => Err(Error::from(ErrorKind::UnknownMethod)),
            };
        };
        let slice = state.env().compile_expression("value[start:stop]")?;
        slice.eval(context! { value => value, start => start, stop => stop })
    });
}

#[cfg(test)]
mod tests {
    use minijinja::value::Value;
    use minijinja::{Environment, context};

    use super::{add, as_calls};

    #[test]
    fn a_slice_becomes_a_call() {
        for (source, expected) in [
            ("rows[2:5]", "rows.__slice__(2, 5)"),
            ("rows.all()[:3].count()", "rows.all().__slice__(none, 3).count()"),
            ("a[b[1:]:len(c)]", "a.__slice__(b.__slice__(1, none), len(c))"),
            ("a[::2]", "a[::2]"),
            ("a['x:y']", "a['x:y']"),
            ("{'a': [1, 2]}", "{'a': [1, 2]}"),
            ("x in [1, 2][:1]", "x in [1, 2].__slice__(none, 1)"),
            ("f(x if y else [1])[0]", "f(x if y else [1])[0]"),
            ("'a[1:2]'", "'a[1:2]'"),
            ("'it\\'s'[1:2]", "'it\\'s'.__slice__(1, 2)"),
            ("a[{'k': 1}['k']]", "a[{'k': 1}['k']]"),
        ] {
            assert_eq!(as_calls(source), expected);
        }
    }

    #[test]
    fn lists_and_texts_are_sliced_as_ever() -> Result<(), minijinja::Error> {
        let mut environment = Environment::new();
        add(&mut environment);
        let evaluate = |source: &str| -> Result<Value, minijinja::Error> {
            environment.compile_expression(&as_calls(source))?.eval(context! { rows => [1, 2, 3, 4] })
        };
        assert_eq!(evaluate("rows[1:3]")?, Value::from(vec![2, 3]));
        assert_eq!(evaluate("rows[-1:]")?, Value::from(vec![4]));
        assert_eq!(evaluate("'hello'[1:3]")?, Value::from("el"));
        assert_eq!(evaluate("[5, 6, 7][:2]")?, Value::from(vec![5, 6]));
        assert!(evaluate("rows.nothing()").is_err());
        Ok(())
    }
}
