//! A command line of `rjango`, run in the test's own process.

use std::ffi::OsString;
use std::fmt;

use rjango_cli::{Globals, Program, Project, Terminal, commands};

/// What a command line left: its exit code and everything that it said.
pub struct Ran {
    pub code: String,
    pub out: String,
    pub err: String,
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit {}\n--- stdout\n{}--- stderr\n{}", self.code, self.out, self.err)
    }
}

/// Runs the words after `rjango` on the project that `load` makes; `answers` are what a person at the terminal types.
pub fn run(line: &str, answers: &[&str], load: &dyn Fn() -> Project) -> Ran {
    let (mut terminal, captured) = Terminal::captured(answers.iter().copied());
    let load = |_: &Globals| Ok(load());
    let program = Program {
        name: "rjango",
        commands: commands::all(),
        tools: commands::tools(),
        load: &load,
        fallback: None,
        own_binary: None,
        own_commands: None,
    };
    let code = program.run(format!("rjango {line}").split(' ').map(OsString::from), &mut terminal);
    let code = format!("{code:?}").replace("ExitCode(unix_exit_status(", "").replace("))", "");
    Ran { code, out: captured.out(), err: captured.err() }
}
