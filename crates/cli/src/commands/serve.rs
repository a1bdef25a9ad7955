//! `serve`: the production server. Everything that it needs is in the binary and in the environment.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, value_parser};

use super::runserver::address;
use crate::server::{self, Migrations, Serving};
use crate::system_checks::{self, Wanted};
use crate::{Address, Command, ExitStatus, Project, Running, Terminal};

/// Serves without a watcher, for production.
pub struct Serve;

impl Command for Serve {
    fn name(&self) -> &'static str {
        "serve"
    }

    fn about(&self) -> &'static str {
        "Serves the project in production"
    }

    fn is_threaded(&self) -> bool {
        true
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
            .arg(
                Arg::new("bind")
                    .long("bind")
                    .value_name("ADDRESS:PORT")
                    .env("RJANGO_BIND")
                    .value_parser(address)
                    .help("Where to listen [default: 127.0.0.1:8000]"),
            )
            .arg(
                Arg::new("access-log").long("access-log").action(ArgAction::SetTrue).help("Log each request on stderr"),
            )
            .arg(
                Arg::new("grace")
                    .long("grace")
                    .value_name("SECONDS")
                    .value_parser(value_parser!(u64).range(0..=3600))
                    .default_value("30")
                    .help("How long requests may take to finish when the server is asked to end"),
            )
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            let report = system_checks::run(project, Wanted::default(), terminal)?;
            server::refuse_serious(&report)?;
            let settings = project.settings();
            if settings.debug {
                terminal.say("warning: DEBUG is on: errors show their insides to everyone. Set RJANGO_DEBUG=false.");
            }
            match server::migrations(project).await? {
                Migrations::Applied => {}
                Migrations::Unapplied(warning) => terminal.say(warning),
                Migrations::Unknown(error) => {
                    let asked = settings.health_path.as_ref();
                    let health = asked.map_or_else(String::new, |path| format!(" `{path}` says when it does."));
                    terminal.say_at(
                        0,
                        format!("warning: the database does not answer; the server starts without it.{health}"),
                    );
                    terminal.say_at(0, format!("{error:?}"));
                }
            }
            let address = matches.get_one::<Address>("bind").cloned().unwrap_or_else(|| Address::local(8000));
            let listener = address.listen()?;
            terminal.say(format!("Serving on http://{}/", listener.local_addr()?));
            let grace = Duration::from_secs(matches.get_one::<u64>("grace").copied().unwrap_or(30));
            let serving = Serving { log: matches.get_flag("access-log"), grace };
            server::serve(project, listener, serving).await?;
            terminal.say_at(2, "The server has ended.");
            Ok(ExitStatus::Success)
        })
    }
}
