//! What a column holds, and what becomes of its values when it is to hold something else.
//!
//! [`fate`] is the one table of that, for every pair of kinds: the values are converted, lose something, or are refused. An
//! engine's [`Values`] spells it: which values do not fit, and what the others become. The table in `docs/migrations.md` is
//! made from here.

mod mysql;
mod postgres;
mod sqlite;

use rjango_orm::Engine;
use rjango_schema::FieldKind;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// A whole number in these bounds.
    Int {
        min: i64,
        max: i64,
    },
    Bool,
    Float,
    Decimal {
        digits: u32,
        places: u32,
    },
    /// Text of so many characters at most.
    Text {
        longest: Option<u32>,
    },
    Date,
    Time,
    DateTime,
    /// Microseconds.
    Duration,
    Uuid,
    Json,
    Binary,
    Ip,
}

/// What becomes of the values of a column that is to hold something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// They stay what they are, as long as they fit.
    Stay,
    /// They are converted. Those that do not fit are refused.
    Converts,
    /// They are converted, and each of them loses this.
    Loses(&'static str),
    /// There is no way: only a column without values can change.
    Refused,
}

impl Held {
    /// What a field's column holds; `None` for relations, which hold their target's key.
    pub(crate) fn of(kind: &FieldKind) -> Option<Self> {
        let int = |min: i64, max: i64| Self::Int { min, max };
        Some(match kind {
            FieldKind::SmallAuto | FieldKind::SmallInteger => int(i16::MIN.into(), i16::MAX.into()),
            FieldKind::Auto | FieldKind::Integer => int(i32::MIN.into(), i32::MAX.into()),
            FieldKind::BigAuto | FieldKind::BigInteger => int(i64::MIN, i64::MAX),
            FieldKind::PositiveSmallInteger => int(0, i16::MAX.into()),
            FieldKind::PositiveInteger => int(0, i32::MAX.into()),
            FieldKind::PositiveBigInteger => int(0, i64::MAX),
            FieldKind::Char { max_length }
            | FieldKind::Slug { max_length }
            | FieldKind::Email { max_length }
            | FieldKind::Url { max_length }
            | FieldKind::FilePath { max_length }
            | FieldKind::File { max_length, .. } => Self::Text { longest: Some(*max_length) },
            FieldKind::Text => Self::Text { longest: None },
            FieldKind::Boolean => Self::Bool,
            FieldKind::Float => Self::Float,
            FieldKind::Decimal { max_digits, decimal_places } => {
                Self::Decimal { digits: *max_digits, places: *decimal_places }
            }
            FieldKind::Date { .. } => Self::Date,
            FieldKind::Time { .. } => Self::Time,
            FieldKind::DateTime { .. } => Self::DateTime,
            FieldKind::Duration => Self::Duration,
            FieldKind::Uuid => Self::Uuid,
            FieldKind::Json => Self::Json,
            FieldKind::Binary => Self::Binary,
            FieldKind::IpAddress { .. } => Self::Ip,
            FieldKind::ForeignKey(_) | FieldKind::OneToOne(_) | FieldKind::ManyToMany(_) => return None,
        })
    }

    /// What a value must be, in words that follow "is not".
    pub(crate) fn words(self) -> String {
        match self {
            Self::Int { min, max } => format!("a whole number from {min} to {max}"),
            Self::Bool => "`true` or `false`".to_owned(),
            Self::Float => "a number".to_owned(),
            Self::Decimal { digits, places } => {
                format!("a number of at most {} digits and {places} decimal places", digits.saturating_sub(places))
            }
            Self::Text { longest: Some(longest) } => format!("text of at most {longest} characters"),
            Self::Text { longest: None } => "text".to_owned(),
            Self::Date => "a date such as `2026-01-31`".to_owned(),
            Self::Time => "a time such as `23:59:00`".to_owned(),
            Self::DateTime => "a moment such as `2026-01-31 23:59:00`".to_owned(),
            Self::Duration => "a number of microseconds".to_owned(),
            Self::Uuid => "a UUID".to_owned(),
            Self::Json => "a JSON document".to_owned(),
            Self::Binary => "bytes".to_owned(),
            Self::Ip => "an IP address".to_owned(),
        }
    }

