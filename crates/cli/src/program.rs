//! A binary with management commands: parsing the command line, help, running, reporting.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use rjango_core::named::{Named, SourceItems};
use rjango_core::{Error, Result, nearest};

use crate::report::report;
use crate::{Command, ExitStatus, OwnBinary, OwnCommand, Paint, Project, Terminal, Tool};

/// One of the two binaries: its name, its commands, and how it comes by the project.
pub struct Program<'a> {
    /// The word that starts it, for usage lines.
    pub name: &'static str,
    /// The commands that work on the project.
    pub commands: Vec<&'a dyn Command>,
    /// The commands that need no project. One hides a command of the same name.
    pub tools: Vec<&'a dyn Tool>,
    /// Makes the project, once a command needs it.
    pub load: &'a dyn Fn(&Globals) -> Result<Project>,
    /// Runs a command that is none of ours, with its arguments, where there is another program that knows it.
    pub fallback: Option<&'a Fallback>,
    /// Builds the project's own binary and runs this process's command line in it; with colours where told so. `None` in that
    /// binary itself.
    pub own_binary: Option<&'a dyn Fn(bool) -> Result<ExitStatus>>,
    /// The commands of the project's own that are not compiled into this program, as its source shows them. `None` in the
    /// project's own binary.
    pub own_commands: Option<&'a dyn Fn() -> Vec<OwnCommand>>,
}

/// Gives `None` where no other program knows the command either.
pub type Fallback = dyn Fn(&str, &[OsString]) -> Option<Result<ExitCode>>;

/// The options of every command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Globals {
    /// The environment whose settings lie over `config/settings.toml`, as `RJANGO_ENV` names it too.
    pub settings_env: Option<String>,
    /// Whether an error shows where it was raised.
    pub traceback: bool,
    /// Whether colours are off.
    pub no_color: bool,
    /// How much is said, 0 to 3.
    pub verbosity: u8,
}

impl Globals {
    /// The options as a command's matches have them.
    pub fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            settings_env: matches.get_one::<String>("settings-env").cloned(),
            traceback: matches.get_flag("traceback"),
            no_color: matches.get_flag("no-color"),
            verbosity: matches.get_one::<u8>("verbosity").copied().unwrap_or(1),
        }
    }

    /// The same options for another program's command line.
    pub fn to_arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--verbosity".to_owned(), self.verbosity.to_string()];
        if let Some(name) = &self.settings_env {
            arguments.extend(["--settings-env".to_owned(), name.clone()]);
        }
        for (set, option) in [(self.traceback, "--traceback"), (self.no_color, "--no-color")] {
            if set {
                arguments.push(option.to_owned());
            }
        }
        arguments
    }
}

