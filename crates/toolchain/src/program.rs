//! The `rjango` binary: the framework's commands over a project read from source, and the toolchain's own.

use std::process::ExitCode;

use rjango_cli::{Program, Terminal, Tool, clap};

use crate::commands::{
    Completions, Demo, RunServer, Serve, Shell, StartApp, StartProject, Test, forward, run_in_project,
};
use crate::load::{load_project, own_commands};
use crate::{Assets, find_project};

/// Runs the process's command line.
pub fn main(assets: &Assets) -> ExitCode {
    with_program(assets, |program| program.run(std::env::args_os(), &mut Terminal::standard()))
}

/// The whole command line, for completions.
pub(crate) fn command_line(assets: &Assets) -> clap::Command {
    with_program(assets, |program| program.clap())
}

fn with_program<T>(assets: &Assets, then: impl FnOnce(&Program<'_>) -> T) -> T {
    let own: [&dyn Tool; 8] = [
        &StartProject(assets),
        &StartApp(assets),
        &RunServer,
        &Serve,
        &Test,
        &Shell,
        &Demo(assets),
        &Completions(assets),
    ];
    let own_binary = |colour| {
        let arguments: Vec<_> = std::env::args_os().skip(1).collect();
        run_in_project(&find_project(&std::env::current_dir()?)?, false, &arguments, colour)
    };
    then(&Program {
        name: "rjango",
        commands: rjango_cli::commands::all(),
        tools: rjango_cli::commands::tools().into_iter().chain(own).collect(),
        load: &|globals| load_project(&find_project(&std::env::current_dir()?)?, globals),
        fallback: Some(&forward),
        own_binary: Some(&own_binary),
        own_commands: Some(&|| {
            let root = std::env::current_dir().ok().and_then(|folder| find_project(&folder).ok());
            root.map(|root| own_commands(&root)).unwrap_or_default()
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_toolchain_are_kept_from_the_projects_commands() {
        with_program(&crate::assets::for_tests(), |program| {
            let own = program.tools.iter().map(|tool| tool.name()).filter(|name| *name != "version");
            let missing: Vec<&str> = own.filter(|name| !rjango_cli::RESERVED.contains(name)).collect();
            assert_eq!(missing, [""; 0]);
        });
    }
}
