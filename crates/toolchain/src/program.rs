//! The `rjango` binary: the framework's commands over a project read from source, and the toolchain's own.

use std::process::ExitCode;

use rjango_cli::{Program, Terminal, Tool};

use crate::{Assets, find_project};
use crate::commands::{RunServer, Shell, StartApp, StartProject};
use crate::load::load_project;

/// Runs the process's command line.
pub fn main(assets: &Assets) -> ExitCode {
    let (start_project, start_app) = (StartProject(assets), StartApp(assets));
    let mut tools: Vec<&dyn Tool> = rjango_cli::commands::tools();
    tools.extend([&start_project as &dyn Tool, &start_app, &RunServer, &Shell]);
    let program = Program {
        name: "rjango",
        commands: rjango_cli::commands::all(),
        tools,
        load: &|globals| load_project(&find_project(&std::env::current_dir()?)?, globals),
        fallback: None,
    };
    program.run(std::env::args_os(), &mut Terminal::standard())
}
