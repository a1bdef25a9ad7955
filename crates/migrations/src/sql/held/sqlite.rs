//! SQLite, whose columns hold what they are given: every value is brought into the form in which the ORM writes it.

use super::{Held, Values, out_of_bounds};

pub(super) struct Sqlite;

/// A UUID as it is written with hyphens, from its 32 digits.
fn hyphenated(column: &str) -> String {
    let part = |from: u8, length: u8| format!("substr({column}, {from}, {length})");
    [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)].join(" || '-' || ")
}

/// The fraction of a second with its point, six digits long; nothing where it is zero.
fn fraction(digits: &str) -> String {
    format!("CASE WHEN trim({digits}, '0') = '' THEN '' ELSE '.' || substr({digits} || '000000', 1, 6) END")
}

/// The time zone at the end of a moment: `Z`, `+02:00` or nothing.
fn zone(column: &str) -> String {
    format!(
        "CASE WHEN {column} GLOB '*[Zz]' THEN 'Z' WHEN length({column}) > 16 AND {column} GLOB '*[-+][0-9][0-9]:[0-9][0-9]' \
         THEN substr({column}, -6) ELSE '' END"
    )
}

impl Values for Sqlite {
    fn text(&self, expression: &str) -> String {
        format!("CAST({expression} AS TEXT)")
    }

    fn length(&self, expression: &str) -> String {
        format!("length({expression})")
    }

