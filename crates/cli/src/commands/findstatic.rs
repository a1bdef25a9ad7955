//! `findstatic`: where a static file comes from.

use clap::{Arg, ArgAction, ArgMatches};
use rjango_contrib::staticfiles::{Finder, StaticFile};

use crate::{Command, ExitStatus, Project, Running, Terminal};

/// Django's `findstatic`.
pub struct FindStatic;

impl Command for FindStatic {
    fn name(&self) -> &'static str {
        "findstatic"
    }

    fn about(&self) -> &'static str {
        "Says where a static file comes from"
    }

    fn app(&self) -> &'static str {
        "staticfiles"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
            .arg(
                Arg::new("path")
                    .value_name("PATH")
                    .action(ArgAction::Append)
                    .required(true)
                    .help("The path below STATIC_URL, for example `shop/style.css`"),
            )
            .arg(
                Arg::new("first")
                    .long("first")
                    .action(ArgAction::SetTrue)
                    .help("Only the file that is served, not those that it hides"),
            )
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            let finder = Finder::of_site(&project.site);
            let wanted = if matches.get_flag("first") { 1 } else { usize::MAX };
            let mut status = ExitStatus::Success;
            for path in matches.get_many::<String>("path").into_iter().flatten() {
                let found: Vec<StaticFile> = finder.find_all(path).take(wanted).collect();
                if found.is_empty() {
                    terminal.say(format!("No matching file found for '{path}'."));
                    for folder in finder.folders() {
                        terminal.say_at(2, format!("  searched {}", folder.display()));
                    }
                    status = ExitStatus::Failure;
                    continue;
                }
                terminal.line(format!("Found '{path}' here:"))?;
                for file in found {
                    match file {
                        StaticFile::Disk(path) => terminal.line(format!("  {}", path.display()))?,
                        StaticFile::Embedded(_) => terminal.line("  inside the program")?,
                    }
                }
            }
            Ok(status)
        })
    }
}
