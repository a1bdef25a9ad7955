//! `startapp`: writes a new app into the project, and makes it known there.

use rjango_cli::clap::{self, Arg, ArgMatches};
use rjango_cli::{ExitStatus, Terminal, Tool};
use rjango_core::Result;

use crate::Assets;
use crate::folder::find_project;
use crate::scaffold::create_app;

pub(crate) struct StartApp<'a>(pub(crate) &'a Assets);

impl Tool for StartApp<'_> {
    fn name(&self) -> &'static str {
        "startapp"
    }

    fn about(&self) -> &'static str {
        "Makes a new app in the project, in INSTALLED_APPS and in manage.rs"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command.arg(Arg::new("name").required(true).help("The app's name: its folder, its module and its label"))
    }

    fn run(&self, matches: &ArgMatches, terminal: &mut Terminal) -> Result<ExitStatus> {
        let name = matches.get_one::<String>("name").cloned().unwrap_or_default();
        let root = find_project(&std::env::current_dir()?)?;
        create_app(&root, &name, self.0)?;
        terminal.say(format!("The app is in {}; INSTALLED_APPS and manage.rs name it.", root.join(&name).display()));
        Ok(ExitStatus::Success)
    }
}
