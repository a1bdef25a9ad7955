//! The filters beside a list, each by its field's kind: Django's `FieldListFilter`s.

mod dates;
mod values;

use rjango_core::Result;
use rjango_http::QueryDict;
use rjango_http::templates::Value as Shown;
use rjango_orm::Models;
use rjango_schema::{DefaultValue, FieldKind, FieldSchema};
use serde::Serialize;

use super::Start;
use super::query_string::QueryString;
use crate::display::EMPTY;
use crate::related;
use crate::words::{field_name, filled, text};

/// A filter.
#[derive(Debug, Serialize)]
pub(crate) struct Filter {
    /// `By state`.
    heading: String,
    choices: Vec<Choice>,
}

/// One way to filter.
#[derive(Debug, Serialize)]
struct Choice {
    label: Shown,
    url: String,
    selected: bool,
}

/// What a choice sets: parameters and their values.
type Setting = Vec<(String, String)>;

/// The filter by the field at the end of a path; nothing where it would have nothing to choose from.
pub(super) async fn filter(
    models: &Models,
    start: Start<'_>,
    path: &str,
    parameters: &QueryDict,
    string: &QueryString,
) -> Result<Option<Filter>> {
    let Some((holder, field)) = end(models, start, path) else { return Ok(None) };
    let exact = |value: String| vec![(format!("{path}__exact"), value)];
    let empty = || vec![(format!("{path}__isnull"), "True".to_owned())];
    let mut all = "All";
    let mut settings: Vec<(Shown, Setting)> = Vec::new();
    match &field.kind {
        _ if !field.choices.is_empty() => {
            settings.extend(
                field.choices.iter().map(|choice| (text(&choice.label).into(), exact(choice_text(&choice.value)))),
            );
            if field.null {
                settings.push((EMPTY.into(), empty()));
            }
        }
        FieldKind::Boolean => {
            settings = vec![(text("Yes").into(), exact("1".to_owned())), (text("No").into(), exact("0".to_owned()))];
            if field.null {
                settings.push((text("Unknown").into(), empty()));
            }
        }
        FieldKind::ForeignKey(_) | FieldKind::OneToOne(_) | FieldKind::ManyToMany(_) => {
            let to = related::target(field).unwrap_or_default();
            let key = models.require(to)?.schema.primary_key().map_or("pk", |key| key.name.as_str()).to_owned();
            for option in related::options(models, to).await? {
                settings.push((option.label.into(), vec![(format!("{path}__{key}__exact"), option.pk.to_string())]));
            }
            let may_be_empty = field.null || matches!(field.kind, FieldKind::ManyToMany(_));
            if settings.len() + usize::from(may_be_empty) < 2 {
                return Ok(None);
            }
            if may_be_empty {
                settings.push((text("Empty").into(), empty()));
            }
        }
        FieldKind::Date { .. } | FieldKind::DateTime { .. } => {
            all = "Any date";
            settings = dates::settings(path, field);
        }
        _ => settings = values::settings(&holder.schema.label(), path, field).await?,
    }
    Ok(Some(choices(field, all, settings, parameters, string)))
}

fn choices(
    field: &FieldSchema,
    all: &str,
    settings: Vec<(Shown, Setting)>,
    parameters: &QueryDict,
    string: &QueryString,
) -> Filter {
    let mut keys: Vec<String> = Vec::new();
    for (key, _) in settings.iter().flat_map(|(_, setting)| setting) {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    let cleared = || keys.iter().map(|key| (key.as_str(), None));
    let none: Vec<(&str, Option<&str>)> = cleared().collect();
    let mut choices = vec![Choice {
        label: text(all).into(),
        url: string.with(&none),
        selected: !keys.iter().any(|key| parameters.contains(key)),
    }];
    for (label, setting) in &settings {
        let changes: Vec<(&str, Option<&str>)> =
            cleared().chain(setting.iter().map(|(key, value)| (key.as_str(), Some(value.as_str())))).collect();
        let chosen = |key: &String| setting.iter().find(|(set, _)| set == key).map(|(_, value)| value.as_str());
        let selected = keys.iter().all(|key| parameters.get(key) == chosen(key));
        choices.push(Choice { label: label.clone(), url: string.with(&changes), selected });
    }
    let heading = filled(" By %(filter_title)s ", &[("filter_title", &field_name(field))]);
    Filter { heading: heading.trim().to_owned(), choices }
}

/// The field at a path's end, and the model that has it.
fn end<'a>(models: &'a Models, start: Start<'a>, path: &str) -> Option<(Start<'a>, &'a FieldSchema)> {
    let mut meta = start;
    let mut names = path.split("__").peekable();
    while let Some(name) = names.next() {
        let field = if name == "pk" { meta.schema.primary_key() } else { meta.schema.field(name) }?;
        if names.peek().is_none() {
            return Some((meta, field));
        }
        meta = models.get(related::target(field)?)?;
    }
    None
}

fn choice_text(value: &DefaultValue) -> String {
    match value {
        DefaultValue::Int(number) => number.to_string(),
        DefaultValue::Text(text) => text.clone(),
        other => format!("{other:?}"),
    }
}
