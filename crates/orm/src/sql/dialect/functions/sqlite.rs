//! SQLite's functions. Days and moments are text there, as Django writes it: `2026-11-22 16:39:05.123456`. What the clocks of a
//! zone show is of the same form, and is computed by functions of the connection.

use std::borrow::Cow;

use rjango_core::timezone::Zone;

use crate::ValueType;
use crate::query::{DatePart, Function};

pub(super) fn function(function: Function, of: ValueType) -> Option<Cow<'static, str>> {
    let text = match function {
        Function::Concat => "(COALESCE({0}, '') || COALESCE({1}, ''))",
        Function::Left => "SUBSTR({0}, 1, {1})",
        Function::Right => "SUBSTR({0}, -({1}), {1})",
        Function::Greatest => "MAX({*})",
        Function::Least => "MIN({*})",
        Function::Ceil => "(CAST({0} AS INTEGER) + ({0} > CAST({0} AS INTEGER)))",
        Function::Floor => "(CAST({0} AS INTEGER) - ({0} < CAST({0} AS INTEGER)))",
        Function::Now => "STRFTIME('%Y-%m-%d %H:%M:%f', 'now')",
        Function::TruncDate(_) => "DATE({0})",
        Function::TruncTime(_) => "SUBSTR({0}, 12)",
        Function::Extract(part, _) => extract(part),
        Function::Trunc(part, _) if of == ValueType::Date => trunc_date(part),
        Function::Trunc(part, _) if of == ValueType::Time => trunc_time(part),
        Function::Trunc(part, _) => return Some(trunc(part)),
        // As JSON, so that a text that looks like a document is none to the next step.
        Function::JsonKey | Function::JsonIndex => "({0} -> {1})",
        Function::JsonText => {
            "CASE JSON_TYPE({0}) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST({0} ->> '$' AS TEXT) END"
        }
        Function::Cast(to) => cast(to),
        _ => return None,
    };
    Some(Cow::Borrowed(text))
}

/// What the clocks of a zone show at the moment `{0}`.
pub(super) fn local(zone: Zone) -> String {
    format!("RJANGO_LOCAL({{0}}, '{zone}')")
}

/// The moment at which the clocks of a zone show `{0}`.
pub(super) fn moment(zone: Zone) -> String {
    format!("RJANGO_AWARE({{0}}, '{zone}')")
}

fn extract(part: DatePart) -> &'static str {
    match part {
        DatePart::Year => "CAST(STRFTIME('%Y', {0}) AS INTEGER)",
        DatePart::IsoYear => "CAST(STRFTIME('%G', {0}) AS INTEGER)",
        DatePart::Quarter => "((CAST(STRFTIME('%m', {0}) AS INTEGER) + 2) / 3)",
        DatePart::Month => "CAST(STRFTIME('%m', {0}) AS INTEGER)",
        DatePart::Week => "CAST(STRFTIME('%V', {0}) AS INTEGER)",
        DatePart::Day => "CAST(STRFTIME('%d', {0}) AS INTEGER)",
        DatePart::WeekDay => "(CAST(STRFTIME('%w', {0}) AS INTEGER) + 1)",
        DatePart::IsoWeekDay => "CAST(STRFTIME('%u', {0}) AS INTEGER)",
        DatePart::Hour => "CAST(STRFTIME('%H', {0}) AS INTEGER)",
        DatePart::Minute => "CAST(STRFTIME('%M', {0}) AS INTEGER)",
        DatePart::Second => "CAST(STRFTIME('%S', {0}) AS INTEGER)",
    }
}

fn trunc_date(part: DatePart) -> &'static str {
    match part {
        DatePart::Year => "DATE({0}, 'start of year')",
        DatePart::IsoYear => "DATE(STRFTIME('%G', {0}) || '-01-04', 'weekday 0', '-6 days')",
        DatePart::Quarter => {
            "DATE({0}, 'start of month', '-' || ((CAST(STRFTIME('%m', {0}) AS INTEGER) - 1) % 3) || ' months')"
        }
        DatePart::Month => "DATE({0}, 'start of month')",
        DatePart::Week => "DATE({0}, 'weekday 0', '-6 days')",
        _ => "DATE({0})",
    }
}

fn trunc_time(part: DatePart) -> &'static str {
    match part {
        DatePart::Hour => "STRFTIME('%H:00:00', {0})",
        DatePart::Minute => "STRFTIME('%H:%M:00', {0})",
        _ => "SUBSTR({0}, 1, 8)",
    }
}

fn trunc(part: DatePart) -> Cow<'static, str> {
    match part {
        DatePart::Hour => "STRFTIME('%Y-%m-%d %H:00:00', {0})".into(),
        DatePart::Minute => "STRFTIME('%Y-%m-%d %H:%M:00', {0})".into(),
        DatePart::Second => "SUBSTR({0}, 1, 19)".into(),
        part => format!("({} || ' 00:00:00')", trunc_date(part)).into(),
    }
}

fn cast(to: ValueType) -> &'static str {
    match to {
        ValueType::Bool => "CAST({0} AS BOOL)",
        ValueType::Int | ValueType::Duration => "CAST({0} AS INTEGER)",
        ValueType::Float => "CAST({0} AS REAL)",
        ValueType::Decimal(_) => "CAST({0} AS NUMERIC)",
        ValueType::Bytes => "CAST({0} AS BLOB)",
        ValueType::Date => "DATE({0})",
        ValueType::Time => "STRFTIME('%H:%M:%f', {0})",
        ValueType::DateTime => "STRFTIME('%Y-%m-%d %H:%M:%f', {0})",
        ValueType::Json => "JSON({0})",
        _ => "CAST({0} AS TEXT)",
    }
}
