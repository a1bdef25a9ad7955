//! PostgreSQL's SQL, 13 or later.

use std::fmt::Write;

use super::{Dialect, LookupSql, Temporal, escaped_pattern};
use crate::connection::Engine;
use crate::query::{BinaryOperator, Lock, Lookup};
use crate::value::date_time_text;
use crate::{Value, ValueType};

/// PostgreSQL.
pub(super) struct PostgresDialect;

impl Dialect for PostgresDialect {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn quote(&self, name: &str, out: &mut String) {
        out.push('"');
        if name.contains('"') {
            out.push_str(&name.replace('"', "\"\""));
        } else {
            out.push_str(name);
        }
        out.push('"');
    }

    fn placeholder(&self, position: usize, out: &mut String) {
        let _ = write!(out, "${position}");
    }

    fn returns_inserted(&self) -> bool {
        true
    }

    fn max_parameters(&self) -> usize {
        // The protocol counts them in sixteen bits.
        65_535
    }

    fn default_values(&self, out: &mut String) {
        out.push_str("DEFAULT VALUES");
    }

    fn cast(&self, _value_type: ValueType) -> Option<(&'static str, &'static str)> {
        None
    }

    fn lookup(&self, lookup: Lookup, _value_type: ValueType) -> LookupSql {
        let (before, between, after) = match lookup {
            Lookup::Gt => ("", " > ", ""),
            Lookup::Gte => ("", " >= ", ""),
            Lookup::Lt => ("", " < ", ""),
            Lookup::Lte => ("", " <= ", ""),
            // The cast lets a number be searched as text; UPPER is what an index on it can serve.
            Lookup::IExact => ("UPPER(", "::text) = UPPER(", ")"),
            Lookup::Contains | Lookup::StartsWith | Lookup::EndsWith => ("", "::text LIKE ", ""),
            Lookup::IContains | Lookup::IStartsWith | Lookup::IEndsWith => ("UPPER(", "::text) LIKE UPPER(", ")"),
            Lookup::Regex => ("", "::text ~ ", ""),
            Lookup::IRegex => ("", "::text ~* ", ""),
            _ => ("", " = ", ""),
        };
        LookupSql { before, between, after }
    }

    fn pattern(&self, lookup: Lookup, text: &str) -> String {
        match lookup {
            Lookup::IExact | Lookup::Regex | Lookup::IRegex => text.to_owned(),
            _ => escaped_pattern(lookup, text),
        }
    }

    fn long_list(&self, values: &[Value]) -> Option<(&'static str, Value, &'static str)> {
        let items: Option<Vec<serde_json::Value>> = values
            .iter()
            .map(|value| match value {
                Value::Int(number) => Some((*number).into()),
                Value::Text(text) => Some(text.as_str().into()),
                Value::Decimal(number) => Some(number.to_string().into()),
                Value::Date(date) => Some(date.to_string().into()),
                Value::DateTime(moment) => Some(date_time_text(*moment).into()),
                Value::Uuid(uuid) => Some(uuid.to_string().into()),
                _ => None,
            })
            .collect();
        let before = match values.first()? {
            Value::Int(_) => "SELECT value::bigint FROM jsonb_array_elements_text(",
            Value::Decimal(_) => "SELECT value::numeric FROM jsonb_array_elements_text(",
            Value::Date(_) => "SELECT value::date FROM jsonb_array_elements_text(",
            Value::DateTime(_) => "SELECT value::timestamptz FROM jsonb_array_elements_text(",
            Value::Uuid(_) => "SELECT value::uuid FROM jsonb_array_elements_text(",
            _ => "SELECT value FROM jsonb_array_elements_text(",
        };
        Some((before, Value::Json(items?.into()), ")"))
    }

    fn pattern_of(&self, lookup: Lookup) -> (&'static str, &'static str) {
        const ESCAPED: &str = "::text, '\\', '\\\\'), '%', '\\%'), '_', '\\_')";
        const ESCAPED_THEN_ANY: &str = "::text, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'";
        match lookup {
            Lookup::Contains | Lookup::IContains => ("'%' || REPLACE(REPLACE(REPLACE(", ESCAPED_THEN_ANY),
            Lookup::EndsWith | Lookup::IEndsWith => ("'%' || REPLACE(REPLACE(REPLACE(", ESCAPED),
            Lookup::StartsWith | Lookup::IStartsWith => ("REPLACE(REPLACE(REPLACE(", ESCAPED_THEN_ANY),
            _ => ("", "::text"),
        }
    }

    fn arithmetic(
        &self,
        operator: BinaryOperator,
        _value_type: ValueType,
    ) -> (&'static str, &'static str, &'static str) {
        match operator {
            BinaryOperator::Add => ("(", " + ", ")"),
            BinaryOperator::Subtract => ("(", " - ", ")"),
            BinaryOperator::Multiply => ("(", " * ", ")"),
            BinaryOperator::Divide => ("(", " / ", ")"),
            BinaryOperator::Modulo => ("(", " % ", ")"),
        }
    }

    fn temporal(&self, what: Temporal) -> &'static str {
        // Moments are taken in UTC, so that a day of an interval has 24 hours in every session.
        match what {
            Temporal::BetweenMoments | Temporal::BetweenTimes => "({0} - {1})",
            Temporal::BetweenDays => "(interval '1 day' * ({0} - {1}))",
            Temporal::MomentAndDuration => "((({0} AT TIME ZONE 'UTC') + {1}) AT TIME ZONE 'UTC')",
            Temporal::DurationAndMoment => "((({1} AT TIME ZONE 'UTC') + {0}) AT TIME ZONE 'UTC')",
            Temporal::MomentLessDuration => "((({0} AT TIME ZONE 'UTC') - {1}) AT TIME ZONE 'UTC')",
            Temporal::DayAndDuration => "((({0})::timestamp + {1}) AT TIME ZONE 'UTC')",
            Temporal::DurationAndDay => "((({1})::timestamp + {0}) AT TIME ZONE 'UTC')",
            Temporal::DayLessDuration => "((({0})::timestamp - {1}) AT TIME ZONE 'UTC')",
            Temporal::TimeAndDuration => "({0} + {1})",
            Temporal::DurationAndTime => "({1} + {0})",
            Temporal::TimeLessDuration => "({0} - {1})",
        }
    }

    fn limit(&self, limit: Option<u64>, offset: u64, out: &mut String) {
        if let Some(limit) = limit {
            let _ = write!(out, " LIMIT {limit}");
        }
        if offset > 0 {
            let _ = write!(out, " OFFSET {offset}");
        }
    }

    fn lock(&self, lock: &Lock) -> Option<&'static str> {
        Some(if lock.no_key { " FOR NO KEY UPDATE" } else { " FOR UPDATE" })
    }

    fn distinct_on(&self) -> bool {
        true
    }

    fn json_step(&self, step: Value) -> Value {
        step
    }

    fn json_has_key(&self) -> &'static str {
        "{0} ? {1}"
    }

    fn json_contains(&self, lookup: Lookup) -> Option<&'static str> {
        Some(if lookup == Lookup::Contains { "{0} @> {1}" } else { "{0} <@ {1}" })
    }

    fn orders_nulls(&self) -> bool {
        true
    }

    fn random(&self) -> &'static str {
        "RANDOM()"
    }

    fn filters_aggregates(&self) -> bool {
        true
    }

    fn updates_from_itself(&self) -> bool {
        true
    }

    fn numbers_parameters(&self) -> bool {
        true
    }
}
