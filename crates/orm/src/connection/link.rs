//! A leased connection as the ORM uses it: statements in, rows out, transactions and savepoints; the same for each engine.
//!
//! What differs between engines is [`Speak`]. What is known of the connection's state is the lease's.

use std::borrow::Cow;
use std::future::Future;

use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryStreamExt};
use rjango_core::{Error, Result};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Executor};
use sqlx_core::database::HasStatementCache;
use sqlx_core::ext::async_stream::TryAsyncStream;

use super::backend::{Begin, Reading, Wanted};
use super::plans::{Plans, Undo};
use super::pool::{Lease, Manage};
use super::statement_log::Clock;
use super::{Executed, Link, Row, RowStream, Statement};
use crate::{Value, ValueType};

/// The connection of sqlx.
type Raw<E> = <<E as Speak>::Sql as sqlx::Database>::Connection;

/// How an engine runs statements through sqlx.
pub(super) trait Speak: Manage {
    /// sqlx's name for the engine.
    type Sql: sqlx::Database<Arguments: sqlx::IntoArguments<Self::Sql>> + HasStatementCache;

    /// Whether a prepared statement fails once its table was altered.
    const PLANS_GO_STALE: bool = false;

    /// sqlx's connection.
    fn raw(connection: &mut Self::Connection) -> &mut Raw<Self>;

    /// The statement with its values, as sqlx runs it.
    fn query(
        connection: &mut Self::Connection,
        statement: &Statement,
    ) -> impl Future<Output = Result<Query<'static, Self::Sql, <Self::Sql as sqlx::Database>::Arguments>>> + Send;

    /// The value of a row's column.
    fn value(row: &<Self::Sql as sqlx::Database>::Row, index: usize, value_type: ValueType) -> Result<Value>;

    /// The error for a refused statement.
    fn error(error: sqlx::Error, statement: Option<&Statement>) -> Error;

    /// What a statement did.
    fn executed(&self, done: &<Self::Sql as sqlx::Database>::QueryResult) -> Executed;

    /// What begins the outermost transaction.
    fn begin(&self, how: Begin) -> Cow<'static, str>;

    /// Whether the error says that the statement was prepared before its table was altered.
    fn is_stale(_error: &Error) -> bool {
        false
    }

    /// Whether a statement that stands alone needs a transaction around it: behind a pooler nothing else holds its parts
    /// together.
    fn wraps(&self) -> bool {
        false
    }

    /// What is done at the server before a transaction ends, so that it leaves nothing behind.
    fn before_end(&self, _connection: &mut Self::Connection) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }
}

/// A leased connection.
pub(super) struct Leased<E: Speak> {
    lease: Lease<E>,
    plans: Plans,
    begun: Begin,
}

