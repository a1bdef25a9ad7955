//! `runserver`: the development server, which builds the project and builds it again at each save.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use rjango_cli::clap::{self, Arg, ArgAction, ArgMatches};
use rjango_cli::{Address, ExitStatus, Globals, Terminal, Tool};
use rjango_core::Result;

use crate::build::{Build, CargoBuild};
use crate::folder::find_project;
use crate::load::load_settings;
use crate::supervisor::{Plan, supervise};

pub(crate) struct RunServer;

impl Tool for RunServer {
    fn name(&self) -> &'static str {
        "runserver"
    }

    fn about(&self) -> &'static str {
        "Builds and serves the project, again at each save"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        rjango_cli::commands::runserver_arguments(command)
            .arg(
                Arg::new("noreload")
                    .long("noreload")
                    .action(ArgAction::SetTrue)
                    .help("Build once and serve; do not watch for changes"),
            )
            .arg(
                Arg::new("release")
                    .long("release")
                    .action(ArgAction::SetTrue)
                    .help("Build with optimisation, as for production"),
            )
    }

    fn run(&self, matches: &ArgMatches, terminal: &mut Terminal) -> Result<ExitStatus> {
        let root = find_project(&std::env::current_dir()?)?;
        let globals = Globals::from_matches(matches);
        let settings = load_settings(&root, &globals)?;
        let serving = Serving {
            root,
            address: matches.get_one::<Address>("address").cloned().unwrap_or_else(|| Address::local(8000)),
            globals,
            debug: settings.debug,
            skip_checks: matches.get_flag("skip-checks"),
            release: matches.get_flag("release"),
            no_reload: matches.get_flag("noreload"),
            target: None,
        };
        serve(&serving, terminal)
    }
}

/// What is to be served, and how.
pub(super) struct Serving {
    /// The project's folder.
    pub(super) root: PathBuf,
    /// Where to listen.
    pub(super) address: Address,
    /// The options of every command, for the server's own command line.
    pub(super) globals: Globals,
    /// Whether the browser is shown what the compiler said.
    pub(super) debug: bool,
    /// Whether the server starts without system checks.
    pub(super) skip_checks: bool,
    /// Whether to build with optimisation.
    pub(super) release: bool,
    /// Whether to build once and watch nothing.
    pub(super) no_reload: bool,
    /// The folder for build results, where it is not cargo's own choice.
    pub(super) target: Option<PathBuf>,
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            root: PathBuf::new(),
            address: Address::local(8000),
            globals: Globals::default(),
            debug: false,
            skip_checks: false,
            release: false,
            no_reload: false,
            target: None,
        }
    }
}

/// Builds and serves until interrupted.
pub(super) fn serve(serving: &Serving, terminal: &mut Terminal) -> Result<ExitStatus> {
    let mut arguments = vec!["runserver".to_owned(), serving.address.to_string()];
    arguments.extend(serving.globals.to_arguments());
    if serving.skip_checks {
        arguments.push("--skip-checks".to_owned());
    }
    let build = CargoBuild {
        root: serving.root.clone(),
        colour: terminal.has_colour(),
        release: serving.release,
        target: serving.target.clone(),
    };
    if serving.no_reload {
        return match build.run()? {
            Build::Done(executable) => {
                let refused = Command::new(executable).args(arguments).current_dir(&serving.root).exec();
                Err(refused.into())
            }
            Build::Broken(_) => Ok(ExitStatus::Failure),
        };
    }
    let listener = serving.address.listen()?;
    terminal.say("Watching for file changes; building ...");
    let plan = Plan { root: serving.root.clone(), arguments, build, debug: serving.debug };
    supervise(plan, listener, &mut |text| terminal.say(text))?;
    Ok(ExitStatus::Success)
}
