//! `{% block name %}`.

use std::sync::Arc;

use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::tree::{Block, NodeKind};

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let arguments = tag.arguments();
    if let [name, "scoped" | "required"] = arguments.as_slice() {
        return Err(Mistake::new(format!("`{}` of the block `{name}` is Jinja's", arguments[1]))
            .hint(format!("write `{{% block {name} %}}`: a block sees the names that are around it")));
    }
    let [name] = arguments.as_slice() else {
        return Err(Mistake::new("`block` takes one argument: its name"));
    };
    let (body, end) = parser.parse_until(tag, &["endblock"])?;
    match end.arguments().as_slice() {
        [] => {}
        [ended] if ended == name => {}
        [ended, ..] => {
            return Err(Mistake::new(format!("`{{% endblock {ended} %}}` ends the block `{name}`"))
                .hint(format!("write `{{% endblock {name} %}}`, or leave the name out"))
                .at(end.at));
        }
    }
    let block = Arc::new(Block { name: (*name).into(), body });
    parser.add_block(&block)?;
    Ok(NodeKind::Block(block))
}