impl<E: Speak> Leased<E>
where
    for<'c> &'c mut Raw<E>: Executor<'c, Database = E::Sql>,
    usize: sqlx::ColumnIndex<<E::Sql as sqlx::Database>::Row>,
{
    pub(super) fn new(lease: Lease<E>) -> Self {
        Self { lease, plans: Plans::default(), begun: Begin::default() }
    }

    async fn rows(&mut self, statement: &Statement, wanted: Wanted<'_>) -> Result<Vec<Row>> {
        let connection = self.lease.statement().await?;
        let clock = Clock::start();
        let result = read_all::<E>(connection, statement, wanted).await;
        clock.stop(statement);
        self.lease.done(result).await
    }

    /// The rows, also where a plan of the statement has gone stale.
    async fn fresh_rows(&mut self, statement: &Statement, wanted: Wanted<'_>) -> Result<Vec<Row>> {
        if !E::PLANS_GO_STALE || self.lease.manage().wraps() {
            return self.rows(statement, wanted).await;
        }
        if let Some(sql) = self.plans.guard(self.lease.depth(), &statement.sql) {
            self.raw(sql).await?;
        }
        match self.rows(statement, wanted).await {
            Err(error) if E::is_stale(&error) => {
                match self.plans.undo(self.lease.depth()) {
                    Undo::Nothing => {}
                    Undo::By(sql) => self.lease.undo_by(&sql).await?,
                    Undo::Whole => {
                        self.lease.undo_by("ROLLBACK").await?;
                        let sql = self.lease.manage().begin(self.begun);
                        self.raw(&sql).await?;
                    }
                    Undo::Impossible => return Err(error),
                }
                let connection = self.lease.statement().await?;
                let cleared = sqlx::Connection::clear_cached_statements(E::raw(connection)).await;
                self.lease.done(cleared.map_err(|error| E::error(error, None))).await?;
                self.rows(statement, wanted).await
            }
            result => {
                self.plans.ran(self.lease.depth(), &statement.sql, result.is_ok());
                result
            }
        }
    }

    /// Runs what makes up the connection's own work, not the caller's.
    async fn raw(&mut self, sql: &str) -> Result<()> {
        self.lease.statement().await?;
        let result = self.lease.run(sql).await;
        self.lease.done(result).await
    }

    async fn run(&mut self, statement: &Statement) -> Result<Executed> {
        let connection = self.lease.statement().await?;
        let clock = Clock::start();
        let result = execute::<E>(connection, statement).await;
        clock.stop(statement);
        let done = self.lease.done(result).await?;
        self.plans.ran(self.lease.depth(), "", true);
        Ok(self.lease.manage().executed(&done))
    }

    /// Whether this statement is put into a transaction of its own.
    fn is_wrapped(&self) -> bool {
        self.lease.depth() == 0 && self.lease.manage().wraps()
    }

    async fn start(&mut self, how: Begin) -> Result<()> {
        let sql = if self.lease.depth() == 0 { self.lease.manage().begin(how) } else { Cow::Borrowed("") };
        self.lease.begin(&sql).await?;
        if self.lease.depth() == 1 {
            self.begun = how;
        }
        self.plans.begun(self.lease.depth());
        Ok(())
    }

    async fn end(&mut self) -> Result<()> {
        if self.lease.depth() == 1 && self.lease.manage().wraps() {
            self.leave_nothing().await?;
        }
        self.lease.commit().await?;
        self.plans.ended();
        Ok(())
    }

    async fn undo(&mut self) -> Result<()> {
        if self.lease.depth() == 1 && self.lease.manage().wraps() {
            self.leave_nothing().await?;
        }
        self.plans.ended();
        self.lease.rollback().await
    }

    async fn leave_nothing(&mut self) -> Result<()> {
        self.lease.statement().await?;
        let (manage, connection) = self.lease.parts()?;
        let result = manage.before_end(connection).await;
        self.lease.done(result).await
    }
}

async fn read_all<E: Speak>(
    connection: &mut E::Connection,
    statement: &Statement,
    wanted: Wanted<'_>,
) -> Result<Vec<Row>>
where
    for<'c> &'c mut Raw<E>: Executor<'c, Database = E::Sql>,
    usize: sqlx::ColumnIndex<<E::Sql as sqlx::Database>::Row>,
{
    let query = E::query(connection, statement).await?;
    let mut rows = E::raw(connection).fetch(query);
    let (mut out, mut reading) = (Vec::new(), Reading::of(wanted));
    let mut failure = None;
    while let Some(row) = rows.try_next().await.map_err(|error| E::error(error, Some(statement)))? {
        // The answer is read to its end in any case, so that the connection is ready for the next statement.
        if failure.is_none() {
            match reading.row(&row, E::value) {
                Ok(row) => out.push(row),
                Err(error) => failure = Some(error.with_sql(statement.to_string())),
            }
        }
    }
    failure.map_or(Ok(out), Err)
}

async fn execute<E: Speak>(
    connection: &mut E::Connection,
    statement: &Statement,
) -> Result<<E::Sql as sqlx::Database>::QueryResult>
where
    for<'c> &'c mut Raw<E>: Executor<'c, Database = E::Sql>,
{
    let query = E::query(connection, statement).await?;
    E::raw(connection).execute(query).await.map_err(|error| E::error(error, Some(statement)))
}

/// Runs SQL without parameters, one statement or several.
pub(super) async fn script<E: Speak>(connection: &mut E::Connection, sql: &str) -> Result<()>
where
    for<'c> &'c mut Raw<E>: Executor<'c, Database = E::Sql>,
{
    let done = E::raw(connection).execute(sqlx::raw_sql(AssertSqlSafe(sql))).await;
    done.map(|_| ()).map_err(|error| E::error(error, Some(&Statement::new(sql))))
}

