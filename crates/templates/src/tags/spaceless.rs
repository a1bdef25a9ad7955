//! `{% spaceless %}`.

use rjango_core::Result;

use crate::mistake::Parsed;
use crate::parser::{Parser, TagToken};
use crate::render::Render;
use crate::tag::Tag;
use crate::tree::{Body, NodeKind};
use crate::value::BoxFuture;

#[derive(Debug)]
struct Spaceless(Body);

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let (body, _) = parser.parse_until(tag, &["endspaceless"])?;
    Ok(NodeKind::Tag(Box::new(Spaceless(body))))
}

impl Tag for Spaceless {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let text = render.capture(&self.0).await?;
            write_without_space(&mut render.out, text.trim());
            Ok(())
        })
    }
}

/// The text without the white space between `>` and `<`.
fn write_without_space(out: &mut String, mut text: &str) {
    while let Some(end) = text.find('>') {
        let (before, behind) = text.split_at(end + 1);
        out.push_str(before);
        let trimmed = behind.trim_start();
        text = if trimmed.starts_with('<') { trimmed } else { behind };
    }
    out.push_str(text);
}
