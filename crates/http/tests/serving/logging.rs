//! Slow statements are told in the log, on every engine, without their values.

use std::sync::{Arc, Mutex};

use futures_util::TryStreamExt as _;
use rjango_core::Result;
use rjango_http::{Client, Request, logging, path, urls};
use rjango_orm::{Database, Engine, Statement};

use crate::diary::in_diary;
use crate::wire::on_every_engine;

on_every_engine!(slow_statements_are_told_without_their_values);

async fn query(request: Request) -> Result<&'static str> {
    let database = Database::current(None)?;
    let mut statement =
        Statement::new(if database.engine() == Engine::Postgres { "SELECT $1::text" } else { "SELECT ?" });
    statement.parameters.push("secret".into());
    let types = [rjango_orm::ValueType::Text];
    match request.query().get("how") {
        Some("execute") => drop(database.execute(&statement).await?),
        Some("stream") => {
            let mut rows = database.fetch_stream(statement, types.to_vec());
            while rows.try_next().await?.is_some() {}
        }
        _ => drop(database.fetch(&statement, &types).await?),
    }
    Ok("done")
}

async fn slow_statements_are_told_without_their_values(engine: Engine) {
    for (bound, told) in [(Some(0), true), (Some(60_000), false), (None, false)] {
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        in_diary(
            engine,
            urls![path("query/", query)],
            |settings| settings.logging.slow_query_milliseconds = bound,
            async |diary| {
                let kept = Arc::clone(&lines);
                let log =
                    logging::subscriber(diary.site.settings(), move |line| kept.lock().unwrap().push(line.to_owned()));
                let _log = tracing::subscriber::set_default(log);
                let mut client = Client::of(diary.handler.clone());
                for how in ["fetch", "execute", "stream"] {
                    lines.lock().unwrap().clear();
                    assert_eq!(client.get(&format!("/query/?how={how}")).await.text(), "done", "{how}");
                    let lines = lines.lock().unwrap();
                    let slow: Vec<&String> = lines.iter().filter(|line| line.contains(" rjango.db.slow [")).collect();
                    assert_eq!(slow.iter().any(|line| line.contains("slow query: SELECT")), told, "{how}: {lines:?}");
                    assert!(!slow.iter().any(|line| line.contains("secret")), "{how}: {lines:?}");
                }
            },
        )
        .await;
    }
}
