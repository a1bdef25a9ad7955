//! What happened to a row: its entries in the log.

use rjango_contrib::auth::{AnyUser, users};
use rjango_contrib::contenttypes::ContentType;
use rjango_core::Result;
use rjango_http::templates;
use rjango_macros::{f, q};
use rjango_orm::Value;
use rjango_schema::ModelSchema;
use serde::Serialize;

use crate::log::LogEntry;

/// One entry, for the page.
#[derive(Debug, Serialize)]
pub(crate) struct HistoryEntry {
    /// The moment, which the page writes in its zone.
    time: templates::Value,
    user: String,
    message: String,
}

/// The entries about a row, oldest first.
pub(crate) async fn entries(schema: &ModelSchema, pk: &Value) -> Result<Vec<HistoryEntry>> {
    let content_type = ContentType::get_for_schema(schema).await?;
    let id = pk.to_string();
    let entries =
        LogEntry::objects().filter(q!(content_type = &content_type, object_id = &id)).order_by(f!(action_time)).await?;
    let users = users::by_pks(entries.iter().map(|entry| entry.user.value().clone())).await?;
    Ok(entries.iter().map(|each| entry(each, &users)).collect())
}

fn entry(entry: &LogEntry, users: &[AnyUser]) -> HistoryEntry {
    let user = users.iter().find(|user| user.pk() == entry.user.value()).map(|user| match user.full_name() {
        name if name.is_empty() => user.username().to_owned(),
        name => format!("{} ({name})", user.username()),
    });
    let message = if entry.change_message.is_empty() { entry.to_string() } else { entry.message() };
    HistoryEntry { time: entry.action_time.into(), user: user.unwrap_or_default(), message }
}
