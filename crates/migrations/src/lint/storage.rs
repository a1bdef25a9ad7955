//! What a column holds on an engine, and what it takes to change that.

use rjango_orm::Engine;
use rjango_schema::{FieldKind, FieldSchema};

use crate::ProjectState;

/// A column's type as far as a change of it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    Integer { bits: u32, signed: bool },
    Varchar(u32),
    Text,
    Boolean,
    Float,
    Decimal { digits: u32, places: u32 },
    Date,
    Time,
    DateTime,
    Duration,
    Uuid,
    Json,
    Binary,
    Address,
}

/// What changing a column's type costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cost {
    /// Nothing: the column is as it was, or the engine notes the change and touches no row.
    Nothing,
    /// Every row is read or written while others wait.
    Rewrite,
}

impl Storage {
    /// The type of a field's column.
    pub(super) fn of(field: &FieldSchema, state: &ProjectState) -> Option<Self> {
        let mut kind = &field.kind;
        // Relations have their target's key's type, through keys that are relations themselves.
        for _ in 0..16 {
            match kind.relation() {
                Some(relation) => kind = &state.get(&relation.to)?.primary_key()?.kind,
                None => break,
            }
        }
        let relation = field.kind.relation().is_some();
        let integer = |bits, signed: bool| Some(Self::Integer { bits, signed });
        match kind {
            FieldKind::SmallAuto | FieldKind::SmallInteger => integer(16, true),
            FieldKind::Auto | FieldKind::Integer => integer(32, true),
            FieldKind::BigAuto | FieldKind::BigInteger => integer(64, true),
            FieldKind::PositiveSmallInteger => integer(16, relation),
            FieldKind::PositiveInteger => integer(32, relation),
            FieldKind::PositiveBigInteger => integer(64, relation),
            FieldKind::Char { max_length }
            | FieldKind::Slug { max_length }
            | FieldKind::Email { max_length }
            | FieldKind::Url { max_length }
            | FieldKind::FilePath { max_length }
            | FieldKind::File { max_length, .. } => Some(Self::Varchar(*max_length)),
            FieldKind::Text => Some(Self::Text),
            FieldKind::Boolean => Some(Self::Boolean),
            FieldKind::Float => Some(Self::Float),
            FieldKind::Decimal { max_digits, decimal_places } => {
                Some(Self::Decimal { digits: *max_digits, places: *decimal_places })
            }
            FieldKind::Date { .. } => Some(Self::Date),
            FieldKind::Time { .. } => Some(Self::Time),
            FieldKind::DateTime { .. } => Some(Self::DateTime),
            FieldKind::Duration => Some(Self::Duration),
            FieldKind::Uuid => Some(Self::Uuid),
            FieldKind::Json => Some(Self::Json),
            FieldKind::Binary => Some(Self::Binary),
            FieldKind::IpAddress { .. } => Some(Self::Address),
            _ => None,
        }
    }

    /// How people call the type.
    pub(super) fn name(self) -> String {
        match self {
            Self::Integer { bits, signed } => {
                let name = match bits {
                    16 => "smallint",
                    32 => "integer",
                    _ => "bigint",
                };
                if signed { name.to_owned() } else { format!("{name}, not negative") }
            }
            Self::Varchar(length) => format!("varchar({length})"),
            Self::Text => "text".to_owned(),
            Self::Boolean => "boolean".to_owned(),
            Self::Float => "float".to_owned(),
            Self::Decimal { digits, places } => format!("decimal({digits}, {places})"),
            Self::Date => "date".to_owned(),
            Self::Time => "time".to_owned(),
            Self::DateTime => "date and time".to_owned(),
            Self::Duration => "duration".to_owned(),
            Self::Uuid => "uuid".to_owned(),
            Self::Json => "json".to_owned(),
            Self::Binary => "bytes".to_owned(),
            Self::Address => "ip address".to_owned(),
        }
    }

    /// Whether a value of this type may have no place in the other.
    pub(super) fn is_narrowed_by(self, other: Self, engine: Engine) -> bool {
        match (self, other) {
            (Self::Integer { bits: old, signed: was }, Self::Integer { bits: new, signed }) => {
                // Elsewhere a check forbids what is negative, and `add-check` speaks of it.
                new < old || engine == Engine::MySql && was && !signed
            }
            (Self::Varchar(old), Self::Varchar(new)) => new < old,
            (Self::Text, Self::Varchar(_)) => true,
            (
                Self::Decimal { digits: old_digits, places: old_places },
                Self::Decimal { digits: new_digits, places: new_places },
            ) => {
                new_places < old_places || new_digits.saturating_sub(new_places) < old_digits.saturating_sub(old_places)
            }
            (Self::Float | Self::Decimal { .. }, Self::Integer { .. }) | (Self::DateTime, Self::Date | Self::Time) => {
                true
            }
            (Self::Integer { bits, .. }, Self::Decimal { digits, places }) => {
                // The digits of the largest value: 32,767, 2,147,483,647, 9,223,372,036,854,775,807.
                let needed = match bits {
                    16 => 5,
                    32 => 10,
                    _ => 19,
                };
                digits.saturating_sub(places) < needed
            }
            (Self::Text | Self::Varchar(_), other) => !matches!(other, Self::Text | Self::Varchar(_)),
            (_, Self::Boolean) => true,
            _ => false,
        }
    }

    /// What it costs on an engine to make this type the other.
    pub(super) fn cost(self, other: Self, engine: Engine) -> Cost {
        if self.same_column(other, engine) {
            return Cost::Nothing;
        }
        let instant = match (engine, self, other) {
            (Engine::Postgres, Self::Varchar(old), Self::Varchar(new)) => new >= old,
            (Engine::Postgres, Self::Varchar(_), Self::Text) => true,
            (
                Engine::Postgres,
                Self::Decimal { digits: old, places: old_places },
                Self::Decimal { digits: new, places },
            ) => new >= old && places == old_places,
            // The length is one byte or two: utf8mb4 has up to four bytes a character, and 63 characters fill 252.
            (Engine::MySql, Self::Varchar(old), Self::Varchar(new)) => new >= old && (old <= 63) == (new <= 63),
            _ => false,
        };
        if instant { Cost::Nothing } else { Cost::Rewrite }
    }

    /// Whether the engine spells both alike. A column that may not be negative is a type of its own in MySQL alone; the
    /// others have a check.
    fn same_column(self, other: Self, engine: Engine) -> bool {
        match (self, other) {
            (Self::Integer { bits: old, .. }, Self::Integer { bits: new, .. }) if engine != Engine::MySql => old == new,
            // Without types of their own these are what Django makes of them.
            (
                Self::Duration | Self::Integer { bits: 64, signed: true },
                Self::Duration | Self::Integer { bits: 64, signed: true },
            ) => engine != Engine::Postgres || self == other,
            _ => self == other,
        }
    }
}
