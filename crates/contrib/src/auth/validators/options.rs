//! A validator of the project's own out of its entry's OPTIONS, by serde; options that it has no field for are refused.

use rjango_core::{Error, Result};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, Visitor};

use super::PasswordValidator;

/// The validator that these options describe.
///
/// # Errors
/// `ImproperlyConfigured` where an option is unknown, missing or of a wrong type.
pub fn validator_of_options<V>(options: &toml::Table) -> Result<Box<dyn PasswordValidator>>
where
    V: PasswordValidator + for<'de> Deserialize<'de> + 'static,
{
    match V::deserialize(Options(options)) {
        Ok(validator) => Ok(Box::new(validator)),
        Err(error) => Err(Error::improperly_configured(error.to_string().trim_end().to_owned())
            .with_hint("its OPTIONS in AUTH_PASSWORD_VALIDATORS are the fields of its struct")),
    }
}

/// Hands the options over, and compares their names with the fields of the struct that asks for them.
struct Options<'a>(&'a toml::Table);

impl<'de> Deserializer<'de> for Options<'_> {
    type Error = toml::de::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Self::Error> {
        if let Some(unknown) = self.0.keys().find(|key| !fields.contains(&key.as_str())) {
            let known = match fields {
                [] => "it takes none".to_owned(),
                fields => format!("it takes `{}`", fields.join("`, `")),
            };
            return Err(Self::Error::custom(format!("there is no option `{unknown}`; {known}")));
        }
        self.0.clone().deserialize_struct(name, fields, visitor)
    }

    /// A struct without fields has no options, and TOML has no unit.
    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> std::result::Result<V::Value, Self::Error> {
        match self.0.keys().next() {
            None => visitor.visit_unit(),
            Some(key) => Err(Self::Error::custom(format!("there is no option `{key}`; it takes none"))),
        }
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Self::Error> {
        self.0.clone().deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit newtype_struct seq
        tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::auth::Attribute;

    #[derive(Deserialize)]
    struct Digits {
        least: usize,
        #[serde(default)]
        words: Vec<String>,
    }

    impl PasswordValidator for Digits {
        fn problem(&self, _password: &str, _about: &[Attribute<'_>]) -> Option<String> {
            Some(format!("{} {}", self.least, self.words.join(" ")))
        }

        fn help_text(&self) -> String {
            String::new()
        }
    }

    #[derive(Deserialize)]
    struct Never;

    impl PasswordValidator for Never {
        fn problem(&self, _password: &str, _about: &[Attribute<'_>]) -> Option<String> {
            Some("never".to_owned())
        }

        fn help_text(&self) -> String {
            String::new()
        }
    }

    fn check<V: PasswordValidator + for<'de> Deserialize<'de> + 'static>(options: &str, expected: &str) {
        let outcome = validator_of_options::<V>(&options.parse().unwrap());
        let said = match outcome {
            Ok(validator) => validator.problem("", &[]).unwrap(),
            Err(error) => error.to_string(),
        };
        assert_eq!(said, expected);
    }

    #[test]
    fn options_are_the_fields_of_the_struct() {
        check::<Digits>("least = 2\nwords = [\"a\", \"b\"]", "2 a b");
        check::<Digits>("least = 2", "2 ");
        check::<Digits>("", "missing field `least`");
        check::<Digits>("leest = 2", "there is no option `leest`; it takes `least`, `words`");
        check::<Never>("", "never");
        check::<Never>("least = 2", "there is no option `least`; it takes none");
    }
}
