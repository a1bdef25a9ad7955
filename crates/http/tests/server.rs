//! The server over a real socket: bytes in, bytes out, and a shutdown that loses nothing.
#![allow(clippy::unwrap_used)]

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rjango_core::{Settings, Site};
use rjango_http::{Handler, Request, RequestLog, path, server, urls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn slow(_request: Request) -> &'static str {
    tokio::time::sleep(Duration::from_millis(200)).await;
    "slow"
}
async fn about(request: Request) -> String {
    let peer = request.remote_address().is_some_and(|address| address.ip().is_loopback());
    format!("{} {} {peer}", request.scheme(), request.path())
}

async fn send(address: SocketAddr, request: &[u8]) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn it_answers_logs_and_stops_gently() {
    let mut settings = Settings::for_tests();
    settings.middleware = vec!["rjango.middleware.common.CommonMiddleware".to_owned()];
    let site =
        Site::new(settings).with(urls![path("slow/", slow), path("a/<name>/", |r: Request, _: String| about(r))]);
    let lines: Arc<Mutex<Vec<RequestLog>>> = Arc::default();
    let handler = Handler::new(site).unwrap().with_log({
        let lines = Arc::clone(&lines);
        move |line| lines.lock().unwrap().push(line.clone())
    });
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(server::serve(listener, handler, async {
        let _ = stopped.await;
    }));

    let get =
        |target: &str| format!("GET {target} HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\r\n").into_bytes();
    let page = send(address, &get("/a/caf%C3%A9/")).await;
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.ends_with("\r\n\r\nhttp /a/café/ true"), "{page}");
    // What is not UTF-8 after decoding stays encoded, and is no failure.
    let page = send(address, &get("/a/%ff%C3/")).await;
    assert!(page.ends_with("http /a/%FF%C3/ true"), "{page}");
    assert!(send(address, &get("/%ff/")).await.starts_with("HTTP/1.1 404"));
    assert!(send(address, b"GET /\xff/ HTTP/1.1\r\nHost: testserver\r\n\r\n").await.starts_with("HTTP/1.1 400"));
    // A request may say that it is secure; only the connection knows.
    let absolute = send(address, &get("https://testserver/a/x/")).await;
    assert!(absolute.ends_with("http /a/x/ true"), "{absolute}");
    let head = b"HEAD /a/x/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\r\n";
    let head = send(address, head).await;
    assert!(head.contains("content-length: 15\r\n") && head.ends_with("\r\n\r\n"), "{head}");

    let waiting = tokio::spawn(async move { send(address, &get("/slow/")).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.send(()).unwrap();
    assert!(waiting.await.unwrap().ends_with("slow"));
    server.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());

    let lines = lines.lock().unwrap();
    let first = &lines[0];
    assert_eq!((first.method.as_str(), first.target.as_str(), first.status), ("GET", "/a/caf%C3%A9/", 200));
    assert_eq!((first.length, lines.len()), (Some(19), 6));
}