impl Program<'_> {
    /// Runs the command line, the program's own name first, and gives the exit code: 0 done, 1 failed, 2 wrong usage.
    pub fn run(&self, arguments: impl IntoIterator<Item = OsString>, terminal: &mut Terminal) -> ExitCode {
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        match self.parse(&arguments) {
            Ok(matches) => self.dispatch(&matches, terminal),
            Err(error) => self.explain(&error, &arguments, terminal),
        }
    }

    /// The whole command line, for parsing and for shell completions.
    pub fn clap(&self) -> clap::Command {
        let mut root = clap::Command::new(self.name)
            .version(env!("CARGO_PKG_VERSION"))
            .about("Django for Rust")
            .disable_help_subcommand(true)
            .subcommand_required(true)
            .max_term_width(100)
            .args(globals());
        for (_, about, command) in self.entries().into_values() {
            root = root.subcommand(command.about(about));
        }
        root
    }

    fn parse(&self, arguments: &[OsString]) -> std::result::Result<ArgMatches, clap::Error> {
        self.clap().try_get_matches_from(arguments)
    }

    /// Name to app, description and parser; ordered by name, the tools over the commands.
    fn entries(&self) -> BTreeMap<&'static str, (&'static str, &'static str, clap::Command)> {
        let mut entries = BTreeMap::new();
        for command in &self.commands {
            let parser = command.arguments(clap::Command::new(command.name()));
            entries.insert(command.name(), (command.app(), command.about(), parser));
        }
        for tool in &self.tools {
            let parser = tool.arguments(clap::Command::new(tool.name()));
            entries.insert(tool.name(), (tool.app(), tool.about(), parser));
        }
        entries
    }

    fn dispatch(&self, matches: &ArgMatches, terminal: &mut Terminal) -> ExitCode {
        let Some((name, matches)) = matches.subcommand() else { return self.help(terminal) };
        let globals = Globals::from_matches(matches);
        terminal.set_verbosity(globals.verbosity);
        if globals.no_color {
            terminal.without_colour();
        }
        let outcome = if let Some(tool) = self.tools.iter().find(|tool| tool.name() == name) {
            tool.run(matches, terminal)
        } else if let Some(command) = self.commands.iter().find(|command| command.name() == name) {
            match self.own_binary.filter(|_| command.asks_own_binary(matches)) {
                // Before the source is read: what the reader cannot understand may be why the binary is asked.
                Some(own) => own(terminal.has_colour()),
                None => (self.load)(&globals).and_then(|project| run_command(*command, &project, matches, terminal)),
            }
        } else {
            Err(Error::command(format!("there is no command `{name}`")))
        };
        // `rjango showmigrations | head` is no failure.
        if terminal.is_closed() {
            return ExitCode::SUCCESS;
        }
        match outcome {
            Ok(status) => ExitCode::from(status.code()),
            Err(error) => {
                let text = report(&error, globals.traceback, terminal);
                terminal.say_at(0, text);
                ExitCode::from(ExitStatus::Failure.code())
            }
        }
    }

    /// What clap refused, or was asked to show.
    fn explain(&self, error: &clap::Error, arguments: &[OsString], terminal: &mut Terminal) -> ExitCode {
        use clap::error::ErrorKind;
        let words: Vec<&str> = arguments.iter().skip(1).filter_map(|word| word.to_str()).collect();
        match (error.kind(), words.as_slice()) {
            (ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand, _)
            | (ErrorKind::DisplayHelp, ["--help" | "-h"])
            | (ErrorKind::InvalidSubcommand, ["help"]) => self.help(terminal),
            (ErrorKind::InvalidSubcommand, ["help", topic, ..]) => {
                let again = [arguments[0].clone(), topic.into(), "--help".into()];
                match self.parse(&again) {
                    Ok(_) => self.help(terminal),
                    Err(error) => self.explain(&error, &again, terminal),
                }
            }
            (ErrorKind::InvalidSubcommand, _) => self.unknown(error, arguments, terminal),
            (kind, _) => {
                let text = error.render();
                let text = if terminal.has_colour() { text.ansi().to_string() } else { text.to_string() };
                if matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
                    let _ = terminal.write(text);
                    ExitCode::SUCCESS
                } else {
                    terminal.say_at(0, text.trim_end());
                    ExitCode::from(ExitStatus::Usage.code())
                }
            }
        }
    }

    fn unknown(&self, error: &clap::Error, arguments: &[OsString], terminal: &mut Terminal) -> ExitCode {
        use clap::error::{ContextKind, ContextValue};
        let name = match error.get(ContextKind::InvalidSubcommand) {
            Some(ContextValue::String(name)) => name.clone(),
            _ => String::new(),
        };
        if let Some(fallback) = self.fallback
            && let Some(outcome) = fallback(&name, &arguments[1..])
        {
            return outcome.unwrap_or_else(|error| {
                terminal.say_at(0, report(&error, false, terminal));
                ExitCode::from(ExitStatus::Failure.code())
            });
        }
        let own = self.own_commands.map(|own| own()).unwrap_or_default();
        let own = nearest(&name, own.iter().filter_map(|command| command.name.as_deref())).map(str::to_owned);
        let nearest = own.or_else(|| match error.get(ContextKind::SuggestedSubcommand) {
            Some(ContextValue::Strings(names)) => names.last().cloned(),
            Some(ContextValue::String(name)) => Some(name.clone()),
            _ => None,
        });
        let hint = match nearest {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("`{} help` lists the commands", self.name),
        };
        let error = Error::command(format!("unknown command `{name}`")).with_hint(hint);
        terminal.say_at(0, report(&error, false, terminal));
        ExitCode::from(ExitStatus::Usage.code())
    }

    /// The commands by app, as `manage.py help` lists them.
    fn help(&self, terminal: &mut Terminal) -> ExitCode {
        let entries = self.entries();
        let own = self.own_commands.map(|own| own()).unwrap_or_default();
        let mut lines: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        for command in &own {
            if let Some(name) = &command.name {
                lines.insert(name, (&command.app, &command.about));
            }
        }
        lines.extend(entries.iter().map(|(name, (app, about, _))| (*name, (*app, *about))));
        let width = lines.keys().map(|name| name.len()).max().unwrap_or(0);
        let mut apps: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        for (name, (app, about)) in lines {
            apps.entry(app).or_default().push((name, about));
        }
        let mut text = format!(
            "Type '{0} help <command>' for help on one command, '{0} <command>' to run it.\n\nCommands:\n",
            self.name
        );
        for (app, commands) in apps {
            text.push_str(&format!("\n{}\n", terminal.paint_data(Paint::Strong, format!("[{app}]"))));
            for (name, about) in commands {
                text.push_str(&format!("    {name:width$}  {about}\n"));
            }
        }
        let _ = terminal.write(text);
        ExitCode::SUCCESS
    }
}

