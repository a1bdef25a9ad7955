//! What runs after `migrate`: content types, permissions and whatever else an app keeps in step with the models.

use std::future::Future;
use std::pin::Pin;

use rjango_core::Result;
use rjango_orm::{Database, Models, in_database};

use crate::ProjectState;

/// Django's `post_migrate` signal, registered through `inventory`. It runs inside the site, after all migrations and
/// outside of their transactions, whether or not there was one to apply.
pub struct PostMigrate {
    /// Says which it is, for messages; and the order, by name, among those of one `rank`.
    pub name: &'static str,
    /// The smaller runs first: content types (10) come before the permissions (20) that refer to them.
    pub rank: u32,
    /// Does the work.
    pub run: for<'a> fn(&'a PostMigrateContext<'a>) -> PostMigrateFuture<'a>,
}

/// The future of a [`PostMigrate`].
pub type PostMigrateFuture<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// What there was to migrate.
#[derive(Debug, Clone, Copy)]
pub struct PostMigrateContext<'a> {
    /// The database that was migrated.
    pub database: &'a Database,
    /// The models of the site.
    pub models: &'a Models,
    /// The models that the applied migrations describe: a model outside of it has no table yet.
    pub state: &'a ProjectState,
}

inventory::collect!(PostMigrate);

impl PostMigrate {
    /// Runs everything that registered itself, in order, with the database that was migrated as the ambient one.
    ///
    /// # Errors
    /// The first that fails, with its name.
    pub async fn run_all(context: &PostMigrateContext<'_>) -> Result<()> {
        let mut hooks: Vec<&Self> = inventory::iter::<Self>.into_iter().collect();
        hooks.sort_by_key(|hook| (hook.rank, hook.name));
        in_database(context.database.alias(), async || {
            for hook in hooks {
                (hook.run)(context)
                    .await
                    .map_err(|error| error.wrap(format!("`{}` failed after the migrations", hook.name)))?;
            }
            Ok(())
        })
        .await
    }
}
