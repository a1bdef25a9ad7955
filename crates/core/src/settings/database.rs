//! One entry of `DATABASES`.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use super::kind::Setting;
use super::problem::Problem;
use super::value::{Data, Table, Value};

/// One database.
///
/// Its `Debug` masks the password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseSettings {
    /// `sqlite`, `postgres` or `mysql`.
    pub engine: String,
    /// The file's path (SQLite; `:memory:` too) or the database's name.
    pub name: String,
    /// The user; empty for none.
    pub user: String,
    /// The password; empty for none.
    pub password: String,
    /// The host; empty for the engine's default.
    pub host: String,
    /// The port; `None` for the engine's default.
    pub port: Option<u16>,
    /// The engine's own options.
    pub options: BTreeMap<String, String>,
    /// For how many seconds a connection is kept; `None` for as long as it works.
    // DIFFERENCE: Django closes after each request (0) unless told; here connections are pooled.
    pub conn_max_age: Option<u64>,
    /// Whether every view runs in a transaction.
    pub atomic_requests: bool,
    /// The apps whose tables are in this database, rather than in `default`.
    // DIFFERENCE: Django has routers alone, which are code. What is told here, migrations know without it.
    pub apps: Vec<String>,
    /// The alias of the database that this one is a copy of: it is read and never written.
    pub replica_of: Option<String>,
}

pub(super) const KEYS: &[&str] = &[
    "ENGINE",
    "NAME",
    "USER",
    "PASSWORD",
    "HOST",
    "PORT",
    "OPTIONS",
    "CONN_MAX_AGE",
    "ATOMIC_REQUESTS",
    "APPS",
    "REPLICA_OF",
];

/// The engines, each with the names that other frameworks and URLs give it.
const ENGINES: &[(&str, &[&str])] = &[
    ("sqlite", &["django.db.backends.sqlite3", "sqlite3"]),
    ("postgres", &["django.db.backends.postgresql", "django.db.backends.postgresql_psycopg2", "postgresql", "psql"]),
    ("mysql", &["django.db.backends.mysql", "mariadb"]),
];

/// What stands in the place of a password.
pub(super) const MASK: &str = "********";

impl DatabaseSettings {
    /// A SQLite database in this file; `:memory:` for one that lives in memory.
    pub fn sqlite(name: impl Into<String>) -> Self {
        Self {
            engine: "sqlite".to_owned(),
            name: name.into(),
            user: String::new(),
            password: String::new(),
            host: String::new(),
            port: None,
            options: BTreeMap::new(),
            conn_max_age: None,
            atomic_requests: false,
            apps: Vec::new(),
            replica_of: None,
        }
    }

    /// What speaks of a server has no meaning for a file.
    fn check_sqlite(&self, name: &str, table: &Table, problems: &mut Vec<Problem>) {
        let said = [
            ("USER", !self.user.is_empty()),
            ("PASSWORD", !self.password.is_empty()),
            ("HOST", !self.host.is_empty()),
            ("PORT", self.port.is_some()),
        ];
        for (key, _) in said.iter().filter(|(_, said)| *said) {
            let Some(entry) = table.get(*key) else { continue };
            let path = format!("{name}.{key}");
            let hint = format!("remove it; where another file of the settings says it, write `{key} = \"\"`");
            problems.push(
                Problem::new(&entry.key, &path, format!("`{path}` means nothing to SQLite, which is a file"))
                    .with_hint(hint),
            );
        }
    }

    /// Whether the name of a SQLite database is not a file's path: in memory, or SQLite's own `file:` URI.
    fn is_path(&self) -> bool {
        self.engine == "sqlite" && !self.name.contains(":memory:") && !self.name.starts_with("file:")
    }
}

/// What to do instead, for a key of Django's that is not one here.
fn instead(key: &str) -> Option<&'static str> {
    Some(match key {
        "AUTOCOMMIT" => "remove it: a statement outside of `atomic` commits by itself",
        "CONN_HEALTH_CHECKS" => "remove it: a connection that the server has closed is replaced before it is used",
        "DISABLE_SERVER_SIDE_CURSORS" => {
            "write `pooler = \"transaction\"` in OPTIONS where a pooler stands before the server"
        }
        "TEST" => "remove it: tests have settings of their own, such as `config/settings.test.toml`",
        _ => return None,
    })
}

