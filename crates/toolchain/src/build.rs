//! Building the project with cargo: the executable, or what the compiler said.

mod hints;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rjango_core::{Error, Result, ResultExt};
use serde::Deserialize;

/// How a build ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Build {
    /// The project's binary.
    Done(PathBuf),
    /// The errors, as the compiler words them, with its colours; empty where cargo itself failed and told why.
    Broken(String),
}

/// A line of `cargo build --message-format=json`.
#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    executable: Option<PathBuf>,
    #[serde(default)]
    manifest_path: Option<PathBuf>,
    #[serde(default)]
    message: Option<Diagnostic>,
}

#[derive(Deserialize)]
struct Diagnostic {
    #[serde(default)]
    rendered: Option<String>,
    level: String,
    #[serde(flatten)]
    mistake: hints::Mistake,
}

impl Diagnostic {
    /// The compiler's own words, with ours below them where there are any.
    fn words(self) -> Option<String> {
        let rendered = self.rendered?;
        Some(match hints::hint(&self.mistake) {
            Some(hint) => format!("{}\n   = help: {hint}\n\n", rendered.trim_end()),
            None => rendered,
        })
    }
}

/// A build of a project: what cargo is asked for.
#[derive(Debug, Clone)]
pub(crate) struct CargoBuild {
    /// The project's folder.
    pub root: PathBuf,
    /// Whether the compiler's messages have colours.
    pub colour: bool,
    /// Whether to optimise.
    pub release: bool,
    /// The folder for build results, where it is not cargo's own choice.
    pub target: Option<PathBuf>,
}

impl CargoBuild {
    /// Builds; cargo's progress and the compiler's messages go to stderr as they come.
    ///
    /// # Errors
    /// Where cargo cannot be started or is no cargo.
    pub(crate) fn run(&self) -> Result<Build> {
        let format = if self.colour { "json-diagnostic-rendered-ansi" } else { "json" };
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["build", "--message-format", format]);
        if self.release {
            command.arg("--release");
        }
        if let Some(target) = &self.target {
            command.arg("--target-dir").arg(target);
        }
        let mut cargo = command
            .current_dir(&self.root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start `cargo`")
            .map_err(|error| error.with_hint("install Rust from https://rustup.rs, which brings cargo"))?;
        let mut reading = Reading::new(&self.root);
        if let Some(stdout) = cargo.stdout.take() {
            for line in BufReader::new(stdout).lines() {
                if let Some(rendered) = reading.line(&line?) {
                    eprint!("{rendered}");
                }
            }
        }
        let status = cargo.wait()?;
        reading.finish(status.success())
    }
}

/// What the lines have said so far.
struct Reading<'a> {
    root: &'a Path,
    executable: Option<PathBuf>,
    errors: String,
}

impl<'a> Reading<'a> {
    fn new(root: &'a Path) -> Self {
        Self { root, executable: None, errors: String::new() }
    }

    /// Takes a line and gives what the terminal is to show of it. Other lines than JSON are a build script's.
    fn line(&mut self, line: &str) -> Option<String> {
        let message: Message = serde_json::from_str(line).ok()?;
        let own = message.manifest_path.as_deref().and_then(Path::parent) == Some(self.root);
        match message.reason.as_str() {
            "compiler-artifact" => {
                if own && message.executable.is_some() {
                    self.executable = message.executable;
                }
                None
            }
            "compiler-message" => {
                let diagnostic = message.message?;
                let is_error = diagnostic.level.starts_with("error");
                let rendered = diagnostic.words()?;
                if is_error {
                    self.errors.push_str(&rendered);
                }
                // A warning of a crate that the project takes by path is not this project's to fix.
                (is_error || own).then_some(rendered)
            }
            _ => None,
        }
    }

    fn finish(self, success: bool) -> Result<Build> {
        match (success, self.executable) {
            (true, Some(executable)) => Ok(Build::Done(executable)),
            (true, None) => Err(Error::command("cargo built no binary in this project")
                .with_hint("`Cargo.toml` needs a `[[bin]]` whose path is `manage.rs`")),
            (false, _) => Ok(Build::Broken(self.errors)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executable_is_the_projects_own() -> Result<()> {
        let mut reading = Reading::new(Path::new("/site"));
        reading.line(r#"{"reason":"compiler-artifact","manifest_path":"/other/Cargo.toml","executable":"/t/other"}"#);
        reading.line(r#"{"reason":"compiler-artifact","manifest_path":"/site/Cargo.toml","executable":"/t/site"}"#);
        reading.line(r#"{"reason":"build-finished","success":true}"#);
        reading.line("a build script's own words");
        assert_eq!(reading.finish(true)?, Build::Done("/t/site".into()));
        Ok(())
    }

    #[test]
    fn errors_are_kept_and_warnings_only_shown() -> Result<()> {
        let mut reading = Reading::new(Path::new("/site"));
        let line = |of: &str, level: &str| {
            format!(
                r#"{{"reason":"compiler-message","manifest_path":"/{of}/Cargo.toml","message":{{"level":"{level}","rendered":"a {level}\n"}}}}"#
            )
        };
        assert_eq!(reading.line(&line("site", "warning")).as_deref(), Some("a warning\n"));
        assert_eq!(reading.line(&line("framework", "warning")), None);
        assert_eq!(reading.line(&line("site", "error")).as_deref(), Some("a error\n"));
        assert_eq!(reading.finish(false)?, Build::Broken("a error\n".to_owned()));
        Ok(())
    }
}
