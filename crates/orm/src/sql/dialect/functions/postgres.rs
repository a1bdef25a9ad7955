//! PostgreSQL's functions.

use std::borrow::Cow;

use rjango_core::timezone::Zone;

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
        // A moment comes as what the clocks show, without a zone.
        Function::TruncDate(_) => "({0})::date",
        Function::TruncTime(_) => "({0})::time",
        Function::Extract(part, _) => return Some(extract(part)),
        Function::Trunc(part, _) => return Some(trunc(part, of)),
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

/// A zone as the server knows it.
fn name(zone: Zone) -> String {
    match zone.fixed_minutes() {
        // As a text, `+01:30` would be west of UTC.
        Some(minutes) => format!("INTERVAL '{minutes} minutes'"),
        None => format!("'{}'", unabbreviated(zone.name())),
    }
}

/// The server takes these names for abbreviations, which have no summer time. In the database they are other names of zones that
/// have.
// DIFFERENCE: Django's queries have no summer in `CET` on PostgreSQL.
fn unabbreviated(name: &str) -> &str {
    match name {
        "CET" | "MET" => "Europe/Brussels",
        "EET" => "Europe/Athens",
        "WET" => "Europe/Lisbon",
        "EST" => "America/Panama",
        "MST" => "America/Phoenix",
        "HST" => "Pacific/Honolulu",
        name => name,
    }
}

/// What the clocks of a zone show at the moment `{0}`.
pub(super) fn local(zone: Zone) -> String {
    format!("({{0}} AT TIME ZONE {})", name(zone))
}

/// The moment at which the clocks of a zone show `{0}`: the first one of two, and where they skip it, counted on from before the
/// gap. The server would take the second one of two, so the distance of a day ago is tried first.
pub(super) fn moment(zone: Zone) -> String {
    let name = name(zone);
    if zone.is_utc() || zone.fixed_minutes().is_some() {
        return format!("({{0}} AT TIME ZONE {name})");
    }
    let by_yesterday = format!("(({{0}} - INTERVAL '24 hours') AT TIME ZONE {name} + INTERVAL '24 hours')");
    format!(
        "CASE WHEN {by_yesterday} AT TIME ZONE {name} = {{0}} THEN {by_yesterday} ELSE {{0}} AT TIME ZONE {name} END"
    )
}

fn extract(part: DatePart) -> Cow<'static, str> {
    let field = match part {
        DatePart::Year => "YEAR",
        DatePart::IsoYear => "ISOYEAR",
        DatePart::Quarter => "QUARTER",
        DatePart::Month => "MONTH",
        DatePart::Week => "WEEK",
        DatePart::Day => "DAY",
        DatePart::WeekDay => return "(EXTRACT(DOW FROM {0})::bigint + 1)".into(),
        DatePart::IsoWeekDay => "ISODOW",
        DatePart::Hour => "HOUR",
        DatePart::Minute => "MINUTE",
        // With its fraction; a cast would round it.
        DatePart::Second => return "FLOOR(EXTRACT(SECOND FROM {0}))::bigint".into(),
    };
    format!("EXTRACT({field} FROM {{0}})::bigint").into()
}

fn trunc(part: DatePart, of: ValueType) -> Cow<'static, str> {
    let truncated = match part {
        DatePart::IsoYear => {
            "DATE_TRUNC('week', MAKE_DATE(EXTRACT(ISOYEAR FROM {0})::integer, 1, 4)::timestamp)".to_owned()
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
            format!("DATE_TRUNC('{field}', {{0}})")
        }
    };
    match of {
        ValueType::Date => format!("({truncated})::date").into(),
        ValueType::Time => format!("({truncated})::time").into(),
        _ => truncated.into(),
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
