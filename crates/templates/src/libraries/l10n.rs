//! `{% load l10n %}`: whether numbers and dates are localised.

pub(super) mod filters;

use rjango_core::Result;

use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::render::Render;
use crate::tag::{Tag, TagReader};
use crate::tree::{Body, NodeKind};
use crate::value::BoxFuture;

pub(super) static TAGS: [TagReader; 1] = [TagReader { name: "localize", end: Some("endlocalize"), read }];

#[derive(Debug)]
struct Localize {
    on: bool,
    body: Body,
}

fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let on = on_or_off(tag)?;
    let (body, _) = parser.parse_until(tag, &["endlocalize"])?;
    Ok(NodeKind::Tag(Box::new(Localize { on, body })))
}

/// `on` (also where nothing is said) or `off`.
pub(super) fn on_or_off(tag: &TagToken<'_>) -> Parsed<bool> {
    match tag.arguments().as_slice() {
        [] | ["on"] => Ok(true),
        ["off"] => Ok(false),
        _ => Err(Mistake::new(format!("`{}` takes `on` or `off`", tag.name))),
    }
}

impl Tag for Localize {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let before = std::mem::replace(&mut render.locale.use_l10n, self.on);
            let text = render.capture(&self.body).await?;
            render.locale.use_l10n = before;
            render.out.push_str(&text);
            Ok(())
        })
    }
}
