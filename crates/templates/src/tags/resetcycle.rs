//! `{% resetcycle %}`.

use std::sync::Arc;

use rjango_core::Result;

use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::render::{Render, place_of};
use crate::tag::Tag;
use crate::tree::NodeKind;
use crate::value::BoxFuture;

use super::cycle::{Cycle, Turn};

#[derive(Debug)]
struct ResetCycle(Arc<Cycle>);

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let cycle = match tag.arguments().as_slice() {
        [] => parser.last_cycle.clone().ok_or_else(|| Mistake::new("no cycle stands before `resetcycle`"))?,
        [name] => parser
            .cycles
            .get(*name)
            .cloned()
            .ok_or_else(|| Mistake::new(format!("no cycle is named `{name}` before `resetcycle`")))?,
        _ => return Err(Mistake::new("`resetcycle` takes the name of one cycle, or nothing")),
    };
    Ok(NodeKind::Tag(Box::new(ResetCycle(cycle))))
}

impl Tag for ResetCycle {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            render.state::<Turn>(place_of(&*self.0)).0 = 0;
            Ok(())
        })
    }
}