    /// Whether every value of `other` is one of these, as it stands.
    fn takes_all(self, other: Self) -> bool {
        match (self, other) {
            (Self::Int { min, max }, Self::Int { min: from, max: to }) => min <= from && max >= to,
            (Self::Decimal { digits, places }, Self::Decimal { digits: from, places: of }) => {
                places >= of && digits - places >= from.saturating_sub(of)
            }
            (Self::Text { longest: Some(longest) }, Self::Text { longest: from }) => {
                from.is_some_and(|from| from <= longest)
            }
            (Self::Text { longest: None }, Self::Text { .. }) => true,
            _ => self == other,
        }
    }
}

/// What becomes of values of one kind where another is wanted.
pub(crate) fn fate(from: Held, to: Held) -> Fate {
    use Held::{Binary, Bool, Date, DateTime, Decimal, Duration, Float, Int, Ip, Json, Text, Time, Uuid};
    match (from, to) {
        _ if std::mem::discriminant(&from) == std::mem::discriminant(&to) => Fate::Stay,
        (Bool, Int { .. } | Float | Decimal { .. } | Text { .. } | Json)
        | (Int { .. }, Bool | Float | Decimal { .. } | Text { .. } | Json | Duration)
        | (Float, Int { .. } | Decimal { .. } | Text { .. } | Json)
        | (Text { .. }, _)
        | (Date, DateTime | Text { .. } | Json)
        | (Time | Uuid | Ip, Text { .. } | Json)
        | (DateTime, Text { .. } | Json)
        | (Duration, Int { .. } | Text { .. })
        | (Json, Text { .. }) => Fate::Converts,
        // A double holds fifteen digits.
        (Decimal { digits, .. }, Float) if digits > 15 => Fate::Loses("the digits after the fifteenth"),
        (Decimal { .. }, Int { .. } | Float | Text { .. } | Json) => Fate::Converts,
        (DateTime, Date) => Fate::Loses("its time of day"),
        (DateTime, Time) => Fate::Loses("its day"),
        (Bool, _) | (Int { .. }, _) | (Float, _) | (Decimal { .. }, _) | (Date, _) | (Time, _) | (DateTime, _) => {
            Fate::Refused
        }
        (Duration | Uuid | Json | Binary | Ip, _) => Fate::Refused,
    }
}

/// How an engine spells what becomes of values. A column is an expression: its name in quotes.
pub(crate) trait Values {
    /// An expression as text.
    fn text(&self, expression: &str) -> String;
    /// The length of an expression that is text, in characters.
    fn length(&self, expression: &str) -> String;
    /// The values as the column after holds them; `None` where they can be copied as they are.
    fn converted(&self, column: &str, from: Held, to: Held) -> Option<String>;
    /// The condition under which a value that is not NULL does not fit; `None` where all do. The fate is not `Refused`.
    fn misfit(&self, column: &str, from: Held, to: Held) -> Option<String>;
    /// The statement that must run before such a condition, where the engine lacks a function for it.
    fn helper(&self, _from: Held, _to: Held) -> Option<&'static str> {
        None
    }
}

/// The values of an engine.
pub(crate) fn values(engine: Engine) -> &'static dyn Values {
    match engine {
        Engine::Sqlite => &sqlite::Sqlite,
        Engine::Postgres => &postgres::Postgres,
        Engine::MySql => &mysql::MySql,
    }
}

/// The condition under which a value that is not NULL does not fit; `None` where all do.
pub(crate) fn misfit(engine: Engine, column: &str, from: Held, to: Held) -> Option<String> {
    let values = values(engine);
    match (fate(from, to), to) {
        (Fate::Refused, _) => Some("1 = 1".to_owned()),
        (Fate::Stay, _) if to.takes_all(from) => None,
        (_, Held::Text { longest }) => {
            let longest = longest?;
            if longest_text(from).is_some_and(|length| length <= longest) {
                return None;
            }
            let text = values.converted(column, from, to).unwrap_or_else(|| column.to_owned());
            Some(format!("{} > {longest}", values.length(&text)))
        }
        _ if out_of_whole_numbers(from, to) => {
            let number = values.converted(column, from, to).unwrap_or_else(|| column.to_owned());
            out_of_bounds(&number, to)
        }
        _ => values.misfit(column, from, to),
    }
}

/// Whether these are whole numbers to the database, some of which the other cannot hold: microseconds, 0 and 1.
fn out_of_whole_numbers(from: Held, to: Held) -> bool {
    let every = Held::Int { min: i64::MIN, max: i64::MAX };
    match (from, to) {
        (Held::Duration, Held::Int { .. }) => !to.takes_all(every),
        (Held::Bool, Held::Decimal { digits, places }) => digits == places,
        _ => false,
    }
}

