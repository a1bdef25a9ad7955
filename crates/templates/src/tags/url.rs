//! `{% url %}`.

use rjango_core::Result;

use crate::expression::Expression;
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Arguments, Parser, TagToken, split_keyword};
use crate::reference::ReferenceKind;
use crate::render::Render;
use crate::tag::Tag;
use crate::tree::NodeKind;
use crate::value::{BoxFuture, Str, Value, write_escaped};

#[derive(Debug)]
struct Url {
    route: Expression,
    arguments: Arguments,
    target: Option<Str>,
}

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let mut words = tag.arguments();
    let mut target = None;
    if words.len() > 2 && words[words.len() - 2] == "as" {
        target = words.pop().map(Str::from);
        words.pop();
    }
    let Some((route, rest)) = words.split_first() else {
        return Err(
            Mistake::new("`url` needs the name of a route").hint("write `{% url 'product-detail' product.pk %}`")
        );
    };
    if split_keyword(route).is_some() {
        return Err(Mistake::new("the first argument of `url` is the name of a route"));
    }
    let mut arguments = Arguments::default();
    // As in Django arguments by place and by name may stand in any order; the route takes one kind.
    for word in rest {
        match split_keyword(word) {
            Some((_, "")) => return Err(Mistake::new(format!("the argument `{word}` of `url` has no value"))),
            Some((name, value)) => arguments.named.push((name.into(), parser.expression(value)?)),
            None => arguments.positional.push(parser.expression(word)?),
        }
    }
    let route = parser.expression(route)?;
    // With a name, a route that there is not is no mistake.
    if target.is_none() {
        parser.note(ReferenceKind::Route, &route, tag.at);
    }
    Ok(NodeKind::Tag(Box::new(Url { route, arguments, target })))
}

impl Tag for Url {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut positional = Vec::with_capacity(self.arguments.positional.len());
            for expression in &self.arguments.positional {
                positional.push(render.resolve(expression).await?);
            }
            let mut named = Vec::with_capacity(self.arguments.named.len());
            for (name, expression) in &self.arguments.named {
                named.push((name.clone(), render.resolve(expression).await?));
            }
            let route = render.resolve(&self.route).await?;
            let reversed = (render.engine.options().reverse)(&route.text(), positional, named);
            match (&self.target, reversed) {
                (Some(name), Ok(url)) => render.scopes.set(name.clone(), url.into()),
                // With a name, an address that there is not is empty.
                (Some(name), Err(_)) => render.scopes.set(name.clone(), Value::from("")),
                (None, Err(error)) => return Err(error),
                (None, Ok(url)) if render.autoescape => {
                    // Writing into a string does not fail.
                    let _ = write_escaped(&mut render.out, &url);
                }
                (None, Ok(url)) => render.out.push_str(&url),
            }
            Ok(())
        })
    }
}
