//! The functions of MySQL and MariaDB.

use std::borrow::Cow;

use rjango_core::timezone::Zone;

use crate::ValueType;
use crate::query::{DatePart, Function};

pub(super) fn function(function: Function, of: ValueType) -> Option<Cow<'static, str>> {
    let text = match function {
        // It has no error of its own: the exponential of 710 is beyond a double, which is one.
        Function::Sqrt => "SQRT(CASE WHEN {0} < 0 AND EXP(710 - {0}) > 0 THEN NULL ELSE {0} END)",
        Function::Length => "CHAR_LENGTH({0})",
        Function::Concat => "CONCAT_WS('', {0}, {1})",
        Function::Now => "CURRENT_TIMESTAMP(6)",
        Function::TruncDate(_) => "DATE({0})",
        Function::TruncTime(_) => "TIME({0})",
        Function::Extract(part, _) => extract(part),
        Function::Trunc(part, _) if of == ValueType::Date => trunc_date(part),
        Function::Trunc(part, _) if of == ValueType::Time => trunc_time(part),
        Function::Trunc(part, _) => return Some(trunc(part)),
        Function::JsonKey | Function::JsonIndex => "JSON_EXTRACT({0}, {1})",
        Function::JsonText => {
            // A document compares byte by byte; its texts are to compare as columns of text do.
            "CASE WHEN JSON_TYPE({0}) <> 'NULL' THEN CONVERT(JSON_UNQUOTE({0}) USING utf8mb4) END"
        }
        Function::Cast(to) => cast(to),
        _ => return None,
    };
    Some(Cow::Borrowed(text))
}

/// A zone as the server knows it: by its name, from its own tables, or by its distance.
// DIFFERENCE: outside of the years that the server converts (1970 to 2037 in MariaDB before 11.5) it leaves a moment in UTC. There
// Django takes the start of a part for one by the zone's clocks; here it stays in UTC too.
fn name(zone: Zone) -> String {
    match zone.fixed_minutes() {
        Some(minutes) => {
            format!("{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60)
        }
        None => zone.name().to_owned(),
    }
}

/// What the clocks of a zone show at the moment `{0}`. [`crate::connection`] sees to it that the server knows the zone: it would
/// answer NULL.
pub(super) fn local(zone: Zone) -> String {
    format!("CONVERT_TZ({{0}}, '+00:00', '{}')", name(zone))
}

/// The moment at which the clocks of a zone show `{0}`: the first one of two, and where they skip it, counted on from before the
/// gap. So the distance of a day ago is tried first.
pub(super) fn moment(zone: Zone) -> String {
    if zone.fixed_minutes().is_some() {
        return format!("CONVERT_TZ({{0}}, '{}', '+00:00')", name(zone));
    }
    let name = name(zone);
    let by_yesterday = format!("(CONVERT_TZ({{0}} - INTERVAL 1 DAY, '{name}', '+00:00') + INTERVAL 1 DAY)");
    let by_now = format!("CONVERT_TZ({{0}}, '{name}', '+00:00')");
    format!(
        "CASE WHEN CONVERT_TZ({by_yesterday}, '+00:00', '{name}') = {{0}} THEN {by_yesterday} \
         WHEN CONVERT_TZ({by_now}, '+00:00', '{name}') = {{0}} THEN {by_now} ELSE {by_yesterday} END"
    )
}

fn extract(part: DatePart) -> &'static str {
    match part {
        DatePart::Year => "YEAR({0})",
        DatePart::IsoYear => "(YEARWEEK({0}, 3) DIV 100)",
        DatePart::Quarter => "QUARTER({0})",
        DatePart::Month => "MONTH({0})",
        DatePart::Week => "WEEK({0}, 3)",
        DatePart::Day => "DAYOFMONTH({0})",
        DatePart::WeekDay => "DAYOFWEEK({0})",
        DatePart::IsoWeekDay => "(WEEKDAY({0}) + 1)",
        DatePart::Hour => "HOUR({0})",
        DatePart::Minute => "MINUTE({0})",
        DatePart::Second => "SECOND({0})",
    }
}

fn trunc_date(part: DatePart) -> &'static str {
    match part {
        DatePart::Year => "MAKEDATE(YEAR({0}), 1)",
        DatePart::IsoYear => {
            "DATE_SUB(MAKEDATE(YEARWEEK({0}, 3) DIV 100, 4), INTERVAL WEEKDAY(MAKEDATE(YEARWEEK({0}, 3) DIV 100, 4)) DAY)"
        }
        DatePart::Quarter => "(MAKEDATE(YEAR({0}), 1) + INTERVAL (QUARTER({0}) - 1) QUARTER)",
        DatePart::Month => "DATE_SUB(DATE({0}), INTERVAL (DAYOFMONTH({0}) - 1) DAY)",
        DatePart::Week => "DATE_SUB(DATE({0}), INTERVAL WEEKDAY({0}) DAY)",
        _ => "DATE({0})",
    }
}

fn trunc_time(part: DatePart) -> &'static str {
    match part {
        DatePart::Hour => "CAST(TIME_FORMAT({0}, '%H:00:00') AS TIME)",
        DatePart::Minute => "CAST(TIME_FORMAT({0}, '%H:%i:00') AS TIME)",
        _ => "CAST(TIME_FORMAT({0}, '%H:%i:%s') AS TIME)",
    }
}

fn trunc(part: DatePart) -> Cow<'static, str> {
    match part {
        DatePart::Hour => "CAST(DATE_FORMAT({0}, '%Y-%m-%d %H:00:00') AS DATETIME)".into(),
        DatePart::Minute => "CAST(DATE_FORMAT({0}, '%Y-%m-%d %H:%i:00') AS DATETIME)".into(),
        DatePart::Second => "CAST(DATE_FORMAT({0}, '%Y-%m-%d %H:%i:%s') AS DATETIME)".into(),
        part => format!("CAST({} AS DATETIME)", trunc_date(part)).into(),
    }
}

fn cast(to: ValueType) -> &'static str {
    match to {
        ValueType::Bool => "(({0}) <> 0)",
        ValueType::Int | ValueType::Duration => "CAST({0} AS SIGNED)",
        ValueType::Float => "CAST({0} AS DOUBLE)",
        // The most digits that both servers have.
        ValueType::Decimal(_) => "CAST({0} AS DECIMAL(65, 30))",
        ValueType::Bytes => "CAST({0} AS BINARY)",
        ValueType::Date => "CAST({0} AS DATE)",
        ValueType::Time => "CAST({0} AS TIME(6))",
        ValueType::DateTime => "CAST({0} AS DATETIME(6))",
        _ => "CAST({0} AS CHAR)",
    }
}
