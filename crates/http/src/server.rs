//! The HTTP server: a listening socket, a handler, and a signal to stop.
//!
//! hyper speaks HTTP; what is here are the bounds. A client that sends slowly, reads slowly, or says nothing at all is given the
//! time that the settings grant and then closed, so that nobody holds connections by doing nothing.

mod slow;

use std::convert::Infallible;
use std::io::{Error as IoError, ErrorKind as IoErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rjango_core::{Result, ResultExt as _, Settings};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::Handler;
use slow::{BodyPace, PacedBody, PatientStream};

/// Serves until `shutdown` completes, then lets the requests that are being answered finish, and those with an unsafe method
/// whose client has gone.
///
/// The site's settings bound what a client may take: `SERVER_HEADER_TIMEOUT` and its siblings. It must run inside a tokio
/// runtime. The listener may come from elsewhere, such as a parent process.
///
/// # Errors
/// Where the socket cannot be used.
pub async fn serve(
    listener: TcpListener,
    handler: Handler,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    listener.set_nonblocking(true).context("the listening socket cannot be used")?;
    let listener = tokio::net::TcpListener::from_std(listener).context("the listening socket cannot be used")?;
    let bounds = Arc::new(Bounds::new(handler.site().settings()));
    let room = Arc::new(Semaphore::new(bounds.connections));
    // Each connection holds a receiver until it is closed.
    let (ending, _) = watch::channel(false);
    let mut shutdown = pin!(shutdown);
    loop {
        let next = async {
            // Where there is no room, clients wait in the system's queue.
            let place = Arc::clone(&room).acquire_owned().await;
            (place, accept(&listener).await)
        };
        let (place, (socket, peer)) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            (Ok(place), accepted) = next => (place, accepted),
        };
        let client = Client { socket, peer, place, ending: ending.subscribe() };
        tokio::spawn(client.serve(handler.clone(), Arc::clone(&bounds)));
    }
    drop(listener);
    ending.send_replace(true);
    ending.closed().await;
    handler.finished().await;
    Ok(())
}

/// The next connection.
async fn accept(listener: &tokio::net::TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                // Most often there are too many open files. Some will be closed.
                tracing::error!(target: "rjango.server", %error, "the server cannot take a connection");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// Whether a connection that was not taken yet has failed, and not the socket that takes it.
fn is_of_the_client(error: &IoError) -> bool {
    matches!(
        error.kind(),
        IoErrorKind::ConnectionAborted | IoErrorKind::ConnectionRefused | IoErrorKind::ConnectionReset
    )
}

/// What the settings grant a client.
struct Bounds {
    connections: usize,
    header_timeout: Option<Duration>,
    header_bytes: usize,
    pace: BodyPace,
    send_timeout: Option<Duration>,
    half_close: bool,
}

impl Bounds {
    fn new(settings: &Settings) -> Self {
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        Self {
            connections: settings
                .server_max_connections
                .map_or(Semaphore::MAX_PERMITS, number)
                .min(Semaphore::MAX_PERMITS),
            header_timeout: settings.server_header_timeout.map(Duration::from_secs),
            header_bytes: number(settings.server_max_header_bytes),
            pace: BodyPace {
                timeout: settings.server_body_timeout.map(Duration::from_secs),
                bytes_per_second: settings.server_body_min_rate,
            },
            send_timeout: settings.server_send_timeout.map(Duration::from_secs),
            half_close: settings.server_half_close,
        }
    }
}

/// One connection.
struct Client {
    socket: TcpStream,
    peer: SocketAddr,
    place: OwnedSemaphorePermit,
    ending: watch::Receiver<bool>,
}

impl Client {
    async fn serve(self, handler: Handler, bounds: Arc<Bounds>) {
        let Self { socket, peer, place, mut ending } = self;
        // Without it small answers would wait for the client's acknowledgement of earlier ones.
        let _ = socket.set_nodelay(true);
        let stream = TokioIo::new(PatientStream::new(socket, bounds.send_timeout));
        let pace = bounds.pace;
        let service = service_fn(move |mut request: http::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            let request = request.map(|body| Body::new(PacedBody::new(body, pace)));
            let handler = handler.clone();
            async move { Ok::<_, Infallible>(handler.handle(request).await) }
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(bounds.header_timeout)
            .max_buf_size(bounds.header_bytes)
            .half_close(bounds.half_close);
        let mut connection = pin!(http.serve_connection(stream, service).with_upgrades());
        let outcome = tokio::select! {
            outcome = connection.as_mut() => outcome,
            () = async { let _ = ending.wait_for(|ends| *ends).await; } => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        // Clients that go, and connections that were silent for too long, are nothing to tell.
        if let Err(error) = outcome
            && error.is_parse()
        {
            tracing::warn!(target: "rjango.server", %peer, %error, "a request was refused");
        }
        drop(place);
    }
}
