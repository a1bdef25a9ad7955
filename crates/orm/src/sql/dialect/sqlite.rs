//! SQLite's SQL, 3.35 or later.

use rjango_schema::FieldKind;

use super::{Dialect, JsonKind, ListedColumn, LongList, LookupSql, Temporal, escaped_pattern};
use crate::connection::Engine;
use crate::query::{BinaryOperator, Lock, Lookup};
use crate::value::bounds::{integer_bounds, longest};
use crate::value::{date_time_text, duration_micros, time_text};
use crate::{Value, ValueType};

/// SQLite.
pub(super) struct SqliteDialect;

impl Dialect for SqliteDialect {
    fn engine(&self) -> Engine {
        Engine::Sqlite
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

    fn placeholder(&self, _position: usize, out: &mut String) {
        out.push('?');
    }

    fn returns_inserted(&self) -> bool {
        true
    }

    fn max_parameters(&self) -> usize {
        // SQLITE_MAX_VARIABLE_NUMBER's default since 3.32.
        32_766
    }

    fn max_rows(&self) -> usize {
        // As many as there are parameters for: each statement begins its walk through the indexes anew.
        usize::MAX
    }

    fn default_values(&self, out: &mut String) {
        out.push_str("DEFAULT VALUES");
    }

    fn cast(&self, value_type: ValueType) -> Option<(&'static str, &'static str)> {
        // A decimal is bound as text. Beside a column that has NUMERIC affinity it becomes a number; an expression has
        // no affinity until it is cast, and no number equals a text. (Django's SQLiteNumericMixin.)
        matches!(value_type, ValueType::Decimal(_)).then_some(("CAST(", " AS NUMERIC)"))
    }

    fn lookup(&self, lookup: Lookup, value_type: ValueType) -> LookupSql {
        let (between, after) = match lookup {
            // The text of a document may differ where the document does not.
            Lookup::Exact if value_type == ValueType::Json => {
                return LookupSql { before: "JSON(", between: ") = JSON(", after: ")" };
            }
            Lookup::Gt => (" > ", ""),
            Lookup::Gte => (" >= ", ""),
            Lookup::Lt => (" < ", ""),
            Lookup::Lte => (" <= ", ""),
            // As Django: SQLite's LIKE ignores the case of ASCII letters, so `contains` does too.
            Lookup::IExact
            | Lookup::Contains
            | Lookup::IContains
            | Lookup::StartsWith
            | Lookup::IStartsWith
            | Lookup::EndsWith
            | Lookup::IEndsWith => (" LIKE ", " ESCAPE '\\'"),
            // The function that `connection::sqlite` registers.
            Lookup::Regex | Lookup::IRegex => (" REGEXP ", ""),
            _ => (" = ", ""),
        };
        LookupSql { before: "", between, after }
    }

    fn pattern(&self, lookup: Lookup, text: &str) -> String {
        match lookup {
            Lookup::Regex => text.to_owned(),
            Lookup::IRegex => format!("(?i){text}"),
            _ => escaped_pattern(lookup, text),
        }
    }

    fn long_list(&self, values: &[Value], _beside: Option<ListedColumn<'_>>) -> Option<LongList> {
        let items: Option<Vec<serde_json::Value>> = values
            .iter()
            .map(|value| match value {
                Value::Bool(flag) => Some(i64::from(*flag).into()),
                Value::Int(number) => Some((*number).into()),
                Value::Float(number) => Some(binary_fraction(*number)?.as_slice().into()),
                Value::Text(text) => Some(text.as_str().into()),
                Value::Bytes(_) => Some(value.to_string().into()),
                Value::Decimal(number) => Some(number.to_string().into()),
                Value::Date(date) => Some(date.to_string().into()),
                Value::Time(time) => Some(time_text(*time).into()),
                Value::DateTime(moment) => Some(date_time_text(*moment).into()),
                Value::Duration(duration) => Some(duration_micros(*duration).into()),
                Value::Uuid(uuid) => Some(uuid.simple().to_string().into()),
                Value::Json(document) => Some(document.to_string().into()),
                Value::Null => None,
            })
            .collect();
        let first = values.first()?;
        let before = match first {
            // `power` is registered with each connection. SQLite's own reading of a fraction may miss its last bit.
            Value::Float(_) => {
                "SELECT JSON_EXTRACT(value, '$[0]') * POWER(2, JSON_EXTRACT(value, '$[1]')) FROM json_each("
            }
            Value::Bytes(_) => "SELECT UNHEX(value) FROM json_each(",
            Value::Json(_) => "SELECT JSON(value) FROM json_each(",
            _ => "SELECT value FROM json_each(",
        };
        let mut list = LongList::one(before, items?, ")");
        if matches!(first, Value::Json(_)) {
            list.left = ("JSON(", ")");
        }
        Some(list)
    }

    fn pattern_of(&self, lookup: Lookup) -> (&'static str, &'static str) {
        const ESCAPED: &str = ", '\\', '\\\\'), '%', '\\%'), '_', '\\_')";
        const ESCAPED_THEN_ANY: &str = ", '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'";
        match lookup {
            Lookup::Contains | Lookup::IContains => ("'%' || REPLACE(REPLACE(REPLACE(", ESCAPED_THEN_ANY),
            Lookup::EndsWith | Lookup::IEndsWith => ("'%' || REPLACE(REPLACE(REPLACE(", ESCAPED),
            Lookup::StartsWith | Lookup::IStartsWith => ("REPLACE(REPLACE(REPLACE(", ESCAPED_THEN_ANY),
            Lookup::Regex => ("", ""),
            Lookup::IRegex => ("('(?i)' || ", ")"),
            _ => ("REPLACE(REPLACE(REPLACE(", ESCAPED),
        }
    }

    fn arithmetic(
        &self,
        operator: BinaryOperator,
        value_type: ValueType,
    ) -> (&'static str, &'static str, &'static str) {
        let whole = matches!(value_type, ValueType::Int | ValueType::Duration);
        // The functions are those of `connection::sqlite`. SQLite itself makes a double of an integer that is too large, NULL
        // of a division by zero, and whole numbers of what `%` is given.
        match operator {
            BinaryOperator::Add if whole => ("RJANGO_WHOLE(", " + ", ")"),
            BinaryOperator::Subtract if whole => ("RJANGO_WHOLE(", " - ", ")"),
            BinaryOperator::Multiply if whole => ("RJANGO_WHOLE(", " * ", ")"),
            BinaryOperator::Add => ("(", " + ", ")"),
            BinaryOperator::Subtract => ("(", " - ", ")"),
            BinaryOperator::Multiply => ("(", " * ", ")"),
            // A decimal that happens to be whole is stored as an integer, and integers divide without a remainder.
            BinaryOperator::Divide if !whole => ("RJANGO_DIVIDE(1.0 * ", ", ", ")"),
            BinaryOperator::Divide => ("RJANGO_DIVIDE(", ", ", ")"),
            BinaryOperator::Modulo => ("RJANGO_MODULO(", ", ", ")"),
        }
    }

    fn guard(&self, kind: &FieldKind) -> Option<String> {
        if let Some((least, most)) = integer_bounds(Engine::Sqlite, kind) {
            return Some(format!("RJANGO_KEPT({{0}}, {{1}}, 'integer', {least}, {most})"));
        }
        if let Some(most) = longest(kind) {
            return Some(format!("RJANGO_KEPT({{0}}, {{1}}, 'text', 0, {most})"));
        }
        match kind {
            FieldKind::Decimal { max_digits, decimal_places } => {
                Some(format!("RJANGO_KEPT({{0}}, {{1}}, 'decimal', {decimal_places}, {max_digits})"))
            }
            _ => None,
        }
    }

    fn temporal(&self, what: Temporal) -> &'static str {
        // The functions that `connection::sqlite` registers.
        match what {
            Temporal::BetweenMoments | Temporal::BetweenDays | Temporal::BetweenTimes => "RJANGO_BETWEEN({0}, {1})",
            Temporal::MomentAndDuration | Temporal::DayAndDuration => "RJANGO_MOMENT({0}, {1})",
            Temporal::DurationAndMoment | Temporal::DurationAndDay => "RJANGO_MOMENT({1}, {0})",
            Temporal::MomentLessDuration | Temporal::DayLessDuration => "RJANGO_MOMENT({0}, -({1}))",
            Temporal::TimeAndDuration => "RJANGO_TIME({0}, {1})",
            Temporal::DurationAndTime => "RJANGO_TIME({1}, {0})",
            Temporal::TimeLessDuration => "RJANGO_TIME({0}, -({1}))",
        }
    }

