//! Not digits alone.

use rjango_core::translation::gettext;

use super::{Attribute, PasswordValidator};

/// Django's `NumericPasswordValidator`.
#[derive(Debug, Clone, Copy, Default)]
pub struct NumericPasswordValidator;

impl PasswordValidator for NumericPasswordValidator {
    fn problem(&self, password: &str, _about: &[Attribute<'_>]) -> Option<String> {
        (!password.is_empty() && password.chars().all(char::is_numeric))
            .then(|| gettext("This password is entirely numeric.").into_owned())
    }

    fn help_text(&self) -> String {
        gettext("Your password can’t be entirely numeric.").into_owned()
    }
}
