//! What is granted to requests whose client has gone: a time, and a number.

use std::time::Duration;

use rjango_orm::Engine;

use crate::diary::{in_diary, urlpatterns};
use crate::wire::{on_every_engine, request, until};

on_every_engine!(
    past_its_time_an_abandoned_request_is_rolled_back,
    one_too_many_is_cancelled_when_its_client_hangs_up,
    a_server_that_must_end_rolls_back,
);

async fn past_its_time_an_abandoned_request_is_rolled_back(engine: Engine) {
    in_diary(
        engine,
        urlpatterns(),
        |settings| settings.abandoned_request_timeout = Some(1),
        async |diary| {
            let served = diary.serve();
            diary.leave(served.address, "POST", "/endless/1/").await;
            assert_eq!(diary.handler.under_way(), 1, "its time has not come");
            let dropped = async || diary.seen.dropped() == ["POST /endless/1/"];
            until(Duration::from_secs(3), "it is cancelled", dropped).await;
            until(Duration::from_secs(2), "it has rolled back", async || diary.open_transactions().await == 0).await;
            // The next one writes, and what was cancelled left nothing.
            assert_eq!(served.hang_up(request("POST", "/add/2/").as_bytes(), Duration::from_secs(30)).await, Some(200));
            assert_eq!(diary.entries().await, [2]);
            // A client that stays is not bound by that time.
            let patient = request("POST", "/endless/3/");
            assert_eq!(served.hang_up(patient.as_bytes(), Duration::from_millis(1500)).await, None);
            assert_eq!(diary.handler.under_way(), 1);
            diary.handler.finished().await;
            served.stop().await;
        },
    )
    .await;
}

async fn one_too_many_is_cancelled_when_its_client_hangs_up(engine: Engine) {
    in_diary(
        engine,
        urlpatterns(),
        |settings| settings.abandoned_request_max_number = Some(2),
        async |diary| {
            let served = diary.serve();
            for number in 1..=4 {
                diary.leave(served.address, "POST", &format!("/late/{number}/")).await;
            }
            let two = async || diary.seen.dropped() == ["POST /late/3/", "POST /late/4/"];
            until(Duration::from_secs(5), "two are cancelled", two).await;
            diary.seen.open_the_gate();
            diary.handler.finished().await;
            assert_eq!(diary.entries().await, [1, 2]);
            // There is room again.
            diary.leave(served.address, "POST", "/late/5/").await;
            served.stop().await;
            assert_eq!(diary.entries().await, [1, 2, 5]);
        },
    )
    .await;
}

async fn a_server_that_must_end_rolls_back(engine: Engine) {
    in_diary(
        engine,
        urlpatterns(),
        |_| {},
        async |diary| {
            let served = diary.serve();
            diary.leave(served.address, "POST", "/endless/1/").await;
            diary.handler.stop();
            served.stop().await;
            until(Duration::from_secs(2), "it has rolled back", async || diary.open_transactions().await == 0).await;
            assert_eq!((diary.seen.dropped().len(), diary.entries().await), (1, vec![]));
        },
    )
    .await;
}

#[tokio::test]
async fn with_a_limit_of_none_a_post_ends_with_its_client() {
    in_diary(
        Engine::Sqlite,
        urlpatterns(),
        |settings| settings.abandoned_request_max_number = Some(0),
        async |diary| {
            let served = diary.serve();
            diary.leave(served.address, "POST", "/late/1/").await;
            diary.handler.finished().await;
            assert_eq!((diary.seen.dropped().len(), diary.entries().await), (1, vec![]));
            served.stop().await;
        },
    )
    .await;
}
