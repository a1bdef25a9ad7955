//! `run_rust`: a function of the project, run in the migration's transaction.
//!
//! The operation names the function; a line of the script, [`marker`], is the place where it runs. The executor finds the
//! function among those that `#[rjango::data_migration]` has registered.

use rjango_core::Result;
use serde::Deserialize;

use super::{Act, Operation, TomlText};
use crate::{Direction, ProjectState};

/// Runs a function; the state does not change.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRust {
    /// The function's path from the crate's root: `shop::data_migrations::fill_sku`. Empty where there is nothing to do,
    /// as in the inverse of a function with an empty `reverse`.
    pub function: String,
    /// The function that undoes it; without one the migration cannot be taken back. Empty where nothing is to be undone.
    #[serde(default)]
    pub reverse: Option<String>,
    /// Whether squashing may leave it out: it only touched rows.
    #[serde(default)]
    pub elidable: bool,
}

impl RunRust {
    /// The function that a script of this direction runs, if any.
    pub(crate) fn function(&self, direction: Direction) -> Option<&str> {
        let function = match direction {
            Direction::Up => Some(self.function.as_str()),
            Direction::Down => self.reverse.as_deref(),
        };
        function.filter(|function| !function.is_empty())
    }
}

/// How a line of a script begins that stands for a function.
pub(crate) const MARK: &str = "-- rjango: run ";

/// The line of a script that stands for a function.
pub(crate) fn marker(function: &str) -> String {
    format!("{MARK}{function}")
}

/// The function that a line of a script stands for.
pub(crate) fn marked(line: &str) -> Option<&str> {
    line.strip_prefix(MARK).map(str::trim)
}

impl Act for RunRust {
    fn type_name(&self) -> &'static str {
        "run_rust"
    }

    fn symbol(&self) -> char {
        'r'
    }

    fn describe(&self) -> String {
        match self.function.as_str() {
            "" => "Run nothing".to_owned(),
            function => format!("Run the Rust function {function}"),
        }
    }

    fn fragment(&self) -> Option<String> {
        self.function.rsplit("::").next().map(str::to_lowercase).filter(|name| !name.is_empty())
    }

    fn model(&self) -> Option<&str> {
        None
    }

    fn apply(&self, _app: &str, _state: &mut ProjectState) -> Result<()> {
        Ok(())
    }

    fn inverse(&self, _app: &str, _before: &ProjectState) -> Result<Option<Operation>> {
        Ok(self.reverse.clone().map(|function| {
            Operation::RunRust(Self { function, reverse: Some(self.function.clone()), elidable: self.elidable })
        }))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("function", &self.function)?;
        if let Some(function) = &self.reverse {
            text.value("reverse", function)?;
        }
        text.flag("elidable", self.elidable)
    }
}
