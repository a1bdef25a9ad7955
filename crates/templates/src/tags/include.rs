//! `{% include %}`.

use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::reference::ReferenceKind;
use crate::tree::{Include, NodeKind};

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let arguments = tag.arguments();
    let Some((template, mut rest)) = arguments.split_first() else {
        return Err(Mistake::new("`include` needs the name of a template"));
    };
    let template = parser.expression(template)?;
    parser.note(ReferenceKind::Template, &template, tag.at);
    let (mut with, mut is_isolated, mut has_with) = (Vec::new(), false, false);
    while let Some((word, behind)) = rest.split_first() {
        match *word {
            "with" if has_with => return Err(Mistake::new("`include` has `with` more than once")),
            "with" => {
                let (pairs, taken) = parser.keywords(behind, false)?;
                if pairs.is_empty() {
                    return Err(Mistake::new("`with` of `include` needs at least one `name=value`"));
                }
                (with, has_with) = (pairs, true);
                rest = &behind[taken..];
            }
            "only" if is_isolated => return Err(Mistake::new("`include` has `only` more than once")),
            "only" => {
                is_isolated = true;
                rest = behind;
            }
            "ignore" if behind.first() == Some(&"missing") => {
                return Err(Mistake::new("`ignore missing` is Jinja's").hint(
                    "look for the template in the view, or give `include` a list: it takes the first that is there",
                ));
            }
            other => {
                return Err(Mistake::new(format!("`include` does not know the word `{other}`"))
                    .hint("write `{% include \"name.html\" with name=value only %}`"));
            }
        }
    }
    Ok(NodeKind::Include(Box::new(Include { template, with: with.into(), is_isolated })))
}
