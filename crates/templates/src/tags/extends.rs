//! `{% extends %}`.

use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::reference::ReferenceKind;
use crate::tree::NodeKind;

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let arguments = tag.arguments();
    let [parent] = arguments.as_slice() else {
        return Err(Mistake::new("`extends` takes one argument: the name of the parent template"));
    };
    let parent = parser.expression(parent)?;
    parser.note(ReferenceKind::Template, &parent, tag.at);
    parser.set_extends(parent, tag.at)?;
    Ok(NodeKind::Text("".into()))
}
