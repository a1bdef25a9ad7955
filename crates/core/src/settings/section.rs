//! An app's own section of the settings, as a type of its own.

mod deserializer;

use std::sync::Arc;

use serde::de::DeserializeOwned;

use self::deserializer::SectionDeserializer;
use super::Settings;
use super::value::{Data, Origin, Table, Value};
use crate::{Error, Result};

impl Settings {
    /// An app's own section: the table of this name in the settings' files, over it the variables
    /// `RJANGO_<NAME>__<KEY>`.
    ///
    /// Keys match the fields of `T` without regard to case, so `PAGE_SIZE` fills `page_size`. A section that is
    /// missing is read as an empty one: give fields their defaults with `#[serde(default)]`.
    ///
    /// ```
    /// # use rjango_core::settings::{Settings, Sources};
    /// #[derive(serde::Deserialize)]
    /// struct Shop {
    ///     page_size: u32,
    /// }
    ///
    /// let sources = Sources::new("/srv/mysite").with_file("config/settings.toml", "[SHOP]\nPAGE_SIZE = 20");
    /// let shop: Shop = Settings::from_sources(&sources)?.section("SHOP")?;
    /// assert_eq!(shop.page_size, 20);
    /// # Ok::<(), rjango_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `ImproperlyConfigured`, with file and line, where the section does not fit the type.
    pub fn section<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let entry = self.loaded.sections.get(name);
        let empty;
        let value = match entry {
            Some(entry) => &entry.value,
            None => {
                empty = Value { data: Data::Table(Table::new()), origin: Origin::Environment(Arc::from("")) };
                &empty
            }
        };
        T::deserialize(SectionDeserializer::new(value)).map_err(|wrong| {
            let path: Vec<&str> = std::iter::once(name).chain(wrong.path.iter().map(String::as_str)).collect();
            let error = Error::improperly_configured(format!("`{}` is wrong: {}", path.join("."), wrong.message));
            match (entry, wrong.origin) {
                (None, _) => error.with_hint(format!("the settings have no section `[{name}]`: write it")),
                (_, Some(Origin::File { file, line, column })) => error.at(&*file, line, column),
                (_, Some(variable)) => error.at(variable.to_string(), 0, 0),
                (_, None) => error,
            }
        })
    }
}
