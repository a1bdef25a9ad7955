//! The SQL that MySQL, 8.0.11 or later, and MariaDB, 10.6 or later, share.

use std::fmt::Write;

use super::{Dialect, JsonKind, LookupSql, Temporal, escaped_pattern};
use crate::connection::Engine;
use crate::query::{BinaryOperator, Lock, Lookup};
use crate::{Value, ValueType};

/// MySQL and MariaDB.
pub(super) struct MySqlDialect;

impl Dialect for MySqlDialect {
    fn engine(&self) -> Engine {
        Engine::MySql
    }

    fn quote(&self, name: &str, out: &mut String) {
        out.push('`');
        if name.contains('`') {
            out.push_str(&name.replace('`', "``"));
        } else {
            out.push_str(name);
        }
        out.push('`');
    }

    fn placeholder(&self, _position: usize, out: &mut String) {
        out.push('?');
    }

    fn returns_inserted(&self) -> bool {
        // MariaDB has RETURNING, MySQL has not.
        false
    }

    fn max_parameters(&self) -> usize {
        // The protocol counts them in sixteen bits.
        65_535
    }

    fn default_values(&self, out: &mut String) {
        out.push_str("() VALUES ()");
    }

    fn cast(&self, _value_type: ValueType) -> Option<(&'static str, &'static str)> {
        None
    }

    fn lookup(&self, lookup: Lookup, value_type: ValueType) -> LookupSql {
        let between = match lookup {
            // A document for MySQL; MariaDB, which has none, compares the texts, as both frameworks write them.
            Lookup::Exact if value_type == ValueType::Json => {
                return LookupSql { before: "JSON_EXTRACT(", between: ", '$') = JSON_EXTRACT(", after: ", '$')" };
            }
            Lookup::Gt => " > ",
            Lookup::Gte => " >= ",
            Lookup::Lt => " < ",
            Lookup::Lte => " <= ",
            // The usual collations ignore case; bytes do not.
            Lookup::Contains | Lookup::StartsWith | Lookup::EndsWith => " LIKE BINARY ",
            Lookup::IExact | Lookup::IContains | Lookup::IStartsWith | Lookup::IEndsWith => " LIKE ",
            // The pattern itself says whether case counts: the servers agree on nothing else that does.
            Lookup::Regex | Lookup::IRegex => " REGEXP ",
            _ => " = ",
        };
        LookupSql { before: "", between, after: "" }
    }

    fn pattern(&self, lookup: Lookup, text: &str) -> String {
        match lookup {
            Lookup::Regex => format!("(?-i){text}"),
            Lookup::IRegex => format!("(?i){text}"),
            _ => escaped_pattern(lookup, text),
        }
    }

    fn long_list(&self, values: &[Value]) -> Option<(&'static str, Value, &'static str)> {
        let items: Option<Vec<serde_json::Value>> =
            values.iter().map(|value| value.as_int().map(serde_json::Value::from)).collect();
        let after = ", '$[*]' COLUMNS (value BIGINT PATH '$')) listed";
        Some(("SELECT value FROM JSON_TABLE(", Value::Json(items?.into()), after))
    }

    fn pattern_of(&self, lookup: Lookup) -> (&'static str, &'static str) {
        // In a MySQL literal a backslash escapes, but for `\%` and `\_`, which stay as they are.
        const ESCAPED: &str = ", '\\\\', '\\\\\\\\'), '%', '\\%'), '_', '\\_'))";
        const ESCAPED_THEN_ANY: &str = ", '\\\\', '\\\\\\\\'), '%', '\\%'), '_', '\\_'), '%')";
        match lookup {
            Lookup::Contains | Lookup::IContains => ("CONCAT('%', REPLACE(REPLACE(REPLACE(", ESCAPED_THEN_ANY),
            Lookup::EndsWith | Lookup::IEndsWith => ("CONCAT('%', REPLACE(REPLACE(REPLACE(", ESCAPED),
            Lookup::StartsWith | Lookup::IStartsWith => ("CONCAT(REPLACE(REPLACE(REPLACE(", ESCAPED_THEN_ANY),
            Lookup::Regex => ("CONCAT('(?-i)', ", ")"),
            Lookup::IRegex => ("CONCAT('(?i)', ", ")"),
            _ => ("CONCAT(REPLACE(REPLACE(REPLACE(", ESCAPED),
        }
    }

    fn arithmetic(
        &self,
        operator: BinaryOperator,
        value_type: ValueType,
    ) -> (&'static str, &'static str, &'static str) {
        match operator {
            BinaryOperator::Add => ("(", " + ", ")"),
            BinaryOperator::Subtract => ("(", " - ", ")"),
            BinaryOperator::Multiply => ("(", " * ", ")"),
            // DIFFERENCE: Django divides integers into a decimal here and into an integer elsewhere.
            BinaryOperator::Divide if matches!(value_type, ValueType::Int | ValueType::Duration) => ("(", " DIV ", ")"),
            BinaryOperator::Divide => ("(", " / ", ")"),
            BinaryOperator::Modulo => ("(", " % ", ")"),
        }
    }

