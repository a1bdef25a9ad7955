//! Values into the page.

use std::fmt::Write as _;

use rjango_core::Result;

use crate::value::{BoxFuture, Value, write_escaped};

use super::Render;

impl Render {
    /// Writes a value: localised, and escaped where the page escapes. Django's `render_value_in_context`.
    pub(crate) async fn print(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Object(_) => self.load(value).await?,
            Value::List(_) | Value::Tuple(_) | Value::Map(_) => self.load_inside(value).await?,
            _ => {}
        }
        self.print_loaded(value);
        Ok(())
    }

    /// Writes a value that needs no wait.
    pub(crate) fn print_loaded(&mut self, value: &Value) {
        // Writing into a string does not fail.
        let _ = match value {
            Value::Undefined => Ok(()),
            Value::Safe(text) => self.out.write_str(text),
            Value::Text(text) if self.autoescape => write_escaped(&mut self.out, text),
            Value::Text(text) => self.out.write_str(text),
            Value::Object(object) => match object.plain() {
                Some(Value::Object(_)) | None if object.is_safe() || !self.autoescape => object.write(&mut self.out),
                Some(Value::Object(_)) | None => {
                    let mut text = String::new();
                    object.write(&mut text).and_then(|()| write_escaped(&mut self.out, &text))
                }
                Some(plain) => {
                    self.print_loaded(&plain);
                    Ok(())
                }
            },
            other => match self.locale.localized(other) {
                Some(text) => self.write_plain(&text),
                None => match other {
                    // What has nothing to escape.
                    Value::None
                    | Value::Bool(_)
                    | Value::Int(_)
                    | Value::Big(_)
                    | Value::Float(_)
                    | Value::Decimal(_)
                    | Value::Date(_)
                    | Value::Time(_)
                    | Value::Naive(_)
                    | Value::Uuid(_)
                    | Value::Duration(_) => other.write(&mut self.out),
                    other => {
                        let text = other.text();
                        self.write_plain(&text)
                    }
                },
            },
        };
    }

    fn write_plain(&mut self, text: &str) -> std::fmt::Result {
        if self.autoescape { write_escaped(&mut self.out, text) } else { self.out.write_str(text) }
    }

    /// The text that a value has in the page.
    pub(crate) async fn printed(&mut self, value: &Value) -> Result<String> {
        let before = std::mem::take(&mut self.out);
        let printed = self.print(value).await;
        let text = std::mem::replace(&mut self.out, before);
        printed.map(|()| text)
    }

    /// A list is printed with what is in it.
    fn load_inside<'a>(&'a self, value: &'a Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match value {
                Value::Object(_) => self.load(value).await?,
                Value::List(items) | Value::Tuple(items) => {
                    for item in items.iter().filter(|item| may_wait(item)) {
                        self.load_inside(item).await?;
                    }
                }
                Value::Map(map) => {
                    for (_, item) in map.iter().filter(|(_, item)| may_wait(item)) {
                        self.load_inside(item).await?;
                    }
                }
                _ => {}
            }
            Ok(())
        })
    }
}

/// Whether an item of a list may have to be waited for before it is printed.
pub(super) fn may_wait(value: &Value) -> bool {
    matches!(value, Value::Object(_) | Value::List(_) | Value::Tuple(_) | Value::Map(_))
}
