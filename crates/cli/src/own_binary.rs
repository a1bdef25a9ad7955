//! The project's own binary, as the toolchain knows it before it is built.

use crate::{ExitStatus, OwnCommand};
use rjango_core::Result;

/// A part of the site that the toolchain makes: what the project's source shows of its code, and the way to run it.
pub struct OwnBinary {
    /// The commands that `#[command]` marks, without those under a `cfg`.
    pub commands: Vec<OwnCommand>,
    /// The system checks that `#[check]` marks.
    pub checks: Vec<OwnCheck>,
    /// The functions that `#[receiver]` marks.
    pub receivers: Vec<OwnReceiver>,
    /// Builds the binary and runs the command line of this process in it; with colours where told so.
    pub run: Box<dyn Fn(bool) -> Result<ExitStatus> + Send + Sync>,
    /// The error where the text of a model, by app and struct, is in the app's folder although the source does not show it.
    pub unreached: Box<Unreached>,
}

/// A system check of the project's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCheck {
    /// Its dotted name.
    pub path: String,
    /// The tags that choose it.
    pub tags: Vec<String>,
}

/// A receiver of the project's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnReceiver {
    /// Its dotted name.
    pub path: String,
    /// The signal: `post_save`.
    pub signal: String,
    /// The name of the model's struct.
    pub model: String,
}

/// The error for a model of this app and struct, if its text is still there.
pub type Unreached = dyn Fn(&str, &str) -> Result<()> + Send + Sync;

impl std::fmt::Debug for OwnBinary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnBinary")
            .field("commands", &self.commands)
            .field("checks", &self.checks)
            .field("receivers", &self.receivers)
            .finish_non_exhaustive()
    }
}
