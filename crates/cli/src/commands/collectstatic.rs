//! `collectstatic`: every static file in one folder, for the web server.

use clap::{Arg, ArgAction, ArgMatches};
use rjango_contrib::staticfiles::{Finder, collect};
use rjango_core::{Error, Result};

use crate::{Command, ExitStatus, Project, Running, Terminal};

/// Django's `collectstatic`.
pub struct CollectStatic;

impl Command for CollectStatic {
    fn name(&self) -> &'static str {
        "collectstatic"
    }

    fn about(&self) -> &'static str {
        "Collects static files in STATIC_ROOT"
    }

    fn app(&self) -> &'static str {
        "staticfiles"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
            .arg(
                Arg::new("noinput")
                    .long("noinput")
                    .alias("no-input")
                    .action(ArgAction::SetTrue)
                    .help("Do not ask before files are overwritten"),
            )
            .arg(
                Arg::new("dry-run")
                    .short('n')
                    .long("dry-run")
                    .action(ArgAction::SetTrue)
                    .help("Say what would be copied, and copy nothing"),
            )
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            let settings = project.settings();
            let dry_run = matches.get_flag("dry-run");
            let files = Finder::of_site(&project.site).list()?;
            let planned = collect(settings, &files, true)?;
            let root = settings.static_root.as_deref().map(|root| settings.base_dir.join(root)).unwrap_or_default();
            let root = root.display();
            if !dry_run && !matches.get_flag("noinput") && !planned.copied.is_empty() {
                confirm(&root.to_string(), terminal)?;
            }
            let done = if dry_run { planned } else { collect(settings, &files, false)? };
            for path in &done.copied {
                let what = if dry_run { "Pretending to copy" } else { "Copying" };
                terminal.say_at(if dry_run { 1 } else { 2 }, format!("{what} '{path}'"));
            }
            let count = done.copied.len();
            let unmodified = match done.unmodified {
                0 => String::new(),
                count => format!(", {count} unmodified"),
            };
            terminal.say(format!(
                "{count} static file{} {}copied to '{root}'{unmodified}.",
                if count == 1 { "" } else { "s" },
                if dry_run { "would be " } else { "" },
            ));
            Ok(ExitStatus::Success)
        })
    }
}

fn confirm(root: &str, terminal: &mut Terminal) -> Result<()> {
    if !terminal.is_interactive() {
        return Err(
            Error::command("there is no terminal to ask whether files may be overwritten").with_hint("use `--noinput`")
        );
    }
    terminal.say(format!(
        "You have requested to collect static files at the destination\nlocation as specified in your settings:\n\n    \
         {root}\n\nThis will overwrite existing files!\nAre you sure you want to do this?\n"
    ));
    match terminal.ask("Type 'yes' to continue, or 'no' to cancel: ")?.as_deref() {
        Some("yes") => Ok(()),
        _ => Err(Error::command("collecting static files cancelled")),
    }
}
