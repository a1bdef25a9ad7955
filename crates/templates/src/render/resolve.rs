//! Expressions to values.

use rjango_core::{Error, ErrorKind, Result, nearest};

use crate::expression::{Base, Call, Expression, Path};
use crate::filter::FilterContext;
use crate::value::{Attribute, Shape, Value};

use super::Render;
use super::blocks::BlockObject;

/// What is done where a name leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// It shows Django's `string_if_invalid`; an unknown attribute of a known object is told.
    Told,
    /// The same, and nothing is told: a default follows.
    Silent,
    /// It is `None`: in conditions and loops.
    None,
}

/// What a path led to.
enum Found {
    Value(Value),
    /// Nothing; the name and the object that does not have it, where there is one.
    Nothing(Option<Unknown>),
}

/// Why an expression has no value. In conditions it is then not true, as in Django.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A filter's argument is a name that nothing has.
    MissingArgument,
    /// A filter does not take the value.
    Filter,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::MissingArgument => "the argument of a filter is missing",
            Self::Filter => "a filter does not take the value",
        })
    }
}

impl std::error::Error for Refusal {}

struct Unknown {
    name: String,
    of: Value,
    refused: Option<Error>,
}

impl Render {
    /// The value of an expression, as `{{ }}` shows it.
    pub(crate) async fn resolve(&mut self, expression: &Expression) -> Result<Value> {
        if let Some(value) = self.at_hand(expression) {
            return value;
        }
        let missing = if expression.has_default() { Missing::Silent } else { Missing::Told };
        Box::pin(self.resolve_as(expression, missing)).await
    }

    /// The value of an expression; a name that nothing has is `None`. Django's `ignore_failures`.
    pub(crate) async fn resolve_quietly(&mut self, expression: &Expression) -> Result<Value> {
        match self.quietly_at_hand(expression) {
            Some(value) => value,
            None => Box::pin(self.resolve_as(expression, Missing::None)).await,
        }
    }

    async fn resolve_as(&mut self, expression: &Expression, missing: Missing) -> Result<Value> {
        let mut value = match &expression.base {
            Base::Constant(value) => value.clone(),
            Base::Translated(text) => self.locale.translated(text),
            Base::Variable(path) => match self.follow(path).await? {
                Found::Value(value) => value,
                Found::Nothing(unknown) => match missing {
                    Missing::None => Value::None,
                    _ => {
                        if missing == Missing::Told {
                            self.tell(path, expression, unknown)?;
                        }
                        let text = &self.engine.options().string_if_invalid;
                        if !text.is_empty() {
                            // As in Django the filters are left out then.
                            return Ok(text.replace("%s", &expression_name(path)).into());
                        }
                        Value::from("")
                    }
                },
            },
        };
        for call in &expression.filters {
            value = self.filter(call, value).await?;
        }
        Ok(value)
    }

    async fn filter(&mut self, call: &Call, value: Value) -> Result<Value> {
        let argument = match &call.argument {
            None => None,
            Some(Base::Constant(value)) => Some(value.clone()),
            Some(Base::Translated(text)) => Some(self.locale.translated(text)),
            Some(Base::Variable(path)) => match self.follow(path).await? {
                Found::Value(value) => {
                    self.load(&value).await?;
                    Some(value)
                }
                Found::Nothing(unknown) => {
                    return Err(missing_argument(call.filter.name, path, unknown));
                }
            },
        };
        self.load(&value).await?;
        self.apply(call, value, argument.as_ref())
    }

    /// What a filter makes of a value and an argument that are loaded.
    pub(super) fn apply(&self, call: &Call, value: Value, argument: Option<&Value>) -> Result<Value> {
        let value = if call.filter.expects_localtime { self.locale.localtime(&value) } else { value };
        let value = match &value {
            Value::Object(object) => object.plain().unwrap_or(value),
            _ => value,
        };
        let context = FilterContext { autoescape: self.autoescape, locale: &self.locale };
        let made = (call.filter.run)(&context, &value, argument).map_err(|error| match error.source() {
            None => error.with_told_source(Refusal::Filter),
            Some(_) => error,
        })?;
        if !call.filter.is_safe || !value.is_safe() || made.is_safe() {
            return Ok(made);
        }
        // As in Django it becomes text then, whatever it was.
        Ok(match made {
            Value::Text(text) => Value::Safe(text),
            made => Value::safe(made.text()),
        })
    }

    /// Applies the filters of an expression to a text: what `{% filter %}` does.
    pub(crate) async fn filtered(&mut self, calls: &[Call], mut value: Value) -> Result<Value> {
        for call in calls {
            value = self.filter(call, value).await?;
        }
        Ok(value)
    }

    /// Waits for what a value needs before it is walked, counted or printed.
    pub(crate) async fn load(&self, value: &Value) -> Result<()> {
        if let Value::Object(object) = value
            && let Some(load) = object.load()
        {
            load.await?;
        }
        Ok(())
    }

    /// A variable by its name; nothing where there is none.
    pub(crate) async fn lookup(&mut self, name: &str) -> Result<Option<Value>> {
        if let Some(value) = self.scopes.get(name) {
            return Ok(Some(value.clone()));
        }
        if let Some(constant) = constant(name) {
            return Ok(Some(constant));
        }
        match self.scopes.root() {
            Some(root) => of_root(root, name).await,
            None => Ok(None),
        }
    }

    /// A variable of the view's context, wherever the page is.
    pub(crate) async fn lookup_outside(&self, name: &str) -> Result<Option<Value>> {
        of_root(self.scopes.outermost(), name).await
    }

