//! A response's body: bytes, bytes that are rendered later, or a stream.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use http_body::{Frame, SizeHint};
use rjango_core::{Active, Error, Result, Site};

use crate::BoxFuture;

/// What a response carries.
pub enum Body {
    /// Bytes in memory.
    Ready(Bytes),
    /// Bytes that the innermost layer awaits before any middleware sees the response, such as a template that needs
    /// the request's user.
    Later(BoxFuture<'static, Result<Bytes>>),
    /// Pieces that are sent as they come.
    Stream(axum::body::Body),
}

impl Body {
    /// A body that turns the response into this error.
    pub fn failed(error: Error) -> Self {
        Self::Later(Box::pin(std::future::ready(Err(error))))
    }

    /// A body that is sent piece by piece. An error breaks the connection off: the status is out by then.
    pub fn stream<S>(pieces: S) -> Self
    where
        S: Stream<Item = Result<Bytes>> + Send + 'static,
    {
        Self::Stream(axum::body::Body::from_stream(pieces.map_err(Error::into_boxed)))
    }

    /// The bytes, where they are in memory.
    pub fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Ready(bytes) => Some(bytes),
            Self::Later(_) | Self::Stream(_) => None,
        }
    }

    /// A body of axum's. Bytes that are all there are in memory: middleware can count, tag and compress them.
    pub(crate) fn from_http(mut body: axum::body::Body) -> Self {
        use http_body::Body as _;
        let Some(length) = body.size_hint().exact() else { return Self::Stream(body) };
        if length == 0 {
            return Self::Ready(Bytes::new());
        }
        // What is not there yet wakes whoever polls it next.
        match Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => Self::Stream(body),
            Poll::Ready(None) => Self::Ready(Bytes::new()),
            Poll::Ready(Some(Ok(frame))) if frame.data_ref().is_some_and(|data| data.len() as u64 == length) => {
                Self::Ready(frame.into_data().unwrap_or_default())
            }
            Poll::Ready(Some(first)) => {
                Self::Stream(axum::body::Body::new(Begun { first: Some(first), length, rest: body }))
            }
        }
    }

    /// The body for the connection, where it is read piece by piece long after the site's scope has ended.
    pub(crate) fn into_http_of(self, site: &Arc<Site>, active: &Active, span: &tracing::Span) -> axum::body::Body {
        match self {
            Self::Ready(bytes) => axum::body::Body::from(bytes),
            piecewise => axum::body::Body::new(InSite {
                site: Arc::clone(site),
                active: active.clone(),
                span: span.clone(),
                body: piecewise.into_http(),
            }),
        }
    }

    pub(crate) fn into_http(self) -> axum::body::Body {
        match self {
            Self::Ready(bytes) => axum::body::Body::from(bytes),
            Self::Stream(stream) => stream,
            Self::Later(later) => axum::body::Body::from_stream(futures_util::stream::once(async {
                later.await.map_err(Error::into_boxed)
            })),
        }
    }
}

/// A body whose first piece was taken already.
struct Begun {
    first: Option<Result<Frame<Bytes>, axum::Error>>,
    length: u64,
    rest: axum::body::Body,
}

impl http_body::Body for Begun {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Self { first, rest, .. } = self.get_mut();
        match first.take() {
            Some(first) => Poll::Ready(Some(first)),
            None => Pin::new(rest).poll_frame(context),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self.first {
            Some(_) => SizeHint::with_exact(self.length),
            None => self.rest.size_hint(),
        }
    }
}

/// A body whose pieces are made inside the site. One that fails is told in the log: its status is out by then.
struct InSite {
    site: Arc<Site>,
    /// The time zone and the language of the request.
    active: Active,
    /// The span of the request, for what the pieces log.
    span: tracing::Span,
    body: axum::body::Body,
}

impl http_body::Body for InSite {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Self { site, active, span, body } = self.get_mut();
        let frame =
            ready!(span.in_scope(|| active.clone().enter(|| site.enter(|| Pin::new(body).poll_frame(context)))));
        if let Some(Err(error)) = &frame {
            let _inside = span.enter();
            tracing::error!(target: "rjango.request", %error, "a response was broken off in the middle of its body");
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Ready(bytes)
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Ready(bytes.into())
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::Ready(text.into())
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self::Ready(Bytes::from_static(text.as_bytes()))
    }
}
