//! `{% with %}`.

use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::tree::NodeKind;

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let words = tag.arguments();
    let (pairs, taken) = parser.keywords(&words, true)?;
    if pairs.is_empty() {
        return Err(Mistake::new("`with` needs at least one `name=value`"));
    }
    if let Some(rest) = words.get(taken) {
        return Err(Mistake::new(format!("`with` does not understand `{rest}`"))
            .hint("write `{% with name=value other=value %}`"));
    }
    let (body, _) = parser.parse_until(tag, &["endwith"])?;
    Ok(NodeKind::With(pairs.into(), body))
}
