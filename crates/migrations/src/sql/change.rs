//! The way from one shape of a table to another, engine-neutral: what belongs together, and what fills new columns.

use std::collections::BTreeMap;

use rjango_schema::{DefaultValue, FieldKind, FieldSchema};

use super::{Column, Index, Table};

/// What an operation does to one table.
#[derive(Debug)]
pub(crate) enum TableStep {
    /// It is made, with its indexes.
    Create(Table),
    /// It goes.
    Drop(Table),
    /// It gets another shape.
    Change(Change),
}

/// Two shapes of one table.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) before: Table,
    pub(crate) after: Table,
    /// Fields that changed their name, before to after.
    pub(crate) renamed: BTreeMap<String, String>,
    /// What fills columns that are new or no longer NULL, by the field's name after.
    pub(crate) fills: BTreeMap<String, Fill>,
}

/// What fills a column in the rows that are already there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fill {
    /// A value.
    Value(DefaultValue),
    /// The moment, in a column of this kind.
    Now(FieldKind),
    /// A UUID, another for each row.
    Uuid,
}

impl Fill {
    /// What fills a field's column: the one-off value, the field's default, the moment where the field sets itself, or
    /// empty text where the field may be blank. `None` where there is nothing.
    pub(crate) fn of(field: &FieldSchema, one_off: Option<&DefaultValue>) -> Option<Self> {
        if let Some(default) = one_off.or(field.default.as_ref()) {
            return Self::from_default(field, default);
        }
        match field.kind {
            FieldKind::Date { auto_now: true, .. }
            | FieldKind::Date { auto_now_add: true, .. }
            | FieldKind::Time { auto_now: true, .. }
            | FieldKind::Time { auto_now_add: true, .. }
            | FieldKind::DateTime { auto_now: true, .. }
            | FieldKind::DateTime { auto_now_add: true, .. }
                if !field.null =>
            {
                Some(Self::Now(field.kind.clone()))
            }
            _ if !field.null && field.blank && holds_text(&field.kind) => {
                Some(Self::Value(DefaultValue::Text(String::new())))
            }
            _ => None,
        }
    }

    /// A default, if the database can make it: a function of Rust it cannot call, but the time and a random UUID it has.
    pub(crate) fn from_default(field: &FieldSchema, default: &DefaultValue) -> Option<Self> {
        let DefaultValue::Function(path) = default else {
            return Some(Self::Value(default.clone()));
        };
        match (path.rsplit("::").next().unwrap_or_default().trim(), &field.kind) {
            ("now" | "today", FieldKind::Date { .. } | FieldKind::Time { .. } | FieldKind::DateTime { .. }) => {
                Some(Self::Now(field.kind.clone()))
            }
            ("new_v4", FieldKind::Uuid) => Some(Self::Uuid),
            _ => None,
        }
    }
}

/// Whether empty text is a value of the kind.
pub(crate) fn holds_text(kind: &FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Char { .. }
            | FieldKind::Text
            | FieldKind::Slug { .. }
            | FieldKind::Email { .. }
            | FieldKind::Url { .. }
            | FieldKind::FilePath { .. }
            | FieldKind::File { .. }
    )
}

impl Change {
    /// The column before that a column after was.
    pub(crate) fn origin(&self, column: &Column) -> Option<&Column> {
        let earlier = self.renamed.iter().find(|(_, new)| **new == column.field).map(|(old, _)| old.as_str());
        self.before.column(earlier.unwrap_or(&column.field))
    }

    /// The columns before that are gone after.
    pub(crate) fn dropped(&self) -> impl Iterator<Item = &Column> {
        self.before.columns.iter().filter(|column| {
            let field = self.renamed.get(&column.field).unwrap_or(&column.field);
            self.after.column(field).is_none()
        })
    }
}

/// The indexes of `one` that `other` has not.
pub(crate) fn missing<'a>(one: &'a [Index], other: &'a [Index]) -> impl Iterator<Item = &'a Index> {
    one.iter().filter(|index| !other.contains(index))
}
