//! Answers ahead, from the command line: what was renamed or moved, and the one-off values of new fields.
//!
//! They are kept apart from the models, whose `renamed_from` says the same: a rename that is told here is wanted now, and
//! one that cannot be made is a mistake, while a `renamed_from` may be left from a rename that was made long ago.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::{Error, ErrorKind, Result, nearest};
use rjango_schema::{DefaultValue, FieldSchema, ModelSchema};

use super::parse_default;
use crate::ProjectState;

/// What the command line says of renames and values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    /// Old labels by new ones.
    models: BTreeMap<String, String>,
    /// Old field names by the model's new label and the field's new name.
    fields: BTreeMap<(String, String), String>,
    /// Values as they were typed, by the model's label and the field's name.
    values: BTreeMap<(String, String), String>,
    /// Fields, by the model's label and the name, whose values stay although they change their target.
    keeps: BTreeSet<(String, String)>,
    /// Fields of which something may be lost.
    loses: BTreeSet<(String, String)>,
}

impl Told {
    /// Adds the answers of `--keep` and `--lose`: each names a field, such as `shop.Product.brand`.
    ///
    /// # Errors
    /// `Command` where a text names no field, or one is both kept and lost.
    pub fn with_fates<'a>(
        mut self,
        keeps: impl IntoIterator<Item = &'a str>,
        loses: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self> {
        let field = |option: &str, text: &str| match text.trim().rsplit_once('.') {
            Some((model, name)) if model.contains('.') && is_word(name) => Ok((model.to_owned(), name.to_owned())),
            _ => Err(Error::new(ErrorKind::Command, format!("`--{option} {text}` does not name a field"))
                .with_hint("write the app, the struct and the field, such as `shop.Product.brand`")),
        };
        self.keeps = keeps.into_iter().map(|text| field("keep", text)).collect::<Result<_>>()?;
        self.loses = loses.into_iter().map(|text| field("lose", text)).collect::<Result<_>>()?;
        match self.keeps.intersection(&self.loses).next() {
            None => Ok(self),
            Some((model, name)) => {
                Err(Error::new(ErrorKind::Command, format!("`{model}.{name}` is both kept and lost"))
                    .with_hint("give one of `--keep` and `--lose`"))
            }
        }
    }

    /// Whether the values of a field stay although it changes its target.
    pub(super) fn keeps(&self, model: &str, field: &str) -> bool {
        self.keeps.contains(&(model.to_owned(), field.to_owned()))
    }

    /// Whether something of a field may be lost.
    pub(super) fn loses(&self, model: &str, field: &str) -> bool {
        self.loses.contains(&(model.to_owned(), field.to_owned()))
    }

    /// The answers of `--rename` and `--default`: `shop.Item=Product`, `shop.Product=catalog.Product`,
    /// `shop.Product.title=name`; and `shop.Product.sku=value`.
    ///
    /// # Errors
    /// `Command` where a text is none of these, or two say different things of one name.
    pub fn parse<'a>(
        renames: impl IntoIterator<Item = &'a str>,
        defaults: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self> {
        let mut told = Self::default();
        let mut given: BTreeMap<String, &str> = BTreeMap::new();
        for text in renames {
            let (old, new) = text.split_once('=').ok_or_else(|| wrong_rename(text))?;
            let old_parts: Vec<&str> = old.trim().split('.').collect();
            let new_parts: Vec<&str> = new.trim().split('.').collect();
            if old_parts.iter().chain(&new_parts).any(|part| !is_word(part)) {
                return Err(wrong_rename(text));
            }
            if let Some(other) = given.insert(old.trim().to_owned(), text) {
                return Err(twice(other, text));
            }
            let known = match (old_parts.as_slice(), new_parts.as_slice()) {
                ([app, old], [new]) => told.models.insert(format!("{app}.{new}"), format!("{app}.{old}")),
                ([_, _], [_, _]) => told.models.insert(new.trim().to_owned(), old.trim().to_owned()),
                ([app, model, old], [new]) => {
                    told.fields.insert((format!("{app}.{model}"), (*new).to_owned()), (*old).to_owned())
                }
                _ => return Err(wrong_rename(text)),
            };
            if let Some(other) = known {
                return Err(twice(&format!("{other}={new}"), text));
            }
        }
        for text in defaults {
            let wrong = || {
                Error::new(ErrorKind::Command, format!("`--default {text}` names no field"))
                    .with_hint("write the app, the struct, the field and the value, such as `shop.Product.sku=''`")
            };
            let (field, value) = text.split_once('=').ok_or_else(wrong)?;
            let (model, name) = field.trim().rsplit_once('.').ok_or_else(wrong)?;
            let key = (model.to_owned(), name.to_owned());
            if !model.contains('.') || told.values.insert(key, value.to_owned()).is_some() {
                return Err(wrong());
            }
        }
        Ok(told)
    }

    /// Whether nothing was told.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The label that a model had before.
    pub(super) fn model(&self, new: &str) -> Option<&str> {
        self.models.get(new).map(String::as_str)
    }

    /// The name that a field of the model of this new label had before.
    pub(super) fn field(&self, model: &str, new: &str) -> Option<&str> {
        self.fields.get(&(model.to_owned(), new.to_owned())).map(String::as_str)
    }

    /// The new labels of the models whose fields are told of.
    pub(super) fn models_with_fields(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(|(model, _)| model.as_str())
    }

    /// The one-off value of a field.
    pub(super) fn value(&self, model: &ModelSchema, field: &FieldSchema) -> Result<Option<DefaultValue>> {
        let Some(text) = self.values.get(&(model.label(), field.name.clone())) else {
            return Ok(None);
        };
        parse_default(field, text).map(Some).map_err(|error| {
            Error::new(ErrorKind::Command, format!("`--default {}.{}={text}`: {error}", model.label(), field.name))
        })
    }

