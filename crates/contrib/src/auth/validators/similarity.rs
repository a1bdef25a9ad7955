//! Not much like the person's name or address.

use std::collections::HashMap;

use rjango_core::translation::{gettext, interpolate};

use super::{Attribute, PasswordValidator};

/// Django's `UserAttributeSimilarityValidator`.
#[derive(Debug, Clone)]
pub struct UserAttributeSimilarityValidator {
    /// The attributes to compare with, by field name.
    pub user_attributes: Vec<String>,
    /// The smallest likeness that is refused, from 0.1 to 1.
    pub max_similarity: f64,
}

impl Default for UserAttributeSimilarityValidator {
    fn default() -> Self {
        Self {
            user_attributes: ["username", "first_name", "last_name", "email"].map(str::to_owned).to_vec(),
            max_similarity: 0.7,
        }
    }
}

impl UserAttributeSimilarityValidator {
    fn too_similar(&self, password: &str, value: &str) -> bool {
        let value = value.to_lowercase();
        value
            .split(|character: char| !(character.is_alphanumeric() || character == '_'))
            .chain([value.as_str()])
            .filter(|part| !self.is_much_shorter(part, password))
            .any(|part| likeness(password, part) >= self.max_similarity)
    }

    /// Whether the part is too short beside the password to make it weak, whatever its letters.
    fn is_much_shorter(&self, part: &str, password: &str) -> bool {
        let (part, password) = (part.chars().count(), password.chars().count());
        password >= 10 * part && (part as f64) < self.max_similarity / 2.0 * password as f64
    }
}

impl PasswordValidator for UserAttributeSimilarityValidator {
    fn problem(&self, password: &str, about: &[Attribute<'_>]) -> Option<String> {
        let password = password.to_lowercase();
        self.user_attributes
            .iter()
            .filter_map(|name| about.iter().find(|attribute| attribute.name == name))
            .find(|attribute| !attribute.value.is_empty() && self.too_similar(&password, attribute.value))
            .map(|attribute| {
                let text = gettext("The password is too similar to the %(verbose_name)s.");
                interpolate(&text, &[("verbose_name", &gettext(&attribute.verbose_name))])
            })
    }

    fn help_text(&self) -> String {
        gettext("Your password can’t be too similar to your other personal information.").into_owned()
    }
}

/// The share of letters that two words have in common, in any order: Python's `SequenceMatcher.quick_ratio`.
fn likeness(a: &str, b: &str) -> f64 {
    let mut available: HashMap<char, usize> = HashMap::new();
    for character in b.chars() {
        *available.entry(character).or_default() += 1;
    }
    let mut common = 0;
    for character in a.chars() {
        if let Some(count) = available.get_mut(&character).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    match a.chars().count() + b.chars().count() {
        0 => 1.0,
        total => 2.0 * common as f64 / total as f64,
    }
}
