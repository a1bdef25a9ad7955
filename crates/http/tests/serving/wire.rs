//! A server on a socket, and clients that leave when they please.

use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use rjango_core::Result;
use rjango_http::{Handler, server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A test for each engine: `on_every_engine!(a_test, another)`.
macro_rules! on_every_engine {
    ($($test:ident),* $(,)?) => {$(
        mod $test {
            #[test]
            fn sqlite() {
                crate::engine::run(rjango_orm::Engine::Sqlite, super::$test);
            }

            #[test]
            fn postgres() {
                crate::engine::run(rjango_orm::Engine::Postgres, super::$test);
            }

            #[test]
            fn mysql() {
                crate::engine::run(rjango_orm::Engine::MySql, super::$test);
            }
        }
    )*};
}

pub(crate) use on_every_engine;

pub struct Served {
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<()>>,
}

impl Served {
    pub fn start(handler: Handler) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(server::serve(listener, handler, async {
            let _ = stopped.await;
        }));
        Self { address, stop, server }
    }

    /// Asks the server to end and waits until it has.
    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        self.server.await.unwrap().unwrap();
    }

    /// Sends a request and hangs up after this time, unless the answer is there first: its status.
    pub async fn hang_up(&self, request: &[u8], after: Duration) -> Option<u16> {
        hang_up(self.address, request, after).await
    }

    /// Sends a request and reads the whole answer.
    pub async fn ask(&self, request: &str) -> String {
        ask(self.address, request).await
    }
}

pub async fn hang_up(address: SocketAddr, request: &[u8], after: Duration) -> Option<u16> {
    let mut socket = send(address, request).await;
    let mut head = [0; 12];
    match tokio::time::timeout(after, socket.read_exact(&mut head)).await {
        Ok(Ok(_)) => std::str::from_utf8(&head[9..]).unwrap().parse().ok(),
        Ok(Err(_)) | Err(_) => None,
    }
}

pub async fn send(address: SocketAddr, request: &[u8]) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(request).await.unwrap();
    socket
}

pub async fn ask(address: SocketAddr, request: &str) -> String {
    let mut socket = send(address, request.as_bytes()).await;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

/// A request without a body, on a connection of its own.
pub fn request(method: &str, target: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
}

/// Waits until something holds; fails after a time in which it must.
pub async fn until(within: Duration, what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + within;
    while !holds().await {
        assert!(Instant::now() < deadline, "{what} not within {within:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
