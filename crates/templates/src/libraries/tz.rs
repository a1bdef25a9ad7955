//! `{% load tz %}`: the zone in which moments are shown.

pub(super) mod filters;

use rjango_core::Result;
use rjango_core::timezone::Zone;

use crate::expression::Expression;
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::render::Render;
use crate::tag::{Tag, TagReader};
use crate::tree::{Body, NodeKind};
use crate::value::{BoxFuture, Str, Value};

use super::l10n::on_or_off;

pub(super) static TAGS: [TagReader; 3] = [
    TagReader { name: "localtime", end: Some("endlocaltime"), read: read_localtime },
    TagReader { name: "timezone", end: Some("endtimezone"), read: read_timezone },
    TagReader { name: "get_current_timezone", end: None, read: read_current },
];

#[derive(Debug)]
struct LocalTime {
    on: bool,
    body: Body,
}

fn read_localtime<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let on = on_or_off(tag)?;
    let (body, _) = parser.parse_until(tag, &["endlocaltime"])?;
    Ok(NodeKind::Tag(Box::new(LocalTime { on, body })))
}

impl Tag for LocalTime {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let before = std::mem::replace(&mut render.locale.use_tz, self.on);
            let text = render.capture(&self.body).await?;
            render.locale.use_tz = before;
            render.out.push_str(&text);
            Ok(())
        })
    }
}

#[derive(Debug)]
struct TimeZone {
    zone: Expression,
    body: Body,
}

fn read_timezone<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let words = tag.arguments();
    let [zone] = words.as_slice() else {
        return Err(
            Mistake::new("`timezone` takes one argument: a zone").hint("write `{% timezone \"Europe/Paris\" %}`")
        );
    };
    let zone = parser.expression(zone)?;
    let (body, _) = parser.parse_until(tag, &["endtimezone"])?;
    Ok(NodeKind::Tag(Box::new(TimeZone { zone, body })))
}

impl Tag for TimeZone {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let value = render.resolve(&self.zone).await?;
            let zone = match &value {
                // The site's own.
                Value::None => (render.engine.options().locale)(&render.locale.language).zone,
                other => Some(Zone::named(&other.text())?),
            };
            let before = std::mem::replace(&mut render.locale.zone, zone);
            let text = render.capture(&self.body).await?;
            render.locale.zone = before;
            render.out.push_str(&text);
            Ok(())
        })
    }
}

#[derive(Debug)]
struct Current(Str);

fn read_current<'a>(_: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    match tag.arguments().as_slice() {
        ["as", name] => Ok(NodeKind::Tag(Box::new(Current((*name).into())))),
        _ => Err(Mistake::new("`get_current_timezone` takes `as` and a name")),
    }
}

impl Tag for Current {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let name = render.locale.zone.map_or(Value::None, |zone| Value::from(zone.name()));
            render.scopes.set(self.0.clone(), name);
            Ok(())
        })
    }
}
