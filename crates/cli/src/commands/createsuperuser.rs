//! `createsuperuser`: a user with every right.

use clap::{Arg, ArgAction, ArgMatches};
use rjango_contrib::auth::{User, password_problems, username_problem};
use rjango_core::{Error, ErrorKind, Result};

use crate::{Command, ExitStatus, Project, Running, Terminal};

/// Django's `createsuperuser`.
pub struct CreateSuperuser;

/// What Django says to a name that is there.
const TAKEN: &str = "that username is already taken";

impl Command for CreateSuperuser {
    fn name(&self) -> &'static str {
        "createsuperuser"
    }

    fn about(&self) -> &'static str {
        "Creates a superuser"
    }

    fn app(&self) -> &'static str {
        "auth"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
            .arg(Arg::new("username").long("username").value_name("NAME").help("The name to log in with"))
            .arg(Arg::new("email").long("email").value_name("ADDRESS").help("The e-mail address"))
            .arg(
                Arg::new("noinput")
                    .long("noinput")
                    .alias("no-input")
                    .action(ArgAction::SetTrue)
                    .help("Ask nothing: take RJANGO_SUPERUSER_{USERNAME,EMAIL,PASSWORD} from the environment"),
            )
    }

    fn runs(&self) -> &'static [&'static str] {
        &["PASSWORD_HASHERS", "AUTH_PASSWORD_VALIDATORS"]
    }

    fn run<'a>(&'a self, _project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            let given = Given {
                username: matches.get_one::<String>("username").cloned().or_else(|| variable("USERNAME")),
                email: matches.get_one::<String>("email").cloned().or_else(|| variable("EMAIL")),
            };
            if matches.get_flag("noinput") {
                from_environment(given).await?;
            } else if terminal.is_interactive() {
                if !by_questions(given, terminal).await? {
                    terminal.say("Operation cancelled.");
                    return Ok(ExitStatus::Failure);
                }
            } else {
                return Err(Error::command("there is no terminal to ask for the user's name and password").with_hint(
                    "use `--noinput` with RJANGO_SUPERUSER_USERNAME, RJANGO_SUPERUSER_EMAIL and \
                     RJANGO_SUPERUSER_PASSWORD in the environment",
                ));
            }
            terminal.say("Superuser created successfully.");
            Ok(ExitStatus::Success)
        })
    }
}

/// What the command line and the environment say already.
struct Given {
    username: Option<String>,
    email: Option<String>,
}

/// `RJANGO_SUPERUSER_<name>`, or Django's variable of that name.
fn variable(name: &str) -> Option<String> {
    ["RJANGO", "DJANGO"].iter().find_map(|prefix| std::env::var(format!("{prefix}_SUPERUSER_{name}")).ok())
}

async fn from_environment(given: Given) -> Result<()> {
    let username = given.username.filter(|username| !username.is_empty()).ok_or_else(|| {
        Error::command("the superuser has no name")
            .with_hint("with `--noinput`, give `--username` or set RJANGO_SUPERUSER_USERNAME")
    })?;
    if let Some(problem) = complaint(&username).await? {
        return Err(Error::command(problem));
    }
    let email = given.email.unwrap_or_default();
    // As in Django, what a person decided about the password before is not judged here; without one nobody can log
    // in until `changepassword` gives one.
    create(&username, &email, variable("PASSWORD").as_deref()).await
}

/// Whether the person answered everything.
async fn by_questions(given: Given, terminal: &mut Terminal) -> Result<bool> {
    let Some(username) = ask_username(given.username, terminal).await? else { return Ok(false) };
    let email = match given.email {
        Some(email) => email,
        None => match ask_email(terminal)? {
            Some(email) => email,
            None => return Ok(false),
        },
    };
    let about = User { username: username.clone(), email: email.clone(), ..User::default() };
    let Some(password) = ask_password(&about, terminal)? else { return Ok(false) };
    create(&username, &email, Some(&password)).await?;
    Ok(true)
}

async fn ask_username(mut given: Option<String>, terminal: &mut Terminal) -> Result<Option<String>> {
    let default = default_username().await?;
    let prompt = match &default {
        Some(name) => format!("Username (leave blank to use '{name}'): "),
        None => "Username: ".to_owned(),
    };
    loop {
        let answer = match given.take() {
            Some(answer) => Some(answer),
            None => terminal.ask(&prompt)?,
        };
        let Some(answer) = answer else { return Ok(None) };
        let answer = answer.trim();
        let username = match &default {
            Some(name) if answer.is_empty() => name,
            _ => answer,
        };
        match complaint(username).await? {
            Some(problem) => terminal.say(format!("Error: {problem}")),
            None => return Ok(Some(username.to_owned())),
        }
    }
}

fn ask_email(terminal: &mut Terminal) -> Result<Option<String>> {
    loop {
        let Some(answer) = terminal.ask("Email address: ")? else { return Ok(None) };
        let email = answer.trim();
        let is_plausible = email.split_once('@').is_some_and(|(mailbox, domain)| {
            !mailbox.is_empty() && !domain.is_empty() && !domain.contains('@') && !email.contains(char::is_whitespace)
        });
        if email.is_empty() || is_plausible {
            return Ok(Some(email.to_owned()));
        }
        terminal.say("Error: Enter a valid email address.");
    }
}

/// A password, typed twice and judged; nothing at the end of the input.
fn ask_password(about: &User, terminal: &mut Terminal) -> Result<Option<String>> {
    loop {
        let Some(password) = terminal.ask_hidden("Password: ")? else { return Ok(None) };
        let Some(again) = terminal.ask_hidden("Password (again): ")? else { return Ok(None) };
        if password != again {
            terminal.say("Error: Your passwords didn't match.");
            continue;
        }
        if password.trim().is_empty() {
            terminal.say("Error: Blank passwords aren't allowed.");
            continue;
        }
        let problems = password_problems(&password, Some(about))?;
        if problems.is_empty() {
            return Ok(Some(password));
        }
        for problem in problems {
            terminal.say(problem);
        }
        let answer = terminal.ask("Bypass password validation and create user anyway? [y/N]: ")?;
        match answer {
            None => return Ok(None),
            Some(answer) if answer.trim().eq_ignore_ascii_case("y") => return Ok(Some(password)),
            Some(_) => {}
        }
    }
}

/// The operating system's name of the person, where nobody has it.
async fn default_username() -> Result<Option<String>> {
    let name = ["LOGNAME", "USER", "LNAME", "USERNAME"].iter().find_map(|variable| std::env::var(variable).ok());
    let name = name.unwrap_or_default().replace(' ', "").to_lowercase();
    let is_free = !name.is_empty() && complaint(&name).await?.is_none();
    Ok(is_free.then_some(name))
}

/// What is wrong with a name, or nothing.
async fn complaint(username: &str) -> Result<Option<String>> {
    if let Some(problem) = username_problem(username) {
        return Ok(Some(problem));
    }
    let existing = User::by_username(username).await.map_err(without_table)?;
    Ok(existing.is_some().then(|| TAKEN.to_owned()))
}

async fn create(username: &str, email: &str, password: Option<&str>) -> Result<()> {
    match User::create_superuser(username, email, password).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_integrity() => Err(Error::command(TAKEN).with_source(error.into_boxed())),
        Err(error) => Err(without_table(error)),
    }
}

/// The same error; where the database refused, most often `migrate` has not run.
pub(super) fn without_table(error: Error) -> Error {
    if error.kind() == ErrorKind::Database && error.hint().is_none() {
        return error.with_hint("have the migrations been applied? `rjango migrate` creates the tables");
    }
    error
}
