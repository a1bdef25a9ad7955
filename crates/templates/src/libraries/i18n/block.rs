//! `{% blocktranslate %}`.

use rjango_core::{Error, ErrorKind, Result};

use crate::expression::Expression;
use crate::lexer::{Kind, Token};
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::render::Render;
use crate::tag::Tag;
use crate::translate::interpolate;
use crate::tree::NodeKind;
use crate::value::{BoxFuture, Str, Value};

#[derive(Debug)]
struct BlockTranslate {
    with: Vec<(Str, Expression)>,
    count: Option<(Str, Expression)>,
    context: Option<Expression>,
    one: Message,
    many: Option<Message>,
    target: Option<Str>,
}

/// A text with `%(name)s` for each variable.
#[derive(Debug)]
struct Message {
    text: String,
    names: Vec<String>,
}

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let words = tag.arguments();
    let mut rest = words.as_slice();
    let (mut with, mut count, mut context, mut target, mut is_trimmed) = (Vec::new(), None, None, None, false);
    let mut seen: Vec<&str> = Vec::new();
    while let Some((option, behind)) = rest.split_first() {
        rest = behind;
        if seen.contains(option) {
            return Err(Mistake::new(format!("`{}` has `{option}` more than once", tag.name)));
        }
        seen.push(option);
        let needs = |what: &str| Mistake::new(format!("`{option}` of `{}` needs {what}", tag.name));
        match *option {
            "with" => {
                let (pairs, taken) = parser.keywords(rest, true)?;
                if pairs.is_empty() {
                    return Err(needs("at least one `name=value`"));
                }
                with = pairs;
                rest = &rest[taken..];
            }
            "count" => {
                let (pairs, taken) = parser.keywords(rest, true)?;
                let mut pairs = pairs.into_iter();
                match (pairs.next(), pairs.next()) {
                    (Some(pair), None) => count = Some(pair),
                    _ => return Err(needs("exactly one `name=value`")),
                }
                rest = &rest[taken..];
            }
            "context" => {
                let Some((value, behind)) = rest.split_first() else { return Err(needs("a text")) };
                context = Some(parser.expression(value)?);
                rest = behind;
            }
            "trimmed" => is_trimmed = true,
            "asvar" => {
                let Some((name, behind)) = rest.split_first() else { return Err(needs("a name")) };
                target = Some(Str::from(*name));
                rest = behind;
            }
            other => {
                return Err(Mistake::new(format!("`{}` does not know `{other}`", tag.name)).hint(
                    "it knows `with name=value`, `count name=value`, `context \"..\"`, `trimmed` and `asvar name`",
                ));
            }
        }
    }
    let (one, mut end) = texts(parser, tag)?;
    let mut many = None;
    let others = |end: &Token<'_>| {
        Mistake::new(format!(
            "`{}` holds the tag `{{% {} %}}`, and it may hold texts and variables alone",
            tag.name, end.contents
        ))
        .hint("give the value a name before: `{% blocktranslate with name=value %}`")
        .at(end.at)
    };
    if count.is_some() {
        if end.contents != "plural" {
            return Err(others(&end));
        }
        let (texts, behind) = texts(parser, tag)?;
        // As in Django an empty text is not a plural.
        many = (!texts.is_empty()).then(|| message(&texts, is_trimmed));
        end = behind;
    }
    if end.contents != format!("end{}", tag.name) {
        return Err(others(&end));
    }
    Ok(NodeKind::Tag(Box::new(BlockTranslate { with, count, context, one: message(&one, is_trimmed), many, target })))
}

/// The texts and variables up to a tag, and that tag.
fn texts<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<(Vec<Token<'a>>, Token<'a>)> {
    let mut texts = Vec::new();
    while let Some(token) = parser.next_token() {
        if token.kind == Kind::Tag {
            return Ok((texts, token));
        }
        texts.push(token);
    }
    Err(Mistake::new(format!("`{{% {} %}}` is not closed", tag.contents))
        .hint(format!("`{{% end{} %}}` is missing", tag.name)))
}

