//! `{% include %}` and inclusion tags: a template inside of another one.

use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result};

use crate::engine::Missing;
use crate::tree::{Body, Include, Template};
use crate::value::{BoxFuture, Str, Value};

use super::{DEPTH, Included, Leave, Render};

impl Render {
    pub(super) async fn enter_include(&mut self, include: &Include) -> Result<Option<(Body, Leave)>> {
        let value = self.resolve(&include.template).await?;
        self.load(&value).await?;
        let (template, partial) = self.included(&value, &include.template.text)?;
        let mut values = Vec::with_capacity(include.with.len());
        for (name, expression) in &include.with {
            values.push((name.clone(), self.resolve(expression).await?));
        }
        self.enter_template(template, partial.as_deref(), values, include.is_isolated).await.map(Some)
    }

    /// The template that `include` names: by its name, or the first that is there of several.
    pub(super) fn included(&self, value: &Value, text: &str) -> Result<(Arc<Template>, Option<String>)> {
        let names: Vec<Value> = match value {
            Value::Text(_) | Value::Safe(_) if value.is_true() => vec![value.clone()],
            Value::List(_) | Value::Tuple(_) => value.items().map(Iterator::collect).unwrap_or_default(),
            other => {
                return Err(Error::new(
                    ErrorKind::Template,
                    format!("`include` needs the name of a template, and `{text}` is {}", describe(other)),
                ));
            }
        };
        let mut first = None;
        for name in names {
            let name = relative(&self.template.name, &name.text())?;
            let (name, partial) = match name.split_once('#') {
                Some((name, partial)) => (name.to_owned(), Some(partial.to_owned())),
                None => (name, None),
            };
            match self.engine.template(&name, &[]) {
                Ok(template) => return Ok((template, partial)),
                Err(error) if error.downcast_ref::<Missing>().is_some() => {
                    first.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        Err(first.unwrap_or_else(|| Error::new(ErrorKind::Template, format!("`{text}` names no template"))))
    }

    pub(super) async fn enter_template(
        &mut self,
        template: Arc<Template>,
        partial: Option<&str>,
        values: Vec<(Str, Value)>,
        is_isolated: bool,
    ) -> Result<(Body, Leave)> {
        if self.includes >= DEPTH {
            return Err(Error::new(ErrorKind::Template, format!("more than {DEPTH} templates include one another"))
                .with_hint(format!("`{}` is included inside of itself without an end", template.name)));
        }
        self.includes += 1;
        let hidden = if is_isolated {
            Some(self.scopes.hide())
        } else {
            self.scopes.push();
            None
        };
        for (name, value) in values {
            self.scopes.set(name, value);
        }
        let included = Included {
            template: std::mem::replace(&mut self.template, Arc::clone(&template)),
            blocks: std::mem::take(&mut self.blocks),
            states: std::mem::take(&mut self.states),
            hidden,
        };
        let body = match partial {
            Some(name) => Arc::clone(self.partial(name)?),
            None => self.start(template).await?,
        };
        Ok((body, Leave::Include(Box::new(included))))
    }

    /// Writes a template that sees nothing but these variables and the token against forged requests.
    pub(crate) fn include_isolated<'a>(
        &'a mut self,
        name: &'a str,
        mut values: Vec<(Str, Value)>,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let template = self.engine.template(name, &[])?;
            if let Some(token) = self.lookup("csrf_token").await? {
                values.push(("csrf_token".into(), token));
            }
            self.nested()?;
            let (body, leave) = self.enter_template(template, None, values, true).await?;
            self.run_and_leave(body, leave).await
        })
    }
}

fn describe(value: &Value) -> String {
    match value {
        Value::Text(_) | Value::Safe(_) => "empty".to_owned(),
        other => other.type_name().to_owned(),
    }
}

/// A name that begins with `./` or `../`, from the template that it stands in. Django's `construct_relative_path`.
pub(crate) fn relative(current: &str, name: &str) -> Result<String> {
    if !name.starts_with("./") && !name.starts_with("../") {
        return Ok(name.to_owned());
    }
    let mut parts: Vec<&str> = current.split('/').collect();
    parts.pop();
    for part in name.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                if parts.pop().is_none() {
                    return Err(Error::new(
                        ErrorKind::Template,
                        format!("`{name}` leads out of the folders of templates, from `{current}`"),
                    ));
                }
            }
            other => parts.push(other),
        }
    }
    Ok(parts.join("/"))
}
