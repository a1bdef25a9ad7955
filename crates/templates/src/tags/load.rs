//! `{% load %}`.

use crate::mistake::Parsed;
use crate::parser::{Parser, TagToken};
use crate::tree::NodeKind;

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let arguments: Vec<&str> = tag.contents.split_whitespace().skip(1).collect();
    if let [names @ .., "from", library] = arguments.as_slice()
        && !names.is_empty()
    {
        for name in names {
            parser.load_name(name, library)?;
        }
    } else {
        for library in arguments {
            parser.load(library)?;
        }
    }
    Ok(NodeKind::Text("".into()))
}
