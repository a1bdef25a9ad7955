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
    /// It gets rows of another table.
    Copy(Copy),
}

/// Rows of one table that go into another.
#[derive(Debug)]
pub(crate) struct Copy {
    pub(crate) from: String,
    pub(crate) into: String,
    /// The columns of both that make the pair: from, and into.
    pub(crate) columns: Vec<(String, String)>,
    /// Other columns that both have: from, and into.
    pub(crate) extra: Vec<(String, String)>,
    /// What fills other columns, each with the column's type.
    pub(crate) fills: Vec<(String, Fill, String)>,
    /// The columns of `from` that must have a value, where not every row has one.
    pub(crate) needed: Vec<String>,
}

impl Copy {
    /// The statement. Rows that are there already are left out; `expression` writes a fill for a column of a type.
    pub(crate) fn statement(
        &self,
        quoted: &dyn Fn(&str) -> String,
        expression: &dyn Fn(&Fill, &str) -> String,
    ) -> String {
        let Self { from, into, columns, extra, fills, needed } = self;
        let both = || columns.iter().chain(extra);
        let mut targets: Vec<String> = both().map(|(_, into)| quoted(into)).collect();
        let mut sources: Vec<String> = both().map(|(from, _)| format!("f.{}", quoted(from))).collect();
        let same: Vec<String> =
            columns.iter().map(|(from, into)| format!("t.{} = f.{}", quoted(into), quoted(from))).collect();
        for (column, fill, sql_type) in fills {
            targets.push(quoted(column));
            sources.push(expression(fill, sql_type));
        }
        let needed = needed.iter().map(|column| format!("f.{} IS NOT NULL AND ", quoted(column)));
        let distinct = if fills.is_empty() && extra.is_empty() { "DISTINCT " } else { "" };
        format!(
            "INSERT INTO {into} ({})\nSELECT {distinct}{}\nFROM {} AS f\nWHERE {}NOT EXISTS (SELECT 1 FROM {into} AS t WHERE {});",
            targets.join(", "),
            sources.join(", "),
            quoted(from),
            needed.collect::<String>(),
            same.join(" AND "),
            into = quoted(into),
        )
    }
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
    /// Columns that hold keys which are others afterwards, by the field's name after.
    pub(crate) translations: BTreeMap<String, Translation>,
    /// The key whose values are made anew.
    pub(crate) new_key: Option<NewKey>,
}

/// Where a column's values are found again when the keys to which they refer become others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Translation {
    /// The table that has both keys, by the name that it has before and after.
    pub(crate) table: String,
    /// Its column with the values that stand in this one.
    pub(crate) old: String,
    /// Its column with those that are to stand there.
    pub(crate) new: String,
}

/// A key whose values are made anew, in a column beside it until all that refer to it are translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewKey {
    /// The key's column.
    pub(crate) column: String,
    /// The column beside it.
    pub(crate) beside: String,
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
    /// The rows are numbered.
    Number,
    /// The partner that the row has in a join table.
    Partner(Partner),
}

/// Where a row's only partner is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Partner {
    /// The join table.
    pub(crate) join: String,
    /// Its column that refers to the row.
    pub(crate) source: String,
    /// Its column that refers to the partner.
    pub(crate) target: String,
    /// The row's table and key.
    pub(crate) table: String,
    pub(crate) key: String,
}

impl Fill {
    /// What fills a field's column: the one-off value, the field's default, the moment where the field sets itself, or
    /// empty text where the field may be blank. `None` where there is nothing.
    pub(crate) fn of(field: &FieldSchema, one_off: Option<&DefaultValue>) -> Option<Self> {
        // A numbered field that is not the key is about to become it, or was it until now.
        if field.kind.is_auto() && !field.primary_key {
            return Some(Self::Number);
        }
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

impl Partner {
    /// The partner of the row at hand, as a query; `quoted` puts a name in the engine's quotes.
    pub(crate) fn query(&self, quoted: &dyn Fn(&str) -> String) -> String {
        let Self { join, source, target, table, key } = self;
        let (source, target, key) = (quoted(source), quoted(target), quoted(key));
        format!("(SELECT j.{target} FROM {} AS j WHERE j.{source} = {}.{key} LIMIT 1)", quoted(join), quoted(table))
    }
}

impl Change {
    /// The way between two shapes, names and values being the same.
    pub(crate) fn new(before: Table, after: Table) -> Self {
        Self {
            before,
            after,
            renamed: BTreeMap::new(),
            fills: BTreeMap::new(),
            translations: BTreeMap::new(),
            new_key: None,
        }
    }

    /// Whether the key in this column is made anew.
    pub(crate) fn makes_key(&self, column: &Column) -> bool {
        self.new_key.as_ref().is_some_and(|new| new.column == column.name)
    }

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
