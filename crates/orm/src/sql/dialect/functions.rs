//! How each engine spells functions and aggregates: text alone, one file an engine.

mod mysql;
mod postgres;
mod sqlite;

use std::borrow::Cow;

use rjango_core::timezone::Zone;

use crate::ValueType;
use crate::connection::Engine;
use crate::query::{AggregateFunction, Function};

/// An aggregate; see [`super::Dialect::aggregate`].
pub(super) fn aggregate(function: AggregateFunction) -> &'static str {
    match function {
        AggregateFunction::Count => "COUNT[@]",
        AggregateFunction::Sum => "SUM[@]",
        AggregateFunction::Avg => "AVG[@]",
        AggregateFunction::Min => "MIN[@]",
        AggregateFunction::Max => "MAX[@]",
        // SQLite has them from its connection.
        AggregateFunction::StdDev { sample: false } => "STDDEV_POP[@]",
        AggregateFunction::StdDev { sample: true } => "STDDEV_SAMP[@]",
        AggregateFunction::Variance { sample: false } => "VAR_POP[@]",
        AggregateFunction::Variance { sample: true } => "VAR_SAMP[@]",
    }
}

/// A function; see [`super::Dialect::function`].
pub(super) fn function(engine: Engine, function: Function, of: ValueType) -> Cow<'static, str> {
    let own = match engine {
        Engine::Sqlite => sqlite::function(function, of),
        Engine::Postgres => postgres::function(function, of),
        Engine::MySql => mysql::function(function, of),
    };
    own.or_else(|| common(function).map(Cow::Borrowed)).unwrap_or(Cow::Borrowed("{0}"))
}

/// What the clocks of a zone show at the moment `{0}`; see [`super::Dialect::local`].
pub(super) fn local(engine: Engine, zone: Zone) -> Cow<'static, str> {
    match engine {
        Engine::Sqlite | Engine::MySql if zone.is_utc() => "{0}".into(),
        Engine::Sqlite => sqlite::local(zone).into(),
        Engine::Postgres => postgres::local(zone).into(),
        Engine::MySql => mysql::local(zone).into(),
    }
}

/// The moment at which the clocks of a zone show `{0}`; see [`super::Dialect::moment`].
pub(super) fn moment(engine: Engine, zone: Zone) -> Cow<'static, str> {
    match engine {
        Engine::Sqlite | Engine::MySql if zone.is_utc() => "{0}".into(),
        Engine::Sqlite => sqlite::moment(zone).into(),
        Engine::Postgres => postgres::moment(zone).into(),
        Engine::MySql => mysql::moment(zone).into(),
    }
}

/// What the engines agree on.
fn common(function: Function) -> Option<&'static str> {
    Some(match function {
        Function::Lower => "LOWER({0})",
        Function::Upper => "UPPER({0})",
        Function::Trim => "TRIM({0})",
        Function::LTrim => "LTRIM({0})",
        Function::RTrim => "RTRIM({0})",
        Function::Length => "LENGTH({0})",
        Function::Substr => "SUBSTR({*})",
        Function::Replace => "REPLACE({*})",
        Function::Left => "LEFT({0}, {1})",
        Function::Right => "RIGHT({0}, {1})",
        Function::StrIndex => "INSTR({0}, {1})",
        Function::Coalesce => "COALESCE({*})",
        Function::NullIf => "NULLIF({0}, {1})",
        Function::Greatest => "GREATEST({*})",
        Function::Least => "LEAST({*})",
        Function::Abs => "ABS({0})",
        Function::Ceil => "CEIL({0})",
        Function::Floor => "FLOOR({0})",
        Function::Round => "ROUND({0}, {1})",
        Function::Power => "POWER({0}, {1})",
        Function::Sqrt => "SQRT({0})",
        _ => return None,
    })
}
