//! What a log-in page says of the name to log in with, which each model of users chooses.

use rjango_core::Result;
use rjango_core::translation::{gettext, interpolate};
use rjango_schema::FieldKind;

use super::users::{user_model, username_field};

/// The longest name of a field that has no bound of its own, as Django's form has it.
const LONGEST: u32 = 254;

/// The name to log in with, for a log-in page of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginName {
    /// What people call it, in the language of here: `username`, `email address`.
    pub label: String,
    /// The most characters that it has.
    pub max_length: u32,
}

impl LoginName {
    /// The name to log in with of the site's users.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where the site has no such model.
    pub fn of_site() -> Result<Self> {
        let model = user_model()?;
        let field = username_field(&model)?;
        let max_length = match &field.kind {
            FieldKind::Char { max_length }
            | FieldKind::Slug { max_length }
            | FieldKind::Email { max_length }
            | FieldKind::Url { max_length } => *max_length,
            _ => LONGEST,
        };
        Ok(Self { label: gettext(&field.verbose_name()).into_owned(), max_length })
    }

    /// The label as a form shows it, with a capital.
    pub fn capitalized(&self) -> String {
        let mut letters = self.label.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }

    /// A sentence for each of name and password that is empty.
    pub fn missing(&self, username: &str, password: &str) -> Vec<String> {
        let texts = [(self.label.as_str().into(), username), (gettext("password"), password)];
        let missing = texts.iter().filter(|(_, value)| value.is_empty());
        missing.map(|(label, _)| interpolate(&gettext("The %(name)s is required."), &[("name", label)])).collect()
    }

    /// Whether anybody can have this name. None is longer, and none holds what PostgreSQL refuses as text: a database need not be
    /// asked, and nothing hashed.
    pub fn is_possible(&self, name: &str) -> bool {
        u32::try_from(name.chars().count()).is_ok_and(|length| length <= self.max_length) && !name.contains('\0')
    }
}
