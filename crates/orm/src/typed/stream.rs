//! [`InstanceStream`]: rows one by one.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt};
use rjango_core::Result;

use super::rows::Related;
use crate::sql::Columns;
use crate::{Model, QuerySet, RowStream, execute};

/// The rows of a query set as the database gives them: what `stream()` gives. The query starts with the first row.
///
/// ```text
/// let mut products = Product::objects().stream();
/// while let Some(product) = products.try_next().await? { /* ... */ }
/// ```
///
/// It is a `futures::Stream` too. `prefetch_related` has no effect on it.
pub struct InstanceStream<M> {
    state: State<M>,
    marker: PhantomData<fn() -> M>,
}

enum State<M> {
    Waiting(Box<QuerySet<M>>),
    Running(Related, RowStream),
    Done,
}

impl<M: Model> InstanceStream<M> {
    pub(super) fn new(rows: QuerySet<M>) -> Self {
        Self { state: State::Waiting(Box::new(rows)), marker: PhantomData }
    }

    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// As [`QuerySet::sync`]. After an error there are no further rows.
    pub async fn try_next(&mut self) -> Result<Option<M>> {
        self.next().await.transpose()
    }
}

impl<M: Model> Stream for InstanceStream<M> {
    type Item = Result<M>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if matches!(self.state, State::Waiting(_)) {
            let State::Waiting(rows) = std::mem::replace(&mut self.state, State::Done) else {
                return Poll::Ready(None);
            };
            let started = rows.checked().and_then(|query| {
                let related = Related::plan(&query)?;
                Ok(State::Running(related, execute::stream(&query, Columns::Model)))
            });
            match started {
                Ok(running) => self.state = running,
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        let State::Running(related, rows) = &mut self.state else { return Poll::Ready(None) };
        let next = match rows.poll_next_unpin(context) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(None) => None,
            Poll::Ready(Some(row)) => Some(row.and_then(|row| related.read(row).map(|(instance, _)| instance))),
        };
        if !matches!(next, Some(Ok(_))) {
            self.state = State::Done;
        }
        Poll::Ready(next)
    }
}

impl<M> Unpin for InstanceStream<M> {}
