//! Where nobody can answer: questions are noted, and what they leave open is told.
//!
//! A run that writes must not guess: it ends with 3 and the options that answer. `--check` and `--dry-run` write nothing and
//! list what there would be by either reading. `--noinput` decides, as in Django, that nothing was renamed, and says so.

use rjango_core::Result;
use rjango_migrations::autodetector::{Answer, NonInteractive, Question, Questioner};
use rjango_schema::DefaultValue;

/// Answers for somebody who is not there.
#[derive(Debug, Default)]
pub(super) struct Absent {
    /// Whether only a listing is wanted, for which a value may be a placeholder.
    pub(super) lists: bool,
    /// What was taken for a change of name by nobody.
    pub(super) renames: Vec<Reading>,
    /// What a run that writes would need to be told.
    pub(super) needs: Vec<String>,
}

/// A question that was answered with no.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// What was decided, in words.
    pub(super) decided: String,
    /// The option that says the other.
    pub(super) option: String,
}

impl Questioner for Absent {
    fn ask(&mut self, question: &Question<'_>) -> Result<Answer> {
        if let Some(reading) = reading(question) {
            self.renames.push(reading);
            return Ok(Answer::No);
        }
        match (NonInteractive.ask(question), question) {
            (Err(error), _) if self.lists => {
                self.needs.push(error.hint().unwrap_or_default().to_owned());
                Ok(match question {
                    Question::NotNullAddition { .. } => Answer::Value(DefaultValue::Text(String::new())),
                    _ => Answer::Yes,
                })
            }
            (outcome, _) => outcome,
        }
    }
}

/// The two readings of a name that is gone and another that is new.
fn reading(question: &Question<'_>) -> Option<Reading> {
    let (gone, new, option) = match question {
        Question::RenameModel { old, new } => {
            (old.label(), new.label(), format!("--rename {}={}", old.label(), new.name))
        }
        Question::MoveModel { old, new } => {
            (old.label(), new.label(), format!("--rename {}={}", old.label(), new.label()))
        }
        Question::RenameField { model, old, new } => {
            let label = model.label();
            (
                format!("{label}.{}", old.name),
                format!("{label}.{}", new.name),
                format!("--rename {label}.{}={}", old.name, new.name),
            )
        }
        _ => return None,
    };
    Some(Reading { decided: format!("`{gone}` is removed and `{new}` is new"), option })
}
