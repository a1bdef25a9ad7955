//! Questions to the person, as data: the command line asks, a test scripts the answers, CI gets an error.

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{DefaultValue, FieldKind, FieldSchema, ModelSchema};

use crate::state::target;

/// What the autodetector cannot know.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Question<'a> {
    /// Whether a model that is gone is the one that is new. Answers: [`Answer::Yes`], [`Answer::No`].
    RenameModel {
        /// The model that is gone.
        old: &'a ModelSchema,
        /// The model that is new.
        new: &'a ModelSchema,
    },
    /// Whether a model that is gone is one that is new in another app. Answers: [`Answer::Yes`], [`Answer::No`].
    MoveModel {
        /// The model that is gone.
        old: &'a ModelSchema,
        /// The model that is new.
        new: &'a ModelSchema,
    },
    /// Whether a field that is gone is the one that is new. Answers: [`Answer::Yes`], [`Answer::No`].
    RenameField {
        /// The model.
        model: &'a ModelSchema,
        /// The field that is gone.
        old: &'a FieldSchema,
        /// The field that is new.
        new: &'a FieldSchema,
    },
    /// What the rows that are there get in a new field that is neither NULL nor has a default. Answer: [`Answer::Value`].
    NotNullAddition {
        /// The model.
        model: &'a ModelSchema,
        /// The new field.
        field: &'a FieldSchema,
    },
    /// Whether a unique field is to be added although all rows that are there get the same value. Answers:
    /// [`Answer::Yes`], [`Answer::No`].
    UniqueAddition {
        /// The model.
        model: &'a ModelSchema,
        /// The new field.
        field: &'a FieldSchema,
    },
    /// What rows with NULL get in a field that no longer allows it. Answers: [`Answer::Value`], [`Answer::Leave`].
    NotNullAlteration {
        /// The model.
        model: &'a ModelSchema,
        /// The field as it is to be.
        field: &'a FieldSchema,
    },
    /// Whether the values of a relation, keys of its old target, are keys of its new target as well. Answers:
    /// [`Answer::Yes`], and [`Answer::No`]: then they are lost.
    Retarget {
        /// The model.
        model: &'a ModelSchema,
        /// The field as it was.
        old: &'a FieldSchema,
        /// The field as it is to be.
        new: &'a FieldSchema,
    },
    /// Whether something may be lost that a field holds. Answers: [`Answer::Yes`], [`Answer::No`].
    Lose {
        /// The model.
        model: &'a ModelSchema,
        /// The field as it is to be.
        field: &'a FieldSchema,
        /// What is lost, in words such as `its values`.
        what: &'a str,
    },
}

/// The answer to a [`Question`].
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// This value.
    Value(DefaultValue),
    /// Leave the rows as they are; a migration sees to them.
    Leave,
}

/// Whoever answers.
pub trait Questioner {
    /// Answers a question.
    ///
    /// # Errors
    /// Where there is no answer: the person quits, or nobody is there.
    fn ask(&mut self, question: &Question<'_>) -> Result<Answer>;
}

/// Nobody is there: nothing was renamed, and what needs a value is refused with a [`NeedsAnswer`].
#[derive(Debug, Clone, Copy, Default)]
pub struct NonInteractive;

/// The cause of the error where a question needs a person; `makemigrations` then exits with 3, as Django's does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeedsAnswer;

impl std::fmt::Display for NeedsAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("nobody is there to answer")
    }
}

impl std::error::Error for NeedsAnswer {}

