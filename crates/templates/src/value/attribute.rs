//! What stands behind a dot: a key, an attribute, a method without arguments, or a place in a list.

use chrono::{Datelike as _, NaiveDate, NaiveTime, Offset as _, SubsecRound as _, Timelike as _};

use super::print::{duration_parts, offset_text};
use super::{Attribute, Map, Value};
use crate::filters::python;

impl Value {
    /// `value.name`, as Django looks it up: a key, then an attribute, then a place.
    pub fn attribute(&self, name: &str) -> Attribute<'_> {
        let found = match self {
            Self::Object(object) => {
                return match object.attribute(name) {
                    Attribute::Unknown => match name.parse() {
                        Ok(place) => object.index(place),
                        Err(_) => Attribute::Unknown,
                    },
                    found => found,
                };
            }
            Self::Map(map) => map.get(name).cloned().or_else(|| map_method(map, name)).or_else(|| {
                // A key that is a number.
                map.get_value(&Self::int(name.parse().ok()?)).cloned()
            }),
            Self::List(items) | Self::Tuple(items) => {
                place(name, items.len()).and_then(|place| items.get(place).cloned())
            }
            Self::Text(text) | Self::Safe(text) => text_attribute(text, name),
            // DIFFERENCE: bytes have places, and none of the methods that Python has for them.
            Self::Bytes(bytes) => {
                place(name, bytes.len()).and_then(|place| bytes.get(place)).map(|byte| Self::Int(i64::from(*byte)))
            }
            Self::Date(date) => date_part(*date, name),
            Self::Time(time) => time_part(*time, name),
            Self::DateTime(moment) => moment_part(moment.naive_utc(), Some(0), name),
            Self::Zoned(moment) => {
                moment_part(moment.naive_local(), Some(moment.offset().fix().local_minus_utc()), name)
            }
            Self::Naive(moment) => moment_part(*moment, None, name),
            Self::Duration(duration) => match name {
                "days" => Some(Self::Int(duration_parts(*duration).0)),
                "seconds" => Some(Self::Int(duration_parts(*duration).1)),
                "microseconds" => Some(Self::Int(duration_parts(*duration).2)),
                "total_seconds" => {
                    let micros = duration.num_microseconds().map_or(f64::NAN, |micros| micros as f64);
                    Some(Self::Float(micros / 1e6))
                }
                _ => None,
            },
            Self::Uuid(uuid) => match name {
                "hex" => Some(uuid.simple().to_string().into()),
                "urn" => Some(uuid.urn().to_string().into()),
                "version" => Some(Self::int(uuid.get_version_num() as i128)),
                "int" => Some(i128::try_from(uuid.as_u128()).map_or(Self::None, Self::int)),
                _ => None,
            },
            Self::Float(number) => match name {
                "is_integer" => Some(Self::Bool(number.fract() == 0.0)),
                "real" => Some(self.clone()),
                _ => None,
            },
            Self::Int(_) | Self::Big(_) | Self::Bool(_) | Self::Decimal(_) if name == "real" => Some(self.clone()),
            _ => None,
        };
        found.map_or(Attribute::Unknown, Attribute::Value)
    }

    /// The names that [`Value::attribute`] knows beside keys and places, for messages.
    pub fn attribute_names(&self) -> Vec<std::borrow::Cow<'_, str>> {
        let names: &[&str] = match self {
            Self::Object(object) => return object.attribute_names(),
            Self::Text(_) | Self::Safe(_) => TEXT_METHODS,
            Self::Date(_) => DATE_PARTS,
            Self::Time(_) => TIME_PARTS,
            Self::DateTime(_) | Self::Zoned(_) | Self::Naive(_) => MOMENT_PARTS,
            Self::Duration(_) => &["days", "seconds", "microseconds", "total_seconds"],
            Self::Uuid(_) => &["hex", "urn", "version", "int"],
            _ => &[],
        };
        names.iter().map(|name| (*name).into()).collect()
    }
}

/// Python counts from the end where the number is negative.
fn place(name: &str, length: usize) -> Option<usize> {
    let place: i64 = name.parse().ok()?;
    if place >= 0 {
        usize::try_from(place).ok()
    } else {
        length.checked_sub(usize::try_from(place.unsigned_abs()).ok()?)
    }
}

// DIFFERENCE: In Django these are views: `{{ map.keys }}` prints as `dict_keys([..])`, and they have no places. Here they are lists.
fn map_method(map: &Map, name: &str) -> Option<Value> {
    Some(match name {
        "items" => map.iter().map(|(key, value)| Value::Tuple([key.clone(), value.clone()].into())).collect(),
        "keys" => map.iter().map(|(key, _)| key.clone()).collect(),
        "values" => map.iter().map(|(_, value)| value.clone()).collect(),
        _ => return None,
    })
}

const TEXT_METHODS: &[&str] = &[
    "capitalize",
    "casefold",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "islower",
    "isnumeric",
    "isspace",
    "isupper",
    "lower",
    "lstrip",
    "rstrip",
    "split",
    "splitlines",
    "strip",
    "swapcase",
    "title",
    "upper",
];

