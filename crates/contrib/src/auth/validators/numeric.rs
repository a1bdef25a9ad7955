//! Not digits alone.

use super::{Attribute, PasswordValidator};

/// Django's `NumericPasswordValidator`.
#[derive(Debug, Clone, Copy, Default)]
pub struct NumericPasswordValidator;

impl PasswordValidator for NumericPasswordValidator {
    fn problem(&self, password: &str, _about: &[Attribute<'_>]) -> Option<String> {
        (!password.is_empty() && password.chars().all(char::is_numeric))
            .then(|| "This password is entirely numeric.".to_owned())
    }

    fn help_text(&self) -> String {
        "Your password can’t be entirely numeric.".to_owned()
    }
}
