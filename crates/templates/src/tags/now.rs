//! `{% now %}`.

use rjango_core::Result;

use crate::formats::format_date;
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::render::Render;
use crate::tag::Tag;
use crate::tree::NodeKind;
use crate::value::{BoxFuture, Str, Value};

#[derive(Debug)]
struct Now {
    format: String,
    target: Option<Str>,
}

pub(super) fn read<'a>(_: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let arguments = tag.arguments();
    let (format, target) = match arguments.as_slice() {
        [format] => (format, None),
        [format, "as", name] => (format, Some(Str::from(*name))),
        _ => return Err(Mistake::new("`now` takes one argument: a format").hint("write `{% now \"j F Y\" %}`")),
    };
    let mut characters = format.chars();
    // The quotes, whatever they are, as in Django.
    characters.next();
    characters.next_back();
    Ok(NodeKind::Tag(Box::new(Now { format: characters.as_str().to_owned(), target })))
}

impl Tag for Now {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let moment = (render.locale.clock)();
            let now = match render.locale.zone {
                Some(zone) => Value::Zoned(moment.with_timezone(&zone).into()),
                None => Value::Naive(moment.naive_utc()),
            };
            let text = format_date(&render.locale.formats, &now, &self.format)?;
            match &self.target {
                Some(name) => render.scopes.set(name.clone(), text.into()),
                None => render.out.push_str(&text),
            }
            Ok(())
        })
    }
}
