//! PostgreSQL: each value by the cast that means what the table of fates says, never by one that depends on the session.

use super::{Held, Values, out_of_bounds};

pub(super) struct Postgres;

/// Text in JSON's form of a number.
const NUMBER: &str = "^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?$";
const DATE: &str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
const CLOCK: &str = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?";

const IS_JSON: &str =
    "CREATE OR REPLACE FUNCTION pg_temp.rjango_is_json(value text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN PERFORM value::jsonb; RETURN true; EXCEPTION WHEN others THEN RETURN false; END $$;";
const IS_IP: &str = "CREATE OR REPLACE FUNCTION pg_temp.rjango_is_ip(value text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN RETURN host(value::inet) = lower(value); EXCEPTION WHEN others THEN RETURN false; END $$;";

impl Values for Postgres {
    fn text(&self, expression: &str) -> String {
        format!("{expression}::text")
    }

    fn length(&self, expression: &str) -> String {
        format!("length({expression})")
    }

    fn converted(&self, column: &str, from: Held, to: Held) -> Option<String> {
        let micros = || format!("(extract(epoch from {column}) * 1000000)::bigint");
        let moment = || {
            let shown = format!("to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')");
            format!("regexp_replace({shown}, '[.]000000$', '')")
        };
        let number = || match to {
            Held::Decimal { digits, places } => format!("numeric({digits}, {places})"),
            Held::Float => "double precision".to_owned(),
            _ => "bigint".to_owned(),
        };
        Some(match (from, to) {
            (Held::Duration, Held::Int { .. }) => micros(),
            (Held::Duration, Held::Text { .. }) => format!("({})::text", micros()),
            (Held::Int { .. } | Held::Text { .. }, Held::Duration) => {
                format!("({column} || ' microseconds')::interval")
            }
            (Held::DateTime, Held::Text { .. }) => moment(),
            (Held::DateTime, Held::Json) => format!("to_jsonb({})", moment()),
            (Held::Ip, Held::Text { .. }) => format!("host({column})"),
            (Held::Ip, Held::Json) => format!("to_jsonb(host({column}))"),
            (Held::Text { .. }, Held::Json) => format!("{column}::jsonb"),
            (Held::Text { .. }, Held::Text { .. }) => return None,
            (_, Held::Text { .. }) => format!("{column}::text"),
            (_, Held::Json) => format!("to_jsonb({column})"),
            (Held::Bool, _) => format!("{column}::integer"),
            (Held::Int { .. }, Held::Bool) => format!("({column} <> 0)"),
            (Held::Date, Held::DateTime) => format!("({column}::timestamp AT TIME ZONE 'UTC')"),
            (Held::DateTime, Held::Date) => format!("({column} AT TIME ZONE 'UTC')::date"),
            (Held::DateTime, Held::Time) => format!("({column} AT TIME ZONE 'UTC')::time"),
            (Held::Text { .. }, Held::Int { .. } | Held::Float | Held::Decimal { .. }) => {
                format!("{column}::{}", number())
            }
            (Held::Text { .. }, Held::Bool) => format!("{column}::boolean"),
            (Held::Text { .. }, Held::Date) => format!("{column}::date"),
            (Held::Text { .. }, Held::Time) => format!("{column}::time"),
            (Held::Text { .. }, Held::DateTime) => format!(
                "CASE WHEN {column} ~ '([zZ]|[-+][0-9]{{2}}:[0-9]{{2}})$' THEN {column}::timestamp with time zone \
                 ELSE ({column}::timestamp AT TIME ZONE 'UTC') END"
            ),
            (Held::Text { .. }, Held::Uuid) => format!("{column}::uuid"),
            (Held::Text { .. }, Held::Binary) => format!("convert_to({column}, 'UTF8')"),
            (Held::Text { .. }, Held::Ip) => format!("{column}::inet"),
            _ => return None,
        })
    }

