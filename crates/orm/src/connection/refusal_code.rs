//! What an engine says of a refusal beside its message: its own code, the detail, the place.

use rjango_core::Error;

/// The code with which the server refused a statement: the number in MySQL (`1050`), the SQLSTATE in PostgreSQL (`42P07`),
/// the extended result code in SQLite. `None` where nothing was refused: the connection was lost, for example.
pub fn refusal_code(error: &Error) -> Option<String> {
    let refusal = refusal(error)?;
    #[cfg(feature = "mysql")]
    if let Some(refusal) = refusal.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return Some(refusal.number().to_string());
    }
    refusal.code().map(std::borrow::Cow::into_owned)
}

/// PostgreSQL's DETAIL: the row or the object that a refusal is about. It may show values.
pub fn refusal_detail(error: &Error) -> Option<&str> {
    #[cfg(feature = "postgres")]
    if let Some(refusal) = postgres(error) {
        return refusal.detail();
    }
    let _ = error;
    None
}

/// Where in the statement the word stands that PostgreSQL refuses: its character, from 0.
pub fn refusal_position(error: &Error) -> Option<usize> {
    #[cfg(feature = "postgres")]
    if let Some(sqlx::postgres::PgErrorPosition::Original(position)) =
        postgres(error).and_then(sqlx::postgres::PgDatabaseError::position)
    {
        return position.checked_sub(1);
    }
    let _ = error;
    None
}

#[cfg(feature = "postgres")]
fn postgres(error: &Error) -> Option<&sqlx::postgres::PgDatabaseError> {
    refusal(error)?.try_downcast_ref()
}

fn refusal(error: &Error) -> Option<&dyn sqlx::error::DatabaseError> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(sqlx::Error::Database(refusal)) = error.downcast_ref::<sqlx::Error>() {
            return Some(refusal.as_ref());
        }
        cause = error.source();
    }
    None
}
