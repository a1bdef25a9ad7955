//! Clients that send or read too slowly.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// How fast a body must come.
#[derive(Debug, Clone, Copy)]
pub(super) struct BodyPace {
    /// How long the server waits for a body that does not come, all in all.
    pub(super) timeout: Option<Duration>,
    /// Each so many bytes that have come are worth a second more.
    pub(super) bytes_per_second: u64,
}

/// A request's body that fails where it comes too slowly. The time in which nobody reads it does not count.
pub(super) struct PacedBody {
    body: Incoming,
    pace: BodyPace,
    received: u64,
    /// How long the body was waited for so far.
    waited: Duration,
    waiting: Option<Waiting>,
}

struct Waiting {
    since: Instant,
    end: Pin<Box<Sleep>>,
}

impl PacedBody {
    pub(super) fn new(body: Incoming, pace: BodyPace) -> Self {
        Self { body, pace, received: 0, waited: Duration::ZERO, waiting: None }
    }

    /// How long the body may still be waited for.
    fn left(&self, timeout: Duration) -> Duration {
        let earned = Duration::from_secs_f64(self.received as f64 / self.pace.bytes_per_second.max(1) as f64);
        (timeout + earned).saturating_sub(self.waited)
    }
}

impl Body for PacedBody {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            if let Some(waiting) = self.waiting.take() {
                self.waited += waiting.since.elapsed();
            }
            if let Some(Ok(frame)) = &frame {
                self.received += frame.data_ref().map_or(0, Bytes::len) as u64;
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let Some(timeout) = self.pace.timeout else { return Poll::Pending };
        let left = self.left(timeout);
        let waiting = self
            .waiting
            .get_or_insert_with(|| Waiting { since: Instant::now(), end: Box::pin(tokio::time::sleep(left)) });
        ready!(waiting.end.as_mut().poll(context));
        let slow = "the request's body comes too slowly (`SERVER_BODY_TIMEOUT`, `SERVER_BODY_MIN_RATE`)";
        Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::TimedOut, slow).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A connection that fails where its client does not take what is sent.
pub(super) struct PatientStream {
    socket: TcpStream,
    timeout: Option<Duration>,
    /// Until when the client must take something.
    end: Option<Pin<Box<Sleep>>>,
}

impl PatientStream {
    pub(super) fn new(socket: TcpStream, timeout: Option<Duration>) -> Self {
        Self { socket, timeout, end: None }
    }

    /// What writing gave, or an error where it has waited for too long.
    fn patiently<T>(&mut self, context: &mut Context<'_>, wrote: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        let Some(timeout) = self.timeout else { return wrote };
        if wrote.is_ready() {
            self.end = None;
            return wrote;
        }
        let end = self.end.get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
        ready!(end.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read (`SERVER_SEND_TIMEOUT`)")))
    }
}

impl AsyncRead for PatientStream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(context, into)
    }
}

impl AsyncWrite for PatientStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.patiently(context, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.socket).poll_write_vectored(context, pieces);
        self.patiently(context, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.socket).poll_flush(context);
        self.patiently(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
