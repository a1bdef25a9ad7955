//! Django itself: a Python process that renders a case for each line that it gets.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;

use crate::case::{Case, Page};

/// A version of Django.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The one with long-term support.
    V5_2,
    /// The newest.
    #[cfg_attr(not(feature = "django-6-1-tested"), allow(dead_code))]
    V6_1,
}

/// A process of it.
pub struct Django {
    child: Child,
    asked: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Page(String),
    Error(String),
}

impl Django {
    pub fn start(version: Version) -> Self {
        let variable = match version {
            Version::V5_2 => "RJANGO_TEST_PYTHON",
            Version::V6_1 => "RJANGO_TEST_PYTHON_6_1",
        };
        let python = std::env::var(variable).unwrap_or_else(|_| {
            panic!("`{variable}` names the Python that has {version:?} of Django; `scripts/test` sets it")
        });
        let mut child = Command::new(python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/random/ask.py"))
            // No compiled files beside the sources.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let asked = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self { child, asked, answers }
    }

    /// Its page, or its error.
    pub fn page(&mut self, case: &Case) -> Page {
        let asked = self.asked.as_mut().unwrap();
        writeln!(asked, "{}", case.json()).unwrap();
        asked.flush().unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "Python ended at the case {}", case.json());
        match serde_json::from_str(&line).unwrap() {
            Answer::Page(page) => Ok(page),
            Answer::Error(error) => Err(error),
        }
    }
}

impl Drop for Django {
    fn drop(&mut self) {
        // Python ends where there is nothing more to read.
        drop(self.asked.take());
        let _ = self.child.wait();
    }
}
