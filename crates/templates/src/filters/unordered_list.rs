//! `unordered_list`: lists inside of lists, as `<li>` and `<ul>`.

use std::iter::Peekable;

use rjango_core::Result;

use super::arguments::{conditional_escape, plain, refused, unfit};
use crate::filter::{Filter, FilterContext};
use crate::value::{Items, Value};

pub(super) const FILTERS: [Filter; 1] = [Filter::new("unordered_list", unordered_list).safe()];

/// How deep lists may stand inside of one another.
const DEEPEST: usize = 500;

fn unordered_list(context: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let value = plain(value);
    let items = value.items().ok_or_else(|| unfit("unordered_list", "a list", &value))?;
    let mut html = String::new();
    write_list(&mut html, items, 1, context.autoescape)?;
    Ok(Value::safe(html))
}

fn write_list(html: &mut String, items: Items, depth: usize, autoescape: bool) -> Result<()> {
    if depth > DEEPEST {
        return Err(refused(format!(
            "the filter `unordered_list` takes {DEEPEST} lists inside of one another at most"
        )));
    }
    let mut items: Peekable<Items> = items.peekable();
    let mut is_first = true;
    while let Some(item) = items.next() {
        if !std::mem::take(&mut is_first) {
            html.push('\n');
        }
        indent(html, depth);
        html.push_str("<li>");
        if autoescape {
            html.push_str(&conditional_escape(&item));
        } else {
            html.push_str(&item.text());
        }
        // A list belongs to the item before it.
        let below = items.next_if(|next| matches!(next, Value::List(_) | Value::Tuple(_)));
        if let Some(below) = below.filter(Value::is_true).and_then(|below| below.items()) {
            html.push('\n');
            indent(html, depth);
            html.push_str("<ul>\n");
            write_list(html, below, depth + 1, autoescape)?;
            html.push('\n');
            indent(html, depth);
            html.push_str("</ul>\n");
            indent(html, depth);
        }
        html.push_str("</li>");
    }
    Ok(())
}

fn indent(html: &mut String, depth: usize) {
    html.extend(std::iter::repeat_n('\t', depth));
}