    fn limit(&self, limit: Option<u64>, offset: u64, out: &mut String) {
        use std::fmt::Write;
        match limit {
            Some(limit) => {
                let _ = write!(out, " LIMIT {limit}");
            }
            // SQLite has no OFFSET without a LIMIT; a negative one is none.
            None if offset > 0 => out.push_str(" LIMIT -1"),
            None => {}
        }
        if offset > 0 {
            let _ = write!(out, " OFFSET {offset}");
        }
    }

    fn lock(&self, _lock: &Lock) -> Option<&'static str> {
        None
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

    fn json_order(&self) -> Option<&'static str> {
        // As Django: numbers as numbers, and before every text.
        Some(
            "CASE WHEN JSON_TYPE({0}) IN ('true', 'false', 'null') THEN JSON_TYPE({0}) ELSE JSON_EXTRACT({0}, '$') END",
        )
    }

    fn json_has_key(&self) -> &'static str {
        "JSON_TYPE({0}, {1}) IS NOT NULL"
    }

    fn json_comparison(&self, operator: &str, kind: JsonKind) -> Option<String> {
        // What is extracted of `true` is 1.
        let types = match kind {
            JsonKind::Numeric => "IN ('integer', 'real')",
            JsonKind::Text => "= 'text'",
        };
        Some(format!("(JSON_TYPE({{0}}) {types} AND JSON_EXTRACT({{0}}, '$') {operator} {{1}})"))
    }

    fn combined(&self) -> (&'static str, &'static str) {
        // It takes neither parentheses nor an order or a limit there.
        ("SELECT * FROM (", ")")
    }

    fn explain(&self) -> (&'static str, &'static [ValueType]) {
        ("EXPLAIN QUERY PLAN ", &[ValueType::Int, ValueType::Int, ValueType::Int, ValueType::Text])
    }

    fn limits_exists(&self) -> bool {
        // Without a LIMIT SQLite 3.51 makes a join of the two queries, and then forgets an OFFSET of the one around.
        true
    }

    fn updates_from_itself(&self) -> bool {
        true
    }
}