fn text_attribute(text: &str, name: &str) -> Option<Value> {
    if name.starts_with(|first: char| first.is_ascii_digit() || first == '-') {
        let character = text.chars().nth(place(name, text.chars().count())?)?;
        return Some(character.into());
    }
    let all = |is: fn(char) -> bool| Value::Bool(!text.is_empty() && text.chars().all(is));
    let cased =
        |is: fn(char) -> bool, isnt: fn(char) -> bool| Value::Bool(text.chars().any(is) && !text.chars().any(isnt));
    Some(match name {
        "upper" => text.to_uppercase().into(),
        "lower" => text.to_lowercase().into(),
        "casefold" => text.chars().flat_map(folded).collect::<String>().into(),
        "title" => python::title(text).into(),
        "capitalize" => capitalized(text).into(),
        "swapcase" => swapped(text).into(),
        "strip" => python::trim(text).into(),
        "lstrip" => text.trim_start_matches(python::is_space).into(),
        "rstrip" => text.trim_end_matches(python::is_space).into(),
        "split" => python::words(text).collect(),
        "splitlines" => python::lines(text).collect(),
        "isalnum" => all(char::is_alphanumeric),
        "isalpha" => all(char::is_alphabetic),
        "isascii" => Value::Bool(text.is_ascii()),
        "isdecimal" | "isdigit" | "isnumeric" => all(char::is_numeric),
        "isspace" => all(python::is_space),
        "islower" => cased(char::is_lowercase, char::is_uppercase),
        "isupper" => cased(char::is_uppercase, char::is_lowercase),
        _ => return None,
    })
}

/// A character for comparison without regard to cases: that of its capital in small letters, which Unicode's folding is but for
/// a few.
fn folded(character: char) -> impl Iterator<Item = char> {
    let is_kept = matches!(character, 'ı' | '\u{13a0}'..='\u{13f5}' | '\u{ab70}'..='\u{abbf}');
    let own = is_kept.then_some(character);
    let capitals = if character == 'ẞ' { 'ß' } else { character }.to_uppercase();
    own.into_iter().chain(capitals.filter(move |_| !is_kept).flat_map(char::to_lowercase))
}

/// Python's `str.swapcase`.
fn swapped(text: &str) -> String {
    // The last sigma of a word depends on what stands around it.
    let small = text.to_lowercase();
    let mut small = (small.chars().count() == text.chars().count()).then(|| small.chars());
    let mut written = String::with_capacity(text.len());
    for one in text.chars() {
        let lower = small.as_mut().and_then(Iterator::next);
        match lower {
            Some(lower) if one.is_uppercase() => written.push(lower),
            None if one.is_uppercase() => written.extend(one.to_lowercase()),
            _ if one.is_lowercase() => written.extend(one.to_uppercase()),
            _ => written.push(one),
        }
    }
    written
}

/// Python's `str.capitalize`.
fn capitalized(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut characters = text.chars();
    if let Some(first) = characters.next() {
        python::push_title(&mut written, first);
    }
    // The last sigma of a word depends on what stands before it.
    written.extend(text.to_lowercase().chars().skip(text.chars().take(1).flat_map(char::to_lowercase).count()));
    written
}

const DATE_PARTS: &[&str] = &["year", "month", "day", "weekday", "isoweekday", "isoformat"];
const TIME_PARTS: &[&str] = &["hour", "minute", "second", "microsecond", "isoformat"];
const MOMENT_PARTS: &[&str] = &[
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "microsecond",
    "date",
    "time",
    "weekday",
    "isoweekday",
    "isoformat",
];

fn date_part(date: NaiveDate, name: &str) -> Option<Value> {
    Some(match name {
        "year" => date.year().into(),
        "month" => date.month().into(),
        "day" => date.day().into(),
        "weekday" => date.weekday().num_days_from_monday().into(),
        "isoweekday" => date.weekday().number_from_monday().into(),
        "isoformat" => date.to_string().into(),
        _ => return None,
    })
}

fn time_part(time: NaiveTime, name: &str) -> Option<Value> {
    Some(match name {
        "hour" => time.hour().into(),
        "minute" => time.minute().into(),
        "second" => time.second().into(),
        "microsecond" => (time.trunc_subsecs(6).nanosecond() / 1_000).into(),
        "isoformat" => Value::Time(time).text().into_owned().into(),
        _ => return None,
    })
}

/// Of a moment without a zone there is no offset to tell.
fn moment_part(moment: chrono::NaiveDateTime, offset: Option<i32>, name: &str) -> Option<Value> {
    match name {
        "date" => Some(Value::Date(moment.date())),
        "time" => Some(Value::Time(moment.time())),
        "isoformat" => {
            let text = Value::Naive(moment).text().replacen(' ', "T", 1);
            Some((text + &offset.map(offset_text).unwrap_or_default()).into())
        }
        _ => date_part(moment.date(), name).or_else(|| time_part(moment.time(), name)),
    }
}
