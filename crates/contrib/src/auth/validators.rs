//! Whether a new password is good enough: Django's four validators, as AUTH_PASSWORD_VALIDATORS lists them.

mod common;
mod minimum_length;
mod numeric;
mod similarity;

mod options;

use std::borrow::Cow;

use rjango_core::named::{Checked, Named};
use rjango_core::{Error, Result, Settings};

pub use common::CommonPasswordValidator;
pub use minimum_length::MinimumLengthValidator;
pub use numeric::NumericPasswordValidator;
#[doc(hidden)]
pub use options::validator_of_options;
pub use similarity::UserAttributeSimilarityValidator;

/// The path before Django's class names.
const PATH: &str = "rjango.contrib.auth.password_validation.";

/// Django's own.
const DJANGOS: [&str; 4] = [
    "UserAttributeSimilarityValidator",
    "MinimumLengthValidator",
    "CommonPasswordValidator",
    "NumericPasswordValidator",
];

static VALIDATORS: Named = Named {
    setting: "AUTH_PASSWORD_VALIDATORS",
    noun: "password validator",
    attribute: Some("password_validator"),
    named: |settings| settings.auth_password_validators.iter().map(|entry| entry.name.as_str()).collect(),
    compiled: || {
        let own = inventory::iter::<ValidatorEntry>.into_iter().map(|entry| (entry.path)());
        DJANGOS.iter().map(|name| format!("{PATH}{name}")).chain(own).collect()
    },
};

inventory::submit! { &VALIDATORS }

/// A validator of the project's own, under the name that AUTH_PASSWORD_VALIDATORS uses. `#[password_validator]` submits one.
#[doc(hidden)]
pub struct ValidatorEntry {
    path: fn() -> String,
    build: fn(&toml::Table) -> Result<Box<dyn PasswordValidator>>,
}

inventory::collect!(ValidatorEntry);

impl ValidatorEntry {
    /// A validator of this dotted name, made from the options of its entry in the settings.
    pub const fn new(path: fn() -> String, build: fn(&toml::Table) -> Result<Box<dyn PasswordValidator>>) -> Self {
        Self { path, build }
    }
}

/// Something that the site knows about the person, which a password should not repeat.
#[derive(Debug, Clone)]
pub struct Attribute<'a> {
    /// The name for people: `email address`.
    pub verbose_name: Cow<'a, str>,
    /// The field's name: `email`.
    pub name: &'a str,
    /// The value.
    pub value: &'a str,
}

/// One demand on new passwords.
pub trait PasswordValidator: Send + Sync {
    /// What is wrong with the password, as a sentence for the person, or nothing.
    fn problem(&self, password: &str, about: &[Attribute<'_>]) -> Option<String>;

    /// The demand as a sentence for a form.
    fn help_text(&self) -> String;
}

/// The demands of a site.
pub struct PasswordValidators(Vec<Box<dyn PasswordValidator>>);

impl PasswordValidators {
    /// The validators that AUTH_PASSWORD_VALIDATORS lists.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where a name or an option is unknown, or an option's value has the wrong type.
    pub fn from_settings(settings: &Settings) -> Result<Self> {
        settings.auth_password_validators.iter().map(|entry| build(entry, settings)).collect::<Result<_>>().map(Self)
    }

    /// What is wrong with the options in AUTH_PASSWORD_VALIDATORS. Names are another check's.
    pub(crate) fn problems_of_settings(settings: &Settings) -> Vec<Error> {
        let entries = settings.auth_password_validators.iter();
        let errors = entries.filter_map(|entry| build(entry, settings).err());
        errors.filter(|error| !Checked::is_in(error)).map(|error| settings.locate(error, VALIDATORS.setting)).collect()
    }

    /// Every problem of the password, in the order of the settings; none for a good one.
    pub fn problems(&self, password: &str, about: &[Attribute<'_>]) -> Vec<String> {
        self.0.iter().filter_map(|validator| validator.problem(password, about)).collect()
    }

    /// The demands as sentences for a form.
    pub fn help_texts(&self) -> Vec<String> {
        self.0.iter().map(|validator| validator.help_text()).collect()
    }
}

/// A validator from its entry in the settings.
fn build(entry: &rjango_core::settings::PasswordValidator, settings: &Settings) -> Result<Box<dyn PasswordValidator>> {
    let name = entry.name.strip_prefix(PATH).unwrap_or_default();
    let mut options = Options { entry, taken: Vec::new() };
    let validator: Box<dyn PasswordValidator> = match name {
        "MinimumLengthValidator" => {
            let MinimumLengthValidator { min_length } = MinimumLengthValidator::default();
            Box::new(MinimumLengthValidator {
                min_length: options
                    .take("min_length", "a number of characters", |value| {
                        value.as_integer().and_then(|length| usize::try_from(length).ok())
                    })?
                    .unwrap_or(min_length),
            })
        }
        "CommonPasswordValidator" => Box::new(CommonPasswordValidator),
        "NumericPasswordValidator" => Box::new(NumericPasswordValidator),
        "UserAttributeSimilarityValidator" => {
            let UserAttributeSimilarityValidator { user_attributes, max_similarity } = Default::default();
            Box::new(UserAttributeSimilarityValidator {
                user_attributes: options
                    .take("user_attributes", "a list of field names", |value| {
                        let names = value.as_array()?.iter().map(|name| name.as_str().map(str::to_owned));
                        names.collect()
                    })?
                    .unwrap_or(user_attributes),
                max_similarity: options
                    .take("max_similarity", "a number from 0.1 to 1", |value| {
                        let number = value.as_float().or_else(|| value.as_integer().map(|number| number as f64));
                        number.filter(|number| (0.1..=1.0).contains(number))
                    })?
                    .unwrap_or(max_similarity),
            })
        }
        _ => {
            let own = inventory::iter::<ValidatorEntry>.into_iter().find(|own| (own.path)() == entry.name);
            let own = own.ok_or_else(|| VALIDATORS.missing(&entry.name, settings))?;
            return (own.build)(&entry.options)
                .map_err(|error| error.wrap(format!("the validator `{}` cannot be set up", entry.name)));
        }
    };
    options.finish()?;
    Ok(validator)
}

/// The options of one entry, each to be taken once.
struct Options<'a> {
    entry: &'a rjango_core::settings::PasswordValidator,
    taken: Vec<&'static str>,
}

impl Options<'_> {
    fn take<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        read: impl FnOnce(&toml::Value) -> Option<T>,
    ) -> Result<Option<T>> {
        self.taken.push(key);
        let Some(value) = self.entry.options.get(key) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| {
            Error::improperly_configured(format!(
                "the option `{key}` of `{}` must be {expected}, found `{value}`",
                self.entry.name
            ))
        })
    }

    fn finish(self) -> Result<()> {
        match self.entry.options.keys().find(|key| !self.taken.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => Err(Error::improperly_configured(format!("`{}` has no option `{key}`", self.entry.name))
                .with_hint(match self.taken.as_slice() {
                    [] => "it takes none".to_owned(),
                    taken => format!("it takes: {}", taken.join(", ")),
                })),
        }
    }
}

#[cfg(test)]
#[path = "validators_tests.rs"]
mod tests;