    // PostgreSQL 15 and earlier cannot ask whether text is a document or an address, only try.
    fn helper(&self, from: Held, to: Held) -> Option<&'static str> {
        match (from, to) {
            (Held::Text { .. }, Held::Json) => Some(IS_JSON),
            (Held::Text { .. }, Held::Ip) => Some(IS_IP),
            _ => None,
        }
    }

    fn misfit(&self, column: &str, from: Held, to: Held) -> Option<String> {
        match (from, to) {
            (Held::Int { min, max }, Held::Int { .. } | Held::Decimal { .. } | Held::Float) => {
                let is_narrow = max > 1 << 53 || min < -(1 << 53);
                if to == Held::Float && !is_narrow { None } else { out_of_bounds(column, to) }
            }
            (Held::Int { .. }, Held::Bool) => Some(format!("{column} NOT IN (0, 1)")),
            (Held::Float | Held::Decimal { .. }, Held::Int { .. }) => {
                Some(format!("{column} <> trunc({column}) OR {}", out_of_bounds(column, to)?))
            }
            // A double has no digits, only the text that it is written with.
            (Held::Float, Held::Decimal { places, .. }) => Some(format!(
                "CASE WHEN {column}::text IN ('NaN', 'Infinity', '-Infinity') THEN true ELSE \
                 round({column}::text::numeric, {places}) <> {column}::text::numeric OR {} END",
                out_of_bounds(column, to)?
            )),
            (Held::Decimal { .. }, Held::Decimal { places, .. }) => {
                Some(format!("round({column}, {places}) <> {column} OR {}", out_of_bounds(column, to)?))
            }
            (Held::Text { .. }, _) => of_text(column, to),
            _ => None,
        }
    }
}

/// The condition under which text is not a value of this kind. `CASE` keeps what would fail from running.
fn of_text(column: &str, to: Held) -> Option<String> {
    let unless = |pattern: &str, rest: String| format!("CASE WHEN {column} !~ '{pattern}' THEN true ELSE {rest} END");
    // The last day of a month is the day before the first of the next.
    let no_such_day = format!(
        "substr({column}, 1, 4) = '0000' OR substr({column}, 9, 2)::integer > extract(day from \
         (substr({column}, 1, 7) || '-01')::date + interval '1 month' - interval '1 day')"
    );
    let no_such_day = format!("CASE WHEN substr({column}, 1, 4) = '0000' THEN true ELSE {no_such_day} END");
    Some(match to {
        Held::Int { .. } => unless("^-?(0|[1-9][0-9]{0,18})$", out_of_bounds(&format!("{column}::numeric"), to)?),
        Held::Duration => {
            let bounds = Held::Int { min: i64::MIN, max: i64::MAX };
            unless("^-?(0|[1-9][0-9]{0,18})$", out_of_bounds(&format!("{column}::numeric"), bounds)?)
        }
        Held::Float => unless(NUMBER, format!("abs({column}::numeric) > 1.7e308")),
        Held::Decimal { places, .. } => {
            let number = format!("{column}::numeric");
            let rest = format!("round({number}, {places}) <> {number} OR {}", out_of_bounds(&number, to)?);
            unless("^-?(0|[1-9][0-9]*)([.][0-9]+)?$", rest)
        }
        Held::Bool => format!("lower({column}) NOT IN ('true', 'false', '1', '0')"),
        Held::Date => unless(&format!("^{DATE}$"), no_such_day),
        Held::Time => format!("{column} !~ '^{CLOCK}$'"),
        Held::DateTime => {
            let zone = "([zZ]|[-+](0[0-9]|1[0-4]):[0-5][0-9])?";
            unless(&format!("^{DATE}[ T]{CLOCK}{zone}$"), no_such_day)
        }
        Held::Uuid => format!("replace({column}, '-', '') !~* '^[0-9a-f]{{32}}$'"),
        Held::Json => format!("NOT pg_temp.rjango_is_json({column})"),
        Held::Ip => format!("NOT pg_temp.rjango_is_ip({column})"),
        Held::Text { .. } | Held::Binary => return None,
    })
}
