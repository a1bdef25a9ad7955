//! `changepassword`: another password for a user.

use clap::{Arg, ArgMatches};
use rjango_contrib::auth::{AnyUser, password_problems, users};
use rjango_core::{Error, Result};

use super::createsuperuser::without_table;
use crate::{Command, ExitStatus, Project, Running, Terminal};

/// How often the person may try.
const ATTEMPTS: usize = 3;

/// Django's `changepassword`.
pub struct ChangePassword;

impl Command for ChangePassword {
    fn name(&self) -> &'static str {
        "changepassword"
    }

    fn about(&self) -> &'static str {
        "Changes a user's password"
    }

    fn app(&self) -> &'static str {
        "auth"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command.arg(Arg::new("username").value_name("USERNAME").help("The user; by default the one named like you"))
    }

    fn runs(&self) -> &'static [&'static str] {
        &["PASSWORD_HASHERS", "AUTH_PASSWORD_VALIDATORS"]
    }

    fn run<'a>(&'a self, _project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            let username = match matches.get_one::<String>("username") {
                Some(username) => username.clone(),
                None => std::env::var("LOGNAME").or_else(|_| std::env::var("USER")).map_err(|_| {
                    Error::command("which user?").with_hint("name one: `rjango changepassword USERNAME`")
                })?,
            };
            let user = users::by_username(&username).await.map_err(without_table)?;
            let Some(mut user) = user else {
                return Err(Error::command(format!("the user `{username}` does not exist"))
                    .with_hint("`rjango createsuperuser` creates one"));
            };
            terminal.say(format!("Changing password for user '{username}'"));
            let password = ask(&user, terminal)?;
            user.change_password(&password).await?;
            terminal.say(format!("Password changed successfully for user '{username}'"));
            Ok(ExitStatus::Success)
        })
    }
}

fn ask(user: &AnyUser, terminal: &mut Terminal) -> Result<String> {
    for _ in 0..ATTEMPTS {
        let (Some(password), Some(again)) =
            (terminal.ask_hidden("Password: ")?, terminal.ask_hidden("Password (again): ")?)
        else {
            return Err(Error::command("aborted"));
        };
        if password.is_empty() {
            terminal.say("Blank passwords aren't allowed.");
            continue;
        }
        if password != again {
            terminal.say("Passwords do not match. Please try again.");
            continue;
        }
        let problems = password_problems(&password, Some(user))?;
        if problems.is_empty() {
            return Ok(password);
        }
        for problem in problems {
            terminal.say(problem);
        }
    }
    Err(Error::command(format!("aborting password change for user `{}` after {ATTEMPTS} attempts", user.username())))
}