fn globals() -> [Arg; 4] {
    [
        Arg::new("settings-env")
            .long("settings-env")
            .value_name("NAME")
            .help("Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)")
            .global(true),
        Arg::new("verbosity")
            .short('v')
            .long("verbosity")
            .value_name("LEVEL")
            .value_parser(value_parser!(u8).range(0..=3))
            .default_value("1")
            .help("How much to say: 0 to 3")
            .global(true),
        Arg::new("traceback")
            .long("traceback")
            .action(ArgAction::SetTrue)
            .help("Show where an error was raised, and its SQL")
            .global(true),
        Arg::new("no-color")
            .long("no-color")
            .action(ArgAction::SetTrue)
            .help("No colours (nor with NO_COLOR set, nor outside a terminal)")
            .global(true),
    ]
}

fn run_command(
    command: &dyn Command,
    project: &Project,
    matches: &ArgMatches,
    terminal: &mut Terminal,
) -> Result<ExitStatus> {
    if let Some(status) = hand_over(command, project, terminal)? {
        return Ok(status);
    }
    let mut runtime = if command.is_threaded() {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    let runtime = runtime.enable_all().build()?;
    let work = project.site.clone().scope(command.run(project, matches, terminal));
    let outcome = runtime.block_on(rjango_core::timezone::scope(work));
    // A plain view that never returns must not keep the process from ending.
    runtime.shutdown_timeout(std::time::Duration::from_millis(100));
    outcome
}

/// Lets the project's own binary run a command that needs the project's code, and gives how it ended. `None` where this
/// program has all that the command needs.
fn hand_over(command: &dyn Command, project: &Project, terminal: &mut Terminal) -> Result<Option<ExitStatus>> {
    let (site, settings) = (&project.site, project.settings());
    let (Some(own), Some(source)) = (site.get::<OwnBinary>(), site.get::<SourceItems>()) else { return Ok(None) };
    let all = Named::all();
    for named in command.runs().iter().filter_map(|setting| all.iter().find(|named| named.setting == *setting)) {
        let Some(name) = named.beyond(settings) else { continue };
        if !named.is_shown(name, source) {
            return Err(site.enter(|| named.missing(name, settings)));
        }
        let why = format!("`{}` names `{name}`", named.setting);
        return built(own, &why, command, terminal).map(Some);
    }
    command.needs(project).map(|why| built(own, &why, command, terminal)).transpose()
}

/// Lets the project's own binary run the command.
fn built(own: &OwnBinary, why: &str, command: &dyn Command, terminal: &mut Terminal) -> Result<ExitStatus> {
    terminal.say(format!(
        "{why}, the project's own code: building the project, whose own binary runs `{}`.",
        command.name()
    ));
    (own.run)(terminal.has_colour())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(line: &str, expected: &Expect) {
        let (mut terminal, captured) = Terminal::captured([""; 0]);
        let load = |_: &Globals| Err(Error::command("no project here"));
        let program = Program {
            name: "rjango",
            commands: Vec::new(),
            tools: crate::commands::tools(),
            load: &load,
            fallback: None,
            own_binary: None,
            own_commands: None,
        };
        let code = program.run(line.split(' ').map(OsString::from), &mut terminal);
        expected.assert_eq(&format!("{code:?}\n--- stdout\n{}--- stderr\n{}", captured.out(), captured.err()));
    }

    #[test]
    fn unknown_command_suggests_the_nearest() {
        check(
            "rjango versoin",
            &expect![[r#"
            ExitCode(unix_exit_status(2))
            --- stdout
            --- stderr
            error: unknown command `versoin`
            hint: did you mean `version`?
        "#]],
        );
    }

    #[test]
    fn help_groups_commands_by_app() {
        check(
            "rjango help",
            &expect![[r#"
            ExitCode(unix_exit_status(0))
            --- stdout
            Type 'rjango help <command>' for help on one command, 'rjango <command>' to run it.

            Commands:

            [rjango]
                version  Prints rjango's version
            --- stderr
        "#]],
        );
    }

    #[test]
    fn help_of_one_command_names_its_options() {
        check(
            "rjango help version",
            &expect![[r#"
            ExitCode(unix_exit_status(0))
            --- stdout
            Prints rjango's version

            Usage: rjango version [OPTIONS]

            Options:
                  --settings-env <NAME>  Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)
              -v, --verbosity <LEVEL>    How much to say: 0 to 3 [default: 1]
                  --traceback            Show where an error was raised, and its SQL
                  --no-color             No colours (nor with NO_COLOR set, nor outside a terminal)
              -h, --help                 Print help
            --- stderr
        "#]],
        );
    }

    #[test]
    fn wrong_option_is_wrong_usage() {
        check(
            "rjango version --frobnicate",
            &expect![[r#"
            ExitCode(unix_exit_status(2))
            --- stdout
            --- stderr
            error: unexpected argument '--frobnicate' found

            Usage: rjango version [OPTIONS]

            For more information, try '--help'.
        "#]],
        );
    }
}
