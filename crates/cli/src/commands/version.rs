//! `version`: which rjango this is.

use clap::ArgMatches;
use rjango_core::Result;

use crate::{ExitStatus, Terminal, Tool};

/// Prints the framework's version, as `django-admin version` does.
pub struct Version;

impl Tool for Version {
    fn name(&self) -> &'static str {
        "version"
    }

    fn about(&self) -> &'static str {
        "Prints rjango's version"
    }

    fn run(&self, _matches: &ArgMatches, terminal: &mut Terminal) -> Result<ExitStatus> {
        terminal.line(env!("CARGO_PKG_VERSION"))?;
        Ok(ExitStatus::Success)
    }
}