    async fn follow(&mut self, path: &Path) -> Result<Found> {
        let Some(mut value) = self.lookup(&path.first).await? else {
            return Ok(Found::Nothing(None));
        };
        value = match called(value).await? {
            Found::Value(value) => value,
            nothing @ Found::Nothing(_) => return Ok(nothing),
        };
        for name in &path.rest {
            if &**name == "super"
                && let Some(block) = value.downcast::<BlockObject>()
            {
                let name = block.name.clone();
                value = self.super_block(&name).await?;
                continue;
            }
            let found = match value.attribute(name) {
                Attribute::Value(found) => found,
                Attribute::Later(wait) => wait.await?,
                Attribute::Unknown => {
                    let unknown = Unknown { name: name.to_string(), of: value.clone(), refused: None };
                    return Ok(Found::Nothing(Some(unknown)));
                }
                Attribute::Refused(error) => {
                    let unknown = Unknown { name: name.to_string(), of: value.clone(), refused: Some(error) };
                    return Ok(Found::Nothing(Some(unknown)));
                }
            };
            value = match called(found).await? {
                Found::Value(value) => value,
                nothing @ Found::Nothing(_) => return Ok(nothing),
            };
        }
        Ok(Found::Value(value))
    }

    /// Tells of an attribute that a known object does not have: as an error while a site is built, in the log when it runs.
    fn tell(&self, path: &Path, expression: &Expression, unknown: Option<Unknown>) -> Result<()> {
        let Some(unknown) = unknown else {
            if &*path.first == "loop" && path.rest.len() == 1 && self.scopes.get("forloop").is_some() {
                return self.tell_error(
                    Error::new(ErrorKind::Template, format!("`{}` is Jinja's", expression.text))
                        .with_hint(format!("write `{}`", forloop_name(&path.rest[0]))),
                );
            }
            return Ok(());
        };
        if let Some(error) = unknown.refused {
            return self.tell_error(error);
        }
        let Value::Object(object) = &unknown.of else { return Ok(()) };
        if object.shape() == Shape::Mapping {
            return Ok(());
        }
        self.tell_error(unknown_attribute(&unknown))
    }

    pub(super) fn tell_error(&self, error: Error) -> Result<()> {
        if self.engine.options().is_strict {
            return Err(error);
        }
        tracing::warn!(target: "rjango::templates", template = %self.template.name, "{error}");
        Ok(())
    }
}

async fn of_root(root: &Value, name: &str) -> Result<Option<Value>> {
    match root {
        Value::Map(map) => Ok(map.get(name).cloned()),
        Value::Object(object) => match object.attribute(name) {
            Attribute::Value(value) => Ok(Some(value)),
            Attribute::Later(wait) => wait.await.map(Some),
            Attribute::Unknown => Ok(None),
            Attribute::Refused(error) => Err(error),
        },
        _ => Ok(None),
    }
}

fn unknown_attribute(unknown: &Unknown) -> Error {
    let names = unknown.of.attribute_names();
    let error =
        Error::new(ErrorKind::Template, format!("`{}` has no attribute `{}`", unknown.of.type_name(), unknown.name));
    if names.is_empty() {
        return error;
    }
    let list = names.join(", ");
    error.with_hint(match nearest(&unknown.name, names.iter().map(|name| &**name)) {
        Some(near) => format!("did you mean `{near}`? its attributes are: {list}"),
        None => format!("its attributes are: {list}"),
    })
}

fn missing_argument(filter: &str, path: &Path, unknown: Option<Unknown>) -> Error {
    let error = Error::new(
        ErrorKind::Template,
        format!("the filter `{filter}` has the argument `{}`, and nothing has this name", expression_name(path)),
    )
    .with_told_source(Refusal::MissingArgument);
    match unknown {
        Some(Unknown { refused: Some(refused), .. }) => refused,
        Some(unknown) => match unknown_attribute(&unknown).hint() {
            Some(hint) => error.with_hint(hint),
            None => error,
        },
        None => error,
    }
}

/// The names that every page has.
pub(super) fn constant(name: &str) -> Option<Value> {
    match name {
        "True" => Some(Value::Bool(true)),
        "False" => Some(Value::Bool(false)),
        "None" => Some(Value::None),
        _ => None,
    }
}

/// A value that can be called is called, as in Django.
async fn called(value: Value) -> Result<Found> {
    let Value::Object(object) = &value else { return Ok(Found::Value(value)) };
    let answer = match object.call() {
        None => None,
        Some(Attribute::Value(answer)) => Some(answer),
        Some(Attribute::Later(wait)) => Some(wait.await?),
        Some(Attribute::Unknown) => return Ok(Found::Nothing(None)),
        Some(Attribute::Refused(error)) => {
            let unknown = Unknown { name: String::new(), of: value.clone(), refused: Some(error) };
            return Ok(Found::Nothing(Some(unknown)));
        }
    };
    Ok(Found::Value(answer.unwrap_or(value)))
}

fn expression_name(path: &Path) -> String {
    let mut name = path.first.to_string();
    for part in &path.rest {
        name.push('.');
        name.push_str(part);
    }
    name
}

/// What Django calls the parts of Jinja's `loop`.
fn forloop_name(name: &str) -> String {
    let own = match name {
        "index" => "counter",
        "index0" => "counter0",
        "revindex" => "revcounter",
        "revindex0" => "revcounter0",
        other => other,
    };
    format!("forloop.{own}")
}