/// The name of the engine, or how the one meant is called here.
fn engine(path: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<String> {
    let text = String::read(path, value, problems)?;
    if ENGINES.iter().any(|(engine, _)| *engine == text) {
        return Some(text);
    }
    let problem = value.expected(path, "`sqlite`, `postgres` or `mysql`");
    let lower = text.to_ascii_lowercase();
    let meant = ENGINES.iter().find(|(engine, names)| *engine == lower || names.contains(&lower.as_str()));
    problems.push(match meant {
        Some((engine, _)) => problem.with_hint(format!("write `ENGINE = \"{engine}\"`")),
        None => problem,
    });
    None
}

/// Scalars become the text that a connection string would carry.
fn options(path: &str, value: &Value, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let Data::Table(table) = &value.data else {
        problems.push(value.expected(path, "a table"));
        return BTreeMap::new();
    };
    let mut options = BTreeMap::new();
    for (key, entry) in table {
        let text = match &entry.value.data {
            Data::String(text) | Data::Raw(text) => text.clone(),
            Data::Integer(number) => number.to_string(),
            Data::Float(number) => number.to_string(),
            Data::Boolean(flag) => flag.to_string(),
            Data::Array(_) | Data::Table(_) => {
                problems.push(entry.value.expected(&format!("{path}.{key}"), "a string, a number or a boolean"));
                continue;
            }
        };
        options.insert(key.clone(), text);
    }
    options
}

impl Setting for DatabaseSettings {
    const EXPECTS: &'static str = "a table with `ENGINE` and `NAME`";
    const TABLE: bool = true;

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let Data::Table(table) = &value.data else {
            // People put a URL here, with its password.
            let hint = "a URL belongs into the environment variable `DATABASE_URL`";
            problems.push(value.expected_secret(name, Self::EXPECTS).with_hint(hint));
            return None;
        };
        let before = problems.len();
        let mut read = Self::sqlite("");
        for (key, entry) in table {
            let (path, value) = (format!("{name}.{key}"), &entry.value);
            match key.as_str() {
                "ENGINE" => read.engine = engine(&path, value, problems).unwrap_or_default(),
                "NAME" => read.name = String::read(&path, value, problems).unwrap_or_default(),
                "USER" => read.user = String::read(&path, value, problems).unwrap_or_default(),
                "PASSWORD" => match &value.data {
                    Data::String(text) | Data::Raw(text) => read.password.clone_from(text),
                    _ => problems.push(value.expected_secret(&path, String::EXPECTS)),
                },
                "HOST" => read.host = String::read(&path, value, problems).unwrap_or_default(),
                "PORT" => read.port = port(&path, value, problems),
                "OPTIONS" => read.options = options(&path, value, problems),
                "CONN_MAX_AGE" => read.conn_max_age = Option::read(&path, value, problems).flatten(),
                "ATOMIC_REQUESTS" => read.atomic_requests = bool::read(&path, value, problems).unwrap_or_default(),
                "APPS" => read.apps = Vec::read(&path, value, problems).unwrap_or_default(),
                "REPLICA_OF" => read.replica_of = Option::read(&path, value, problems).flatten(),
                _ => problems.push(match instead(key) {
                    Some(instead) => {
                        Problem::new(&entry.key, &path, format!("rjango does not have `{path}`")).with_hint(instead)
                    }
                    None => Problem::unknown(&entry.key, &path, key, KEYS),
                }),
            }
        }
        if read.engine == "sqlite" {
            read.check_sqlite(name, table, problems);
        }
        for required in ["ENGINE", "NAME"] {
            if !table.contains_key(required) {
                problems.push(value.refused(name, format!("has no `{required}`")));
            }
        }
        (problems.len() == before).then_some(read)
    }

    fn show(&self) -> toml::Value {
        let mut table = toml::Table::new();
        table.insert("ENGINE".to_owned(), self.engine.show());
        table.insert("NAME".to_owned(), self.name.show());
        for (key, text) in [("USER", &self.user), ("HOST", &self.host)] {
            if !text.is_empty() {
                table.insert(key.to_owned(), text.show());
            }
        }
        if !self.password.is_empty() {
            table.insert("PASSWORD".to_owned(), toml::Value::String(MASK.to_owned()));
        }
        if let Some(port) = self.port {
            table.insert("PORT".to_owned(), port.show());
        }
        if let Some(age) = self.conn_max_age {
            table.insert("CONN_MAX_AGE".to_owned(), age.show());
        }
        if self.atomic_requests {
            table.insert("ATOMIC_REQUESTS".to_owned(), true.show());
        }
        if !self.apps.is_empty() {
            table.insert("APPS".to_owned(), self.apps.show());
        }
        if let Some(primary) = &self.replica_of {
            table.insert("REPLICA_OF".to_owned(), primary.show());
        }
        if !self.options.is_empty() {
            let shown = |key: &str, text: &str| if key.contains("pass") { MASK.to_owned() } else { text.to_owned() };
            let options = self.options.iter().map(|(key, text)| (key.clone(), shown(key, text).show())).collect();
            table.insert("OPTIONS".to_owned(), toml::Value::Table(options));
        }
        toml::Value::Table(table)
    }

    fn resolve(&mut self, base_dir: &Path) {
        if self.is_path() {
            self.name = base_dir.join(&self.name).display().to_string();
        }
    }
}

/// Django takes the port as text too, and empty text for none.
fn port(path: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<u16> {
    match &value.data {
        Data::String(text) | Data::Raw(text) if text.is_empty() => None,
        Data::String(text) => {
            let raw = Value { data: Data::Raw(text.clone()), origin: value.origin.clone() };
            u16::read(path, &raw, problems)
        }
        _ => u16::read(path, value, problems),
    }
}

impl fmt::Debug for DatabaseSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseSettings {}", self.show())
    }
}
