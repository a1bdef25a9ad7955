//! The database that is ambient: what a query goes to that names none, inside of [`in_database`].

use std::sync::Arc;

use rjango_core::Result;

use super::Database;

tokio::task_local! {
    static ALIAS: Arc<str>;
}

/// Runs a closure in which the database of this alias stands in the place of the default one, for every query, relation and
/// transaction that names no other, however deep in the call stack. Routers, APPS and replicas are not asked there.
///
/// ```
/// # async fn copy_orders() -> rjango_core::Result<()> { Ok(()) }
/// # async fn example() -> rjango_core::Result<()> {
/// rjango_orm::in_database("archive", async || copy_orders().await).await
/// # }
/// ```
///
/// # Errors
/// The closure's; `ImproperlyConfigured` where the settings have no such database.
pub async fn in_database<T>(alias: &str, f: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
    Database::current(Some(alias))?;
    ALIAS.scope(alias.into(), f()).await
}

/// The alias of the ambient database, where one was named.
pub(crate) fn alias() -> Option<Arc<str>> {
    ALIAS.try_with(Arc::clone).ok()
}

/// Runs a future with this ambient database, on another task than the one that named it.
pub(crate) async fn scope<T>(alias: Option<Arc<str>>, future: impl Future<Output = T>) -> T {
    match alias {
        Some(alias) => ALIAS.scope(alias, future).await,
        None => future.await,
    }
}

/// Runs plain code with this ambient database, on another thread than the one that named it.
pub(crate) fn enter<T>(alias: Option<Arc<str>>, f: impl FnOnce() -> T) -> T {
    match alias {
        Some(alias) => ALIAS.sync_scope(alias, f),
        None => f(),
    }
}
