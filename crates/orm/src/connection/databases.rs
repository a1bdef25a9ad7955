//! The databases of a site, by alias.

use std::collections::BTreeMap;

use rjango_core::{Error, Result, Settings};

use super::Database;
use super::routing::{Routed, Routing};

/// The databases of a site, by alias. A part of the [`rjango_core::Site`]; nothing is opened before its first use.
#[derive(Debug, Clone, Default)]
pub struct Databases {
    by_alias: BTreeMap<String, Database>,
    routing: Routing,
}

impl Databases {
    /// The databases that the settings name. Relative paths start at the settings' `base_dir`. The project's own routers are
    /// not asked: this is for programs that do not have its code.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where an engine does not exist or is not part of this build.
    pub fn from_settings(settings: &Settings) -> Result<Self> {
        Self::read(settings, false)
    }

    /// As [`Databases::from_settings`], with the routers that DATABASE_ROUTERS names.
    ///
    /// # Errors
    /// As [`Databases::from_settings`], and where there is no such router.
    pub fn with_routers(settings: &Settings) -> Result<Self> {
        Self::read(settings, true)
    }

    fn read(settings: &Settings, compiled: bool) -> Result<Self> {
        let mut by_alias = BTreeMap::new();
        for (alias, database) in &settings.databases {
            by_alias.insert(alias.clone(), Database::new(alias, database, &settings.base_dir)?);
        }
        Ok(Self { by_alias, routing: Routing::from_settings(settings, compiled)? })
    }

    /// The database of a query that names none. A read goes to a replica, unless a transaction is open on the database
    /// that it is a replica of.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where a router names a database that is not there.
    pub fn route(&self, query: &Routed<'_>) -> Result<Database> {
        if self.routing.is_plain() {
            return self.get("default");
        }
        let is_open = |alias: &str| self.by_alias.get(alias).is_some_and(crate::transaction::in_atomic_block);
        self.get(&self.routing.alias(query, is_open))
    }

    /// Whether every query that names no database goes to the default one.
    pub(crate) fn is_plain(&self) -> bool {
        self.routing.is_plain()
    }

    /// The alias of the database in which the tables of an app are, as the settings' APPS say.
    pub fn home(&self, app: &str) -> &str {
        self.routing.home(app)
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

    /// Whether an app's tables belong into the database of this alias, as the settings' APPS say: what `migrate` asks.
    pub fn allow_migrate(&self, alias: &str, app: &str) -> bool {
        self.routing.allows(alias, app)
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
