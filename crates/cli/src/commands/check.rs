//! `check`: what is wrong with the project, or unwise.

use clap::{Arg, ArgAction, ArgMatches};
use rjango_contrib::staticfiles::Finder;
use rjango_core::checks::{Level, all_checks};
use rjango_http::templates::unknown_references;

use crate::system_checks::{self, Wanted};
use crate::{Command, ExitStatus, OwnBinary, Project, Running, Terminal};

/// Django's `check`.
pub struct Check;

impl Command for Check {
    fn name(&self) -> &'static str {
        "check"
    }

    fn about(&self) -> &'static str {
        "Checks the settings, models, migrations and URLs for common mistakes"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
            .arg(
                Arg::new("tag")
                    .short('t')
                    .long("tag")
                    .value_name("TAG")
                    .action(ArgAction::Append)
                    .help("Run only checks with this tag"),
            )
            .arg(Arg::new("list-tags").long("list-tags").action(ArgAction::SetTrue).help("List the tags"))
            .arg(
                Arg::new("deploy")
                    .long("deploy")
                    .action(ArgAction::SetTrue)
                    .help("Check what matters in production too"),
            )
            .arg(
                Arg::new("database")
                    .long("database")
                    .value_name("ALIAS")
                    .action(ArgAction::Append)
                    .help("Look into this database too, for columns that the fields cannot read and for the time zone"),
            )
            .arg(
                Arg::new("compiled")
                    .long("compiled")
                    .action(ArgAction::SetTrue)
                    .help("Ask the project's own binary, which runs the project's own checks too"),
            )
            .arg(Arg::new("templates").long("templates").action(ArgAction::SetTrue).help(
                "Ask the project's own binary for routes, static files and templates that templates name in vain",
            ))
            .arg(
                Arg::new("fail-level")
                    .long("fail-level")
                    .value_name("LEVEL")
                    .value_parser(["CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"])
                    .ignore_case(true)
                    .default_value("ERROR")
                    .help("Exit with 1 from this level on"),
            )
    }

    fn asks_own_binary(&self, matches: &ArgMatches) -> bool {
        matches.get_flag("compiled") || matches.get_flag("templates")
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            let own = project.site.get::<OwnBinary>().filter(|own| !own.checks.is_empty());
            let own_tags = || own.iter().flat_map(|own| &own.checks).flat_map(|check| &check.tags).map(String::as_str);
            if matches.get_flag("list-tags") {
                let mut tags: Vec<&str> = all_checks().iter().flat_map(|check| check.tags).copied().collect();
                tags.extend(own_tags());
                tags.sort_unstable();
                tags.dedup();
                terminal.line(tags.join("\n"))?;
                return Ok(ExitStatus::Success);
            }
            let tags: Vec<&str> = matches.get_many::<String>("tag").into_iter().flatten().map(String::as_str).collect();
            // A tag of the project's own checks asks for what only the project's own binary has.
            if let Some(own) = own
                && let Some(tag) = tags.iter().find(|tag| own_tags().any(|own| own == **tag))
            {
                terminal.say(format!(
                    "The project's own checks have the tag `{tag}`: building the project, whose own binary checks."
                ));
                return (own.run)(terminal.has_colour());
            }
            let mut found = Vec::new();
            for alias in matches.get_many::<String>("database").into_iter().flatten() {
                found.extend(system_checks::in_database(project, alias).await?);
            }
            if matches.get_flag("templates") {
                let files = Finder::of_site(&project.site);
                found.extend(unknown_references(&project.site, |path| files.find(path).is_some()));
            }
            let wanted = Wanted { tags: &tags, deploy: matches.get_flag("deploy"), found: &found };
            let report = system_checks::run(project, wanted, terminal)?;
            terminal.line(system_checks::summary(&report))?;
            if own.is_some() && tags.is_empty() {
                terminal.say("The project's own checks have not run: `rjango check --compiled` runs them too.");
            }
            let level = level(matches.get_one::<String>("fail-level").map_or("ERROR", String::as_str));
            let failed = report.messages.iter().any(|message| message.level >= level);
            Ok(if failed { ExitStatus::Failure } else { ExitStatus::Success })
        })
    }
}

fn level(name: &str) -> Level {
    match name.to_ascii_uppercase().as_str() {
        "CRITICAL" => Level::Critical,
        "WARNING" => Level::Warning,
        "INFO" => Level::Info,
        "DEBUG" => Level::Debug,
        _ => Level::Error,
    }
}
