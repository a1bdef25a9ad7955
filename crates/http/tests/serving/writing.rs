//! Requests with an unsafe method run to their end, whether the client stays or not.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use rjango_orm::Engine;

use crate::diary::{in_diary, urlpatterns};
use crate::wire::{on_every_engine, request, until};

on_every_engine!(
    every_row_of_a_view_that_began_is_there,
    a_client_that_left_has_its_row,
    a_body_that_broke_off_writes_nothing,
    the_server_ends_after_what_its_clients_left,
);

/// Clients that hang up at every moment, beside clients that stay.
async fn every_row_of_a_view_that_began_is_there(engine: Engine) {
    in_diary(
        engine,
        urlpatterns(),
        |_| {},
        async |diary| {
            let served = diary.serve();
            // SQLite has one writer at a time: more clients would only wait longer.
            let (requests, at_once) = if engine == Engine::Sqlite { (120, 3) } else { (400, 12) };
            let clients = stream::iter(0..requests).map(|number| {
                let served = &served;
                async move {
                    let patience = match number % 4 {
                        3 => Duration::from_secs(60),
                        _ => Duration::from_micros(u64::try_from(number).unwrap() * 7 % 4000),
                    };
                    let request = request("POST", &format!("/add/{number}/"));
                    (number, served.hang_up(request.as_bytes(), patience).await)
                }
            });
            let answers: Vec<(i64, Option<u16>)> = clients.buffer_unordered(at_once).collect().await;
            served.stop().await;
            assert_eq!(diary.handler.under_way(), 0);

            let began: Vec<i64> = diary.seen.numbers.lock().unwrap().iter().copied().collect();
            assert_eq!(*diary.seen.failed.lock().unwrap(), [""; 0]);
            assert_eq!(diary.entries().await, began, "a view that began has written, and no other");
            let answered: Vec<i64> =
                answers.iter().filter(|(_, status)| *status == Some(200)).map(|(number, _)| *number).collect();
            assert!(answered.iter().all(|number| began.contains(number)));
            assert!(answered.len() >= usize::try_from(requests / 4).unwrap(), "who stayed was answered");
            assert!(began.len() > answered.len(), "somebody left in the middle");
            assert_eq!(diary.open_transactions().await, 0);
        },
    )
    .await;
}

async fn a_client_that_left_has_its_row(engine: Engine) {
    in_diary(
        engine,
        urlpatterns(),
        |_| {},
        async |diary| {
            let served = diary.serve();
            for (number, method) in (1..).zip(["POST", "PUT", "PATCH", "DELETE"]) {
                diary.leave(served.address, method, &format!("/late/{number}/")).await;
            }
            assert_eq!((diary.handler.under_way(), diary.entries().await), (4, vec![]));
            diary.seen.open_the_gate();
            diary.handler.finished().await;
            assert_eq!(diary.entries().await, [1, 2, 3, 4]);
            assert_eq!(diary.seen.dropped(), [""; 0]);
            served.stop().await;
        },
    )
    .await;
}

async fn a_body_that_broke_off_writes_nothing(engine: Engine) {
    in_diary(engine, urlpatterns(), |_| {}, async |diary| {
        let served = diary.serve();
        let form = "Content-Type: application/x-www-form-urlencoded";
        // `number=12` of what was to be `number=1234`.
        let cut = format!("POST /form/ HTTP/1.1\r\nHost: testserver\r\n{form}\r\nContent-Length: 11\r\n\r\nnumber=12");
        let chunked =
            format!("POST /form/ HTTP/1.1\r\nHost: testserver\r\n{form}\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nnumber=12\r\n");
        for request in [cut, chunked] {
            served.hang_up(request.as_bytes(), Duration::from_millis(100)).await;
        }
        let both = async || diary.seen.failed.lock().unwrap().len() == 2;
        until(Duration::from_secs(5), "both bodies are refused", both).await;
        diary.handler.finished().await;
        assert_eq!(diary.entries().await, [0; 0]);
        served.stop().await;
    })
    .await;
}

async fn the_server_ends_after_what_its_clients_left(engine: Engine) {
    in_diary(
        engine,
        urlpatterns(),
        |_| {},
        async |diary| {
            let served = diary.serve();
            diary.leave(served.address, "POST", "/late/7/").await;
            let seen = Arc::clone(&diary.seen);
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(300)).await;
                seen.open_the_gate();
            });
            served.stop().await;
            assert_eq!(diary.entries().await, [7]);
        },
    )
    .await;
}

#[tokio::test]
async fn a_panic_in_a_post_is_the_page_of_an_error() {
    in_diary(
        Engine::Sqlite,
        urlpatterns(),
        |_| {},
        async |diary| {
            let served = diary.serve();
            let answer = served.ask(&request("POST", "/panics/")).await;
            assert!(answer.starts_with("HTTP/1.1 500 ") && answer.contains("Server Error (500)"), "{answer}");
            assert_eq!(diary.handler.under_way(), 0);
            served.stop().await;
        },
    )
    .await;
}

#[tokio::test]
async fn a_panic_of_the_log_is_an_answer_too() {
    in_diary(
        Engine::Sqlite,
        urlpatterns(),
        |_| {},
        async |diary| {
            let handler = diary.handler.clone().with_log(|_| panic!("a log that panics"));
            let mut client = rjango_http::Client::of(handler);
            assert_eq!(client.post("/add/1/", [("", "")]).await.status(), 500);
            assert_eq!((diary.handler.under_way(), diary.entries().await), (0, vec![1]));
        },
    )
    .await;
}
