//! sqlx's transactions without its `Transaction` guard, which borrows its connection and so cannot be ambient.

use sqlx::error::Error;
use sqlx::{Database, SqlStr};
use sqlx_core::transaction::TransactionManager;

/// Begins a transaction, or a savepoint inside one; `statement` stands in for `BEGIN`.
pub(super) async fn begin<D: Database>(connection: &mut D::Connection, statement: Option<SqlStr>) -> Result<(), Error> {
    D::TransactionManager::begin(connection, statement).await
}

/// Commits the innermost.
pub(super) async fn commit<D: Database>(connection: &mut D::Connection) -> Result<(), Error> {
    D::TransactionManager::commit(connection).await
}

/// Rolls the innermost back.
pub(super) async fn rollback<D: Database>(connection: &mut D::Connection) -> Result<(), Error> {
    D::TransactionManager::rollback(connection).await
}

/// Queues a rollback of the innermost.
pub(super) fn start_rollback<D: Database>(connection: &mut D::Connection) {
    D::TransactionManager::start_rollback(connection);
}

/// How many transactions and savepoints are open.
pub(super) fn depth<D: Database>(connection: &D::Connection) -> usize {
    D::TransactionManager::get_transaction_depth(connection)
}
