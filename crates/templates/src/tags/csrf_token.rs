//! `{% csrf_token %}`.

use rjango_core::Result;

use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::render::Render;
use crate::tag::Tag;
use crate::tree::NodeKind;
use crate::value::{BoxFuture, Value, write_escaped};

#[derive(Debug)]
struct CsrfToken;

pub(super) fn read<'a>(_: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    if !tag.arguments().is_empty() {
        return Err(Mistake::new("`csrf_token` takes no argument"));
    }
    Ok(NodeKind::Tag(Box::new(CsrfToken)))
}

impl Tag for CsrfToken {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match render.lookup("csrf_token").await?.filter(Value::is_true) {
                Some(token) if token.as_str() == Some("NOTPROVIDED") => {}
                Some(token) => {
                    render.out.push_str("<input type=\"hidden\" name=\"csrfmiddlewaretoken\" value=\"");
                    // Writing into a string does not fail.
                    let _ = write_escaped(&mut render.out, &token.text());
                    render.out.push_str("\">");
                }
                None if render.engine.options().is_strict => {
                    tracing::warn!(
                        target: "rjango::templates",
                        template = %render.template.name,
                        "`csrf_token` has no token: the page was made without a request"
                    );
                }
                None => {}
            }
            Ok(())
        })
    }
}
