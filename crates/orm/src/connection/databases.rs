//! The databases of a site, by alias.

use std::collections::BTreeMap;

use rjango_core::{Error, Result, Settings};

use super::Database;

/// The databases of a site, by alias. A part of the [`rjango_core::Site`]; nothing is opened before its first use.
#[derive(Debug, Clone, Default)]
pub struct Databases {
    by_alias: BTreeMap<String, Database>,
}

impl Databases {
    /// The databases that the settings name. Relative paths start at the settings' `base_dir`.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where an engine does not exist or is not part of this build.
    pub fn from_settings(settings: &Settings) -> Result<Self> {
        let mut by_alias = BTreeMap::new();
        for (alias, database) in &settings.databases {
            by_alias.insert(alias.clone(), Database::new(alias, database, &settings.base_dir)?);
        }
        Ok(Self { by_alias })
    }

    /// The same databases with this one under its alias.
    #[must_use]
    pub fn with(mut self, database: Database) -> Self {
        self.by_alias.insert(database.alias().to_owned(), database);
        self
    }

    /// The database of this alias.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where the settings name none.
    pub fn get(&self, alias: &str) -> Result<Database> {
        self.by_alias.get(alias).cloned().ok_or_else(|| {
            Error::improperly_configured(format!("there is no database `{alias}`"))
                .with_hint(format!("add `[DATABASES.{alias}]` to the settings"))
        })
    }

    /// The aliases, in order.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.by_alias.keys().map(String::as_str)
    }

    /// Closes every connection of every database.
    pub async fn close(&self) {
        for database in self.by_alias.values() {
            database.close().await;
        }
    }
}
