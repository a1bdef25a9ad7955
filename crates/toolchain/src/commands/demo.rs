//! `demo`: the shop, ready to be looked at: project, migrations, rows, a user, and the server.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rjango_cli::clap::{self, Arg, ArgAction, ArgMatches, value_parser};
use rjango_cli::{Address, ExitStatus, Globals, Paint, Terminal, Tool};
use rjango_core::{Error, Result, ResultExt};

use super::runserver::{Serving, serve};
use super::startproject::{dependency, framework_path};
use crate::Assets;
use crate::scaffold::{Dependency, NewProject, create_demo, random_text};

pub(crate) struct Demo<'a>(pub(crate) &'a Assets);

impl Tool for Demo<'_> {
    fn name(&self) -> &'static str {
        "demo"
    }

    fn about(&self) -> &'static str {
        "Makes the shop project with sample rows and an admin, and serves it"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
            .arg(
                Arg::new("directory")
                    .value_parser(value_parser!(PathBuf))
                    .help("The folder to write into [default: a new temporary folder]"),
            )
            .arg(rjango_cli::commands::address_argument().long("address"))
            .arg(
                Arg::new("no-serve")
                    .long("no-serve")
                    .action(ArgAction::SetTrue)
                    .help("Make the project and its database; neither build nor serve"),
            )
            .arg(framework_path())
    }

    fn run(&self, matches: &ArgMatches, terminal: &mut Terminal) -> Result<ExitStatus> {
        let folder = match matches.get_one::<PathBuf>("directory") {
            Some(folder) => std::path::absolute(folder)?,
            None => std::env::temp_dir().join(format!("rjango-demo-{}", random_text(8)?)),
        };
        let new =
            NewProject { name: "mysite".to_owned(), folder: folder.clone(), dependency: dependency(self.0, matches)? };
        create_demo(&new, self.0)?;
        terminal.say(format!("The shop's project is in {}.", folder.display()));
        let password = random_text(12)?;
        let globals = Globals::from_matches(matches);
        for step in [
            &["makemigrations"][..],
            &["migrate"],
            &["shell", "-c", self.0.demo_rows],
            &["createsuperuser", "--noinput", "--username", "admin", "--email", "admin@example.com"],
        ] {
            rjango(step, &folder, &password)?;
        }
        let address = matches.get_one::<Address>("address").cloned().unwrap_or_else(|| Address::local(8000));
        let url = |path: &str| format!("http://{address}{path}");
        terminal.say(format!(
            "\n  {}\n  {}   user {}, password {}\n",
            terminal.paint(Paint::Strong, url("/products/")),
            terminal.paint(Paint::Strong, url("/admin/")),
            terminal.paint(Paint::Strong, "admin"),
            terminal.paint(Paint::Strong, &password),
        ));
        if matches.get_flag("no-serve") {
            terminal.say(format!("To serve it: cd {} && rjango runserver", folder.display()));
            return Ok(ExitStatus::Success);
        }
        terminal.say("The first build takes a minute or two; then open the pages above.");
        let target = shared_target(&new.dependency);
        serve(&Serving { root: folder, address, globals, debug: true, target, ..Serving::default() }, terminal)
    }
}

/// Runs this binary in the new project: each step is what a person would type.
fn rjango(arguments: &[&str], folder: &Path, password: &str) -> Result<()> {
    let program = std::env::current_exe().context("cannot find this program's own file")?;
    let status = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("RJANGO_SUPERUSER_PASSWORD", password)
        .env("DJANGO_SUPERUSER_PASSWORD", password)
        .env_remove("RJANGO_ENV")
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()?;
    if status.success() {
        return Ok(());
    }
    Err(Error::command(format!("`rjango {}` failed ({status})", arguments.first().copied().unwrap_or_default()))
        .with_hint(format!("the project is in {}", folder.display())))
}

/// Every demo of one checkout has the same dependencies: they are built once.
fn shared_target(dependency: &Dependency) -> Option<PathBuf> {
    match dependency {
        Dependency::Path(checkout) if std::env::var_os("CARGO_TARGET_DIR").is_none() => {
            Some(checkout.join("target/demo"))
        }
        _ => None,
    }
}