/// As [`script`], and counts the statements that end.
async fn counted<E: Speak>(connection: &mut E::Connection, sql: &str, done: &mut usize) -> Result<()>
where
    for<'c> &'c mut Raw<E>: Executor<'c, Database = E::Sql>,
{
    let mut ends = E::raw(connection).fetch_many(sqlx::raw_sql(AssertSqlSafe(sql)));
    while let Some(end) = ends.next().await {
        let end = end.map_err(|error| E::error(error, Some(&Statement::new(sql))))?;
        *done += usize::from(end.is_left());
    }
    Ok(())
}

impl<E: Speak> Link for Leased<E>
where
    for<'c> &'c mut Raw<E>: Executor<'c, Database = E::Sql>,
    usize: sqlx::ColumnIndex<<E::Sql as sqlx::Database>::Row>,
{
    fn fetch<'a>(&'a mut self, statement: &'a Statement, wanted: Wanted<'a>) -> BoxFuture<'a, Result<Vec<Row>>> {
        Box::pin(async move {
            if !self.is_wrapped() {
                return self.fresh_rows(statement, wanted).await;
            }
            self.start(Begin::default()).await?;
            match self.rows(statement, wanted).await {
                Ok(rows) => self.end().await.map(|()| rows),
                Err(error) => {
                    self.undo().await?;
                    Err(error)
                }
            }
        })
    }

    fn execute<'a>(&'a mut self, statement: &'a Statement) -> BoxFuture<'a, Result<Executed>> {
        Box::pin(async move {
            if !self.is_wrapped() {
                return self.run(statement).await;
            }
            self.start(Begin::default()).await?;
            match self.run(statement).await {
                Ok(done) => self.end().await.map(|()| done),
                Err(error) => {
                    self.undo().await?;
                    Err(error)
                }
            }
        })
    }

    fn execute_counted<'a>(&'a mut self, sql: &'a str, done: &'a mut usize) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.plans.doubt();
            self.lease.statement().await?;
            self.lease.scripted();
            let result = counted::<E>(self.lease.connection()?, sql, done).await;
            self.lease.done(result).await
        })
    }

    fn stream(mut self: Box<Self>, statement: Statement, types: Vec<ValueType>) -> RowStream {
        let rows = TryAsyncStream::new(move |yielder| async move {
            let wrapped = self.is_wrapped();
            let result = async {
                if wrapped {
                    self.start(Begin::default()).await?;
                }
                let connection = self.lease.statement().await?;
                // Until the first row: how long the others take, their reader says.
                let mut clock = Some(Clock::start());
                let query = E::query(connection, &statement).await;
                let query = match query {
                    Ok(query) => query,
                    Err(error) => return self.lease.done(Err(error)).await,
                };
                let (mut failure, mut unread) = (None, false);
                {
                    let mut rows = E::raw(self.lease.connection()?).fetch(query);
                    let mut reading = Reading::of(Wanted::First(&types));
                    loop {
                        let next = rows.try_next().await;
                        if let Some(clock) = clock.take() {
                            clock.stop(&statement);
                        }
                        let row = match next {
                            Ok(Some(row)) => {
                                let row = reading.row(&row, E::value);
                                unread = row.is_err();
                                row.map_err(|error| error.with_sql(statement.to_string()))
                            }
                            Ok(None) => break,
                            Err(error) => Err(E::error(error, Some(&statement))),
                        };
                        match row {
                            Ok(row) => yielder.r#yield(Ok(row)).await,
                            Err(error) => {
                                failure = Some(error);
                                break;
                            }
                        }
                    }
                }
                if let Some(error) = failure.take_if(|_| unread) {
                    // Rows are left: the lease stays in the middle of its statement, which is stopped with it.
                    return Err(error);
                }
                self.lease.done(failure.map_or(Ok(()), Err)).await?;
                if wrapped {
                    self.end().await?;
                }
                Ok(())
            }
            .await;
            if let Err(error) = result {
                yielder.r#yield(Err(error)).await;
            }
            Ok(())
        });
        rows.map(|row| row.unwrap_or_else(|error| Err(E::error(error, None)))).boxed()
    }

    fn begin(&mut self, how: Begin) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.start(how))
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.end())
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.undo())
    }

    fn start_rollback(&mut self) {
        self.plans.ended();
        self.lease.start_rollback();
    }
}
