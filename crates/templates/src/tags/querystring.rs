//! `{% querystring %}`.

use rjango_core::{Error, ErrorKind, Result};

use crate::mistake::Parsed;
use crate::parser::{Arguments, Parser, TagToken};
use crate::render::Render;
use crate::tag::Tag;
use crate::tree::NodeKind;
use crate::value::{Attribute, BoxFuture, Str, Value, write_escaped};

#[derive(Debug)]
struct QueryString {
    arguments: Arguments,
    target: Option<Str>,
}

/// Keys and their values, in order.
type Pairs = Vec<(String, Vec<String>)>;

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let mut words = tag.arguments();
    let mut target = None;
    if let [.., "as", name] = words.as_slice() {
        target = Some(Str::from(*name));
        words.truncate(words.len() - 2);
    }
    Ok(NodeKind::Tag(Box::new(QueryString { arguments: parser.arguments("querystring", &words)?, target })))
}

impl Tag for QueryString {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut pairs: Pairs = Vec::new();
            let mut is_from_nothing = true;
            if self.arguments.positional.is_empty() {
                let own = request_pairs(render).await?;
                is_from_nothing = own.is_empty();
                pairs.extend(own);
            }
            for expression in &self.arguments.positional {
                let mapping = render.resolve(expression).await?;
                let given = match &mapping {
                    // As in Django 5.2, `None` stands for the request's own.
                    Value::None => request_pairs(render).await?,
                    other => match lists(other) {
                        Some(lists) => lists,
                        None => {
                            update(&mut pairs, &mapping, &expression.text)?;
                            is_from_nothing &= mapping.is_empty();
                            continue;
                        }
                    },
                };
                is_from_nothing &= given.is_empty();
                for (key, values) in given {
                    set(&mut pairs, key, values);
                }
            }
            for (name, expression) in &self.arguments.named {
                let value = render.resolve(expression).await?;
                render.load(&value).await?;
                change(&mut pairs, name, &value);
                is_from_nothing = false;
            }
            let text =
                if pairs.is_empty() && is_from_nothing { String::new() } else { format!("?{}", encoded(&pairs)) };
            match &self.target {
                Some(name) => render.scopes.set(name.clone(), text.into()),
                None if render.autoescape => {
                    // Writing into a string does not fail.
                    let _ = write_escaped(&mut render.out, &text);
                }
                None => render.out.push_str(&text),
            }
            Ok(())
        })
    }
}

async fn request_pairs(render: &mut Render) -> Result<Pairs> {
    // As in Django it is the page's request, which `include .. only` does not hide.
    let request = render.lookup_outside("request").await?.unwrap_or_default();
    let Attribute::Value(query) = request.attribute("GET") else {
        return Err(Error::new(ErrorKind::Template, "`querystring` needs the request, and this page has none")
            .with_hint("render the page with the request, or give a mapping: `{% querystring mapping %}`"));
    };
    Ok(lists(&query).unwrap_or_default())
}

/// All values of each key: what a request's query has.
fn lists(value: &Value) -> Option<Pairs> {
    let Value::Object(object) = value else { return None };
    let Attribute::Value(lists) = object.attribute("lists") else { return None };
    let pairs = lists.items()?.filter_map(|pair| {
        let mut pair = pair.items()?;
        let key = pair.next()?.text().into_owned();
        Some((key, pair.next()?.items()?.map(|value| value.text().into_owned()).collect()))
    });
    Some(pairs.collect())
}

fn update(pairs: &mut Pairs, mapping: &Value, text: &str) -> Result<()> {
    let Value::Map(map) = mapping else {
        return Err(Error::new(
            ErrorKind::Template,
            format!("`querystring` takes mappings by place, and `{text}` is {}", mapping.type_name()),
        ));
    };
    for (key, value) in map.iter() {
        change(pairs, &key.text(), value);
    }
    Ok(())
}

/// `None` removes the key, a list gives it several values.
fn change(pairs: &mut Pairs, key: &str, value: &Value) {
    match value {
        Value::None => pairs.retain(|(known, _)| known != key),
        Value::Text(_) | Value::Safe(_) => set(pairs, key.to_owned(), vec![value.text().into_owned()]),
        other => match other.items() {
            Some(items) => set(pairs, key.to_owned(), items.map(|item| item.text().into_owned()).collect()),
            None => set(pairs, key.to_owned(), vec![other.text().into_owned()]),
        },
    }
}

fn set(pairs: &mut Pairs, key: String, values: Vec<String>) {
    match pairs.iter_mut().find(|(known, _)| *known == key) {
        Some((_, known)) => *known = values,
        None => pairs.push((key, values)),
    }
}

fn encoded(pairs: &Pairs) -> String {
    let all = pairs.iter().flat_map(|(key, values)| values.iter().map(move |value| (key, value)));
    all.map(|(key, value)| format!("{}={}", quoted(key), quoted(value))).collect::<Vec<_>>().join("&")
}

/// Python's `quote_plus`.
fn quoted(text: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~').remove(b' ');
    percent_encoding::utf8_percent_encode(text, KEPT).to_string().replace(' ', "+")
}
