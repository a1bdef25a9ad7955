//! The languages of a site in templates.

use rjango_core::translation::language_info;
use rjango_core::{Error, ErrorKind, Result};

use crate::expression::Expression;
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::render::Render;
use crate::tag::Tag;
use crate::tree::{Body, NodeKind};
use crate::value::{BoxFuture, Str, Value};

/// `{% language "de" %}`.
#[derive(Debug)]
struct Language {
    code: Expression,
    body: Body,
}

pub(super) fn read_language<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let words = tag.arguments();
    let [code] = words.as_slice() else {
        return Err(Mistake::new("`language` takes one argument: a language's code"));
    };
    let code = parser.expression(code)?;
    let (body, _) = parser.parse_until(tag, &["endlanguage"])?;
    Ok(NodeKind::Tag(Box::new(Language { code, body })))
}

impl Tag for Language {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let code = render.resolve(&self.code).await?.text().into_owned();
            let made = (render.engine.options().locale)(&code);
            let before = render.locale.clone();
            (render.locale.language, render.locale.formats) = (made.language, made.formats);
            let text = render.capture(&self.body).await?;
            (render.locale.language, render.locale.formats) = (before.language, before.formats);
            render.out.push_str(&text);
            Ok(())
        })
    }
}

/// What is put under a name.
#[derive(Debug)]
enum What {
    Available,
    Current,
    Bidi,
    Info(Expression),
    InfoList(Expression),
}

#[derive(Debug)]
struct Get {
    what: What,
    target: Str,
}

fn target(tag: &TagToken<'_>, what: What) -> Parsed<NodeKind> {
    match tag.arguments().as_slice() {
        ["as", name] => Ok(NodeKind::Tag(Box::new(Get { what, target: (*name).into() }))),
        _ => Err(Mistake::new(format!("`{}` takes `as` and a name", tag.name))),
    }
}

pub(super) fn read_available<'a>(_: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    target(tag, What::Available)
}

pub(super) fn read_current<'a>(_: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    target(tag, What::Current)
}

pub(super) fn read_bidi<'a>(_: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    target(tag, What::Bidi)
}

pub(super) fn read_info<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    read_for(parser, tag, What::Info)
}

pub(super) fn read_info_list<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    read_for(parser, tag, What::InfoList)
}

fn read_for<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>, what: fn(Expression) -> What) -> Parsed<NodeKind> {
    match tag.arguments().as_slice() {
        ["for", code, "as", name] => {
            Ok(NodeKind::Tag(Box::new(Get { what: what(parser.expression(code)?), target: (*name).into() })))
        }
        _ => Err(Mistake::new(format!("`{}` takes `for`, a language, `as` and a name", tag.name))),
    }
}

impl Tag for Get {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let value = match &self.what {
                What::Available => {
                    let languages = render.engine.options().languages.iter();
                    Value::list(languages.map(|(code, name)| {
                        let name = render.locale.gettext(None, name);
                        Value::Tuple([code.as_str().into(), Value::from(&*name)].into())
                    }))
                }
                What::Current => Value::Text(render.locale.language.clone()),
                What::Bidi => Value::Bool(language_info(&render.locale.language).is_some_and(|info| info.bidi)),
                What::Info(code) => {
                    let code = render.resolve(code).await?;
                    info(render, &code.text())?
                }
                What::InfoList(list) => {
                    let list = render.resolve(list).await?;
                    render.load(&list).await?;
                    let mut infos = Vec::new();
                    for item in list.items().into_iter().flatten() {
                        // A pair of the setting LANGUAGES, or a code.
                        let code = match &item {
                            Value::Tuple(pair) | Value::List(pair) => pair.first().cloned().unwrap_or_default(),
                            code => code.clone(),
                        };
                        infos.push(info(render, &code.text())?);
                    }
                    Value::list(infos)
                }
            };
            render.scopes.set(self.target.clone(), value);
            Ok(())
        })
    }
}

// DIFFERENCE: the translated name is in the language of the tag. In Django it is in the language of where it is printed.
fn info(render: &Render, code: &str) -> Result<Value> {
    let Some(info) = super::language_of(code) else {
        return Err(Error::new(ErrorKind::Template, format!("`{code}` is not the code of a language that is known")));
    };
    let translated = render.locale.gettext(None, info.name);
    Ok(Value::map([
        ("bidi", Value::Bool(info.bidi)),
        ("code", Value::from(info.code)),
        ("name", Value::from(info.name)),
        ("name_local", Value::from(info.name_local)),
        ("name_translated", Value::from(&*translated)),
    ]))
}
