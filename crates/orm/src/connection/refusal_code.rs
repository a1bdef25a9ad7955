//! The engine's own code of a refusal, for those who must tell one from another.

use rjango_core::Error;

/// The code with which the server refused a statement: the number in MySQL (`1050`), the SQLSTATE in PostgreSQL (`42P07`),
/// the extended result code in SQLite. `None` where nothing was refused: the connection was lost, for example.
pub fn refusal_code(error: &Error) -> Option<String> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(sqlx::Error::Database(refusal)) = error.downcast_ref::<sqlx::Error>() {
            #[cfg(feature = "mysql")]
            if let Some(refusal) = refusal.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
                return Some(refusal.number().to_string());
            }
            return refusal.code().map(std::borrow::Cow::into_owned);
        }
        cause = error.source();
    }
    None
}
