//! Not one of the passwords that are tried first.

use std::collections::HashSet;
use std::sync::OnceLock;

use rjango_core::translation::gettext;

use super::{Attribute, PasswordValidator};

/// Lower case, one a line.
// DIFFERENCE: Django ships 20,000; these are the first thousand that come to mind, so that the list costs a program
// 10 kB.
static LIST: &str = include_str!("common_passwords.txt");

/// Django's `CommonPasswordValidator`.
#[derive(Debug, Clone, Copy, Default)]
pub struct CommonPasswordValidator;

fn common() -> &'static HashSet<&'static str> {
    static COMMON: OnceLock<HashSet<&'static str>> = OnceLock::new();
    COMMON.get_or_init(|| LIST.lines().collect())
}

impl PasswordValidator for CommonPasswordValidator {
    fn problem(&self, password: &str, _about: &[Attribute<'_>]) -> Option<String> {
        common().contains(password.to_lowercase().trim()).then(|| gettext("This password is too common.").into_owned())
    }

    fn help_text(&self) -> String {
        gettext("Your password can’t be a commonly used password.").into_owned()
    }
}
