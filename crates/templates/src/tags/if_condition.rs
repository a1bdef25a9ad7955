//! `{% if %}`.

use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::tree::NodeKind;

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let mut branches = Vec::new();
    let mut condition = Some(parser.condition(&tag.arguments())?);
    loop {
        let ends: &[&str] = if condition.is_some() { &["elif", "else", "endif"] } else { &["endif"] };
        let (body, end) = parser.parse_until(tag, ends)?;
        branches.push((condition.take(), body));
        match end.name {
            "elif" => {
                let next = parser.condition(&end.arguments());
                condition = Some(next.map_err(|mistake| mistake.at(end.at))?);
            }
            "else" if !end.arguments().is_empty() => {
                return Err(Mistake::new(format!("`{{% {} %}}` has more than its name", end.contents))
                    .hint("write `{% elif .. %}` for another condition")
                    .at(end.at));
            }
            "else" => condition = None,
            _ => return Ok(NodeKind::If(branches.into())),
        }
    }
}