impl Questioner for NonInteractive {
    fn ask(&mut self, question: &Question<'_>) -> Result<Answer> {
        match question {
            Question::NotNullAddition { model, field } => Err(Error::new(
                ErrorKind::Migration,
                format!(
                    "field `{}` on model `{}` not migrated: it is impossible to add a non-nullable field without \
                     specifying a default",
                    field.name,
                    model.model_name()
                ),
            )
            .with_hint(format!(
                "make it an `Option`, give it `#[field(default = ..)]`, or give a one-off value: \
                 `makemigrations --default {}.{}=..`, or `makemigrations` in a terminal",
                model.label(),
                field.name
            ))
            .with_source(NeedsAnswer)),
            Question::Retarget { model, old, new } => {
                let (label, name) = (model.label(), &new.name);
                let (from, to) = (target(old).unwrap_or_default(), target(new).unwrap_or_default());
                Err(Error::new(
                    ErrorKind::Migration,
                    format!("field `{name}` on model `{label}` refers to `{to}` now, and its values are keys of `{from}`"),
                )
                .with_hint(format!(
                    "`makemigrations --keep {label}.{name}` keeps them as keys of `{to}`, `--lose {label}.{name}` drops them"
                ))
                .with_source(NeedsAnswer))
            }
            Question::Lose { model, field, what } => {
                let (label, name) = (model.label(), &field.name);
                Err(Error::new(
                    ErrorKind::Migration,
                    format!("field `{name}` on model `{label}` not migrated: it would lose {what}"),
                )
                .with_hint(format!(
                    "`makemigrations --lose {label}.{name}` says that it may; to keep it, add a field of another name, fill \
                     it, and then remove this one"
                ))
                .with_source(NeedsAnswer))
            }
            // As Django's: the rows are left as they are, and a NULL among them will refuse the migration.
            Question::NotNullAlteration { .. } => Ok(Answer::Leave),
            // As Django's: with one row or none it works, and with more the migration is refused and nothing lost.
            Question::UniqueAddition { .. } => Ok(Answer::Yes),
            _ => Ok(Answer::No),
        }
    }
}

impl std::fmt::Display for Question<'_> {
    /// Django's words.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RenameModel { old, new } => {
                write!(f, "Was the model {} renamed to {}? [y/N]", old.label(), new.name)
            }
            Self::MoveModel { old, new } => {
                write!(f, "Was {} moved to {}? [y/N]", old.label(), new.label())
            }
            Self::RenameField { model, old, new } => {
                let (model, class) = (model.model_name(), class_name(&new.kind));
                write!(f, "Was {model}.{} renamed to {model}.{} (a {class})? [y/N]", old.name, new.name)
            }
            Self::Retarget { model, old, new } => {
                let (from, to) = (target(old).unwrap_or_default(), target(new).unwrap_or_default());
                let (model, name) = (model.model_name(), &new.name);
                write!(
                    f,
                    "{model}.{name} refers to {to} now. Are its values, keys of {from}, keys of {to} as well? [y/N]"
                )
            }
            Self::Lose { model, field, what } => {
                write!(f, "{}.{} changes and loses {what}. Go on? [y/N]", model.model_name(), field.name)
            }
            Self::NotNullAddition { model, field } => write!(
                f,
                "It is impossible to add a non-nullable field '{}' to {} without specifying a default. This is because \
                 the database needs something to populate existing rows.",
                field.name,
                model.model_name()
            ),
            Self::UniqueAddition { model, field } => write!(
                f,
                "The new field '{}' on {} is unique, and all existing rows would get the same value: with more than one \
                 row the migration will be refused. The safe way is three migrations: add it as an `Option`, fill it, \
                 then take the `Option` away. Go on all the same? [y/N]",
                field.name,
                model.model_name()
            ),
            Self::NotNullAlteration { model, field } => write!(
                f,
                "It is impossible to change a nullable field '{}' on {} to non-nullable without providing a default. \
                 This is because the database needs something to populate existing rows.",
                field.name,
                model.model_name()
            ),
        }
    }
}

/// Django's class of a field kind.
fn class_name(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::SmallAuto => "SmallAutoField",
        FieldKind::Auto => "AutoField",
        FieldKind::BigAuto => "BigAutoField",
        FieldKind::SmallInteger => "SmallIntegerField",
        FieldKind::Integer => "IntegerField",
        FieldKind::BigInteger => "BigIntegerField",
        FieldKind::PositiveSmallInteger => "PositiveSmallIntegerField",
        FieldKind::PositiveInteger => "PositiveIntegerField",
        FieldKind::PositiveBigInteger => "PositiveBigIntegerField",
        FieldKind::Char { .. } => "CharField",
        FieldKind::Text => "TextField",
        FieldKind::Slug { .. } => "SlugField",
        FieldKind::Email { .. } => "EmailField",
        FieldKind::Url { .. } => "URLField",
        FieldKind::FilePath { .. } => "FilePathField",
        FieldKind::File { .. } => "FileField",
        FieldKind::Boolean => "BooleanField",
        FieldKind::Float => "FloatField",
        FieldKind::Decimal { .. } => "DecimalField",
        FieldKind::Date { .. } => "DateField",
        FieldKind::Time { .. } => "TimeField",
        FieldKind::DateTime { .. } => "DateTimeField",
        FieldKind::Duration => "DurationField",
        FieldKind::Uuid => "UUIDField",
        FieldKind::Json => "JSONField",
        FieldKind::Binary => "BinaryField",
        FieldKind::IpAddress { .. } => "GenericIPAddressField",
        FieldKind::ForeignKey(_) => "ForeignKey",
        FieldKind::OneToOne(_) => "OneToOneField",
        FieldKind::ManyToMany(_) => "ManyToManyField",
    }
}

