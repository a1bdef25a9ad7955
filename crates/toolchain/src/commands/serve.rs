//! `serve` and `test`: commands that need the project's own code, handed to cargo and to the project's binary.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

use rjango_cli::clap::{self, Arg, ArgAction, ArgMatches, value_parser};
use rjango_cli::{ExitStatus, Terminal, Tool};
use rjango_core::Result;

use crate::build::{Build, CargoBuild};
use crate::folder::find_project;
use crate::load::own_commands;

/// Builds with optimisation and serves as in production.
pub(crate) struct Serve;

impl Tool for Serve {
    fn name(&self) -> &'static str {
        "serve"
    }

    fn about(&self) -> &'static str {
        "Builds the project with optimisation and serves it as in production"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command.arg(passed_on("What the project's own `serve` takes, for example --bind 0.0.0.0:8000"))
    }

    fn run(&self, matches: &ArgMatches, terminal: &mut Terminal) -> Result<ExitStatus> {
        let root = find_project(&std::env::current_dir()?)?;
        let arguments = ["serve".into()].into_iter().chain(given(matches)).collect::<Vec<_>>();
        run_in_project(&root, true, &arguments, terminal.has_colour())
    }
}

/// Runs the project's tests.
pub(crate) struct Test;

impl Tool for Test {
    fn name(&self) -> &'static str {
        "test"
    }

    fn about(&self) -> &'static str {
        "Builds and runs the project's tests"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command.arg(passed_on("What `cargo test` takes, for example part of a test's name"))
    }

    fn run(&self, matches: &ArgMatches, _terminal: &mut Terminal) -> Result<ExitStatus> {
        let root = find_project(&std::env::current_dir()?)?;
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        Err(cargo.arg("test").args(given(matches)).current_dir(root).exec().into())
    }
}

/// Runs a command that is none of the framework's, where the project's source shows it: by `#[command]` over a plain name, or
/// by the file `commands/NAME.rs` of an app. Where the name of a command is not plain, the project's own binary knows.
///
/// Gives `None` where it is no command of the project either, so that the nearest known one can be named.
pub(crate) fn forward(name: &str, arguments: &[OsString]) -> Option<Result<ExitCode>> {
    let root = find_project(&std::env::current_dir().ok()?).ok()?;
    let commands = own_commands(&root);
    let is_shown = commands.iter().any(|command| command.name.as_deref().is_none_or(|own| own == name));
    let has_file = || {
        let folders = std::fs::read_dir(&root).into_iter().flatten().flatten();
        folders.into_iter().any(|entry| entry.path().join("commands").join(format!("{name}.rs")).is_file())
    };
    let is_ours = is_shown || has_file();
    is_ours.then(|| run_in_project(&root, false, arguments, false).map(|status| ExitCode::from(status.code())))
}

/// Builds the project and becomes its binary.
pub(crate) fn run_in_project(root: &Path, release: bool, arguments: &[OsString], colour: bool) -> Result<ExitStatus> {
    match (CargoBuild { root: root.to_owned(), colour, release, target: None }).run()? {
        Build::Done(executable) => Err(Command::new(executable).args(arguments).current_dir(root).exec().into()),
        Build::Broken(_) => Ok(ExitStatus::Failure),
    }
}

fn passed_on(help: &'static str) -> Arg {
    Arg::new("arguments")
        .action(ArgAction::Append)
        .num_args(0..)
        .trailing_var_arg(true)
        .allow_hyphen_values(true)
        .value_parser(value_parser!(OsString))
        .help(help)
}

fn given(matches: &ArgMatches) -> impl Iterator<Item = OsString> + use<> {
    matches.get_many::<OsString>("arguments").into_iter().flatten().cloned().collect::<Vec<_>>().into_iter()
}
