//! The section `LOGGING`: what is logged, and how.

use std::collections::BTreeMap;

use super::kind::Setting;
use super::problem::Problem;
use super::value::{Data, Value};

/// What is logged, and how. The log goes to stderr, one event a line.
// DIFFERENCE: Django's LOGGING is the configuration of Python's `logging`, with handlers and formatters as classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggingSettings {
    /// Events below this level are left out.
    pub level: LogLevel,
    /// The level for events of these targets, such as `rjango.db` or a crate's name, and for all below them.
    pub targets: BTreeMap<String, LogLevel>,
    /// How an event is written.
    pub format: LogFormat,
    /// Whether each answered request is an event of the target `rjango.access`.
    pub access: bool,
    /// The header from which a request's id is taken; `None` to make one for each request.
    pub request_id_header: Option<String>,
    /// For how many milliseconds a statement may run before it is told; `None` for as long as it likes.
    pub slow_query_milliseconds: Option<u64>,
}

impl Default for LoggingSettings {
    fn default() -> Self {
        Self {
            level: LogLevel::Info,
            targets: BTreeMap::new(),
            format: LogFormat::Text,
            access: false,
            request_id_header: None,
            slow_query_milliseconds: Some(1000),
        }
    }
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What went wrong.
    Error,
    /// What may go wrong.
    Warn,
    /// What happened.
    Info,
    /// What a developer may want to know.
    Debug,
    /// Everything.
    Trace,
}

/// How an event is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: an object a line.
    Json,
}

/// The words for values of a type that has few.
fn word<T: Copy>(
    name: &str,
    value: &Value,
    expects: &str,
    words: &[(&str, T)],
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let read = match &value.data {
        Data::String(text) | Data::Raw(text) => words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim())),
        _ => None,
    };
    if read.is_none() {
        problems.push(value.expected(name, expects));
    }
    read.map(|(_, value)| *value)
}

const LEVELS: &[(&str, LogLevel)] = &[
    ("off", LogLevel::Off),
    ("error", LogLevel::Error),
    ("warn", LogLevel::Warn),
    ("info", LogLevel::Info),
    ("debug", LogLevel::Debug),
    ("trace", LogLevel::Trace),
    // Python's.
    ("warning", LogLevel::Warn),
    ("critical", LogLevel::Error),
];

impl Setting for LogLevel {
    const EXPECTS: &'static str = "`\"off\"`, `\"error\"`, `\"warn\"`, `\"info\"`, `\"debug\"` or `\"trace\"`";

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        word(name, value, Self::EXPECTS, LEVELS, problems)
    }

    fn show(&self) -> toml::Value {
        let word = LEVELS.iter().find(|(_, level)| level == self).map_or("", |(word, _)| word);
        toml::Value::String(word.to_owned())
    }
}

impl Setting for LogFormat {
    const EXPECTS: &'static str = "`\"text\"` or `\"json\"`";

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        word(name, value, Self::EXPECTS, &[("text", Self::Text), ("json", Self::Json)], problems)
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(if *self == Self::Text { "text" } else { "json" }.to_owned())
    }
}

const KEYS: &[&str] = &["LEVEL", "TARGETS", "FORMAT", "ACCESS", "REQUEST_ID_HEADER", "SLOW_QUERY_MILLISECONDS"];

fn header(path: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<String> {
    let header = Option::<String>::read(path, value, problems).flatten()?;
    let fits = !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !fits {
        problems.push(value.refused(path, format!("expects a header such as `X-Request-ID`, found `{header}`")));
    }
    Some(header)
}

impl Setting for LoggingSettings {
    const EXPECTS: &'static str = "a table with `LEVEL`, `FORMAT` and the like";
    const TABLE: bool = true;

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let Data::Table(table) = &value.data else {
            problems.push(value.expected(name, Self::EXPECTS).with_hint("write `[LOGGING]`"));
            return None;
        };
        let before = problems.len();
        let mut read = Self::default();
        for (key, entry) in table {
            let (path, value) = (format!("{name}.{key}"), &entry.value);
            match key.as_str() {
                "LEVEL" => read.level = LogLevel::read(&path, value, problems).unwrap_or(read.level),
                "FORMAT" => read.format = LogFormat::read(&path, value, problems).unwrap_or(read.format),
                "ACCESS" => read.access = bool::read(&path, value, problems).unwrap_or_default(),
                "REQUEST_ID_HEADER" => read.request_id_header = header(&path, value, problems),
                "SLOW_QUERY_MILLISECONDS" => {
                    read.slow_query_milliseconds = Option::read(&path, value, problems).flatten();
                }
                "TARGETS" => match &value.data {
                    Data::Table(targets) => {
                        for (target, entry) in targets {
                            let path = format!("{path}.{target}");
                            if let Some(level) = LogLevel::read(&path, &entry.value, problems) {
                                read.targets.insert(target.clone(), level);
                            }
                        }
                    }
                    _ => problems.push(value.expected(&path, "a table of levels by target")),
                },
                _ => problems.push(Problem::unknown(&entry.key, &path, key, KEYS)),
            }
        }
        (problems.len() == before).then_some(read)
    }

    fn show(&self) -> toml::Value {
        let mut table = toml::Table::new();
        table.insert("LEVEL".to_owned(), self.level.show());
        table.insert("FORMAT".to_owned(), self.format.show());
        table.insert("ACCESS".to_owned(), self.access.show());
        table.insert("REQUEST_ID_HEADER".to_owned(), self.request_id_header.show());
        table.insert("SLOW_QUERY_MILLISECONDS".to_owned(), self.slow_query_milliseconds.show());
        if !self.targets.is_empty() {
            let targets = self.targets.iter().map(|(target, level)| (target.clone(), level.show())).collect();
            table.insert("TARGETS".to_owned(), toml::Value::Table(targets));
        }
        toml::Value::Table(table)
    }
}
