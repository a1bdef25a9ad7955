//! PostgreSQL's functions.

use std::borrow::Cow;

use crate::ValueType;
use crate::query::{DatePart, Function};

pub(super) fn function(function: Function, of: ValueType) -> Option<Cow<'static, str>> {
    let text = match function {
        Function::Concat => "(COALESCE(({0})::text, '') || COALESCE(({1})::text, ''))",
        // Positions and lengths are `integer` there, and whole numbers are bound as `bigint`.
        Function::Substr => "SUBSTRING({0} FROM ({1})::integer FOR ({2})::integer)",
        Function::Left => "LEFT({0}, ({1})::integer)",
        Function::Right => "RIGHT({0}, ({1})::integer)",
        Function::StrIndex => "STRPOS({0}, {1})::bigint",
        Function::Length => "LENGTH({0})::bigint",
        Function::Round => "ROUND(({0})::numeric, ({1})::integer)",
        Function::Power => "POWER(({0})::double precision, ({1})::double precision)",
        Function::Sqrt => "SQRT(({0})::double precision)",
        Function::Now => "STATEMENT_TIMESTAMP()",
        Function::TruncDate => "({0} AT TIME ZONE 'UTC')::date",
        Function::TruncTime => "({0} AT TIME ZONE 'UTC')::time",
        Function::Extract(part) => return Some(extract(part, of)),
        Function::Trunc(part) => return Some(trunc(part, of)),
        Function::JsonKey => "({0} -> {1}::text)",
        Function::JsonIndex => "({0} -> {1}::integer)",
        Function::JsonText => "({0} #>> ARRAY[]::text[])",
        // A boolean is made a number by way of `integer` alone.
        Function::Cast(ValueType::Int) if of == ValueType::Bool => "({0})::integer::bigint",
        Function::Cast(to) => cast(to),
        _ => return None,
    };
    Some(Cow::Borrowed(text))
}

/// The moment without its zone; a day or a time as it is.
fn local(of: ValueType) -> &'static str {
    if of == ValueType::DateTime { "{0} AT TIME ZONE 'UTC'" } else { "{0}" }
}

fn extract(part: DatePart, of: ValueType) -> Cow<'static, str> {
    let local = local(of);
    let field = match part {
        DatePart::Year => "YEAR",
        DatePart::IsoYear => "ISOYEAR",
        DatePart::Quarter => "QUARTER",
        DatePart::Month => "MONTH",
        DatePart::Week => "WEEK",
        DatePart::Day => "DAY",
        DatePart::WeekDay => return format!("(EXTRACT(DOW FROM {local})::bigint + 1)").into(),
        DatePart::IsoWeekDay => "ISODOW",
        DatePart::Hour => "HOUR",
        DatePart::Minute => "MINUTE",
        // With its fraction; a cast would round it.
        DatePart::Second => return format!("FLOOR(EXTRACT(SECOND FROM {local}))::bigint").into(),
    };
    format!("EXTRACT({field} FROM {local})::bigint").into()
}

fn trunc(part: DatePart, of: ValueType) -> Cow<'static, str> {
    let local = local(of);
    let truncated = match part {
        DatePart::IsoYear => {
            format!("DATE_TRUNC('week', MAKE_DATE(EXTRACT(ISOYEAR FROM {local})::integer, 1, 4)::timestamp)")
        }
        part => {
            let field = match part {
                DatePart::Year => "year",
                DatePart::Quarter => "quarter",
                DatePart::Month => "month",
                DatePart::Week => "week",
                DatePart::Hour => "hour",
                DatePart::Minute => "minute",
                DatePart::Second => "second",
                _ => "day",
            };
            format!("DATE_TRUNC('{field}', {local})")
        }
    };
    match of {
        ValueType::Date => format!("({truncated})::date").into(),
        ValueType::Time => format!("({truncated})::time").into(),
        _ => format!("({truncated} AT TIME ZONE 'UTC')").into(),
    }
}

fn cast(to: ValueType) -> &'static str {
    match to {
        ValueType::Bool => "({0})::boolean",
        ValueType::Int | ValueType::Duration => "({0})::bigint",
        ValueType::Float => "({0})::double precision",
        ValueType::Decimal(_) => "({0})::numeric",
        ValueType::Bytes => "({0})::bytea",
        ValueType::Date => "({0})::date",
        ValueType::Time => "({0})::time",
        ValueType::DateTime => "({0})::timestamp with time zone",
        ValueType::Uuid => "({0})::uuid",
        ValueType::Json => "({0})::jsonb",
        _ => "({0})::text",
    }
}
