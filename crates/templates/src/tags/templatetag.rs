//! `{% templatetag %}`.

use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::tree::NodeKind;

const TEXTS: [(&str, &str); 8] = [
    ("openblock", "{%"),
    ("closeblock", "%}"),
    ("openvariable", "{{"),
    ("closevariable", "}}"),
    ("openbrace", "{"),
    ("closebrace", "}"),
    ("opencomment", "{#"),
    ("closecomment", "#}"),
];

pub(super) fn read<'a>(_: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let words: Vec<&str> = tag.contents.split_whitespace().skip(1).collect();
    let names = || TEXTS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let [word] = words.as_slice() else {
        return Err(Mistake::new("`templatetag` takes one argument").hint(format!("it is one of: {}", names())));
    };
    match TEXTS.iter().find(|(name, _)| name == word) {
        Some((_, text)) => Ok(NodeKind::Text((*text).into())),
        None => {
            Err(Mistake::new(format!("`templatetag` does not know `{word}`")).hint(format!("it knows: {}", names())))
        }
    }
}
