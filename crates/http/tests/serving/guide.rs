//! The code and the settings of `docs/serving.md`.

use std::sync::Arc;
use std::time::Duration;

use rjango_core::Settings;
use rjango_core::settings::Sources;
use rjango_http::Client;
use rjango_orm::{Engine, carried};

use crate::diary::{Entry, in_diary, urlpatterns};

const GUIDE: &str = include_str!("../../../../docs/serving.md");

fn pieces(language: &str) -> Vec<&'static str> {
    GUIDE.split(&format!("```{language}\n")).skip(1).filter_map(|piece| piece.split("```").next()).collect()
}

#[tokio::test]
async fn the_guide_runs() {
    in_diary(
        Engine::Sqlite,
        urlpatterns(),
        |_| {},
        async |diary| {
            let (handler, site) = (diary.handler.clone(), Arc::clone(&diary.site));
            let mut client = Client::of(handler.clone());
            diary.seen.open_the_gate();
            let gone = tokio::time::timeout(Duration::from_millis(50), client.post("/late/1/", [("", "")])).await;
            handler.finished().await;
            assert_eq!((gone.is_ok_and(|answer| answer.status() != 200), diary.entries().await), (false, vec![1]));
            let inside = async {
                let counted = tokio::spawn(carried(async { Entry::objects().count().await }));
                counted.await.unwrap()
            };
            assert_eq!(site.scope(inside).await.unwrap(), 1);
            let health = client.get("/healthz").await.text();
            assert_eq!(pieces("json"), [format!("{health}\n")]);
        },
    )
    .await;
    let here: String = include_str!("guide.rs").split_whitespace().collect();
    let code = pieces("rust");
    assert_eq!(code.len(), 2);
    for line in code.iter().flat_map(|piece| piece.lines()) {
        let line: String = line.split_whitespace().collect();
        assert!(here.contains(&line), "docs/serving.md is not what runs: {line}");
    }
}

#[test]
fn the_settings_of_the_guide_are_the_defaults() {
    // A section ends where the next begins, so those without one come first.
    let mut toml = pieces("toml");
    toml.sort_by_key(|piece| piece.starts_with('['));
    let sources = Sources::new("/nonexistent").with_file("config/settings.toml", toml.concat());
    let settings = Settings::from_sources(&sources).unwrap();
    assert_eq!(settings.listed().iter().filter(|listed| listed.name.starts_with("SERVER_")).count(), 7);
    let names = [
        "ABANDONED_REQUEST_MAX_NUMBER",
        "ABANDONED_REQUEST_TIMEOUT",
        "ADMIN_PAGE_TIMEOUT",
        "HEALTH_PATH",
        "LOGGING",
        "PASSWORD_HASHING_MAX_THREADS",
        "SERVER_BODY_MIN_RATE",
        "SERVER_BODY_TIMEOUT",
        "SERVER_HALF_CLOSE",
        "SERVER_HEADER_TIMEOUT",
        "SERVER_MAX_CONNECTIONS",
        "SERVER_MAX_HEADER_BYTES",
        "SERVER_SEND_TIMEOUT",
        "SYNC_VIEW_MAX_THREADS",
    ];
    for name in names {
        assert!(settings.origin(name).is_some(), "{name} is in the guide");
    }
    let changed: Vec<_> = settings.listed().into_iter().filter(|listed| listed.is_changed()).collect();
    assert_eq!(changed, []);
}
