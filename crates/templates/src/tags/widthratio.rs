//! `{% widthratio %}`.

use rjango_core::{Error, ErrorKind, Result};

use crate::expression::Expression;
use crate::filters::python;
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::render::{Refusal, Render};
use crate::tag::Tag;
use crate::tree::NodeKind;
use crate::value::{BoxFuture, Str, Value};

#[derive(Debug)]
struct WidthRatio {
    value: Expression,
    largest: Expression,
    width: Expression,
    target: Option<Str>,
}

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let words = tag.arguments();
    let (parts, target) = match words.as_slice() {
        [value, largest, width] => ([value, largest, width], None),
        [value, largest, width, "as", name] => ([value, largest, width], Some(Str::from(*name))),
        _ => return Err(Mistake::new("`widthratio` takes a value, the largest value and a width")),
    };
    Ok(NodeKind::Tag(Box::new(WidthRatio {
        value: parser.expression(parts[0])?,
        largest: parser.expression(parts[1])?,
        width: parser.expression(parts[2])?,
        target,
    })))
}

impl Tag for WidthRatio {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut values = [Value::Undefined, Value::Undefined, Value::Undefined];
            for (value, expression) in values.iter_mut().zip([&self.value, &self.largest, &self.width]) {
                *value = match render.resolve(expression).await {
                    // As in Django nothing is shown then, not even a name that is given.
                    Err(error) if error.downcast_ref() == Some(&Refusal::MissingArgument) => return Ok(()),
                    value => value?,
                };
            }
            let [value, largest, width] = values;
            // Python's `int` of it.
            let Ok(width) = python::int(&width).map(|width| width as f64) else {
                return Err(Error::new(
                    ErrorKind::Template,
                    format!("the last argument of `widthratio` must be a number, and `{}` is not", self.width.text),
                ));
            };
            let text = match (python::float(&value).ok(), python::float(&largest).ok()) {
                (Some(_), Some(0.0)) => "0".to_owned(),
                (Some(value), Some(largest)) => {
                    let ratio = value / largest * width;
                    if ratio.is_finite() { format!("{:.0}", ratio.round_ties_even() + 0.0) } else { String::new() }
                }
                _ => String::new(),
            };
            match &self.target {
                Some(name) => render.scopes.set(name.clone(), Value::from(text)),
                None => render.out.push_str(&text),
            }
            Ok(())
        })
    }
}
