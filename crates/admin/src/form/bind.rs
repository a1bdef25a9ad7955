//! What somebody typed, as values or as sentences about what is wrong: Django's form fields' `clean`.

use rjango_contrib::auth::users;
use rjango_core::{Result, Site};
use rjango_http::FormData;
use rjango_orm::{Databases, Engine, Value, clean_sentence, column_problem, parse_value};
use rjango_schema::{FieldKind, FieldSchema};

use super::Form;
use super::input::choice_text;
use crate::words::{filled, text};
use crate::{moments, record, related};

/// Django's words for an input without an answer.
pub(crate) const REQUIRED: &str = "This field is required.";

/// Django's words for a value that no select has.
const NO_SUCH_CHOICE: &str = "Select a valid choice. That choice is not one of the available choices.";

/// The same, where the value is named.
const NOT_A_CHOICE: &str = "Select a valid choice. %(value)s is not one of the available choices.";

impl Form<'_> {
    /// Takes what was posted, and says what is wrong with it: each field, then uniqueness.
    pub async fn bind(&mut self, posted: &FormData) -> Result<()> {
        let engine = self.engine()?;
        for field in self.editable() {
            let texts = posted_texts(field, posted);
            let bound = match &field.kind {
                FieldKind::ManyToMany(relation) => self.bind_many(field, &relation.to, &texts).await?,
                FieldKind::ForeignKey(relation) | FieldKind::OneToOne(relation) => {
                    self.one(field, &relation.to, &texts).await?.map(Some)
                }
                _ if self.is_own_other(field, &texts) || self.is_own_moment(field, &texts) => Ok(self.value_of(field)),
                _ => value(field, &texts).and_then(|value| kept(engine, field, value)).map(Some),
            };
            self.texts.insert(field.name.clone(), texts);
            match bound {
                Ok(Some(value)) => {
                    if let Some(problem) = self.user_problem(field, &value)? {
                        self.add_error(&field.name, problem);
                    }
                    let value = self.unless_shown_already(field, value);
                    self.values.insert(field.name.clone(), value);
                }
                Ok(None) => {}
                Err(message) => self.add_error(&field.name, message),
            }
        }
        self.check_unique().await
    }

    /// The engine of the database in which the rows are.
    fn engine(&self) -> Result<Engine> {
        let site = Site::current()?;
        let databases = site.require::<Databases>()?;
        Ok(databases.get(databases.home(&self.meta.schema.app))?.engine())
    }

    /// Whether the row has a value that is not one of the field's choices, which another program wrote, and keeps it.
    fn is_own_other(&self, field: &FieldSchema, texts: &[String]) -> bool {
        !field.choices.is_empty() && matches!((self.other_choice(field), texts), (Some(own), [text]) if own == *text)
    }

    /// Whether the inputs show the row's own moment still. Where the clocks show it twice, Django refuses what it has shown
    /// itself.
    fn is_own_moment(&self, field: &FieldSchema, texts: &[String]) -> bool {
        match (&field.kind, self.value_of(field)) {
            (FieldKind::DateTime { .. }, Some(Value::DateTime(own))) => texts == moments::shown(own),
            _ => false,
        }
    }

    /// What is wrong with a user's name.
    fn user_problem(&self, field: &FieldSchema, value: &Value) -> Result<Option<String>> {
        let is_name = self.models.users() == self.meta.schema.label()
            && self.registration.user().is_some_and(|user| user.username_field == field.name);
        match value.as_str().filter(|_| is_name) {
            Some(name) => users::username_problem(name),
            None => Ok(None),
        }
    }

    /// The row's own value where the inputs show the same: they show no fractions of a second, and a form that nobody
    /// touched must not cut them off.
    fn unless_shown_already(&self, field: &FieldSchema, value: Value) -> Value {
        let own = self.record.as_ref().and_then(|record| record.value(&field.name));
        match own {
            Some(own) if super::input::texts(field, own, false) == super::input::texts(field, &value, false) => {
                own.clone()
            }
            _ => value,
        }
    }

    /// The key of the related row.
    async fn one(
        &self,
        field: &FieldSchema,
        target: &str,
        texts: &[String],
    ) -> Result<std::result::Result<Value, String>> {
        let typed = texts.first().map(String::as_str).unwrap_or_default();
        if typed.is_empty() {
            return Ok(if field.blank && field.null { Ok(Value::Null) } else { Err(text(REQUIRED)) });
        }
        let schema = &self.models.require(target)?.schema;
        Ok(match crate::page::parse_pk(schema, typed) {
            Some(pk) if record::get(target, pk.clone()).await?.is_some() => Ok(pk),
            _ => Err(text(NO_SUCH_CHOICE)),
        })
    }

    /// The keys of the related rows.
    async fn bind_many(
        &mut self,
        field: &FieldSchema,
        target: &str,
        texts: &[String],
    ) -> Result<std::result::Result<Option<Value>, String>> {
        if texts.is_empty() && !field.blank {
            return Ok(Err(text(REQUIRED)));
        }
        let options = if texts.is_empty() { Vec::new() } else { related::options(self.models, target).await? };
        let schema = &self.models.require(target)?.schema;
        let mut keys = Vec::with_capacity(texts.len());
        for key in texts {
            let Some(pk) = crate::page::parse_pk(schema, key) else {
                return Ok(Err(filled("“%(pk)s” is not a valid value.", &[("pk", key)])));
            };
            if !options.iter().any(|option| option.pk == pk) {
                return Ok(Err(filled(NOT_A_CHOICE, &[("value", key)])));
            }
            keys.push(pk);
        }
        self.chosen.insert(field.name.clone(), keys);
        Ok(Ok(None))
    }
}

