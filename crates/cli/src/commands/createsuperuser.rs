//! `createsuperuser`: a user with every right, of the model that AUTH_USER_MODEL names.

use clap::{Arg, ArgAction, ArgMatches};
use rjango_contrib::auth::{AnyUser, password_problems, users};
use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::dynamic::is_known_function;
use rjango_orm::{ModelMeta, Value, clean, parse_value};
use rjango_schema::{DefaultValue, FieldSchema};

use crate::{Command, ExitStatus, OwnBinary, OwnReceiver, Project, Running, Terminal};

/// Django's `createsuperuser`.
pub struct CreateSuperuser;

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
                Arg::new("field")
                    .long("field")
                    .value_name("FIELD=VALUE")
                    .action(ArgAction::Append)
                    .help("Another field of the project's own model of users"),
            )
            .arg(Arg::new("noinput").long("noinput").alias("no-input").action(ArgAction::SetTrue).help(
                "Ask nothing: take RJANGO_SUPERUSER_USERNAME, RJANGO_SUPERUSER_PASSWORD and RJANGO_SUPERUSER_<FIELD> \
                 from the environment",
            ))
    }

    fn runs(&self) -> &'static [&'static str] {
        &["PASSWORD_HASHERS", "AUTH_PASSWORD_VALIDATORS"]
    }

    fn needs(&self, project: &Project) -> Option<String> {
        let model = project.models.get(project.models.users())?;
        let made = |field: &FieldSchema| match &field.default {
            Some(DefaultValue::Function(path)) if !is_known_function(path) => {
                Some(format!("the default of `{}.{}` is `{path}`", model.schema.label(), field.name))
            }
            _ => None,
        };
        let hears = |receiver: &OwnReceiver| {
            let of_a_save = matches!(receiver.signal.as_str(), "pre_save" | "post_save");
            (of_a_save && receiver.model == model.schema.name)
                .then(|| format!("`{}` hears of each `{}` that is saved", receiver.path, model.schema.label()))
        };
        let receivers = project.site.get::<OwnBinary>().map_or(&[][..], |own| &own.receivers);
        model.schema.concrete_fields().find_map(made).or_else(|| receivers.iter().find_map(hears))
    }

    fn run<'a>(&'a self, _project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            let model = users::user_model()?;
            let given = Given::of(&model, matches)?;
            if matches.get_flag("noinput") {
                from_environment(&model, given).await?;
            } else if terminal.is_interactive() {
                if !by_questions(&model, given, terminal).await? {
                    terminal.say("Operation cancelled.");
                    return Ok(ExitStatus::Failure);
                }
            } else {
                return Err(Error::command("there is no terminal to ask for the user's name and password")
                    .with_hint(format!("use `--noinput` with {} in the environment", variables(&model)?)));
            }
            terminal.say("Superuser created successfully.");
            Ok(ExitStatus::Success)
        })
    }
}

/// What the command line and the environment say already: texts by field.
struct Given(Vec<(String, String)>);

impl Given {
    fn of(model: &ModelMeta, matches: &ArgMatches) -> Result<Self> {
        let mut given: Vec<(String, String)> = Vec::new();
        let name = &users::username_field(model)?.name;
        given.extend(matches.get_one::<String>("username").map(|text| (name.clone(), text.clone())));
        if let Some(text) = matches.get_one::<String>("email") {
            let field = model.schema.field("email").ok_or_else(|| {
                Error::command(format!("the model of users `{}` has no field `email`", model.schema.label()))
                    .with_hint("leave `--email` out")
            })?;
            given.push((field.name.clone(), text.clone()));
        }
        for pair in matches.get_many::<String>("field").into_iter().flatten() {
            let (field, text) = pair.split_once('=').ok_or_else(|| {
                Error::command(format!("expected `--field FIELD=VALUE`, found `{pair}`"))
                    .with_hint("write the field's name, `=` and its value")
            })?;
            if field == "password" || model.schema.field(field).is_none_or(|field| !field.is_concrete()) {
                let label = model.schema.label();
                return Err(Error::command(format!("the model of users `{label}` takes no `{field}` here")).with_hint(
                    "name a column of the model; the password is asked for, or comes from RJANGO_SUPERUSER_PASSWORD",
                ));
            }
            given.push((field.to_owned(), text.to_owned()));
        }
        for field in [users::username_field(model)?].into_iter().chain(users::required_fields(model)) {
            if !given.iter().any(|(name, _)| *name == field.name) {
                let own = variable(&field.name);
                // The name to log in with has Django's variable too, whatever its field is called.
                let usual = (field.name == *name).then(|| variable("USERNAME")).flatten();
                given.extend(own.or(usual).map(|text| (field.name.clone(), text)));
            }
        }
        Ok(Self(given))
    }

    fn take(&mut self, field: &str) -> Option<String> {
        let at = self.0.iter().position(|(name, _)| name == field)?;
        Some(self.0.remove(at).1)
    }
}

/// `RJANGO_SUPERUSER_<name>`, or Django's variable of that name.
fn variable(name: &str) -> Option<String> {
    let name = name.to_uppercase();
    ["RJANGO", "DJANGO"].iter().find_map(|prefix| std::env::var(format!("{prefix}_SUPERUSER_{name}")).ok())
}

/// The variables that `--noinput` reads, for a hint.
fn variables(model: &ModelMeta) -> Result<String> {
    let name = users::username_field(model)?;
    let fields = [name].into_iter().chain(users::required_fields(model)).map(|field| field.name.to_uppercase());
    let names: Vec<String> = fields.map(|name| format!("RJANGO_SUPERUSER_{name}")).collect();
    Ok(format!("{} and RJANGO_SUPERUSER_PASSWORD", names.join(", ")))
}

