//! What a unique constraint that refused is about, by what the engine says of it.

use rjango_core::Error;

use super::refusal_code;

/// What the engine names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// The columns whose values another row has.
    Columns(Vec<String>),
    /// The constraint or index.
    Constraint(String),
}

/// What the refusal is about; `None` where it was not a unique constraint that refused.
pub(crate) fn conflict(error: &Error) -> Option<Conflict> {
    match refusal_code(error)?.as_str() {
        // PostgreSQL's unique_violation. Its detail is in the server's language, but for the columns: `(a, b)=(1, 2)`.
        #[cfg(feature = "postgres")]
        "23505" => super::postgres::columns_of_detail(error)
            .map(Conflict::Columns)
            .or_else(|| error.constraint().map(|name| Conflict::Constraint(name.to_owned()))),
        // SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_ROWID: `shop_tag.label, shop_tag.kind`, or
        // `index 'name'` over expressions.
        "1555" | "2067" | "2579" => {
            let told = error.constraint()?;
            if let Some(index) = told.strip_prefix("index '") {
                return Some(Conflict::Constraint(index.trim_end_matches('\'').to_owned()));
            }
            let columns = told.split(", ").map(|column| column.rsplit_once('.').map_or(column, |(_, column)| column));
            Some(Conflict::Columns(columns.map(str::to_owned).collect()))
        }
        // ER_DUP_KEY, ER_DUP_ENTRY, ER_DUP_UNIQUE, ER_DUP_ENTRY_WITH_KEY_NAME
        "1022" | "1062" | "1169" | "1586" => error.constraint().map(|name| Conflict::Constraint(name.to_owned())),
        _ => None,
    }
}
