//! A page that is sent while it is made.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use rjango_core::Result;

use crate::value::BoxFuture;

/// How many bytes are gathered before a piece is sent.
pub(crate) const PIECE: usize = 16 << 10;

/// The pieces that wait to be sent.
#[derive(Clone, Default)]
pub(crate) struct Pieces(Arc<Mutex<VecDeque<String>>>);

impl Pieces {
    /// Hands a piece over, and lets whoever sends it have a turn.
    pub(crate) async fn send(&self, piece: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(piece);
        let mut has_waited = false;
        poll_fn(|context| {
            if std::mem::replace(&mut has_waited, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    fn next(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// A page piece by piece.
pub struct PageStream {
    page: Option<BoxFuture<'static, Result<String>>>,
    pieces: Pieces,
}

impl PageStream {
    /// `page` hands its pieces over, and is its own last piece.
    pub(crate) fn new(page: BoxFuture<'static, Result<String>>, pieces: Pieces) -> Self {
        Self { page: Some(page), pieces }
    }

    /// The next piece; nothing at the end. After an error there is no further one.
    pub fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<String>>> {
        if let Some(piece) = self.pieces.next() {
            return Poll::Ready(Some(Ok(piece)));
        }
        let Some(page) = &mut self.page else { return Poll::Ready(None) };
        match page.as_mut().poll(context) {
            Poll::Pending => match self.pieces.next() {
                Some(piece) => Poll::Ready(Some(Ok(piece))),
                None => Poll::Pending,
            },
            Poll::Ready(last) => {
                self.page = None;
                match last {
                    // A piece that was handed over right before the end goes before the rest.
                    Ok(last) => match self.pieces.next() {
                        Some(piece) => Poll::Ready(Some(Ok(piece + &last))),
                        None if last.is_empty() => Poll::Ready(None),
                        None => Poll::Ready(Some(Ok(last))),
                    },
                    Err(error) => Poll::Ready(Some(Err(error))),
                }
            }
        }
    }
}
