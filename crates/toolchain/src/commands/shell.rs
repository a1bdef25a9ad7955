//! `shell`: the project's models at a prompt, without a build.

use std::io::{IsTerminal, Read};
use std::path::Path;

use rjango_cli::clap::{self, Arg, ArgMatches};
use rjango_cli::{ExitStatus, Globals, Paint, Terminal, Tool};
use rjango_core::{Error, Result};
use rustyline::error::ReadlineError;

use crate::folder::find_project;
use crate::load::load_project;
use crate::shell::{Session, Step, SyntaxError, parse};

pub(crate) struct Shell;

impl Tool for Shell {
    fn name(&self) -> &'static str {
        "shell"
    }

    fn about(&self) -> &'static str {
        "Opens a prompt with the project's models"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command.arg(
            Arg::new("command")
                .short('c')
                .long("command")
                .value_name("CODE")
                .help("Run this code and exit; `-` reads it from stdin"),
        )
    }

    fn run(&self, matches: &ArgMatches, terminal: &mut Terminal) -> Result<ExitStatus> {
        let root = find_project(&std::env::current_dir()?)?;
        let project = load_project(&root, &Globals::from_matches(matches))?;
        let command = matches.get_one::<String>("command").map(String::as_str);
        let code = match command {
            Some("-") => Some(read_stdin()?),
            Some(code) => Some(code.to_owned()),
            None if !std::io::stdin().is_terminal() => Some(read_stdin()?),
            None => None,
        };
        project.site.enter(|| {
            let mut session = Session::new(crate::shell::globals(&project));
            match code {
                Some(code) => run_code(&mut session, &code, terminal),
                None => {
                    terminal.say(format!(
                        "rjango {} shell: {} models are here by their names. `exit` or CONTROL-D ends it.",
                        env!("CARGO_PKG_VERSION"),
                        project.models.iter().filter(|meta| !meta.auto_created).count()
                    ));
                    prompt(&mut session, terminal)
                }
            }
        })
    }
}

fn read_stdin() -> Result<String> {
    let mut code = String::new();
    std::io::stdin().lock().read_to_string(&mut code)?;
    Ok(code)
}

fn run_code(session: &mut Session, code: &str, terminal: &mut Terminal) -> Result<ExitStatus> {
    let statements = parse(code).map_err(|error| syntax_error(error, code))?;
    for statement in &statements {
        if session.run(statement, &mut |line| terminal.line(line))? == Step::Exit {
            break;
        }
    }
    Ok(ExitStatus::Success)
}

fn syntax_error(error: SyntaxError, code: &str) -> Error {
    let several = code.trim().contains('\n');
    let wrong = Error::command(error.message);
    if several { wrong.at("<code>", error.line, 0) } else { wrong }
}

/// The prompt: reads, runs, shows, and goes on after an error.
fn prompt(session: &mut Session, terminal: &mut Terminal) -> Result<ExitStatus> {
    let mut editor = rustyline::DefaultEditor::new()?;
    let history = std::env::home_dir().map(|home| home.join(".rjango_history"));
    if let Some(history) = &history {
        // No history yet is no error.
        let _ = editor.load_history(history);
    }
    let mut code = String::new();
    loop {
        match editor.readline(if code.is_empty() { ">>> " } else { "... " }) {
            Ok(line) => {
                let finished = line.trim().is_empty();
                code.push_str(&line);
                code.push('\n');
                let statements = match parse(&code) {
                    // An indented block ends with an empty line.
                    Ok(_) if code.trim_end().contains('\n') && line.starts_with(' ') && !finished => continue,
                    Err(error) if error.incomplete && !finished => continue,
                    Ok(statements) => statements,
                    Err(error) => {
                        complain(&syntax_error(error, ""), terminal);
                        code.clear();
                        continue;
                    }
                };
                let _ = editor.add_history_entry(code.trim_end());
                code.clear();
                for statement in &statements {
                    match session.run(statement, &mut |line| terminal.line(line)) {
                        Ok(Step::Next) => {}
                        Ok(Step::Exit) => return end(&mut editor, history.as_deref()),
                        Err(error) => {
                            complain(&error, terminal);
                            break;
                        }
                    }
                }
            }
            Err(ReadlineError::Interrupted) => code.clear(),
            Err(ReadlineError::Eof) => return end(&mut editor, history.as_deref()),
            Err(error) => return Err(error.into()),
        }
    }
}

fn end(editor: &mut rustyline::DefaultEditor, history: Option<&Path>) -> Result<ExitStatus> {
    if let Some(history) = history {
        // A home that cannot be written is no reason to fail at the end.
        let _ = editor.save_history(history);
    }
    Ok(ExitStatus::Success)
}

fn complain(error: &Error, terminal: &mut Terminal) {
    let text = format!("{} {error:?}", terminal.paint(Paint::Error, "error:"));
    terminal.say_at(0, text);
}
