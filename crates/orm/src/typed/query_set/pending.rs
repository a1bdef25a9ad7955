//! [`Pending`]: a query that is ready to run, by `.await` or by `.sync()`.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use rjango_core::Result;

/// A future that can be named.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A query that has not run yet: `.await` runs it in async code, [`Pending::sync`] in plain code.
#[must_use = "a query does nothing until it is awaited or `.sync()` is called"]
pub struct Pending<'a, T>(Boxed<'a, T>);

impl<'a, T> Pending<'a, T> {
    pub(crate) fn new(future: impl Future<Output = Result<T>> + Send + 'a) -> Self {
        Self(Box::pin(future))
    }

    pub(crate) fn ready(result: Result<T>) -> Self
    where
        T: Send + 'a,
    {
        Self::new(std::future::ready(result))
    }

    pub(crate) fn into_boxed(self) -> Boxed<'a, T> {
        self.0
    }

    /// Runs the query and waits for it.
    ///
    /// For views, commands and tests that are plain functions. Inside async code it would block the thread: await
    /// the query there.
    ///
    /// # Errors
    /// The query's.
    pub fn sync(self) -> Result<T> {
        crate::block_on(self)
    }
}

impl<T> Future for Pending<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for Pending<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending")
    }
}
