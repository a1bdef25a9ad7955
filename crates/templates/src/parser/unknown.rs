//! What is said of a tag, filter or library that nobody knows.

use rjango_core::nearest;

use crate::library::Libraries;
use crate::mistake::Mistake;

use super::{Parser, TagToken};

/// Words of Jinja's, and what Django has instead.
const JINJAS: [(&str, &str); 12] = [
    ("set", "write `{% with name=value %}..{% endwith %}`, or put the value into the context in the view"),
    ("macro", "write a template of its own and `{% include %}` it, or a `{% partialdef %}`"),
    ("call", "write a template of its own and `{% include \"..\" with name=value %}` it"),
    ("import", "write a template of its own and `{% include %}` it"),
    ("from", "write a template of its own and `{% include %}` it; a library is loaded by `{% load name %}`"),
    ("raw", "write `{% verbatim %}..{% endverbatim %}`"),
    ("do", "a template changes nothing; do it in the view"),
    ("break", "a loop shows all its rows; leave rows out in the view, or by the filter `slice`"),
    ("continue", "put what the row shows into an `{% if %}`"),
    ("csrf_input", "write `{% csrf_token %}`"),
    ("trans_block", "write `{% blocktranslate %}`"),
    ("endset", "write `{% with name=value %}..{% endwith %}`"),
];

pub(super) fn library(libraries: &Libraries, name: &str) -> Mistake {
    let known = libraries.names();
    let hint = match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`? the libraries are: {}", known.join(", ")),
        None => format!("the libraries are: {}", known.join(", ")),
    };
    Mistake::new(format!("`{name}` is not a library of tags and filters")).hint(hint)
}

pub(super) fn filter(libraries: &Libraries, name: &str) -> Mistake {
    let mistake = Mistake::new(format!("`{name}` is not a filter"));
    if let Some(library) = libraries.library_of_filter(name) {
        return mistake.hint(format!("it is in a library: write `{{% load {library} %}}` first"));
    }
    let jinja = match name {
        "tojson" => Some("write `json_script`, which makes a whole script element"),
        "e" => Some("write `escape`"),
        "count" => Some("write `length`"),
        "trim" => Some("write `value.strip`"),
        "replace" => Some("write `cut` to take a text out, or do it in the view"),
        "map" | "select" | "selectattr" | "reject" | "rejectattr" | "groupby" | "batch" | "sum" | "sort" => {
            Some("do it in the view; lists of mappings are sorted by `dictsort`, and `{% regroup %}` makes groups")
        }
        "format" => Some("write `stringformat`"),
        "round" => Some("write `floatformat`"),
        "int" | "float" | "string" | "list" | "items" => {
            Some("values are values here: compare and show them as they are")
        }
        _ => None,
    };
    match jinja {
        Some(hint) => mistake.hint(hint),
        None => mistake.hint_maybe(
            nearest(name, libraries.filter_names().iter().map(String::as_str))
                .map(|near| format!("did you mean `{near}`?")),
        ),
    }
}

impl<'a> Parser<'a> {
    /// Notes a tag that nobody knows.
    pub(super) fn note_unknown(&mut self, tag: &TagToken<'a>) {
        let name = tag.name;
        if let Some(opened) = name.strip_prefix("end")
            && let Some(place) = self.unknown.iter().rposition(|unknown| *unknown == opened)
        {
            self.unknown.remove(place);
            return;
        }
        let innermost = self.open.last().copied();
        if name.starts_with('-') || name.starts_with('+') {
            let mistake = Mistake::new(format!("`{{%{name}` is Jinja's"))
                .hint("write `{%` without a sign; `{% spaceless %}` takes out the space between elements");
            self.mistakes.push(mistake.at(tag.at));
            return;
        }
        let is_middle = matches!(name, "else" | "elif" | "empty" | "plural") || name.starts_with("end");
        let mistake = if is_middle {
            let mistake = Mistake::new(format!("`{{% {name} %}}` does not belong here"));
            match innermost {
                Some(("for", _)) if name == "else" => mistake.hint("in a `for` write `{% empty %}`"),
                Some((open, _)) => {
                    mistake.hint(format!("`{{% {open} %}}` is the tag that is open here; it must be closed first"))
                }
                None => mistake.hint("no tag is open here"),
            }
        } else {
            self.unknown.push(name);
            let mistake = Mistake::new(format!("`{name}` is not a tag"));
            if let Some(library) = self.libraries.library_of_tag(name) {
                mistake.hint(format!("it is in a library: write `{{% load {library} %}}` first"))
            } else if let Some((_, hint)) = JINJAS.iter().find(|(jinjas, _)| *jinjas == name) {
                mistake.hint(*hint)
            } else {
                let names = self.libraries.tag_names();
                mistake.hint_maybe(
                    nearest(name, names.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?")),
                )
            }
        };
        self.mistakes.push(mistake.at(tag.at));
    }
}
