//! One entry of `AUTH_PASSWORD_VALIDATORS`.

/// A validator of new passwords: its name and the options that it is built with.
#[derive(Debug, Clone, PartialEq)]
pub struct PasswordValidator {
    /// The validator's dotted name.
    pub name: String,
    /// Its options, as the file writes them: `min_length = 9`.
    pub options: toml::Table,
}

impl PasswordValidator {
    /// A validator without options.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), options: toml::Table::new() }
    }
}
