//! `{% partialdef %}` and `{% partial %}`, which Django has from 6.0 on.

use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::tree::NodeKind;

pub(super) fn read<'a>(_: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let arguments = tag.arguments();
    let [name] = arguments.as_slice() else {
        return Err(Mistake::new("`partial` takes one argument: the name of a partial"));
    };
    Ok(NodeKind::Partial((*name).into()))
}

pub(super) fn read_definition<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let (name, is_inline) = match tag.arguments().as_slice() {
        [name] => (*name, false),
        [name, "inline"] => (*name, true),
        [_, other] => {
            return Err(
                Mistake::new(format!("`partialdef` does not know the word `{other}`")).hint("it knows `inline`")
            );
        }
        _ => return Err(Mistake::new("`partialdef` takes a name, and `inline` where it is shown at once")),
    };
    let (body, end) = parser.parse_until(tag, &["endpartialdef"])?;
    match end.arguments().as_slice() {
        [] => {}
        [ended] if *ended == name => {}
        [ended, ..] => {
            return Err(Mistake::new(format!("`{{% endpartialdef {ended} %}}` ends the partial `{name}`")).at(end.at));
        }
    }
    parser.add_partial(name, &body)?;
    Ok(if is_inline { NodeKind::Partial(name.into()) } else { NodeKind::Text("".into()) })
}