/// What was posted for a field, for its inputs to show again.
fn posted_texts(field: &FieldSchema, posted: &FormData) -> Vec<String> {
    let name = &field.name;
    match &field.kind {
        FieldKind::ManyToMany(_) => posted.get_all(name).map(str::to_owned).collect(),
        FieldKind::DateTime { .. } => {
            let part = |part: u8| posted.get(&format!("{name}_{part}")).unwrap_or_default().trim().to_owned();
            match (part(0), part(1)) {
                (date, time) if date.is_empty() && time.is_empty() => Vec::new(),
                (date, time) => vec![date, time],
            }
        }
        FieldKind::Boolean if !field.null && field.choices.is_empty() => {
            let on = posted.get(name).is_some_and(|text| !["", "false", "False", "0"].contains(&text));
            if on { vec!["on".to_owned()] } else { Vec::new() }
        }
        _ => posted.get(name).map(str::to_owned).into_iter().collect(),
    }
}

/// The value of a field that is no relation.
fn value(field: &FieldSchema, texts: &[String]) -> std::result::Result<Value, String> {
    // A text keeps its lines and loses the space around it, as with Django's `strip`.
    let typed = texts.first().map(String::as_str).unwrap_or_default().trim();
    match &field.kind {
        FieldKind::Boolean if field.choices.is_empty() => {
            return Ok(match typed {
                "true" | "True" | "on" | "1" | "2" => Value::Bool(true),
                "false" | "False" | "3" | "0" => Value::Bool(false),
                _ if field.null => Value::Null,
                _ => Value::Bool(false),
            });
        }
        FieldKind::DateTime { .. } => return moment(field, texts),
        _ => {}
    }
    if typed.contains('\0') {
        return Err(text("Null characters are not allowed."));
    }
    if typed.is_empty() {
        return match field.blank {
            false => Err(text(REQUIRED)),
            true if field.null => Ok(Value::Null),
            true => match parse_value(field, "") {
                Ok(value) if !value.is_null() => Ok(value),
                // Blank, and the column takes no NULL: there is no value to store.
                _ => Err(text(REQUIRED)),
            },
        };
    }
    if !field.choices.is_empty() && !field.choices.iter().any(|choice| choice_text(&choice.value) == typed) {
        return Err(filled(NOT_A_CHOICE, &[("value", typed)]));
    }
    let value = parse_value(field, typed).map_err(|error| text(&error.to_string()))?;
    checked(field, value)
}

