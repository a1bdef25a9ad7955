//! A smallest length.

use super::{Attribute, PasswordValidator};

/// Django's `MinimumLengthValidator`.
#[derive(Debug, Clone, Copy)]
pub struct MinimumLengthValidator {
    /// The smallest number of characters.
    pub min_length: usize,
}

impl Default for MinimumLengthValidator {
    fn default() -> Self {
        Self { min_length: 8 }
    }
}

impl MinimumLengthValidator {
    fn characters(self) -> String {
        format!("{} character{}", self.min_length, if self.min_length == 1 { "" } else { "s" })
    }
}

impl PasswordValidator for MinimumLengthValidator {
    fn problem(&self, password: &str, _about: &[Attribute<'_>]) -> Option<String> {
        (password.chars().count() < self.min_length)
            .then(|| format!("This password is too short. It must contain at least {}.", self.characters()))
    }

    fn help_text(&self) -> String {
        format!("Your password must contain at least {}.", self.characters())
    }
}