/// How long the text of such values is at most, where that is known.
fn longest_text(held: Held) -> Option<u32> {
    match held {
        // The longest has a sign and every digit of its larger bound.
        Held::Int { min, max } => {
            let length = |number: i64| u32::try_from(number.to_string().len()).unwrap_or(u32::MAX);
            Some(length(min).max(length(max)))
        }
        Held::Bool => Some(5),
        Held::Decimal { digits, .. } => Some(digits + 3),
        Held::Text { longest } => longest,
        Held::Date => Some(10),
        Held::Time => Some(15),
        Held::DateTime => Some(26),
        Held::Duration => Some(20),
        Held::Uuid => Some(36),
        Held::Ip => Some(39),
        Held::Float | Held::Json | Held::Binary => None,
    }
}

/// The condition under which a number is out of the bounds of what is to hold it.
fn out_of_bounds(number: &str, to: Held) -> Option<String> {
    match to {
        Held::Int { min, max } => Some(format!("{number} NOT BETWEEN {min} AND {max}")),
        Held::Decimal { digits, places } => {
            let bound = 10_i128.checked_pow(digits.saturating_sub(places))?;
            Some(format!("abs({number}) >= {bound}"))
        }
        // Beyond these a double leaves whole numbers out.
        Held::Float => Some(format!("{number} NOT BETWEEN -9007199254740992 AND 9007199254740992")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the guide: kinds before in rows, kinds after in columns.
    fn table() -> String {
        let kinds = [
            ("whole number", Held::Int { min: i32::MIN.into(), max: i32::MAX.into() }),
            ("`bool`", Held::Bool),
            ("`f64`", Held::Float),
            ("`Decimal`", Held::Decimal { digits: 10, places: 2 }),
            ("`String`", Held::Text { longest: Some(50) }),
            ("`Date`", Held::Date),
            ("`Time`", Held::Time),
            ("`DateTime`", Held::DateTime),
            ("`Duration`", Held::Duration),
            ("`Uuid`", Held::Uuid),
            ("`Json`", Held::Json),
            ("bytes", Held::Binary),
            ("IP address", Held::Ip),
        ];
        let mut text = String::from("| from | stays or converts to | loses | refused |\n|---|---|---|---|\n");
        for (name, from) in kinds {
            let among = |wanted: &dyn Fn(Fate) -> bool| {
                let names: Vec<&str> =
                    kinds.iter().filter(|(_, to)| wanted(fate(from, *to))).map(|(name, _)| *name).collect();
                names.join(", ")
            };
            let converts = among(&|fate| matches!(fate, Fate::Stay | Fate::Converts));
            let loses: Vec<String> = kinds
                .iter()
                .filter_map(|(name, to)| match fate(from, *to) {
                    Fate::Loses(what) => Some(format!("{name} ({what})")),
                    _ => None,
                })
                .collect();
            let refused = among(&|fate| fate == Fate::Refused);
            text.push_str(&format!("| {name} | {converts} | {} | {refused} |\n", loses.join(", ")));
        }
        text
    }

    #[test]
    fn guide_has_the_table_of_fates() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/migrations.md");
        let guide = std::fs::read_to_string(&path).unwrap_or_default();
        let (start, end) = ("<!-- fates -->\n", "<!-- /fates -->");
        let (before, rest) = guide.split_once(start).unwrap_or_default();
        let (found, after) = rest.split_once(end).unwrap_or_default();
        let expected = format!("\n{}\n", table());
        if std::env::var_os("UPDATE_EXPECT").is_some() && found != expected {
            let _ = std::fs::write(&path, format!("{before}{start}{expected}{end}{after}"));
            return;
        }
        assert_eq!(found, expected, "run with UPDATE_EXPECT=1 to write it");
    }

    #[test]
    fn every_pair_is_spelled_on_every_engine() {
        let text = Held::Text { longest: Some(50) };
        for engine in Engine::ALL {
            for to in
                [Held::Bool, Held::Float, Held::Date, Held::Time, Held::DateTime, Held::Uuid, Held::Json, Held::Ip]
            {
                assert!(misfit(engine, "c", text, to).is_some(), "{engine} {to:?}");
            }
            assert_eq!(misfit(engine, "c", text, Held::Text { longest: Some(50) }), None);
            assert_eq!(misfit(engine, "c", Held::Date, Held::Bool).as_deref(), Some("1 = 1"));
        }
    }
}
