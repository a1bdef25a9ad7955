//! `startproject`: writes a new project.

use std::path::PathBuf;

use rjango_cli::clap::{self, Arg, ArgMatches, value_parser};
use rjango_cli::{ExitStatus, Paint, Terminal, Tool};
use rjango_core::Result;

use crate::Assets;
use crate::scaffold::{Dependency, NewProject, create_project};

pub(crate) struct StartProject<'a>(pub(crate) &'a Assets);

impl Tool for StartProject<'_> {
    fn name(&self) -> &'static str {
        "startproject"
    }

    fn about(&self) -> &'static str {
        "Makes a new project's folder"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
            .arg(Arg::new("name").required(true).help("The project's name: its package and its binary"))
            .arg(
                Arg::new("directory")
                    .value_parser(value_parser!(PathBuf))
                    .help("The folder to write into [default: a new folder of the project's name]"),
            )
            .arg(framework_path())
    }

    fn run(&self, matches: &ArgMatches, terminal: &mut Terminal) -> Result<ExitStatus> {
        let name = matches.get_one::<String>("name").cloned().unwrap_or_default();
        let directory = matches.get_one::<PathBuf>("directory");
        // Django creates no folder that was named; here it is created, as nothing is overwritten in either case.
        let folder = std::path::absolute(directory.cloned().unwrap_or_else(|| PathBuf::from(&name)))?;
        if directory.is_none() && folder.exists() && !name.is_empty() {
            return Err(rjango_core::Error::command(format!("`{}` already exists", folder.display()))
                .with_hint("choose another name, or name the directory: `rjango startproject NAME DIRECTORY`"));
        }
        let dependency = dependency(self.0, matches)?;
        create_project(&NewProject { name, folder: folder.clone(), dependency }, self.0)?;
        let go = directory
            .map_or_else(|| matches.get_one::<String>("name").cloned(), |path| Some(path.display().to_string()));
        let go = go.filter(|path| path != ".").map_or_else(String::new, |path| format!("cd {path} && "));
        terminal.say(format!("The project is in {}.", folder.display()));
        terminal.say(format!(
            "{} {go}rjango startapp NAME, or {go}rjango migrate && rjango runserver",
            terminal.paint(Paint::Hint, "next:")
        ));
        Ok(ExitStatus::Success)
    }
}

/// The option that names the framework's checkout.
pub(crate) fn framework_path() -> Arg {
    Arg::new("framework-path").long("framework-path").value_name("FOLDER").value_parser(value_parser!(PathBuf)).help(
        "Take rjango from this checkout [default: the one this binary was built from, else the published version]",
    )
}

/// Where the new project takes the framework from.
///
/// # Errors
/// Where the person named a folder that is no checkout.
pub(crate) fn dependency(assets: &Assets, matches: &ArgMatches) -> Result<Dependency> {
    let named = matches.get_one::<PathBuf>("framework-path");
    Dependency::choose(named.map(PathBuf::as_path), assets.built_from.as_ref(), env!("CARGO_PKG_VERSION"))
}
