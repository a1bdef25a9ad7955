//! `runserver`: the development server. In the project's own binary it serves what is compiled; the toolchain's builds.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches};

use crate::server::{self, Migrations, Serving};
use crate::system_checks::{self, Wanted};
use crate::{Address, Command, ExitStatus, Paint, Project, Running, Terminal};

/// Django's `runserver`, without its reloader.
pub struct RunServer;

impl Command for RunServer {
    fn name(&self) -> &'static str {
        "runserver"
    }

    fn about(&self) -> &'static str {
        "Serves the project as it is compiled, for development"
    }

    fn is_threaded(&self) -> bool {
        true
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        runserver_arguments(command)
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            let settings = project.settings();
            if !settings.debug && settings.allowed_hosts.is_empty() {
                return Err(rjango_core::Error::command("`ALLOWED_HOSTS` is empty and `DEBUG` is off").with_hint(
                    "name the hosts, for example `ALLOWED_HOSTS = [\"example.com\"]`, or set `DEBUG = true`",
                ));
            }
            let address = matches.get_one::<Address>("address").cloned().unwrap_or_else(|| Address::local(8000));
            let listener = address.listen()?;
            if !matches.get_flag("skip-checks") {
                terminal.say("Performing system checks...\n");
                let report = system_checks::run(project, Wanted::default(), terminal)?;
                server::refuse_serious(&report)?;
                terminal.say(system_checks::summary(&report));
            }
            // What is wrong with the database or the migrations is a page's error, not the server's: it may be fixed meanwhile.
            match server::migrations(project).await {
                Ok(Migrations::Applied) => {}
                Ok(Migrations::Unapplied(warning)) => {
                    terminal.say(format!("\n{}", terminal.paint(Paint::Warning, warning)));
                }
                Ok(Migrations::Unknown(error)) | Err(error) => {
                    terminal.say(format!("\n{} {error:?}", terminal.paint(Paint::Warning, "warning:")));
                }
            }
            terminal.say(format!(
                "{}\nrjango version {}, using settings '{}'\nStarting development server at http://{address}/\n\
                 Quit the server with CONTROL-C.\n",
                chrono::Local::now().format("%B %d, %Y - %H:%M:%S"),
                env!("CARGO_PKG_VERSION"),
                "config/settings.toml",
            ));
            let serving = Serving { log: true, grace: Duration::from_secs(3) };
            server::serve(project, listener, serving).await?;
            Ok(ExitStatus::Success)
        })
    }
}

/// The arguments that `runserver` has in both binaries.
pub fn runserver_arguments(command: clap::Command) -> clap::Command {
    command
        .arg(address_argument())
        .arg(Arg::new("skip-checks").long("skip-checks").action(ArgAction::SetTrue).help("Serve without system checks"))
}

/// Where to listen, as `address`.
pub fn address_argument() -> Arg {
    Arg::new("address")
        .value_name("ADDRESS:PORT")
        .value_parser(address)
        .help("Where to listen: a port, or address:port [default: 127.0.0.1:8000]")
}

/// An address for clap.
pub(super) fn address(text: &str) -> std::result::Result<Address, String> {
    text.parse().map_err(|error: rjango_core::Error| error.to_string())
}