async fn from_environment(model: &ModelMeta, mut given: Given) -> Result<()> {
    let field = users::username_field(model)?;
    let username = given.take(&field.name).filter(|username| !username.is_empty()).ok_or_else(|| {
        let name = field.name.to_uppercase();
        Error::command("the superuser has no name")
            .with_hint(format!("with `--noinput`, give `--username` or set RJANGO_SUPERUSER_{name}"))
    })?;
    if let Some(problem) = complaint(model, &username).await? {
        return Err(Error::command(problem));
    }
    let mut values = Vec::new();
    for field in users::required_fields(model) {
        let text = given.take(&field.name);
        if text.is_none() && !field.blank {
            let name = field.name.to_uppercase();
            return Err(Error::command(format!("the superuser has no `{}`", field.name)).with_hint(format!(
                "with `--noinput`, give `--field {}=...` or set RJANGO_SUPERUSER_{name}",
                field.name
            )));
        }
        if let Some(text) = text {
            values.push((field.name.clone(), checked(field, &text).map_err(Error::command)?));
        }
    }
    values.extend(others(model, given)?);
    // As in Django, what a person decided about the password before is not judged here; without one nobody can log
    // in until `changepassword` gives one.
    create(model, &username, &values, variable("PASSWORD").as_deref()).await
}

/// Whether the person answered everything.
async fn by_questions(model: &ModelMeta, mut given: Given, terminal: &mut Terminal) -> Result<bool> {
    let name = &users::username_field(model)?.name;
    let Some(username) = ask_username(model, given.take(name), terminal).await? else { return Ok(false) };
    let mut values = Vec::new();
    for field in users::required_fields(model) {
        let Some(value) = ask_field(field, given.take(&field.name), terminal)? else { return Ok(false) };
        values.push((field.name.clone(), value));
    }
    values.extend(others(model, given)?);
    let about = users::new_user(&username, &named(&values))?;
    let Some(password) = ask_password(&about, terminal)? else { return Ok(false) };
    create(model, &username, &values, Some(&password)).await?;
    Ok(true)
}

/// The values of the other fields that the command line names.
fn others(model: &ModelMeta, given: Given) -> Result<Vec<(String, Value)>> {
    let mut values = Vec::new();
    for (name, text) in given.0 {
        if let Some(field) = model.schema.field(&name) {
            values.push((name, checked(field, &text).map_err(Error::command)?));
        }
    }
    Ok(values)
}

fn named(values: &[(String, Value)]) -> Vec<(&str, Value)> {
    values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect()
}

async fn ask_username(model: &ModelMeta, mut given: Option<String>, terminal: &mut Terminal) -> Result<Option<String>> {
    let label = label(users::username_field(model)?);
    let default = default_username(model).await?;
    let prompt = match &default {
        Some(name) => format!("{label} (leave blank to use '{name}'): "),
        None => format!("{label}: "),
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
        match complaint(model, username).await? {
            Some(problem) => terminal.say(format!("Error: {problem}")),
            None => return Ok(Some(username.to_owned())),
        }
    }
}

/// A field's value, asked for until it fits; nothing at the end of the input.
fn ask_field(field: &FieldSchema, mut given: Option<String>, terminal: &mut Terminal) -> Result<Option<Value>> {
    loop {
        let answer = match given.take() {
            Some(answer) => Some(answer),
            None => terminal.ask(&format!("{}: ", label(field)))?,
        };
        let Some(answer) = answer else { return Ok(None) };
        match checked(field, answer.trim()) {
            Ok(value) => return Ok(Some(value)),
            Err(problem) => terminal.say(format!("Error: {problem}")),
        }
    }
}

/// A text as the value of a field, or what is wrong with it, as a sentence.
fn checked(field: &FieldSchema, text: &str) -> std::result::Result<Value, String> {
    let value = parse_value(field, text).map_err(|error| error.to_string())?;
    clean(field, &value).map_err(|problem| users::sentence(&problem))?;
    Ok(value)
}

/// A field's name with a capital, as Django's prompts have it.
fn label(field: &FieldSchema) -> String {
    let name = field.verbose_name();
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A password, typed twice and judged; nothing at the end of the input.
fn ask_password(about: &AnyUser, terminal: &mut Terminal) -> Result<Option<String>> {
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

/// The operating system's name of the person, where it can be a name to log in with and nobody has it.
async fn default_username(model: &ModelMeta) -> Result<Option<String>> {
    let name = ["LOGNAME", "USER", "LNAME", "USERNAME"].iter().find_map(|variable| std::env::var(variable).ok());
    let name = name.unwrap_or_default().replace(' ', "").to_lowercase();
    let is_free = !name.is_empty() && complaint(model, &name).await?.is_none();
    Ok(is_free.then_some(name))
}

/// What is wrong with a name, or nothing.
async fn complaint(model: &ModelMeta, username: &str) -> Result<Option<String>> {
    if let Some(problem) = users::username_problem(username)? {
        return Ok(Some(problem));
    }
    let existing = users::by_username(username).await.map_err(without_table)?;
    Ok(if existing.is_some() { Some(taken(model)?) } else { None })
}

/// What Django says to a name that is there.
fn taken(model: &ModelMeta) -> Result<String> {
    Ok(format!("that {} is already taken", users::username_field(model)?.verbose_name()))
}

async fn create(model: &ModelMeta, username: &str, values: &[(String, Value)], password: Option<&str>) -> Result<()> {
    let name = users::username_field(model)?.name.clone();
    match users::create_user(username, &named(values), password, true).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_integrity() && error.fields().is_empty() | error.fields().contains(&name) => {
            Err(Error::command(taken(model)?).with_source(error.into_boxed()))
        }
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
