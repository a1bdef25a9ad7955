//! `runserver`: the development server, which builds the project and builds it again at each save.

use std::os::unix::process::CommandExt;
use std::path::Path;

use rjango_cli::clap::{self, Arg, ArgAction, ArgMatches};
use rjango_cli::{Address, ExitStatus, Globals, Terminal, Tool};
use rjango_core::Result;

use crate::build::{Build, build};
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
        let address = matches.get_one::<Address>("address").cloned().unwrap_or_else(|| Address::local(8000));
        serve(&root, &address, &globals, matches, settings.debug, terminal)
    }
}

fn serve(
    root: &Path,
    address: &Address,
    globals: &Globals,
    matches: &ArgMatches,
    debug: bool,
    terminal: &mut Terminal,
) -> Result<ExitStatus> {
    let mut arguments = vec!["runserver".to_owned(), address.to_string()];
    arguments.extend(globals.to_arguments());
    if matches.get_flag("skip-checks") {
        arguments.push("--skip-checks".to_owned());
    }
    let build_arguments: Vec<&'static str> = if matches.get_flag("release") { vec!["--release"] } else { vec![] };
    if matches.get_flag("noreload") {
        return match build(root, terminal.has_colour(), &build_arguments)? {
            Build::Done(executable) => {
                let refused = std::process::Command::new(executable).args(arguments).current_dir(root).exec();
                Err(refused.into())
            }
            Build::Broken(_) => Ok(ExitStatus::Failure),
        };
    }
    let listener = address.listen()?;
    terminal.say("Watching for file changes; building ...");
    let plan = Plan { root: root.to_owned(), arguments, build_arguments, debug, colour: terminal.has_colour() };
    supervise(plan, listener, &mut |text| terminal.say(text))?;
    Ok(ExitStatus::Success)
}