    fn converted(&self, column: &str, from: Held, to: Held) -> Option<String> {
        let text = || format!("CAST({column} AS TEXT)");
        Some(match (from, to) {
            (Held::Bool, Held::Text { .. } | Held::Json) => {
                format!("CASE WHEN {column} = 0 THEN 'false' WHEN {column} IS NOT NULL THEN 'true' END")
            }
            (Held::Decimal { places, .. }, Held::Text { .. } | Held::Json) => {
                format!("CASE WHEN {column} IS NOT NULL THEN printf('%.{places}f', {column}) END")
            }
            (Held::Uuid, Held::Text { .. }) => hyphenated(column),
            (Held::Uuid, Held::Json) => format!("'\"' || {} || '\"'", hyphenated(column)),
            (Held::Date | Held::Time | Held::DateTime | Held::Ip, Held::Json) => format!("'\"' || {column} || '\"'"),
            (Held::Int { .. } | Held::Float | Held::Duration, Held::Text { .. } | Held::Json) => text(),
            (Held::Int { .. } | Held::Bool, Held::Float) => format!("CAST({column} AS REAL)"),
            (Held::Float | Held::Decimal { .. }, Held::Int { .. }) => format!("CAST({column} AS INTEGER)"),
            (Held::Decimal { .. }, Held::Float) => format!("CAST({column} AS REAL)"),
            (Held::Date, Held::DateTime) => format!("{column} || ' 00:00:00'"),
            (Held::DateTime, Held::Date) => format!("substr({column}, 1, 10)"),
            (Held::DateTime, Held::Time) => format!("substr({column}, 12)"),
            (Held::Text { .. }, Held::Int { .. } | Held::Duration) => format!("CAST({column} AS INTEGER)"),
            (Held::Text { .. }, Held::Bool) => {
                format!("CASE WHEN lower({column}) IN ('true', '1') THEN 1 WHEN {column} IS NOT NULL THEN 0 END")
            }
            (Held::Text { .. }, Held::Float) => format!("CAST({column} AS REAL)"),
            (Held::Text { .. }, Held::Decimal { .. }) => format!("CAST({column} AS NUMERIC)"),
            (Held::Text { .. }, Held::Uuid) => format!("replace(lower({column}), '-', '')"),
            (Held::Text { .. }, Held::Binary) => format!("CAST({column} AS BLOB)"),
            (Held::Text { .. }, Held::Ip) => format!("lower({column})"),
            (Held::Text { .. }, Held::Time) => {
                format!(
                    "strftime('%H:%M:%S', substr({column}, 1, 8)) || {}",
                    fraction(&format!("substr({column}, 10)"))
                )
            }
            (Held::Text { .. }, Held::DateTime) => {
                let zone = zone(column);
                let whole = format!("substr({column}, 1, CASE WHEN substr({column}, 17, 1) = ':' THEN 19 ELSE 16 END)");
                let digits = format!(
                    "CASE WHEN substr({column}, 20, 1) = '.' THEN substr({column}, 21, length({column}) - 20 - length({zone})) \
                     ELSE '' END"
                );
                format!("strftime('%Y-%m-%d %H:%M:%S', {whole} || {zone}) || {}", fraction(&digits))
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
            (Held::Float | Held::Decimal { .. }, Held::Int { .. }) => Some(format!(
                "{column} <> CAST({column} AS INTEGER) OR {}",
                out_of_bounds(&format!("CAST({column} AS INTEGER)"), to)?
            )),
            (Held::Float | Held::Decimal { .. }, Held::Decimal { places, .. }) => {
                Some(format!("round({column}, {places}) <> {column} OR {}", out_of_bounds(column, to)?))
            }
            (Held::Text { .. }, _) => Some(of_text(column, to)),
            _ => None,
        }
    }
}

/// The condition under which text is not a value of this kind.
fn of_text(column: &str, to: Held) -> String {
    let json =
        |types: &str| format!("CASE WHEN json_valid({column}) THEN json_type({column}) NOT IN ({types}) ELSE 1 END");
    // A document may have blanks around it, a number may not.
    let number = format!("{column} GLOB '*[^-+.0-9eE]*'");
    match to {
        Held::Int { .. } | Held::Duration => {
            let bounds = match to {
                Held::Int { .. } => to,
                _ => Held::Int { min: i64::MIN, max: i64::MAX },
            };
            let int = format!("CAST({column} AS INTEGER)");
            let out = out_of_bounds(&int, bounds).unwrap_or_default();
            format!(
                "{number} OR {} OR {out} OR (length({column}) > 18 AND CAST({int} AS TEXT) <> {column})",
                json("'integer'")
            )
        }
        Held::Float => format!("{number} OR {}", json("'integer', 'real'")),
        Held::Decimal { places, .. } => {
            let out = out_of_bounds(&format!("CAST({column} AS REAL)"), to).unwrap_or_else(|| "0".to_owned());
            format!(
                "{number} OR {column} GLOB '*[eE]*' OR {} OR {out} OR (instr({column}, '.') > 0 \
                 AND length(rtrim({column}, '0')) - instr({column}, '.') > {places})",
                json("'integer', 'real'")
            )
        }
        Held::Bool => format!("lower({column}) NOT IN ('true', 'false', '1', '0')"),
        Held::Date => format!(
            "{column} NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' OR date({column}) IS NOT {column} \
             OR {column} < '0001'"
        ),
        Held::Time => format!(
            "time({column}) IS NULL OR {column} >= '24' OR length({column}) > 15 OR ({column} NOT GLOB '[0-9][0-9]:[0-9][0-9]' \
             AND {column} NOT GLOB '[0-9][0-9]:[0-9][0-9]:[0-9][0-9]' \
             AND ({column} NOT GLOB '[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9]*' OR substr({column}, 10) GLOB '*[^0-9]*'))"
        ),
        Held::DateTime => format!(
            "datetime({column}) IS NULL OR substr({column}, 1, 10) IS NOT date(substr({column}, 1, 10)) OR {column} < '0001' \
             OR {column} NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][ T][0-9][0-9]:[0-9][0-9]*' \
             OR substr({column}, 12, 2) >= '24' OR substr({column}, 17) GLOB '* *' \
             OR strftime('%Y', {column}) NOT BETWEEN '0001' AND '9999'"
        ),
        Held::Uuid => {
            let digits = format!("replace(lower({column}), '-', '')");
            format!("length({digits}) <> 32 OR {digits} GLOB '*[^0-9a-f]*'")
        }
        Held::Json => format!("NOT json_valid({column})"),
        Held::Ip => format!("NOT ({} OR {})", is_ipv4(column), is_ipv6(column)),
        Held::Text { .. } | Held::Binary => "0".to_owned(),
    }
}

/// Four numbers up to 255, without zeros before them.
fn is_ipv4(column: &str) -> String {
    let list = format!("'[' || replace({column}, '.', ',') || ']'");
    format!(
        "({column} NOT GLOB '*[^0-9.]*' AND CASE WHEN json_valid({list}) THEN (SELECT count(*) = 4 AND sum(value <= 255) = 4 \
         FROM json_each({list}) WHERE type = 'integer') AND json_array_length({list}) = 4 ELSE 0 END)"
    )
}

/// Eight groups of up to four digits, or fewer around one `::`.
fn is_ipv6(column: &str) -> String {
    let colons = format!("(length({column}) - length(replace({column}, ':', '')))");
    let gaps = format!("((length({column}) - length(replace({column}, '::', ''))) / 2)");
    format!(
        "({column} NOT GLOB '*[^0-9a-fA-F:]*' AND {column} NOT GLOB '*:::*' \
         AND {column} NOT GLOB '*[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]*' \
         AND (({gaps} = 0 AND {colons} = 7 AND {column} NOT GLOB ':*' AND {column} NOT GLOB '*:') OR ({gaps} = 1 AND {colons} <= 7 \
         AND ({column} NOT GLOB ':*' OR {column} GLOB '::*') AND ({column} NOT GLOB '*:' OR {column} GLOB '*::'))))"
    )
}
