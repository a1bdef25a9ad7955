//! `{% regroup %}`.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;

use rjango_core::{Error, ErrorKind, Result};

use crate::expression::Expression;
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::render::Render;
use crate::tag::Tag;
use crate::tree::NodeKind;
use crate::value::{Attribute, BoxFuture, Object, Shape, Str, Value};

#[derive(Debug)]
struct Regroup {
    list: Expression,
    by: Expression,
    target: Str,
}

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let words = tag.arguments();
    let [list, "by", by, "as", name] = words.as_slice() else {
        return Err(Mistake::new("`regroup` takes a list, an attribute and a name")
            .hint("write `{% regroup cities by country as countries %}`"));
    };
    Ok(NodeKind::Tag(Box::new(Regroup {
        list: parser.expression(list)?,
        // The item has the new name while its attribute is read, as in Django.
        by: parser.expression(&format!("{name}.{by}"))?,
        target: (*name).into(),
    })))
}

impl Tag for Regroup {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let list = render.resolve_quietly(&self.list).await?;
            render.load(&list).await?;
            if list.is_none() || list.is_undefined() {
                render.scopes.set(self.target.clone(), Value::list([]));
                return Ok(());
            }
            let items = list.items().ok_or_else(|| {
                Error::new(
                    ErrorKind::Template,
                    format!("`{}` is {} and cannot be walked", self.list.text, list.type_name()),
                )
            })?;
            let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
            for item in items {
                render.scopes.set(self.target.clone(), item.clone());
                let key = render.resolve_quietly(&self.by).await?;
                match groups.last_mut() {
                    Some((last, items)) if last.equals(&key) => items.push(item),
                    _ => groups.push((key, vec![item])),
                }
            }
            let groups =
                groups.into_iter().map(|(grouper, items)| Value::object(Group { grouper, list: Value::list(items) }));
            render.scopes.set(self.target.clone(), Value::list(groups));
            Ok(())
        })
    }
}

/// A group: `grouper` and `list`, also by place.
struct Group {
    grouper: Value,
    list: Value,
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl Object for Group {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn shape(&self) -> Shape {
        Shape::Sequence
    }

    fn type_name(&self) -> &'static str {
        "GroupedResult"
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        match name {
            "grouper" => Attribute::Value(self.grouper.clone()),
            "list" => Attribute::Value(self.list.clone()),
            _ => Attribute::Unknown,
        }
    }

    fn attribute_names(&self) -> Vec<Cow<'_, str>> {
        vec!["grouper".into(), "list".into()]
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(vec![self.grouper.clone(), self.list.clone()])
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "GroupedResult(grouper={}, list={})", self.grouper.repr(), self.list.repr())
    }
}