/// A float as a whole number and the power of two to multiply it by; `None` where it is not finite.
fn binary_fraction(number: f64) -> Option<[i64; 2]> {
    if !number.is_finite() {
        return None;
    }
    let bits = number.to_bits();
    let exponent = i64::try_from(bits >> 52 & 0x7ff).ok()?;
    let fraction = i64::try_from(bits & ((1 << 52) - 1)).ok()?;
    // The smallest numbers have no leading bit of their own.
    let (whole, power) = if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    Some([if number.is_sign_negative() { -whole } else { whole }, power])
}

#[cfg(test)]
mod tests {
    use super::binary_fraction;

    #[test]
    fn a_float_is_a_whole_number_times_a_power_of_two() {
        for number in [0.1, -2.5, 1e300, f64::MIN_POSITIVE, 5e-324, f64::MAX, 0.0, 1.0 / 3.0] {
            let [whole, power] = binary_fraction(number).unwrap_or_default();
            // In two steps: the smallest power by itself may be taken for nothing.
            let half = i32::try_from(power / 2).unwrap_or_default();
            let rest = i32::try_from(power).unwrap_or_default() - half;
            #[allow(clippy::cast_precision_loss)] // It has 53 bits at most.
            let again = whole as f64 * 2_f64.powi(half) * 2_f64.powi(rest);
            assert_eq!(again.to_bits(), number.to_bits(), "{number}");
        }
        assert_eq!(binary_fraction(f64::INFINITY), None);
        assert_eq!(binary_fraction(f64::NAN), None);
    }
}
