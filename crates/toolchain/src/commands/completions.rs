//! `completions`: what a shell needs to complete `rjango`'s command lines.

use clap_complete::Shell;
use rjango_cli::clap::{self, Arg, ArgMatches};
use rjango_cli::{ExitStatus, Terminal, Tool};
use rjango_core::{Error, Result};

use crate::Assets;

pub(crate) struct Completions<'a>(pub(crate) &'a Assets);

impl Tool for Completions<'_> {
    fn name(&self) -> &'static str {
        "completions"
    }

    fn about(&self) -> &'static str {
        "Prints the completion script of a shell"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command.arg(
            Arg::new("shell")
                .required(true)
                .value_parser(["bash", "zsh", "fish", "elvish", "powershell"])
                .help("The shell, for example: source <(rjango completions bash)"),
        )
    }

    fn run(&self, matches: &ArgMatches, terminal: &mut Terminal) -> Result<ExitStatus> {
        let shell = matches.get_one::<String>("shell").map_or("bash", String::as_str);
        terminal.write(script(shell, self.0)?)?;
        Ok(ExitStatus::Success)
    }
}

fn script(shell: &str, assets: &Assets) -> Result<String> {
    let generator: Shell = shell.parse().map_err(Error::command)?;
    let mut command = crate::program::command_line(assets);
    let mut script = Vec::new();
    clap_complete::generate(generator, &mut command, "rjango", &mut script);
    Ok(String::from_utf8(script)?)
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;

    use super::*;

    /// `UPDATE_EXPECT=1 cargo test -p rjango-toolchain completions` writes them anew.
    #[test]
    fn scripts_in_the_repository_are_those_of_the_commands() -> Result<()> {
        let assets = crate::assets::for_tests();
        expect_file!["../../../../completions/rjango.bash"].assert_eq(&script("bash", &assets)?);
        expect_file!["../../../../completions/_rjango"].assert_eq(&script("zsh", &assets)?);
        expect_file!["../../../../completions/rjango.fish"].assert_eq(&script("fish", &assets)?);
        Ok(())
    }
}
