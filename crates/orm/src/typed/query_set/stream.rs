//! [`RowsStream`]: rows one by one.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt};
use rjango_core::Result;

use crate::{Row, RowStream};

/// The rows of a query as the database gives them: what `stream()` gives. The query starts with the first row.
///
/// ```text
/// let mut products = Product::objects().stream();
/// while let Some(product) = products.try_next().await? { /* ... */ }
/// ```
///
/// It is a `futures::Stream` too. `prefetch_related` has no effect on it.
pub struct RowsStream<T>(State<T>);

type Read<T> = Box<dyn FnMut(Row) -> Result<T> + Send>;
type Start<T> = Box<dyn FnOnce() -> Result<(RowStream, Read<T>)> + Send>;

enum State<T> {
    Waiting(Start<T>),
    Running(RowStream, Read<T>),
    Done,
}

impl<T> RowsStream<T> {
    pub(in crate::typed) fn new(start: impl FnOnce() -> Result<(RowStream, Read<T>)> + Send + 'static) -> Self {
        Self(State::Waiting(Box::new(start)))
    }

    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// As [`crate::QuerySet::sync`]. After an error there are no further rows.
    pub async fn try_next(&mut self) -> Result<Option<T>> {
        self.next().await.transpose()
    }
}

impl<T> Stream for RowsStream<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if matches!(self.0, State::Waiting(_)) {
            let State::Waiting(start) = std::mem::replace(&mut self.0, State::Done) else {
                return Poll::Ready(None);
            };
            match start() {
                Ok((rows, read)) => self.0 = State::Running(rows, read),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        let State::Running(rows, read) = &mut self.0 else { return Poll::Ready(None) };
        let next = match rows.poll_next_unpin(context) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(None) => None,
            Poll::Ready(Some(row)) => Some(row.and_then(read)),
        };
        if !matches!(next, Some(Ok(_))) {
            self.0 = State::Done;
        }
        Poll::Ready(next)
    }
}

impl<T> Unpin for RowsStream<T> {}

impl<T> std::fmt::Debug for RowsStream<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RowsStream")
    }
}
