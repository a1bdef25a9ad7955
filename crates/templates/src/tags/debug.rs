//! `{% debug %}`.

use rjango_core::Result;

use crate::mistake::Parsed;
use crate::parser::{Parser, TagToken};
use crate::render::Render;
use crate::tag::Tag;
use crate::tree::NodeKind;
use crate::value::{BoxFuture, write_escaped};

#[derive(Debug)]
struct Debug;

pub(super) fn read<'a>(_: &mut Parser<'a>, _: &TagToken<'a>) -> Parsed<NodeKind> {
    Ok(NodeKind::Tag(Box::new(Debug)))
}

// DIFFERENCE: Django shows the modules of Python too. Here it is the context: each name with its value.
impl Tag for Debug {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if !render.engine.options().debug {
                return Ok(());
            }
            let mut text = String::new();
            for (name, value) in render.scopes.flat() {
                render.load(&value).await?;
                text.push_str(&format!("{}: {}\n", name.text(), value.repr()));
            }
            // Writing into a string does not fail.
            let _ = write_escaped(&mut render.out, &text);
            Ok(())
        })
    }
}
