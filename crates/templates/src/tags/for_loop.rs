//! `{% for %}`.

use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::tree::{For, NodeKind};
use crate::value::Str;

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let mut words = tag.arguments();
    let form = "write `{% for item in list %}`";
    if words.len() < 3 {
        return Err(Mistake::new(format!("`{}` has too few words", tag.contents)).hint(form));
    }
    let is_reversed = words.last() == Some(&"reversed");
    if is_reversed {
        words.pop();
    }
    if words.get(words.len().saturating_sub(2)).is_some_and(|word| *word == "if") {
        return Err(Mistake::new(format!("`{}` has a condition, which is Jinja's", tag.contents))
            .hint("put an `{% if %}` into the loop, or leave the rows out in the view"));
    }
    let Some((list, names)) = words.split_last() else {
        return Err(Mistake::new("`for` needs a list").hint(form));
    };
    let Some(("in", names)) = names.split_last().map(|(word, rest)| (*word, rest)) else {
        return Err(Mistake::new(format!("`{}` has no `in` before its list", tag.contents)).hint(form));
    };
    let joined = names.join(" ");
    let mut bound: Vec<Str> = Vec::new();
    for name in joined.split(',').map(str::trim) {
        if name.is_empty() || name.contains([' ', '|', '"', '\'']) {
            return Err(Mistake::new(format!("`for` cannot bind `{joined}`"))
                .hint("names stand between commas: `{% for key, value in map.items %}`"));
        }
        bound.push(name.into());
    }
    let list = parser.expression(list)?;
    let (body, end) = parser.parse_until(tag, &["empty", "endfor"])?;
    let empty = if end.name == "empty" { Some(parser.parse_until(tag, &["endfor"])?.0) } else { None };
    Ok(NodeKind::For(Box::new(For { names: bound.into(), list, is_reversed, body, empty })))
}
