//! A smallest length.

use rjango_core::translation::{interpolate, ngettext};

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
    /// The sentence for this number.
    fn sentence(self, one: &str, many: &str) -> String {
        let number = i64::try_from(self.min_length).unwrap_or(i64::MAX);
        interpolate(&ngettext(one, many, number), &[("min_length", &self.min_length.to_string())])
    }
}

impl PasswordValidator for MinimumLengthValidator {
    fn problem(&self, password: &str, _about: &[Attribute<'_>]) -> Option<String> {
        (password.chars().count() < self.min_length).then(|| {
            self.sentence(
                "This password is too short. It must contain at least %d character.",
                "This password is too short. It must contain at least %d characters.",
            )
        })
    }

    fn help_text(&self) -> String {
        self.sentence(
            "Your password must contain at least %(min_length)d character.",
            "Your password must contain at least %(min_length)d characters.",
        )
    }
}
