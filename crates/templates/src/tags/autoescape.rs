//! `{% autoescape on %}`.

use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::tree::NodeKind;

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let on = match tag.arguments().as_slice() {
        ["on"] => true,
        ["off"] => false,
        ["true" | "True"] => {
            return Err(Mistake::new("`autoescape` takes `on` or `off`").hint("write `{% autoescape on %}`"));
        }
        ["false" | "False"] => {
            return Err(Mistake::new("`autoescape` takes `on` or `off`").hint("write `{% autoescape off %}`"));
        }
        _ => return Err(Mistake::new("`autoescape` takes one argument: `on` or `off`")),
    };
    let (body, _) = parser.parse_until(tag, &["endautoescape"])?;
    Ok(NodeKind::Autoescape(on, body))
}
