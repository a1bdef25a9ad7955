//! `{% load static %}`.

use rjango_core::{Error, ErrorKind, Result};

use crate::expression::Expression;
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::reference::ReferenceKind;
use crate::render::Render;
use crate::tag::{Tag, TagReader};
use crate::tree::NodeKind;
use crate::value::{BoxFuture, Str, Value, escape};

pub(super) static TAGS: [TagReader; 3] = [
    TagReader { name: "static", end: None, read: read_static },
    TagReader { name: "get_static_prefix", end: None, read: read_static_prefix },
    TagReader { name: "get_media_prefix", end: None, read: read_media_prefix },
];

#[derive(Debug)]
struct Static {
    path: Expression,
    target: Option<Str>,
}

fn read_static<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let (path, target) = match tag.arguments().as_slice() {
        [path] => (*path, None),
        [path, "as", name] => (*path, Some(Str::from(*name))),
        _ => return Err(Mistake::new("`static` takes the path of a file").hint("write `{% static 'shop/shop.css' %}`")),
    };
    let path = parser.expression(path)?;
    parser.note(ReferenceKind::StaticFile, &path, tag.at);
    Ok(NodeKind::Tag(Box::new(Static { path, target })))
}

impl Tag for Static {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let path = render.resolve(&self.path).await?;
            let path = path.as_str().ok_or_else(|| {
                let text =
                    format!("`static` needs the path of a file, and `{}` is {}", self.path.text, path.type_name());
                Error::new(ErrorKind::Template, text)
            })?;
            let url = (render.engine.options().static_url)(path)?;
            let url = if render.autoescape { escape(&url) } else { url };
            match &self.target {
                Some(name) => render.scopes.set(name.clone(), Value::safe(url)),
                None => render.out.push_str(&url),
            }
            Ok(())
        })
    }
}

#[derive(Debug)]
struct Prefix {
    is_media: bool,
    target: Option<Str>,
}

fn read_static_prefix<'a>(_: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    read_prefix(tag, false)
}

fn read_media_prefix<'a>(_: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    read_prefix(tag, true)
}

fn read_prefix(tag: &TagToken<'_>, is_media: bool) -> Parsed<NodeKind> {
    let target = match tag.arguments().as_slice() {
        [] => None,
        ["as", name] => Some(Str::from(*name)),
        _ => return Err(Mistake::new(format!("`{}` takes nothing, or `as` and a name", tag.name))),
    };
    Ok(NodeKind::Tag(Box::new(Prefix { is_media, target })))
}

impl Tag for Prefix {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let options = render.engine.options();
            let prefix = if self.is_media { options.media_prefix.clone() } else { options.static_prefix.clone() };
            match &self.target {
                Some(name) => render.scopes.set(name.clone(), Value::Text(prefix)),
                None => render.out.push_str(&prefix),
            }
            Ok(())
        })
    }
}
