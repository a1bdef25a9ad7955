//! The functions of MySQL and MariaDB.

use std::borrow::Cow;

use crate::ValueType;
use crate::query::{DatePart, Function};

pub(super) fn function(function: Function, of: ValueType) -> Option<Cow<'static, str>> {
    let text = match function {
        // It has no error of its own: the exponential of 710 is beyond a double, which is one.
        Function::Sqrt => "SQRT(CASE WHEN {0} < 0 AND EXP(710 - {0}) > 0 THEN NULL ELSE {0} END)",
        Function::Length => "CHAR_LENGTH({0})",
        Function::Concat => "CONCAT_WS('', {0}, {1})",
        Function::Now => "CURRENT_TIMESTAMP(6)",
        Function::TruncDate => "DATE({0})",
        Function::TruncTime => "TIME({0})",
        Function::Extract(part) => extract(part),
        Function::Trunc(part) if of == ValueType::Date => trunc_date(part),
        Function::Trunc(part) if of == ValueType::Time => trunc_time(part),
        Function::Trunc(part) => return Some(trunc(part)),
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
