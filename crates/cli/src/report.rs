//! How an error looks in a terminal: what went wrong, where, why, and the next step.

use std::fmt::Write as _;

use rjango_core::Error;

use crate::{Paint, Terminal};

/// `error: ...`, the place, the causes, `hint: ...`; with `traceback` the line of Rust that raised it and the SQL too.
pub(crate) fn report(error: &Error, traceback: bool, terminal: &Terminal) -> String {
    let mut text = format!("{} {error}", terminal.paint(Paint::Error, "error:"));
    if let Some(place) = error.place() {
        let _ = write!(text, "\n  {} {place}", terminal.paint(Paint::Faint, "-->"));
    }
    for cause in error.causes() {
        let _ = write!(text, "\n  caused by: {cause}");
    }
    if traceback {
        let _ = write!(text, "\n  raised at {}", error.raised());
        if let Some(sql) = error.sql() {
            let _ = write!(text, "\n  running: {sql}");
        }
    }
    if let Some(hint) = error.hint() {
        let _ = write!(text, "\n{} {hint}", terminal.paint(Paint::Hint, "hint:"));
    }
    text
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use rjango_core::{Error, ResultExt};

    use super::report;
    use crate::Terminal;

    fn check(error: &Error, expected: &Expect) {
        let (terminal, _) = Terminal::captured([""; 0]);
        expected.assert_eq(&report(error, false, &terminal));
    }

    #[test]
    fn place_causes_and_hint_stand_on_lines_of_their_own() {
        let cause = std::io::Error::other("disk on fire");
        let error = Err::<(), _>(cause)
            .context("cannot read the settings")
            .map_err(|error| error.at("config/settings.toml", 3, 7).with_hint("put it out"));
        if let Err(error) = error {
            check(
                &error,
                &expect![[r#"
                    error: cannot read the settings
                      --> config/settings.toml:3:7
                      caused by: disk on fire
                    hint: put it out"#]],
            );
        }
    }

    #[test]
    fn foreign_error_is_told_once() {
        check(&Error::from(std::io::Error::other("disk on fire")), &expect!["error: disk on fire"]);
    }
}
