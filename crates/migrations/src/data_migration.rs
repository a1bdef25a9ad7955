//! Data migrations in Rust: functions of a project that run inside a migration.
//!
//! `#[rjango::data_migration]` registers a function here under its path; `run_rust` operations name it. It is given the
//! models as they are at that point of the history, so it keeps working when the structs have moved on.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result, Site, nearest};
use rjango_orm::dynamic::Objects;
use rjango_orm::{AfterCommit, Database, Databases, Models};

use crate::ProjectState;

/// A registered function. The attribute macro makes it; its work is done here, compiled once.
pub struct DataMigration {
    /// `module_path!()` where it stands, the crate's name first.
    pub module: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Calls it.
    pub run: for<'a> fn(&'a StateApps) -> DataMigrationFuture<'a>,
}

/// The future of a [`DataMigration`].
pub type DataMigrationFuture<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

inventory::collect!(DataMigration);

impl DataMigration {
    /// The function of this path: from the crate's root (`shop::data_migrations::fill_sku`), or with the crate's name
    /// before it, as another crate's function needs it.
    pub fn find(path: &str) -> Option<&'static Self> {
        inventory::iter::<Self>.into_iter().find(|function| function.path() == path || function.full_path() == path)
    }

    /// The paths from their crates' roots of all that are registered, in order.
    pub fn paths() -> Vec<String> {
        let mut paths: Vec<String> = inventory::iter::<Self>.into_iter().map(Self::path).collect();
        paths.sort();
        paths
    }

    fn path(&self) -> String {
        match self.module.split_once("::") {
            Some((_, module)) => format!("{module}::{}", self.name),
            None => self.name.to_owned(),
        }
    }

    fn full_path(&self) -> String {
        format!("{}::{}", self.module, self.name)
    }

    /// Calls the function with the models of a state, inside the transaction that is open on the connection held here.
    ///
    /// # Errors
    /// The function's.
    pub(crate) async fn call(&self, state: &ProjectState, database: &Database) -> Result<AfterCommit> {
        let (site, apps) = StateApps::new(state, database)?;
        let ((), after) = database.join_transaction(site.scope((self.run)(&apps))).await?;
        Ok(after)
    }
}

/// The models at one point of the migrations' history: Django's `apps` in `RunPython`.
#[derive(Debug)]
pub struct StateApps {
    models: Models,
    database: Database,
}

impl StateApps {
    /// The models of a state, and the site in which they are the models: queries by name look them up there.
    fn new(state: &ProjectState, database: &Database) -> Result<(Arc<Site>, Self)> {
        let models = Models::from_schemas(state.iter().cloned().map(Arc::new))?;
        let around = Site::current()?;
        let databases = around.get::<Databases>().cloned().unwrap_or_default().with(database.clone());
        let site = Site::new(around.settings().clone()).with(models.clone()).with(databases);
        Ok((Arc::new(site), Self { models, database: database.clone() }))
    }

    /// The rows of the model of this label (`shop.Product`), in the database that is being migrated.
    ///
    /// # Errors
    /// `Migration` where there is no such model at this point of the history.
    pub fn objects(&self, label: &str) -> Result<Objects> {
        if self.models.get(label).is_none() {
            let error =
                Error::new(ErrorKind::Migration, format!("there is no model `{label}` at this point of the history"));
            let known: Vec<String> = self.models.iter().map(|meta| meta.schema.label()).collect();
            return Err(match nearest(label, known.iter().map(String::as_str)) {
                Some(near) => error.with_hint(format!("did you mean `{near}`?")),
                None => error.with_hint(
                    "is the migration that makes it applied before this one? If not, add it to `dependencies`",
                ),
            });
        }
        Ok(Objects::new(&self.models, label)?.using(self.database.alias().to_owned()))
    }

    /// The models.
    pub fn models(&self) -> &Models {
        &self.models
    }

    /// The database that is being migrated: `apps.database().atomic(...)` is a savepoint.
    pub fn database(&self) -> &Database {
        &self.database
    }
}