fn message(tokens: &[Token<'_>], is_trimmed: bool) -> Message {
    let (mut text, mut names) = (String::new(), Vec::new());
    for token in tokens {
        if token.kind == Kind::Text {
            text.push_str(&token.contents.replace('%', "%%"));
        } else {
            text.push_str(&format!("%({})s", token.contents));
            names.push(token.contents.to_owned());
        }
    }
    if is_trimmed {
        let lines: Vec<&str> = text.trim().split('\n').map(str::trim).collect();
        // Empty lines go with the line ends around them.
        text = lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    }
    Message { text, names }
}

impl Tag for BlockTranslate {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let context = super::context(render, self.context.as_ref()).await?;
            let mut with = Vec::with_capacity(self.with.len());
            for (name, expression) in &self.with {
                with.push((name.clone(), render.resolve(expression).await?));
            }
            render.scopes.push();
            for (name, value) in with {
                render.scopes.set(name, value);
            }
            let text = self.text(render, context.as_deref()).await;
            render.scopes.pop();
            let text = text?;
            match &self.target {
                Some(name) => render.scopes.set(name.clone(), Value::safe(text)),
                None => render.out.push_str(&text),
            }
            Ok(())
        })
    }
}

impl BlockTranslate {
    async fn text(&self, render: &mut Render, context: Option<&str>) -> Result<String> {
        let mut names: Vec<&String> = self.one.names.iter().collect();
        let (translated, own) = match (&self.count, &self.many) {
            (Some((name, count)), Some(many)) => {
                let value = render.resolve(count).await?;
                let number = match &value {
                    Value::Float(number) => (number.fract() == 0.0).then_some(*number as i128),
                    Value::Decimal(number) => number
                        .is_integer()
                        .then(|| number.mantissa())
                        .map(|_| i128::try_from(number.trunc()).unwrap_or(i128::MAX)),
                    other => match other.as_int() {
                        Some(number) => Some(number),
                        None => {
                            return Err(Error::new(
                                ErrorKind::Template,
                                format!(
                                    "`{name}` of `blocktranslate` must be a number, and it is {}",
                                    value.type_name()
                                ),
                            ));
                        }
                    },
                };
                render.scopes.set(name.clone(), value);
                names.extend(&many.names);
                // DIFFERENCE: a fraction is never one. In Django the catalog's rule sees the fraction, and infinity and NaN are errors.
                let number = number.unwrap_or(2);
                let own = if number == 1 { &self.one.text } else { &many.text };
                (render.locale.ngettext(context, &self.one.text, &many.text, number).into_owned(), own)
            }
            _ => (render.locale.gettext(context, &self.one.text).into_owned(), &self.one.text),
        };
        let mut values: Vec<(&str, String)> = Vec::with_capacity(names.len());
        for name in names {
            let value = match render.lookup(name).await? {
                Some(value) => value,
                None => render.engine.options().string_if_invalid.replace("%s", name).into(),
            };
            values.push((name, render.printed(&value).await?));
        }
        let pairs: Vec<(&str, &str)> = values.iter().map(|(name, text)| (*name, text.as_str())).collect();
        // A translation that names what the page does not have is not shown: the text itself is.
        let usable = if names_only(&translated, &pairs) { &translated } else { own };
        Ok(interpolate(usable, &pairs))
    }
}

/// Whether every `%(name)s` of a text has a value.
fn names_only(text: &str, pairs: &[(&str, &str)]) -> bool {
    let plain = text.replace("%%", "");
    plain.split("%(").skip(1).all(|rest| {
        rest.split_once(')').is_some_and(|(name, behind)| {
            behind.starts_with(['s', 'd']) && pairs.iter().any(|(known, _)| *known == name)
        })
    }) && plain.matches('%').count() == plain.matches("%(").count()
}
