//! `{% ifchanged %}`.

use rjango_core::Result;

use crate::expression::Expression;
use crate::mistake::Parsed;
use crate::parser::{Parser, TagToken};
use crate::render::{ForLoop, Render, has_changed, place_of};
use crate::tag::Tag;
use crate::tree::{Body, NodeKind};
use crate::value::{BoxFuture, Value};

#[derive(Debug)]
struct IfChanged {
    values: Vec<Expression>,
    changed: Body,
    same: Option<Body>,
}

/// What was seen last outside of loops.
#[derive(Default)]
struct Seen(Option<Vec<Value>>);

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let values = tag.arguments().iter().map(|word| parser.expression(word)).collect::<Parsed<_>>()?;
    let (changed, end) = parser.parse_until(tag, &["else", "endifchanged"])?;
    let same = if end.name == "else" { Some(parser.parse_until(tag, &["endifchanged"])?.0) } else { None };
    Ok(NodeKind::Tag(Box::new(IfChanged { values, changed, same })))
}

impl Tag for IfChanged {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut shown = None;
            let now = if self.values.is_empty() {
                let text = render.capture(&self.changed).await?;
                let now = vec![Value::from(text.as_str())];
                shown = Some(text);
                now
            } else {
                let mut now = Vec::with_capacity(self.values.len());
                for expression in &self.values {
                    now.push(render.resolve_quietly(expression).await?);
                }
                now
            };
            let place = place_of(self);
            let is_changed = match render.scopes.get("forloop").and_then(Value::downcast::<ForLoop>) {
                Some(forloop) => forloop.has_changed(place, now),
                None => has_changed(&mut render.state::<Seen>(place).0, now),
            };
            match (is_changed, shown, &self.same) {
                (true, Some(text), _) if !text.is_empty() => render.out.push_str(&text),
                // As in Django, a text that is empty is made once more.
                (true, _, _) => {
                    let text = render.capture(&self.changed).await?;
                    render.out.push_str(&text);
                }
                (false, _, Some(same)) => {
                    let text = render.capture(same).await?;
                    render.out.push_str(&text);
                }
                (false, _, None) => {}
            }
            Ok(())
        })
    }
}
