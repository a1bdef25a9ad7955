//! `{% translate %}`.

use rjango_core::{Error, ErrorKind, Result};

use crate::expression::{Base, Call, Expression};
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::render::Render;
use crate::tag::Tag;
use crate::tree::NodeKind;
use crate::value::{BoxFuture, Str, Value};

#[derive(Debug)]
struct Translate {
    /// Without its filters, which see the translation.
    text: Expression,
    filters: Box<[Call]>,
    context: Option<Expression>,
    is_kept: bool,
    target: Option<Str>,
}

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let words = tag.arguments();
    let Some((text, mut rest)) = words.split_first() else {
        return Err(Mistake::new(format!("`{}` needs a text", tag.name)));
    };
    let mut text = parser.expression(text)?;
    let filters = std::mem::take(&mut text.filters);
    let (mut context, mut is_kept, mut target) = (None, false, None);
    while let Some((option, behind)) = rest.split_first() {
        rest = behind;
        let twice = || Mistake::new(format!("`{}` has `{option}` more than once", tag.name));
        match *option {
            "noop" if is_kept => return Err(twice()),
            "noop" => is_kept = true,
            "context" if context.is_some() => return Err(twice()),
            "context" => match rest.split_first() {
                Some((value, behind)) if !matches!(*value, "as" | "noop") => {
                    context = Some(parser.expression(value)?);
                    rest = behind;
                }
                _ => return Err(Mistake::new(format!("`context` of `{}` needs a text", tag.name))),
            },
            "as" if target.is_some() => return Err(twice()),
            "as" => match rest.split_first() {
                Some((name, behind)) => {
                    target = Some(Str::from(*name));
                    rest = behind;
                }
                None => return Err(Mistake::new(format!("`as` of `{}` needs a name", tag.name))),
            },
            other => {
                return Err(Mistake::new(format!("`{}` does not know `{other}`", tag.name))
                    .hint("it knows `noop`, `context \"..\"` and `as name`"));
            }
        }
    }
    Ok(NodeKind::Tag(Box::new(Translate { text, filters, context, is_kept, target })))
}

impl Tag for Translate {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let context = super::context(render, self.context.as_ref()).await?;
            let mut value = match &self.text.base {
                Base::Translated(text) => render.locale.translated(text),
                _ => render.resolve(&self.text).await?,
            };
            if let Value::Object(object) = &value
                && let Some(text) = object.plain()
            {
                value = text;
            }
            // What is between `_(` and `)` is translated once.
            if !self.is_kept && !matches!(self.text.base, Base::Translated(_)) {
                let text = value.as_str().ok_or_else(|| {
                    let text = format!("`translate` needs a text, and `{}` is {}", self.text.text, value.type_name());
                    Error::new(ErrorKind::Template, text)
                })?;
                let doubled = text.replace('%', "%%");
                let translated = render.locale.gettext(context.as_deref(), &doubled).into_owned();
                value = if value.is_safe() { Value::safe(translated) } else { translated.into() };
            }
            let value = render.filtered(&self.filters, value).await?;
            let text = render.printed(&value).await?.replace("%%", "%");
            match &self.target {
                // What was printed was escaped.
                Some(name) => render.scopes.set(name.clone(), Value::safe(text)),
                None => render.out.push_str(&text),
            }
            Ok(())
        })
    }
}
