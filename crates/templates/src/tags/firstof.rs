//! `{% firstof %}`.

use rjango_core::Result;

use crate::expression::Expression;
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::render::Render;
use crate::tag::Tag;
use crate::tree::NodeKind;
use crate::value::{BoxFuture, Str, Value};

#[derive(Debug)]
struct FirstOf {
    values: Vec<Expression>,
    target: Option<Str>,
}

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let mut arguments = tag.arguments();
    let mut target = None;
    if let [.., "as", name] = arguments.as_slice() {
        target = Some(Str::from(*name));
        arguments.truncate(arguments.len() - 2);
    }
    if arguments.is_empty() {
        return Err(Mistake::new("`firstof` needs at least one value"));
    }
    let values = arguments.iter().map(|word| parser.expression(word)).collect::<Parsed<_>>()?;
    Ok(NodeKind::Tag(Box::new(FirstOf { values, target })))
}

impl Tag for FirstOf {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut first = Value::from("");
            for expression in &self.values {
                let value = render.resolve_quietly(expression).await?;
                render.load(&value).await?;
                if value.is_true() {
                    first = value;
                    break;
                }
            }
            match &self.target {
                Some(name) => {
                    let text = render.printed(&first).await?;
                    render.scopes.set(name.clone(), Value::safe(text));
                    Ok(())
                }
                None => render.print(&first).await,
            }
        })
    }
}
