//! `{% filter %}`.

use rjango_core::{Error, ErrorKind, Result};

use crate::expression::Expression;
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::render::Render;
use crate::tag::Tag;
use crate::tree::{Body, NodeKind};
use crate::value::{BoxFuture, Value};

#[derive(Debug)]
struct Filter {
    expression: Expression,
    body: Body,
}

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let rest = tag.contents[tag.name.len()..].trim_start();
    if rest.is_empty() {
        return Err(Mistake::new("`filter` needs the name of a filter"));
    }
    let expression = parser.expression(&format!("var|{rest}"))?;
    for call in &expression.filters {
        if matches!(call.filter.name, "escape" | "safe") {
            return Err(Mistake::new(format!("`{{% filter {} %}}` is not permitted", call.filter.name))
                .hint("use the tag `autoescape`"));
        }
    }
    let (body, _) = parser.parse_until(tag, &["endfilter"])?;
    Ok(NodeKind::Tag(Box::new(Filter { expression, body })))
}

impl Tag for Filter {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let text = render.capture(&self.body).await?;
            let value = render.filtered(&self.expression.filters, Value::safe(text)).await?;
            // The text was escaped where it was made.
            let text = value.as_str().ok_or_else(|| {
                let made = format!(
                    "`{{% filter %}}` needs a text, and `{}` makes {}",
                    self.expression.text,
                    value.type_name()
                );
                Error::new(ErrorKind::Template, made)
            })?;
            render.out.push_str(text);
            Ok(())
        })
    }
}