/// The value that a person typed for a field: `12`, `true`, `3.50`, `now`, `{"a": 1}`, text with or without quotes.
///
/// # Errors
/// `Validation` where the text is no value of the field.
pub fn parse_default(field: &FieldSchema, text: &str) -> Result<DefaultValue> {
    let text = text.trim();
    let wrong = |expected: &str| {
        Error::new(ErrorKind::Validation, format!("`{text}` is no value of `{}`: expected {expected}", field.name))
    };
    let bare = ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(text);
    let is_number = |text: &str| {
        let digits = text.strip_prefix('-').unwrap_or(text);
        !digits.is_empty()
            && digits.chars().all(|character| character.is_ascii_digit() || character == '.')
            && digits.matches('.').count() <= 1
            && digits.chars().any(|character| character.is_ascii_digit())
    };
    Ok(match &field.kind {
        FieldKind::SmallAuto
        | FieldKind::Auto
        | FieldKind::BigAuto
        | FieldKind::SmallInteger
        | FieldKind::Integer
        | FieldKind::BigInteger
        | FieldKind::Duration => DefaultValue::Int(text.parse().map_err(|_| wrong("a whole number"))?),
        FieldKind::PositiveSmallInteger | FieldKind::PositiveInteger | FieldKind::PositiveBigInteger => {
            match text.parse() {
                Ok(number @ 0..) => DefaultValue::Int(number),
                _ => return Err(wrong("a whole number from 0")),
            }
        }
        FieldKind::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" => DefaultValue::Bool(true),
            "false" => DefaultValue::Bool(false),
            _ => return Err(wrong("`true` or `false`")),
        },
        FieldKind::Float => DefaultValue::Float(text.parse().map_err(|_| wrong("a number"))?),
        FieldKind::Decimal { .. } if is_number(bare) => DefaultValue::Text(bare.to_owned()),
        FieldKind::Decimal { .. } => return Err(wrong("a number such as `3.50`")),
        FieldKind::Date { .. } | FieldKind::Time { .. } | FieldKind::DateTime { .. }
            if matches!(bare, "now" | "timezone.now" | "timezone::now") =>
        {
            DefaultValue::Function("now".to_owned())
        }
        FieldKind::Date { .. } if is_shaped(bare, "0000-00-00") => DefaultValue::Text(bare.to_owned()),
        FieldKind::Date { .. } => return Err(wrong("`now` or a day such as `2026-01-31`")),
        FieldKind::Time { .. } if is_shaped(bare, "00:00:00") => DefaultValue::Text(bare.to_owned()),
        FieldKind::Time { .. } => return Err(wrong("`now` or a time such as `23:59:00`")),
        FieldKind::DateTime { .. } if is_shaped(bare, "0000-00-00 00:00:00") => DefaultValue::Text(bare.to_owned()),
        FieldKind::DateTime { .. } => {
            return Err(wrong("`now` or a moment (UTC) such as `2026-01-31 23:59:00`"));
        }
        FieldKind::Uuid => {
            let digits = bare.replace('-', "").to_ascii_lowercase();
            if digits.len() != 32 || !digits.chars().all(|character| character.is_ascii_hexdigit()) {
                return Err(wrong("a UUID"));
            }
            DefaultValue::Text(digits)
        }
        FieldKind::Json => {
            serde_json::from_str::<serde_json::Value>(text).map_err(|_| wrong("a JSON document"))?;
            DefaultValue::Json(text.to_owned())
        }
        // The key of a row: its type is the target's, and the foreign key check has the last word.
        FieldKind::ForeignKey(_) | FieldKind::OneToOne(_) | FieldKind::ManyToMany(_) => match text.parse() {
            Ok(number) => DefaultValue::Int(number),
            Err(_) => DefaultValue::Text(bare.to_owned()),
        },
        _ => DefaultValue::Text(bare.to_owned()),
    })
}

/// Whether a text has digits where the shape has zeros, and the shape's characters elsewhere.
fn is_shaped(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.chars().zip(shape.chars()).all(|(character, shape)| match shape {
            '0' => character.is_ascii_digit(),
            _ => character == shape,
        })
}