    fn temporal(&self, what: Temporal) -> &'static str {
        match what {
            Temporal::BetweenMoments | Temporal::BetweenDays => "TIMESTAMPDIFF(MICROSECOND, {1}, {0})",
            Temporal::BetweenTimes => {
                "(FLOOR(TIME_TO_SEC({0})) * 1000000 + MICROSECOND({0}) - FLOOR(TIME_TO_SEC({1})) * 1000000 - MICROSECOND({1}))"
            }
            Temporal::MomentAndDuration | Temporal::DayAndDuration => {
                "(CAST({0} AS DATETIME(6)) + INTERVAL {1} MICROSECOND)"
            }
            Temporal::DurationAndMoment | Temporal::DurationAndDay => {
                "(CAST({1} AS DATETIME(6)) + INTERVAL {0} MICROSECOND)"
            }
            Temporal::MomentLessDuration | Temporal::DayLessDuration => {
                "(CAST({0} AS DATETIME(6)) - INTERVAL {1} MICROSECOND)"
            }
            // A time of these engines may have more than 24 hours; a time of day has not.
            Temporal::TimeAndDuration => {
                "CAST(SEC_TO_TIME(MOD(MOD(FLOOR(TIME_TO_SEC({0})) * 1000000 + MICROSECOND({0}) + {1}, 86400000000) + 86400000000, 86400000000) * 0.000001) AS TIME(6))"
            }
            Temporal::DurationAndTime => {
                "CAST(SEC_TO_TIME(MOD(MOD(FLOOR(TIME_TO_SEC({1})) * 1000000 + MICROSECOND({1}) + {0}, 86400000000) + 86400000000, 86400000000) * 0.000001) AS TIME(6))"
            }
            Temporal::TimeLessDuration => {
                "CAST(SEC_TO_TIME(MOD(MOD(FLOOR(TIME_TO_SEC({0})) * 1000000 + MICROSECOND({0}) - {1}, 86400000000) + 86400000000, 86400000000) * 0.000001) AS TIME(6))"
            }
        }
    }

    fn division_guard(&self) -> Option<&'static str> {
        // A SELECT has no error for it in any mode. The exponential of 710 is beyond a double, which is one.
        Some("CASE WHEN {1} = 0 AND EXP(710 + {1}) > 0 THEN NULL ELSE {0} END")
    }

    fn limit(&self, limit: Option<u64>, offset: u64, out: &mut String) {
        match limit {
            Some(limit) => {
                let _ = write!(out, " LIMIT {limit}");
            }
            // MySQL has no OFFSET without a LIMIT; its manual recommends this one.
            None if offset > 0 => out.push_str(" LIMIT 18446744073709551615"),
            None => {}
        }
        if offset > 0 {
            let _ = write!(out, " OFFSET {offset}");
        }
    }

    fn lock(&self, _lock: &Lock) -> Option<&'static str> {
        Some(" FOR UPDATE")
    }

    fn orders_nulls(&self) -> bool {
        false
    }

    fn random(&self) -> &'static str {
        "RAND()"
    }

    fn filters_aggregates(&self) -> bool {
        false
    }

    fn json_has_key(&self) -> &'static str {
        "JSON_CONTAINS_PATH({0}, 'one', {1})"
    }

    fn json_contains(&self, lookup: Lookup) -> Option<&'static str> {
        Some(if lookup == Lookup::Contains { "JSON_CONTAINS({0}, {1})" } else { "JSON_CONTAINS({1}, {0})" })
    }

    fn json_comparison(&self, operator: &str, kind: JsonKind) -> Option<String> {
        // To MariaDB a document is text, whose order is not that of the numbers in it.
        Some(match kind {
            JsonKind::Numeric => format!(
                "(JSON_TYPE({{0}}) IN ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL') AND {{0}} {operator} {{1}})"
            ),
            JsonKind::Text => format!("(JSON_TYPE({{0}}) = 'STRING' AND JSON_UNQUOTE({{0}}) {operator} {{1}})"),
        })
    }

    fn updates_on_duplicate_key(&self) -> bool {
        true
    }

    fn explain(&self) -> (&'static str, &'static [ValueType]) {
        // As a table it has a column for each of a dozen details.
        ("EXPLAIN FORMAT=JSON ", &[ValueType::Text])
    }

    fn checks_references_at_once(&self) -> bool {
        true
    }

    fn updates_from_itself(&self) -> bool {
        false
    }

    fn slices_subqueries(&self) -> bool {
        false
    }
}
