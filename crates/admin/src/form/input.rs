//! The inputs of a form, each by its field's kind.

use rjango_core::Result;
use rjango_http::templates::Value as Shown;
use rjango_orm::Value;
use rjango_schema::{DefaultValue, FieldKind, FieldSchema};
use serde::Serialize;

use super::Form;
use super::layout::Slot;
use crate::display::{EMPTY, shown};
use crate::moments;
use crate::record;
use crate::related;
use crate::words::{capitalized, field_name, text};

/// A field of a form, for the template.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Input {
    pub name: String,
    pub label: String,
    /// `text`, `number`, `checkbox`, `select`, `selectmultiple`, `textarea`, `datetime`, `date`, `time`, `email`, `url`,
    /// `password_hash`.
    pub widget: &'static str,
    /// What an input holds is text. What is shown alone is a value, which the page writes in its language and zone.
    pub value: Shown,
    pub date: String,
    pub time: String,
    pub checked: bool,
    pub options: Vec<InputOption>,
    pub attributes: Vec<(&'static str, String)>,
    pub required: bool,
    pub readonly: bool,
    pub errors: Vec<String>,
    pub help_text: String,
    pub help_texts: Vec<String>,
    pub password_url: Option<String>,
}

/// Something to choose.
#[derive(Debug, Serialize)]
pub(crate) struct InputOption {
    value: String,
    label: String,
    selected: bool,
}

/// What stands for no choice.
const NO_CHOICE: &str = "---------";

/// A field's label in English, as the log keeps it.
pub(super) fn label(field: &FieldSchema) -> String {
    capitalized(&field.verbose_name())
}

/// A value as its inputs show it. A number of a new row that nobody chose is not shown.
pub(super) fn texts(field: &FieldSchema, value: &Value, is_new: bool) -> Vec<String> {
    if is_new && field.default.is_none() && !matches!(field.kind, FieldKind::Boolean) {
        return Vec::new();
    }
    match (value, &field.kind) {
        (Value::Null, _) => Vec::new(),
        (Value::Bool(flag), FieldKind::Boolean) if field.null => vec![flag.to_string()],
        (Value::Bool(flag), FieldKind::Boolean) => {
            if *flag {
                vec!["on".to_owned()]
            } else {
                Vec::new()
            }
        }
        (Value::Time(time), _) => vec![time.format("%H:%M:%S").to_string()],
        (Value::DateTime(moment), FieldKind::DateTime { .. }) => moments::shown(*moment).into(),
        (value, _) => vec![value.to_text(field)],
    }
}

