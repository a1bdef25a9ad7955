//! Where `makemigrations` speaks: on stdout; with `--scriptable` on stderr, the paths of new migrations alone on stdout.

use std::fmt::Display;

use rjango_core::Result;

use crate::{Paint, Terminal};

pub(super) struct Output<'a> {
    pub(super) terminal: &'a mut Terminal,
    pub(super) scriptable: bool,
}

impl Output<'_> {
    /// A line for a person, unless all is to be quiet.
    pub(super) fn line(&mut self, text: impl Display) -> Result<()> {
        match self.scriptable {
            true => self.terminal.say(text),
            false if self.terminal.verbosity() >= 1 => self.terminal.line(text)?,
            false => {}
        }
        Ok(())
    }

    /// The path of what was written, for a script.
    pub(super) fn written(&mut self, path: &str) -> Result<()> {
        if self.scriptable { self.terminal.line(path) } else { Ok(()) }
    }

    pub(super) fn strong(&self, text: impl Display) -> String {
        match self.scriptable {
            true => self.terminal.paint(Paint::Strong, text),
            false => self.terminal.paint_data(Paint::Strong, text),
        }
    }

    /// A question that is answered with yes or no; no at the end of the input.
    pub(super) fn confirm(&mut self, question: &str) -> Result<bool> {
        loop {
            let answer = self.terminal.ask(question)?.unwrap_or_default();
            match answer.trim().to_ascii_lowercase().as_str() {
                "y" | "yes" => return Ok(true),
                "" | "n" | "no" => return Ok(false),
                _ => self.terminal.say_at(0, "Please answer yes or no."),
            }
        }
    }
}
