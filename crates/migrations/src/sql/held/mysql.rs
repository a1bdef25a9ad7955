//! MySQL and MariaDB: values pass through the text that the server makes of them, for `MODIFY` alone converts few as meant.

use super::{Held, Values, out_of_bounds};

pub(super) struct MySql;

const NUMBER: &str = "^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?$";
const DATE: &str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
const CLOCK: &str = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?";

impl Values for MySql {
    fn text(&self, expression: &str) -> String {
        format!("CAST({expression} AS CHAR)")
    }

    fn length(&self, expression: &str) -> String {
        format!("char_length({expression})")
    }

    /// From the text of the value to the text of the new one.
    fn converted(&self, column: &str, from: Held, to: Held) -> Option<String> {
        let clock = || format!("replace({column}, '.000000', '')");
        let hyphenated = || {
            // MariaDB writes its type with hyphens; MySQL keeps the digits.
            let part = |from: u8, length: u8| format!("substr(replace({column}, '-', ''), {from}, {length})");
            format!(
                "concat_ws('-', {}, {}, {}, {}, {})",
                part(1, 8),
                part(9, 4),
                part(13, 4),
                part(17, 4),
                part(21, 12)
            )
        };
        let quoted = |text: String| format!("concat('\"', {text}, '\"')");
        Some(match (from, to) {
            (Held::Bool, Held::Text { .. } | Held::Json) => {
                format!("CASE WHEN {column} = '0' THEN 'false' WHEN {column} IS NOT NULL THEN 'true' END")
            }
            (Held::Text { .. }, Held::Bool) => {
                format!("CASE WHEN lower({column}) IN ('true', '1') THEN '1' WHEN {column} IS NOT NULL THEN '0' END")
            }
            (Held::Time | Held::DateTime, Held::Text { .. }) => clock(),
            (Held::Time | Held::DateTime, Held::Json) => quoted(clock()),
            (Held::Date | Held::Ip, Held::Json) => quoted(column.to_owned()),
            (Held::Uuid, Held::Text { .. }) => hyphenated(),
            (Held::Uuid, Held::Json) => quoted(hyphenated()),
            (Held::DateTime, Held::Date) => format!("left({column}, 10)"),
            (Held::DateTime, Held::Time) => format!("substr({column}, 12)"),
            (Held::Date, Held::DateTime) => format!("concat({column}, ' 00:00:00')"),
            (Held::Text { .. }, Held::Uuid) => format!("lower(replace({column}, '-', ''))"),
            (Held::Text { .. }, Held::DateTime) => {
                let zone = format!("({column} REGEXP '[-+][0-9]{{2}}:[0-9]{{2}}$')");
                let local = format!("trim(TRAILING 'Z' FROM upper(replace(upper({column}), 'T', ' ')))");
                format!(
                    "CASE WHEN {zone} THEN convert_tz(CAST(replace(upper(left({column}, char_length({column}) - 6)), 'T', ' ') \
                     AS datetime(6)), right({column}, 6), '+00:00') ELSE {local} END"
                )
            }
            _ => return None,
        })
    }

    fn misfit(&self, column: &str, from: Held, to: Held) -> Option<String> {
        match (from, to) {
            (Held::Int { min, max }, Held::Int { .. } | Held::Decimal { .. } | Held::Float) => {
                let is_narrow = max > 1 << 53 || min < -(1 << 53);
                if to == Held::Float && !is_narrow { None } else { out_of_bounds(column, to) }
            }
            (Held::Int { .. }, Held::Bool) => Some(format!("{column} NOT IN (0, 1)")),
            (Held::Float | Held::Decimal { .. }, Held::Int { .. }) => {
                Some(format!("{column} <> truncate({column}, 0) OR {}", out_of_bounds(column, to)?))
            }
            (Held::Float | Held::Decimal { .. }, Held::Decimal { places, .. }) => {
                Some(format!("round({column}, {places}) <> {column} OR {}", out_of_bounds(column, to)?))
            }
            (Held::Text { .. }, _) => of_text(column, to),
            _ => None,
        }
    }
}

/// The condition under which text is not a value of this kind.
fn of_text(column: &str, to: Held) -> Option<String> {
    let unless = |pattern: &str, rest: String| format!("{column} NOT REGEXP '{pattern}' OR {rest}");
    let big = format!("CAST({column} AS DECIMAL(65, 0))");
    let no_such_day = format!(
        "left({column}, 4) = '0000' OR CAST(substr({column}, 9, 2) AS UNSIGNED) > day(last_day(concat(left({column}, 7), '-01')))"
    );
    Some(match to {
        Held::Int { .. } => unless("^-?(0|[1-9][0-9]{0,18})$", out_of_bounds(&big, to)?),
        Held::Duration => {
            let bounds = Held::Int { min: i64::MIN, max: i64::MAX };
            unless("^-?(0|[1-9][0-9]{0,18})$", out_of_bounds(&big, bounds)?)
        }
        Held::Float => format!("{column} NOT REGEXP '{NUMBER}'"),
        Held::Decimal { places, .. } => {
            let number = format!("CAST({column} AS DECIMAL(65, 30))");
            let rest = format!("round({number}, {places}) <> {number} OR {}", out_of_bounds(&number, to)?);
            unless("^-?(0|[1-9][0-9]{0,33})([.][0-9]+)?$", rest)
        }
        Held::Bool => format!("lower({column}) NOT IN ('true', 'false', '1', '0')"),
        Held::Date => unless(&format!("^{DATE}$"), no_such_day),
        Held::Time => format!("{column} NOT REGEXP '^{CLOCK}$'"),
        Held::DateTime => {
            let zone = "([zZ]|[-+](0[0-9]|1[0-4]):[0-5][0-9])?";
            unless(&format!("^{DATE}[ T]{CLOCK}{zone}$"), no_such_day)
        }
        Held::Uuid => format!("lower(replace({column}, '-', '')) NOT REGEXP '^[0-9a-f]{{32}}$'"),
        Held::Json => format!("NOT json_valid({column})"),
        Held::Ip => format!("NOT (is_ipv4({column}) OR is_ipv6({column}))"),
        Held::Text { .. } | Held::Binary => return None,
    })
}