/// A moment from its two inputs.
fn moment(field: &FieldSchema, texts: &[String]) -> std::result::Result<Value, String> {
    let part = |place: usize| texts.get(place).map(|text| text.trim()).unwrap_or_default();
    match (part(0), part(1)) {
        ("", "") if field.blank && field.null => Ok(Value::Null),
        (date, time) if !field.blank && (date.is_empty() || time.is_empty()) => Err(text(REQUIRED)),
        ("", _) => Err(text("Enter a valid date.")),
        (_, "") => Err(text("Enter a valid time.")),
        (date, time) => {
            let part = |kind: FieldKind, typed: &str| {
                let field = FieldSchema::new(field.name.clone(), kind);
                parse_value(&field, typed).map_err(|error| text(&error.to_string()))
            };
            let date = part(FieldKind::Date { auto_now: false, auto_now_add: false }, date)?;
            let time = part(FieldKind::Time { auto_now: false, auto_now_add: false }, time)?;
            match (date, time) {
                (Value::Date(date), Value::Time(time)) => moments::typed(date.and_time(time)).map(Value::DateTime),
                _ => Err(text("Enter a valid date/time.")),
            }
        }
    }
}

/// The value, if the engine's column keeps it.
fn kept(engine: Engine, field: &FieldSchema, value: Value) -> std::result::Result<Value, String> {
    match column_problem(engine, field, &value) {
        Some(expected) => Err(filled("This field holds %(expected)s.", &[("expected", &expected.to_string())])),
        None => Ok(value),
    }
}

/// The value held against its field, in a form's words.
fn checked(field: &FieldSchema, value: Value) -> std::result::Result<Value, String> {
    clean_sentence(field, &value).map(|()| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: FieldKind, texts: &[&str], expected: &str) {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let found = match value(&FieldSchema::new("field", kind), &texts) {
            Ok(value) => value.to_string(),
            Err(message) => message,
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn errors_are_in_djangos_words() {
        let decimal = || FieldKind::Decimal { max_digits: 10, decimal_places: 2 };
        check(FieldKind::Char { max_length: 3 }, &["  abc "], "abc");
        check(FieldKind::Char { max_length: 3 }, &[" "], REQUIRED);
        check(FieldKind::Char { max_length: 3 }, &["abcd"], "Ensure this value has at most 3 characters (it has 4).");
        check(FieldKind::Char { max_length: 3 }, &["a\0"], "Null characters are not allowed.");
        check(decimal(), &["x"], "Enter a number.");
        check(decimal(), &["123456789.99"], "Ensure that there are no more than 10 digits in total.");
        check(decimal(), &["1.999"], "Ensure that there are no more than 2 decimal places.");
        check(FieldKind::Integer, &["1.5"], "Enter a whole number.");
        check(FieldKind::Email { max_length: 254 }, &["nobody"], "Enter a valid email address.");
        check(FieldKind::Url { max_length: 200 }, &["javascript:alert(1)"], "Enter a valid URL.");
    }

    #[test]
    fn a_moment_has_two_inputs() {
        let kind = || FieldKind::DateTime { auto_now: false, auto_now_add: false };
        check(kind(), &["2026-11-22", "17:44"], "2026-11-22 17:44:00+00:00");
        check(kind(), &["2026-11-22", ""], REQUIRED);
        check(kind(), &["22", "17:44"], "Enter a valid date.");
        check(kind(), &["2026-11-22", "25:00"], "Enter a valid time.");
    }
}
