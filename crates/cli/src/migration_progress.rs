//! How `migrate` shows its steps: Django's plain lines, and a bar beneath them where a person watches.

use indicatif::{ProgressBar, ProgressStyle};
use rjango_migrations::executor::{Outcome, Progress, Step};

use crate::Terminal;

/// Steps on a terminal.
pub(crate) struct TerminalProgress<'a> {
    terminal: &'a mut Terminal,
    bar: Option<ProgressBar>,
    fake: bool,
    open: bool,
}

impl<'a> TerminalProgress<'a> {
    /// A bar only where a person watches more than a moment's work.
    pub(crate) fn new(terminal: &'a mut Terminal, steps: usize) -> Self {
        let watched = terminal.is_interactive() && terminal.verbosity() >= 1 && steps > 1;
        let bar = watched.then(|| {
            let bar = ProgressBar::new(steps as u64);
            if let Ok(style) = ProgressStyle::with_template("  {bar:32} {pos}/{len}  {msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self { terminal, bar, fake: false, open: false }
    }

    /// Says whether the steps from here on are only recorded.
    pub(crate) fn faking(&mut self, fake: bool) -> &mut Self {
        self.fake = fake;
        self
    }

    /// Ends a line that a failure left open, and takes the bar away.
    pub(crate) fn close(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        if std::mem::take(&mut self.open) {
            let _ = self.terminal.line("");
        }
    }

    fn verb(&self, step: &Step) -> &'static str {
        if step.backwards { "Unapplying" } else { "Applying" }
    }
}

// That stdout is closed must not stop a migration halfway through a plan, so its errors are left aside here.
impl Progress for TerminalProgress<'_> {
    fn started(&mut self, step: &Step) {
        if let Some(bar) = &self.bar {
            bar.set_message(step.key.to_string());
        } else if self.terminal.verbosity() >= 1 {
            let _ = self.terminal.write(format!("  {} {}...", self.verb(step), step.key));
            self.open = true;
        }
    }

    fn finished(&mut self, step: &Step, outcome: Outcome) {
        let word = match outcome {
            Outcome::Done => "OK",
            Outcome::Faked => "FAKED",
            Outcome::AlreadyDone if self.fake => "FAKED",
            Outcome::AlreadyDone => "already done by another run",
        };
        if let Some(bar) = &self.bar {
            let line = format!("  {} {}... {word}", self.verb(step), step.key);
            bar.suspend(|| {
                let _ = self.terminal.line(line);
            });
            bar.inc(1);
        } else if self.terminal.verbosity() >= 1 {
            let _ = self.terminal.line(format!(" {word}"));
            self.open = false;
        }
    }
}
