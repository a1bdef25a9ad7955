//! What MySQL's and MariaDB's refusals become, by their numbers.

use rjango_core::{Error, ErrorKind};
use sqlx::error::{DatabaseError as _, ErrorKind as Violation};
use sqlx::mysql::MySqlDatabaseError;

use crate::connection::Statement;
use crate::connection::errors::{Refusal, refused};

/// The error for a refused statement.
#[cold]
pub(super) fn database_error(error: sqlx::Error, statement: Option<&Statement>) -> Error {
    let refusal = error.as_database_error().and_then(|refusal| refusal.try_downcast_ref()).map(|refusal| {
        let mut read = read(refusal);
        // ER_PARSE_ERROR
        if refusal.number() == 1064 && statement.is_some_and(|statement| statement.sql.contains(" FOR UPDATE OF ")) {
            read.hint =
                Some("MariaDB locks every row that is read: leave out `select_for_update_of`, or `select_related`");
        }
        read
    });
    refused(error, refusal, statement)
}

/// The server's number for the error.
pub(super) fn number(error: &sqlx::Error) -> Option<u16> {
    error.as_database_error()?.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number)
}

fn read(error: &MySqlDatabaseError) -> Refusal {
    let kind = match error.kind() {
        Violation::UniqueViolation
        | Violation::ForeignKeyViolation
        | Violation::NotNullViolation
        | Violation::CheckViolation => ErrorKind::Integrity,
        _ => ErrorKind::Database,
    };
    let constraint = constraint(error).filter(|_| kind == ErrorKind::Integrity);
    let hint = match error.number() {
        // ER_NO_SUCH_TABLE, ER_BAD_FIELD_ERROR
        1146 | 1054 => Some("run `rjango migrate`"),
        // ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK
        1205 | 1213 => Some("another transaction was in the way; run this one again"),
        // ER_STATEMENT_TIMEOUT and ER_LOCK_NOWAIT
        3572 => Some("another transaction holds the rows or the table"),
        // ER_TABLEACCESS_DENIED_ERROR, ER_DBACCESS_DENIED_ERROR
        1142 | 1044 => Some("grant the user of the settings the right: `GRANT ALL ON name.* TO user`"),
        // ER_REGEXP_ERROR of MariaDB; ER_REGEXP_RULE_SYNTAX to ER_REGEXP_PATTERN_TOO_BIG of MySQL
        1139 | 3688..=3700 => {
            Some("write the pattern of `regex` in the server's syntax: ICU's on MySQL, PCRE's on MariaDB")
        }
        // ER_DATA_OUT_OF_RANGE: what stands around a division and a root makes it so.
        1690 => Some("leave out the rows whose divisor is 0, or whose result is too large for the type"),
        // ER_CON_COUNT_ERROR
        1040 => Some("lower the option `max_connections`, or raise the server's"),
        _ => None,
    };
    Refusal { kind, constraint, hint }
}

/// The constraint's name, which stands in the message alone; for NULL the column's.
fn constraint(error: &MySqlDatabaseError) -> Option<String> {
    let message = error.message();
    let quoted = |mark: char| {
        let mut pieces = message.rsplit(mark);
        pieces.next();
        pieces.next().map(str::to_owned)
    };
    match error.number() {
        // Duplicate entry 'red' for key 'shop_tag.label': MariaDB leaves the table out.
        1022 | 1062 | 1169 | 1586 => {
            let key = quoted('\'')?;
            Some(key.rsplit_once('.').map_or(key.clone(), |(_, key)| key.to_owned()))
        }
        // ... a foreign key constraint fails (`db`.`table`, CONSTRAINT `name` FOREIGN KEY ...
        1216 | 1217 | 1451 | 1452 => {
            let (_, rest) = message.split_once("CONSTRAINT `")?;
            rest.split_once('`').map(|(name, _)| name.to_owned())
        }
        // Column 'label' cannot be null; Field 'label' doesn't have a default value
        1048 | 1364 => message.split('\'').nth(1).map(str::to_owned),
        // Check constraint 'name' is violated.
        3819 => quoted('\''),
        // CONSTRAINT `name` failed for `db`.`table`
        4025 => message.split('`').nth(1).map(str::to_owned),
        _ => None,
    }
}
