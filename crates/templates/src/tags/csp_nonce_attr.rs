//! `{% csp_nonce_attr %}`, which Django has from 6.1 on: the `nonce` of a page's scripts and styles.

use rjango_core::{Error, ErrorKind, Result};

use crate::expression::Expression;
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::render::Render;
use crate::tag::Tag;
use crate::tree::NodeKind;
use crate::value::{Arguments, BoxFuture, Str, Value, escape};

#[derive(Debug)]
struct NonceAttribute {
    media: Option<Expression>,
    target: Option<Str>,
}

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let mut words = tag.arguments();
    let mut target = None;
    if let [.., "as", name] = words.as_slice() {
        target = Some(Str::from(*name));
        words.truncate(words.len() - 2);
    }
    let media = match words.as_slice() {
        [] => None,
        [media] => Some(parser.expression(media.strip_prefix("media=").unwrap_or(media))?),
        _ => return Err(Mistake::new("`csp_nonce_attr` takes the media of a form, or nothing")),
    };
    Ok(NodeKind::Tag(Box::new(NonceAttribute { media, target })))
}

impl Tag for NonceAttribute {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let nonce = render.lookup("csp_nonce").await?.filter(|nonce| !nonce.is_none());
            let media = match &self.media {
                Some(media) => render.resolve(media).await?,
                None => Value::None,
            };
            render.load(&media).await?;
            let shown = match (&media, nonce) {
                (media, nonce) if media.is_true() => media_with(media, nonce).await?,
                (_, Some(nonce)) => Value::safe(format!("nonce=\"{}\"", escape(&nonce.text()))),
                (_, None) => Value::safe(""),
            };
            match &self.target {
                Some(name) => {
                    render.scopes.set(name.clone(), shown);
                    Ok(())
                }
                None => render.print(&shown).await,
            }
        })
    }
}

/// The elements of a form's media, with the nonce.
async fn media_with(media: &Value, nonce: Option<Value>) -> Result<Value> {
    let Value::Object(object) = media else {
        let text = format!("`csp_nonce_attr` takes the media of a form, found {}", media.type_name());
        return Err(Error::new(ErrorKind::Template, text));
    };
    let attributes = nonce.map_or(Value::None, |nonce| Value::map([("nonce", nonce)]));
    let arguments = Arguments { positional: Vec::new(), named: vec![("attrs".to_owned(), attributes)] };
    object.call_method("render", arguments).await
}
