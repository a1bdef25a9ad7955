//! The bytes of a multipart body on their way into the parser.
//!
//! Until the first file the bytes are recorded, so that a service further in can still read the body as it came. What is
//! recorded is bounded by what the fields may hold.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use http_body::Body as _;
use rjango_core::Error;

/// The most that the parser gets at a time.
const PIECE: usize = 64 * 1024;

/// The most that the parser may take in without giving anything out: a preamble or the head of a part.
const MOST_UNUSED: usize = 256 * 1024;

/// A handle on the body.
#[derive(Clone)]
pub(crate) struct Source(Arc<Mutex<Inner>>);

struct Inner {
    body: Option<Body>,
    recorded: Option<Vec<Bytes>>,
    /// What was received and not given to the parser yet.
    left: Bytes,
    /// What is given at the end of the body.
    end: Option<Bytes>,
    unused: usize,
}

impl Source {
    /// The body, and `end` after it.
    pub(super) fn new(body: Body, end: Bytes) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            body: Some(body),
            recorded: Some(Vec::new()),
            left: Bytes::new(),
            end: Some(end),
            unused: 0,
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The parser has given something out.
    pub(super) fn used(&self) {
        self.lock().unused = 0;
    }

    /// Records no more: a file begins.
    pub(super) fn forget(&self) {
        self.lock().recorded = None;
    }

    /// The whole body as it came, once and as long as it is recorded. The parser gets no more of it.
    pub(crate) fn replay(&self) -> Option<Body> {
        let mut inner = self.lock();
        let recorded = inner.recorded.take()?;
        let rest = inner.body.take().unwrap_or_default();
        let recorded = stream::iter(recorded.into_iter().map(Ok::<_, axum::Error>));
        Some(Body::from_stream(recorded.chain(rest.into_data_stream())))
    }
}

impl Stream for Source {
    type Item = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut inner = self.lock();
        let inner = &mut *inner;
        while inner.left.is_empty() {
            let Some(body) = &mut inner.body else {
                return Poll::Ready(Some(Err(Error::bad_request("another reads the request's body").into_boxed())));
            };
            match ready!(Pin::new(body).poll_frame(context)) {
                Some(Ok(frame)) => {
                    inner.left = frame.into_data().unwrap_or_default();
                    if let Some(recorded) = &mut inner.recorded {
                        recorded.push(inner.left.clone());
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => return Poll::Ready(inner.end.take().map(Ok)),
            }
        }
        let piece = inner.left.split_to(inner.left.len().min(PIECE));
        inner.unused += piece.len();
        if inner.unused > MOST_UNUSED {
            let message = "what stands before a part is too long";
            return Poll::Ready(Some(Err(Error::bad_request(message).into_boxed())));
        }
        Poll::Ready(Some(Ok(piece)))
    }
}
