//! Long lists of values: `JSON_TABLE`, which MySQL has from 8.0 and MariaDB from 10.6.
//!
//! The server keeps the values of such a list in a table of its own, with a hash of them, if it can. It cannot where the
//! list and the column have different collations, or where the values are wide. It then reads the whole list for each row.

use super::MySqlDialect;
use crate::Value;
use crate::sql::dialect::{Dialect as _, ListedColumn, LongList};
use crate::value::{date_time_text, duration_micros, time_text};

/// How many texts one parameter lists at most.
const TEXTS: usize = 5_000;

/// How many bytes the texts of one parameter take in the server's memory at most: half of what it gives to such a table
/// where nobody has set it.
const BYTES: usize = 8 * 1024 * 1024;

/// The longest text that a column of a table has room for beside others, in characters.
const LONGEST: usize = 16_000;

pub(super) fn long_list(
    dialect: &MySqlDialect,
    values: &[Value],
    beside: Option<ListedColumn<'_>>,
) -> Option<LongList> {
    let column_type = match values.first()? {
        Value::Bool(_) | Value::Int(_) | Value::Duration(_) => "BIGINT",
        Value::Float(_) => "DOUBLE",
        Value::Decimal(_) => "DECIMAL(65,30)",
        Value::Date(_) => "DATE",
        Value::Time(_) => "TIME(6)",
        Value::DateTime(_) => "DATETIME(6)",
        Value::Bytes(_) | Value::Json(_) => "LONGTEXT",
        Value::Text(_) | Value::Uuid(_) => return texts(dialect, values, beside),
        Value::Null => return None,
    };
    // Bytes and documents of any length have no hash in such a table. Their digests have one. A document is compared as a lone
    // one is.
    let (value, left) = match values.first()? {
        Value::Bytes(_) => ("SHA2(UNHEX(value), 256)", ("SHA2(", ", 256)")),
        Value::Json(_) => ("SHA2(JSON_EXTRACT(JSON_UNQUOTE(value), '$'), 256)", ("SHA2(JSON_EXTRACT(", ", '$'), 256)")),
        _ => ("value", ("", "")),
    };
    let items: Option<Vec<serde_json::Value>> = values
        .iter()
        .map(|value| match value {
            Value::Bool(flag) => Some(i64::from(*flag).into()),
            Value::Int(number) => Some((*number).into()),
            Value::Float(number) => Some(serde_json::Number::from_f64(*number)?.into()),
            Value::Duration(duration) => Some(duration_micros(*duration).into()),
            Value::Time(time) => Some(time_text(*time).into()),
            Value::DateTime(moment) => Some(date_time_text(*moment).into()),
            Value::Json(document) => Some(serde_json::to_string(&document.to_string()).ok()?.into()),
            other => Some(other.to_string().into()),
        })
        .collect();
    let before = format!("SELECT value FROM (SELECT DISTINCT {value} AS value FROM JSON_TABLE(");
    let after = format!(", '$[*]' COLUMNS (value {column_type} PATH '$')) listed) listed");
    Some(LongList { left, parts: vec![(before.into(), Value::Json(items?.into()), after.into())] })
}

/// Texts in the collation of what stands beside them. The result of `JSON_UNQUOTE` gives way to it; beside a column the list is a UNION
/// with the column's texts, of which there are none, so that both have one collation and the server makes a hash. Each text is a
/// document inside of the document.
fn texts(dialect: &MySqlDialect, values: &[Value], beside: Option<ListedColumn<'_>>) -> Option<LongList> {
    let mut items: Vec<String> = Vec::with_capacity(values.len());
    for value in values {
        let text = match value {
            Value::Uuid(uuid) => uuid.simple().to_string(),
            other => other.to_string(),
        };
        items.push(serde_json::to_string(&text).ok()?);
    }
    // A few widths, so that there are but a few statements.
    let widest = items.iter().map(|item| item.chars().count()).max()?.next_power_of_two().max(64);
    let column_type = if widest > LONGEST { "LONGTEXT".to_owned() } else { format!("VARCHAR({widest})") };
    let before = match beside {
        Some(beside) => {
            let mut before = "SELECT value FROM (SELECT ".to_owned();
            dialect.quote(beside.column, &mut before);
            before.push_str(" AS value FROM ");
            dialect.quote(beside.table, &mut before);
            before.push_str(" WHERE 0 = 1 UNION ALL SELECT JSON_UNQUOTE(value) FROM JSON_TABLE(");
            before
        }
        None => "SELECT value FROM (SELECT DISTINCT JSON_UNQUOTE(value) AS value FROM JSON_TABLE(".to_owned(),
    };
    let after = format!(", '$[*]' COLUMNS (value {column_type} PATH '$')) listed) listed");
    let most = (BYTES / (4 * widest + 16)).clamp(1_000, TEXTS);
    let part = |items: &[String]| {
        let list = serde_json::to_string(items).ok()?;
        Some((before.clone().into(), Value::Text(list), after.clone().into()))
    };
    Some(LongList { left: ("", ""), parts: items.chunks(most).map(part).collect::<Option<_>>()? })
}
