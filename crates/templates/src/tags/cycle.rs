//! `{% cycle %}`.

use std::sync::Arc;

use rjango_core::Result;

use crate::expression::Expression;
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::render::{Render, place_of};
use crate::tag::Tag;
use crate::tree::NodeKind;
use crate::value::{BoxFuture, Str};

/// The values of a cycle. A named one may stand in several places, and goes on from each to the next.
#[derive(Debug)]
pub(crate) struct Cycle {
    values: Vec<Expression>,
    name: Option<Str>,
    is_silent: bool,
}

/// How far a cycle is.
#[derive(Default)]
pub(super) struct Turn(pub usize);

#[derive(Debug)]
struct CycleTag(Arc<Cycle>);

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let mut arguments = tag.arguments();
    if arguments.is_empty() {
        return Err(Mistake::new("`cycle` takes at least one value"));
    }
    if let [name] = arguments.as_slice() {
        // One argument names a cycle that was defined before.
        let Some(known) = parser.cycles.get(*name) else {
            return Err(Mistake::new(format!("no cycle is named `{name}` here"))
                .hint("define it before by `{% cycle 'a' 'b' as name %}`"));
        };
        return Ok(NodeKind::Tag(Box::new(CycleTag(Arc::clone(known)))));
    }
    // As in Django a name needs two values at least, or `silent`: else `as` is a value too.
    let mut is_silent = false;
    if arguments.len() > 3 && arguments[arguments.len() - 3] == "as" {
        match arguments.pop() {
            Some("silent") => is_silent = true,
            other => {
                return Err(Mistake::new(format!(
                    "`cycle` knows `silent` behind its name, found `{}`",
                    other.unwrap_or_default()
                )));
            }
        }
    }
    let mut name = None;
    if (is_silent || arguments.len() > 3) && arguments[arguments.len() - 2] == "as" {
        name = arguments.pop().map(Str::from);
        arguments.pop();
    }
    let values = arguments.iter().map(|word| parser.expression(word)).collect::<Parsed<_>>()?;
    let cycle = Arc::new(Cycle { values, name: name.clone(), is_silent });
    if let Some(name) = name {
        parser.cycles.insert(name.to_string(), Arc::clone(&cycle));
    }
    parser.last_cycle = Some(Arc::clone(&cycle));
    Ok(NodeKind::Tag(Box::new(CycleTag(cycle))))
}

impl Tag for CycleTag {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let cycle = &*self.0;
            let turn = render.state::<Turn>(place_of(cycle));
            let expression = &cycle.values[turn.0 % cycle.values.len()];
            turn.0 = (turn.0 + 1) % cycle.values.len();
            let value = render.resolve(expression).await?;
            if let Some(name) = &cycle.name {
                render.scopes.set_upward(name, value.clone());
            }
            if cycle.is_silent { Ok(()) } else { render.print(&value).await }
        })
    }
}
