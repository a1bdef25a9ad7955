//! [`Unreadable`]: a column of a row that holds something else than the query expects.

use rjango_core::{Error, ErrorKind};

use crate::value::bounds::type_name;
use crate::{Value, ValueType};

/// What is wrong with the column, and what [`crate::execute`] needs to name its field and its row.
#[derive(Debug, Clone)]
pub(crate) struct Unreadable {
    /// The column's name.
    pub(crate) column: String,
    /// Where it stands among the columns that are read; the reader of the row tells.
    pub(crate) index: usize,
    pub(crate) expected: ValueType,
    /// What it holds, with its article.
    pub(crate) found: String,
    /// The values of the columns before it.
    pub(crate) before: Vec<Value>,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { column, expected, found, .. } = self;
        write!(f, "the column `{column}` holds {found}, expected {}", type_name(*expected))?;
        match expected {
            ValueType::Decimal(Some(places)) => write!(f, ", {places} of them behind the point"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Unreadable {}

/// The error for a column that holds something else.
#[cold]
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(super) fn unreadable(column: &str, expected: ValueType, found: &str) -> Error {
    let unreadable =
        Unreadable { column: column.to_owned(), index: 0, expected, found: found.to_owned(), before: Vec::new() };
    as_error(unreadable)
}

/// The problem as an error, with itself as the cause.
#[cold]
pub(crate) fn as_error(unreadable: Unreadable) -> Error {
    Error::new(ErrorKind::Database, unreadable.to_string())
        .with_hint("does the column's type in the database agree with the model? `rjango makemigrations --check` tells")
        .with_source(unreadable)
}
