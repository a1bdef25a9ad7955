//! `diffsettings`: the settings as the project has them, against the defaults.

use clap::{Arg, ArgAction, ArgMatches};

use crate::{Command, ExitStatus, Project, Running, Terminal};

/// Django's `diffsettings`. The output is TOML; secrets are masked.
pub struct DiffSettings;

impl Command for DiffSettings {
    fn name(&self) -> &'static str {
        "diffsettings"
    }

    fn about(&self) -> &'static str {
        "Shows the settings that differ from the defaults, and where they were set"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command.arg(
            Arg::new("all")
                .long("all")
                .action(ArgAction::SetTrue)
                .help("Show every setting with its meaning, its default and its environment variable"),
        )
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            let all = matches.get_flag("all");
            for setting in project.settings().listed() {
                if all {
                    terminal.line(format!("# {} (${})", setting.doc.replace('\n', "\n#"), setting.variable))?;
                }
                if setting.is_changed() {
                    let origin = setting.origin.map_or_else(String::new, |origin| format!("  # {origin}"));
                    terminal.line(format!("{} = {}{origin}", setting.name, setting.value))?;
                    if all {
                        terminal.line(format!("# default: {}", setting.default))?;
                    }
                } else if all {
                    terminal.line(format!("# {} = {}", setting.name, setting.default))?;
                }
                if all {
                    terminal.line("")?;
                }
            }
            Ok(ExitStatus::Success)
        })
    }
}
