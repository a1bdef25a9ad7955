//! The Djangos that are asked: one Python process for a batch of expressions.
//!
//! `scripts/test` makes a virtual environment for each and names its Python in an environment variable. A test that asks one
//! is built only where `scripts/test` says by a feature that it is there, and fails where it is not.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use rjango_core::DatabaseSettings;
use rjango_core::timezone::Zone;
use serde::Deserialize;
use serde_json::{Value as Json, json};

/// A version of Django.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Django {
    /// The one with long-term support.
    V5_2,
    /// The newest.
    V6_1,
}

/// What Django answers to one expression.
#[derive(Debug, Deserialize)]
pub struct Answer {
    /// The result in plain JSON, or the name of its error and the message.
    pub result: Json,
    /// The statements that were run.
    pub sql: Vec<String>,
}

impl Django {
    #[allow(dead_code)] // The randomised oracle asks one at a time.
    pub const ALL: &[Self] = &[Self::V5_2, Self::V6_1];

    /// The Python that has it.
    fn python(self) -> String {
        let variable = match self {
            Self::V5_2 => "RJANGO_TEST_PYTHON",
            Self::V6_1 => "RJANGO_TEST_PYTHON_6_1",
        };
        std::env::var(variable).unwrap_or_else(|_| {
            panic!("`{variable}` names the Python that has {self:?} of Django; `scripts/test` sets it")
        })
    }

    const fn number(self) -> &'static str {
        match self {
            Self::V5_2 => "5.2",
            Self::V6_1 => "6.1",
        }
    }

    /// Its answers to these expressions, over the rows of this database.
    pub fn ask(self, database: &DatabaseSettings, zone: Zone, expressions: &[&str]) -> BTreeMap<String, Answer> {
        let asked = json!({
            "django": self.number(),
            "database": {
                "engine": database.engine,
                "name": database.name,
                "user": database.user,
                "password": database.password,
                "host": database.host,
                "port": database.port,
            },
            "zone": zone.name(),
            "expressions": expressions,
        });
        let mut child = Command::new(self.python())
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/typed/oracle/ask.py"))
            // No compiled files beside the sources.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Python starts");
        child.stdin.take().expect("it is piped").write_all(asked.to_string().as_bytes()).expect("Python listens");
        let output = child.wait_with_output().expect("Python ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("Python writes JSON")
    }
}
