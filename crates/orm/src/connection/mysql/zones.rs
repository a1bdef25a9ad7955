//! The time zones that the server knows: those of its own tables. Where they are missing, CONVERT_TZ gives NULL, and a query that
//! reads clocks would find nothing without a word. So each zone is asked for once, before the first statement that names it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use rjango_core::{Error, Result};
use sqlx::Row as _;
use sqlx::mysql::MySqlConnection;

use super::errors::database_error;
use crate::connection::Statement;

/// The zones of which the server is known to have tables.
#[derive(Debug, Default)]
pub(super) struct KnownZones(Mutex<BTreeSet<String>>);

/// Asks for each zone that the statement names.
///
/// # Errors
/// `ImproperlyConfigured` where the server does not know one.
pub(super) async fn require(connection: &mut MySqlConnection, known: &KnownZones, statement: &Statement) -> Result<()> {
    for zone in named(&statement.sql) {
        if known.0.lock().unwrap_or_else(PoisonError::into_inner).contains(zone) {
            continue;
        }
        let asked = sqlx::query("SELECT CONVERT_TZ('2000-01-01 00:00:00', '+00:00', ?) IS NOT NULL").bind(zone);
        let row = asked.fetch_one(&mut *connection).await.map_err(|error| database_error(error, None))?;
        if row.try_get::<i64, _>(0).map_err(|error| database_error(error, None))? == 0 {
            return Err(missing(zone).with_sql(statement.to_string()));
        }
        known.0.lock().unwrap_or_else(PoisonError::into_inner).insert(zone.to_owned());
    }
    Ok(())
}

/// The zones in the text: the compiler writes each once at least as the one that is converted to from UTC.
fn named(sql: &str) -> impl Iterator<Item = &str> {
    const BEFORE: &str = "'+00:00', '";
    let converts = sql.contains("CONVERT_TZ(");
    let zones = sql
        .match_indices(BEFORE)
        .filter(move |_| converts)
        .filter_map(|(at, _)| sql[at + BEFORE.len()..].split('\'').next());
    zones.filter(|zone| !zone.starts_with(['+', '-']))
}

#[cold]
fn missing(zone: &str) -> Error {
    Error::improperly_configured(format!("the database server does not know the time zone `{zone}`")).with_hint(
        "load the server's tables: `mariadb-tzinfo-to-sql /usr/share/zoneinfo | mariadb -u root mysql`; MySQL's own program is \
         `mysql_tzinfo_to_sql`. `UTC` needs no tables",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_found_in_the_text() {
        let zones = |sql| named(sql).collect::<Vec<_>>();
        assert_eq!(zones("SELECT HOUR(CONVERT_TZ(`a`, '+00:00', 'Europe/Berlin')) FROM `b`"), ["Europe/Berlin"]);
        assert_eq!(zones("SELECT CONVERT_TZ(CONVERT_TZ(`a`, '+00:00', '+05:45'), 'Asia/Tokyo', '+00:00')"), [""; 0]);
        assert_eq!(zones("SELECT '+00:00', 'x'"), [""; 0]);
    }
}