    /// That everything named is there.
    pub(super) fn check(&self, from: &ProjectState, to: &ProjectState) -> Result<()> {
        for (new, old) in &self.models {
            let (app, name) = new.split_once('.').unwrap_or_default();
            let moves = old.split_once('.').is_none_or(|(old_app, _)| old_app != app);
            let what = format!("`--rename {old}={}`", if moves { new.as_str() } else { name });
            if from.get(old).is_none() && from.get(new).is_some() && to.get(old).is_some() && to.get(new).is_none() {
                let (old_app, old_name) = old.split_once('.').unwrap_or_default();
                let turned = if old_app == app { old_name } else { old.as_str() };
                return Err(turned_round(&what, &format!("{new}={turned}")));
            }
            if from.get(old).is_none() {
                return Err(unknown(
                    &what,
                    "the migrations have no model",
                    old,
                    from.labels(),
                    from.get(new).is_some(),
                ));
            }
            if to.get(new).is_none() {
                return Err(unknown(&what, "the source has no model", new, to.labels(), false));
            }
            if from.get(new).is_some() && !self.models.values().any(|given_away| given_away == new) {
                return Err(taken(&what, new));
            }
        }
        for ((label, new), old) in &self.fields {
            let what = format!("`--rename {label}.{old}={new}`");
            let after =
                to.get(label).ok_or_else(|| unknown(&what, "the source has no model", label, to.labels(), false))?;
            let before = self
                .before(label, after, from)
                .ok_or_else(|| unknown(&what, "the migrations have no model", label, from.labels(), false))?;
            let names = |model: &ModelSchema| model.fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
            let (there, wanted) = (names(before), names(after));
            if before.field(old).is_none()
                && before.field(new).is_some()
                && after.field(old).is_some()
                && after.field(new).is_none()
            {
                return Err(turned_round(&what, &format!("{label}.{new}={old}")));
            }
            let Some(origin) = before.field(old) else {
                let missing = format!("the migrations' `{label}` has no field");
                let known = there.iter().map(String::as_str);
                return Err(unknown(&what, &missing, old, known, before.field(new).is_some()));
            };
            let Some(field) = after.field(new) else {
                let missing = format!("the source's `{label}` has no field");
                return Err(unknown(&what, &missing, new, wanted.iter().map(String::as_str), false));
            };
            let gives_away = |name: &str| self.fields.iter().any(|((model, _), old)| model == label && old == name);
            if before.field(new).is_some() && !gives_away(new) {
                return Err(taken(&what, &format!("{label}.{new}")));
            }
            if origin.is_concrete() != field.is_concrete() {
                return Err(Error::new(
                    ErrorKind::Command,
                    format!("{what}: a column and a many-to-many field never become one another"),
                )
                .with_hint(
                    "leave the option out: the one is removed and the other added, and rows are not carried over",
                ));
            }
        }
        let values = self.values.keys().map(|key| (format!("`--default {}.{}=..`", key.0, key.1), key));
        let keeps = self.keeps.iter().map(|key| (format!("`--keep {}.{}`", key.0, key.1), key));
        let loses = self.loses.iter().map(|key| (format!("`--lose {}.{}`", key.0, key.1), key));
        for (what, (label, name)) in values.chain(keeps).chain(loses) {
            let Some(model) = to.get(label) else {
                return Err(unknown(&what, "the source has no model", label, to.labels(), false));
            };
            if model.field(name).is_none() {
                let known = model.fields.iter().map(|field| field.name.as_str());
                return Err(unknown(&what, &format!("the source's `{label}` has no field"), name, known, false));
            }
        }
        Ok(())
    }

    /// A model as it was, under the name that it had.
    fn before<'a>(&self, label: &str, after: &ModelSchema, from: &'a ProjectState) -> Option<&'a ModelSchema> {
        let hint = after.renamed_from.as_deref().map(|old| super::renamed_models::full_label(&after.app, old));
        let told = self.model(label).and_then(|old| from.get(old));
        told.or_else(|| from.get(label)).or_else(|| hint.and_then(|old| from.get(&old)))
    }
}

fn is_word(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|character| character.is_alphanumeric() || character == '_')
}

fn wrong_rename(text: &str) -> Error {
    Error::new(ErrorKind::Command, format!("`--rename {text}` is no rename")).with_hint(
        "write `shop.Product.title=name` for a field, `shop.Item=Product` for a model, \
         `shop.Product=catalog.Product` for a model that moves to another app",
    )
}

fn twice(one: &str, other: &str) -> Error {
    Error::new(ErrorKind::Command, format!("`--rename {one}` and `--rename {other}` contradict each other"))
        .with_hint("keep one of them")
}

fn turned_round(what: &str, right: &str) -> Error {
    Error::new(ErrorKind::Command, format!("{what} is turned round: the old name comes first"))
        .with_hint(format!("write `--rename {right}`"))
}

fn taken(what: &str, new: &str) -> Error {
    Error::new(ErrorKind::Command, format!("{what}: the migrations have a `{new}` already")).with_hint(
        "was it renamed before? Then leave the option out; otherwise remove that one in a migration of its own",
    )
}

fn unknown<'a>(what: &str, missing: &str, name: &str, known: impl Iterator<Item = &'a str>, done: bool) -> Error {
    let known: Vec<&str> = known.collect();
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) if near != name => format!("did you mean `{near}`?"),
        _ if done => "the new name is there already: was the rename made before? Then leave the option out".to_owned(),
        _ => format!("there is `{}`", known.join("`, `")),
    };
    Error::new(ErrorKind::Command, format!("{what}: {missing} `{name}`")).with_hint(hint)
}
