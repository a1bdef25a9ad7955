//! Clients that send slowly, read slowly, or send too much.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::stream;
use rjango_core::{Error, Settings};
use rjango_http::{Body, Request, Response, path, urls};
use rjango_orm::Engine;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::diary::{Diary, Witness, in_diary, urlpatterns};
use crate::wire::{ask, request, send, until};

/// A second for everything.
fn hasty(settings: &mut Settings) {
    settings.server_header_timeout = Some(1);
    settings.server_body_timeout = Some(1);
    settings.server_send_timeout = Some(1);
}

async fn with_settings(change: impl Fn(&mut Settings), test: impl AsyncFnOnce(Diary)) {
    in_diary(Engine::Sqlite, urlpatterns(), change, test).await;
}

/// Everything that comes until the server closes.
async fn rest(socket: &mut TcpStream) -> String {
    let mut rest = Vec::new();
    let _ = socket.read_to_end(&mut rest).await;
    String::from_utf8_lossy(&rest).into_owned()
}

#[tokio::test]
async fn half_a_head_and_an_idle_connection_are_closed() {
    with_settings(hasty, async |diary| {
        let served = diary.serve();
        let began = Instant::now();
        let mut silent = TcpStream::connect(served.address).await.unwrap();
        let mut half = send(served.address, b"GET /add/1/ HTTP/1.1\r\nHost: testser").await;
        let mut idle = send(served.address, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert!(rest(&mut idle).await.starts_with("HTTP/1.1 200 OK"));
        rest(&mut half).await;
        rest(&mut silent).await;
        assert!((1..6).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
        served.stop().await;
    })
    .await;
}

const FORM: &str = "POST /form/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
    Content-Type: application/x-www-form-urlencoded\r\n";

#[tokio::test]
async fn a_body_that_does_not_come_is_refused() {
    with_settings(hasty, async |diary| {
        let served = diary.serve();
        let mut stuck = send(served.address, format!("{FORM}Content-Length: 20\r\n\r\nnumber=1").as_bytes()).await;
        let answer = rest(&mut stuck).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        let failed = diary.seen.failed.lock().unwrap().concat();
        assert!(failed.contains("comes too slowly (`SERVER_BODY_TIMEOUT`"), "{failed}");
        diary.handler.finished().await;
        assert_eq!(diary.entries().await, [0; 0]);
        served.stop().await;
    })
    .await;
}

/// Sends a form of so many bytes, a piece each 100 ms: the answer.
async fn dribble(diary: &Diary, length: usize, piece: usize) -> String {
    let served = diary.serve();
    let mut form = b"number=1&filler=".to_vec();
    form.resize(length, b'x');
    let mut socket = send(served.address, format!("{FORM}Content-Length: {length}\r\n\r\n").as_bytes()).await;
    let (mut reading, mut writing) = socket.split();
    let send = async {
        for piece in form.chunks(piece) {
            if writing.write_all(piece).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let read = async {
        let mut answer = Vec::new();
        let _ = reading.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    let ((), answer) = tokio::join!(send, read);
    served.stop().await;
    answer
}

#[tokio::test]
async fn a_body_may_take_long_if_it_comes() {
    with_settings(hasty, async |diary| {
        // 20 bytes a second, and 20,000, for more than two seconds each.
        assert!(dribble(&diary, 60, 2).await.starts_with("HTTP/1.1 400 "));
        assert!(dribble(&diary, 50_000, 2_000).await.ends_with("added"));
        assert_eq!(diary.entries().await, [1]);
    })
    .await;
}

async fn endless_pieces(request: Request) -> Response {
    let pieces = stream::unfold(Witness::of(&request), |witness| async move {
        Some((Ok::<_, Error>(Bytes::from_static(&[b'x'; 65536])), witness))
    });
    Response::new(Body::stream(pieces))
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed() {
    in_diary(Engine::Sqlite, urls![path("pieces/", endless_pieces)], hasty, async |diary| {
        let served = diary.serve();
        let stuck = send(served.address, request("GET", "/pieces/").as_bytes()).await;
        let dropped = async || diary.seen.dropped() == ["GET /pieces/"];
        until(Duration::from_secs(10), "the body is dropped", dropped).await;
        drop(stuck);
        served.stop().await;
    })
    .await;
}

#[tokio::test]
async fn one_connection_too_many_waits_for_its_turn() {
    with_settings(
        |settings| settings.server_max_connections = Some(2),
        async |diary| {
            let served = diary.serve();
            let first = TcpStream::connect(served.address).await.unwrap();
            let second = TcpStream::connect(served.address).await.unwrap();
            let address = served.address;
            let third = tokio::spawn(async move { ask(address, &request("POST", "/add/1/")).await });
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert!(!third.is_finished());
            drop(first);
            assert!(third.await.unwrap().ends_with("added"));
            drop(second);
            served.stop().await;
        },
    )
    .await;
}

#[tokio::test]
async fn a_head_of_too_many_bytes_is_refused() {
    with_settings(
        |settings| settings.server_max_header_bytes = 8192,
        async |diary| {
            let served = diary.serve();
            let of = |length: usize| {
                format!("GET /healthz HTTP/1.1\r\nConnection: close\r\nX: {}\r\n\r\n", "x".repeat(length))
            };
            assert!(served.ask(&of(7000)).await.starts_with("HTTP/1.1 200 OK"));
            let mut large = send(served.address, of(20_000).as_bytes()).await;
            let answer = rest(&mut large).await;
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
            served.stop().await;
        },
    )
    .await;
}

#[tokio::test]
async fn a_client_that_has_said_everything_is_answered_where_the_settings_say_so() {
    for half_close in [false, true] {
        with_settings(
            |settings| settings.server_half_close = half_close,
            async |diary| {
                let served = diary.serve();
                let mut socket = send(served.address, request("GET", "/late/1/").as_bytes()).await;
                let began = async || !diary.seen.began.lock().unwrap().is_empty();
                until(Duration::from_secs(10), "the view begins", began).await;
                socket.shutdown().await.unwrap();
                let seen = Arc::clone(&diary.seen);
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    seen.open_the_gate();
                });
                let answer = rest(&mut socket).await;
                assert_eq!(answer.ends_with("late"), half_close, "{answer}");
                served.stop().await;
            },
        )
        .await;
    }
}