impl Form<'_> {
    /// The input of a field.
    pub(super) async fn input(&self, slot: &Slot<'_>) -> Result<Input> {
        let field = slot.field;
        let texts = self.texts.get(&field.name).map(Vec::as_slice).unwrap_or_default();
        let first = texts.first().cloned().unwrap_or_default();
        let mut input = Input {
            name: field.name.clone(),
            label: capitalized(&field_name(field)),
            readonly: slot.is_readonly,
            required: !field.blank && !matches!(field.kind, FieldKind::Boolean),
            errors: self.errors.get(&field.name).cloned().unwrap_or_default(),
            help_text: field.help_text.as_deref().map(text).unwrap_or_default(),
            ..Input::default()
        };
        if slot.is_readonly {
            input.value = self.readonly_value(field).await?;
            if self.registration.user().is_some() && field.name == "password" {
                input.widget = "password_hash";
                input.readonly = false;
                input.value = crate::views::password_summary(self.value_of(field).as_ref()).into();
            }
            return Ok(input);
        }
        let mut number = |least: Option<i64>, step: String| {
            input.attributes.push(("step", step));
            input.attributes.extend(least.map(|least| ("min", least.to_string())));
            "number"
        };
        input.widget = match &field.kind {
            _ if !field.choices.is_empty() => "select",
            FieldKind::ForeignKey(_) | FieldKind::OneToOne(_) => "select",
            FieldKind::ManyToMany(_) => "selectmultiple",
            FieldKind::Boolean if field.null => "select",
            FieldKind::Boolean => "checkbox",
            FieldKind::Text | FieldKind::Json => "textarea",
            FieldKind::DateTime { .. } => "datetime",
            FieldKind::Date { .. } => "date",
            FieldKind::Time { .. } => "time",
            FieldKind::Float => number(None, "any".to_owned()),
            FieldKind::Decimal { decimal_places, .. } => number(None, step(*decimal_places)),
            FieldKind::SmallInteger | FieldKind::Integer | FieldKind::BigInteger => number(None, "1".to_owned()),
            FieldKind::PositiveSmallInteger | FieldKind::PositiveInteger | FieldKind::PositiveBigInteger => {
                number(Some(0), "1".to_owned())
            }
            FieldKind::Email { .. } => "email",
            FieldKind::Url { .. } => "url",
            _ => "text",
        };
        if let FieldKind::Char { max_length }
        | FieldKind::Slug { max_length }
        | FieldKind::Email { max_length }
        | FieldKind::Url { max_length }
        | FieldKind::FilePath { max_length }
        | FieldKind::File { max_length, .. } = &field.kind
        {
            input.attributes.push(("maxlength", max_length.to_string()));
        }
        match input.widget {
            "checkbox" => input.checked = !texts.is_empty(),
            "datetime" => {
                input.time = texts.get(1).cloned().unwrap_or_default();
                input.date = first;
            }
            "time" => {
                input.attributes.push(("step", "1".to_owned()));
                input.value = first.into();
            }
            "select" | "selectmultiple" => input.options = self.options(field, texts).await?,
            _ => input.value = first.into(),
        }
        Ok(input)
    }

    async fn options(&self, field: &FieldSchema, chosen: &[String]) -> Result<Vec<InputOption>> {
        let option = |value: String, label: String| InputOption { selected: chosen.contains(&value), value, label };
        if field.choices.is_empty() && matches!(field.kind, FieldKind::Boolean) {
            let labels = [("unknown", "Unknown"), ("true", "Yes"), ("false", "No")];
            return Ok(labels.map(|(value, label)| option(value.to_owned(), text(label))).into());
        }
        let mut options: Vec<InputOption> = match related::target(field) {
            None => {
                let mut options: Vec<InputOption> = field
                    .choices
                    .iter()
                    .map(|choice| option(choice_text(&choice.value), text(&choice.label)))
                    .collect();
                // A row's own value, which another program wrote, is shown and stays unless somebody chooses another.
                options.extend(self.other_choice(field).map(|own| option(own.clone(), own)));
                options
            }
            Some(target) => {
                let rows = related::options(self.models, target).await?;
                rows.into_iter().map(|row| option(row.pk.to_string(), row.label)).collect()
            }
        };
        let is_single = !matches!(field.kind, FieldKind::ManyToMany(_));
        // As in Django, what has a default and must be chosen offers no way to choose nothing.
        if is_single && (field.blank || field.default.is_none() || related::target(field).is_some()) {
            let selected = !options.iter().any(|option| option.selected);
            options.insert(0, InputOption { value: String::new(), label: NO_CHOICE.to_owned(), selected });
        }
        Ok(options)
    }

    /// The row's value as text, where it is not one of the field's choices.
    pub(super) fn other_choice(&self, field: &FieldSchema) -> Option<String> {
        let own = self.value_of(field).filter(|own| !own.is_null())?;
        let is_known = field.choices.iter().any(|choice| crate::display::is_choice(&choice.value, &own));
        (!is_known && !field.choices.is_empty()).then(|| own.to_string()).filter(|own| !own.is_empty())
    }

    /// The row's value of a field.
    pub(super) fn value_of(&self, field: &FieldSchema) -> Option<Value> {
        self.record.as_ref().and_then(|record| record.value(&field.name)).cloned()
    }

    /// A field that cannot be changed, in words.
    async fn readonly_value(&self, field: &FieldSchema) -> Result<Shown> {
        let texts = self.texts.get(&field.name).cloned().unwrap_or_default();
        if let Some(target) = related::target(field) {
            let meta = self.models.require(target)?;
            let mut labels = Vec::with_capacity(texts.len());
            for key in &texts {
                let Some(pk) = crate::page::parse_pk(&meta.schema, key) else { continue };
                labels.extend(record::get(target, pk).await?.map(|row| row.display()));
            }
            return Ok(if labels.is_empty() { EMPTY.into() } else { labels.join(", ").into() });
        }
        Ok(self.value_of(field).map_or_else(|| EMPTY.into(), |value| shown(field, &value)))
    }
}

/// The text of a choice's value.
pub(super) fn choice_text(value: &DefaultValue) -> String {
    match value {
        DefaultValue::Int(number) => number.to_string(),
        DefaultValue::Text(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

/// `0.01` for two places.
fn step(places: u32) -> String {
    match places {
        0 => "1".to_owned(),
        places => format!("0.{:0>width$}", 1, width = places as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn steps_are_the_last_place() {
        assert_eq!([step(0), step(1), step(2), step(6)], ["1", "0.1", "0.01", "0.000001"]);
    }
}
