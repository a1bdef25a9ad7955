//! What a management command is, and how a project's own commands become known.

use std::future::Future;
use std::pin::Pin;

use clap::ArgMatches;
use rjango_core::Result;

use crate::{Project, Terminal};

/// The future of a running command: it borrows what the command was given and stays on one thread.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<ExitStatus>> + 'a>>;

/// A management command: Django's `BaseCommand`.
///
/// One command is one file. It runs inside the project's site, on a runtime of one thread unless it asks for more;
/// nothing has connected to a database before it does.
pub trait Command: Send + Sync {
    /// The word on the command line.
    fn name(&self) -> &'static str;

    /// One sentence without a period, for `help`.
    fn about(&self) -> &'static str;

    /// The app under which `help` lists the command.
    fn app(&self) -> &'static str {
        "rjango"
    }

    /// Adds the command's own arguments and options.
    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
    }

    /// Whether the command is to run on as many threads as the machine has.
    fn is_threaded(&self) -> bool {
        false
    }

    /// Whether these arguments ask the project's own binary, which has the project's code compiled in. The toolchain then
    /// builds that binary and runs the command line in it; it does not read the project's source.
    fn asks_own_binary(&self, _matches: &ArgMatches) -> bool {
        false
    }

    /// The settings whose items the command runs, such as `PASSWORD_HASHERS`. Where one of them names an item of the project's
    /// own, the toolchain lets the project's own binary run the command.
    fn runs(&self) -> &'static [&'static str] {
        &[]
    }

    /// What else of the project's own code the command needs with this project, in words; the toolchain then lets the project's own
    /// binary run it.
    fn needs(&self, _project: &Project) -> Option<String> {
        None
    }

    /// Does the work: `Box::pin(async move { ... })`.
    ///
    /// # Errors
    /// What the person is told after `error: `; the exit code is then 1.
    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a>;
}

/// A command that needs no project, such as `startproject`. It is plain code.
pub trait Tool: Send + Sync {
    /// The word on the command line.
    fn name(&self) -> &'static str;

    /// One sentence without a period, for `help`.
    fn about(&self) -> &'static str;

    /// The group under which `help` lists the command.
    fn app(&self) -> &'static str {
        "rjango"
    }

    /// Adds the command's own arguments and options.
    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
    }

    /// Does the work.
    ///
    /// # Errors
    /// What the person is told after `error: `; the exit code is then 1.
    fn run(&self, matches: &ArgMatches, terminal: &mut Terminal) -> Result<ExitStatus>;
}

/// A command of the project or of a third-party app. `#[command]` submits one.
#[doc(hidden)]
pub struct CommandEntry {
    path: fn() -> String,
    command: fn() -> &'static dyn Command,
}

inventory::collect!(CommandEntry);

impl CommandEntry {
    /// A command of this dotted name.
    pub const fn new(path: fn() -> String, command: fn() -> &'static dyn Command) -> Self {
        Self { path, command }
    }

    /// Every registered command with its dotted name, ordered by it.
    pub fn all_with_paths() -> impl Iterator<Item = (String, &'static dyn Command)> {
        let entries = inventory::iter::<CommandEntry>.into_iter();
        let mut all: Vec<_> = entries.map(|entry| ((entry.path)(), (entry.command)())).collect();
        // The linker decides the order of registration.
        all.sort_by(|(left, _), (right, _)| left.cmp(right));
        all.into_iter()
    }
}

/// How a command ended, where it did not fail with an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Done: exit code 0.
    Success,
    /// A check found something, or a person said no: exit code 1.
    Failure,
    /// The command line is wrong: exit code 2.
    Usage,
    /// A question has nobody to answer it: exit code 3, as Django's `makemigrations --noinput`.
    NeedsAnswer,
}

impl ExitStatus {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::NeedsAnswer => 3,
        }
    }
}
