//! `{% verbatim %}`. The lexer leaves what is in it as text.

use crate::mistake::Parsed;
use crate::parser::{Parser, TagToken};
use crate::tree::NodeKind;

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let (body, _) = parser.parse_until(tag, &["endverbatim"])?;
    Ok(match body.first().map(|node| &node.kind) {
        Some(NodeKind::Text(text)) => NodeKind::Text(text.clone()),
        _ => NodeKind::Text("".into()),
    })
}
