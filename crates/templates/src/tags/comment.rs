//! `{% comment %}`.

use crate::mistake::Parsed;
use crate::parser::{Parser, TagToken};
use crate::tree::NodeKind;

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    parser.skip_past(tag, "endcomment")?;
    Ok(NodeKind::Text("".into()))
}
