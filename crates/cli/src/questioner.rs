//! The autodetector's questions, put to the person at the terminal in Django's words.

use rjango_core::{Error, ErrorKind, Result};
use rjango_migrations::autodetector::{Answer, NeedsAnswer, Question, Questioner, parse_default};
use rjango_schema::FieldSchema;

use crate::Terminal;

/// Asks at a terminal.
pub(crate) struct TerminalQuestioner<'a> {
    pub(crate) terminal: &'a mut Terminal,
}

impl Questioner for TerminalQuestioner<'_> {
    fn ask(&mut self, question: &Question<'_>) -> Result<Answer> {
        match question {
            Question::NotNullAddition { field, .. } => {
                self.terminal.say_at(0, question);
                match self.choose(&[
                    "Provide a one-off default now (will be set on all existing rows with a null value for this column)",
                    "Quit and manually define a default value in models.rs.",
                ])? {
                    1 => self.value(field),
                    _ => Err(quit()),
                }
            }
            Question::NotNullAlteration { field, .. } => {
                self.terminal.say_at(0, question);
                match self.choose(&[
                    "Provide a one-off default now (will be set on all existing rows with a null value for this column)",
                    "Ignore for now. Existing rows that contain NULL values will have to be handled manually, for \
                     example with SQL in an earlier migration.",
                    "Quit and manually define a default value in models.rs.",
                ])? {
                    1 => self.value(field),
                    2 => Ok(Answer::Leave),
                    _ => Err(quit()),
                }
            }
            _ => loop {
                let answer = self.line(&format!("{question} "))?;
                match answer.trim().to_ascii_lowercase().as_str() {
                    "y" | "yes" => return Ok(Answer::Yes),
                    "" | "n" | "no" => return Ok(Answer::No),
                    _ => self.terminal.say_at(0, "Please answer yes or no."),
                }
            },
        }
    }
}

impl TerminalQuestioner<'_> {
    /// One of the choices, from 1.
    fn choose(&mut self, choices: &[&str]) -> Result<usize> {
        self.terminal.say_at(0, "Please select a fix:");
        for (number, choice) in choices.iter().enumerate() {
            self.terminal.say_at(0, format!(" {}) {choice}", number + 1));
        }
        loop {
            match self.line("Select an option: ")?.trim().parse() {
                Ok(number) if (1..=choices.len()).contains(&number) => return Ok(number),
                _ => self.terminal.say_at(0, format!("Please enter a number from 1 to {}.", choices.len())),
            }
        }
    }

    fn value(&mut self, field: &FieldSchema) -> Result<Answer> {
        self.terminal.say_at(0, "Please enter the default value, such as `3`, `3.50`, `true`, `text` or `now`.");
        self.terminal.say_at(0, "Type 'exit' to exit this prompt");
        loop {
            let text = self.line(">>> ")?;
            if text.trim() == "exit" {
                return Err(quit());
            }
            match parse_default(field, &text) {
                Ok(value) => return Ok(Answer::Value(value)),
                Err(error) => self.terminal.say_at(0, error),
            }
        }
    }

    fn line(&mut self, prompt: &str) -> Result<String> {
        self.terminal.ask(prompt)?.ok_or_else(quit)
    }
}

fn quit() -> Error {
    Error::new(ErrorKind::Migration, "nothing was written: a question was left open")
        .with_hint("make the field an `Option` or give it `#[field(default = ..)]`, and run `makemigrations` again")
        .with_source(NeedsAnswer)
}
