//! What happened to a row: its entries in the log.

use rjango_contrib::contenttypes::ContentType;
use rjango_core::Result;
use rjango_macros::{f, q};
use rjango_orm::Value;
use rjango_schema::ModelSchema;
use serde::Serialize;

use crate::display::date_time_text;
use crate::log::LogEntry;

/// One entry, for the page.
#[derive(Debug, Serialize)]
pub(crate) struct HistoryEntry {
    time: String,
    user: String,
    message: String,
}

/// The entries about a row, oldest first.
pub(crate) async fn entries(schema: &ModelSchema, pk: &Value) -> Result<Vec<HistoryEntry>> {
    let content_type = ContentType::get_for_schema(schema).await?;
    let id = pk.to_string();
    let entries = LogEntry::objects()
        .filter(q!(content_type = &content_type, object_id = &id))
        .select_related(f!(user))
        .order_by(f!(action_time))
        .await?;
    Ok(entries.iter().map(entry).collect())
}

fn entry(entry: &LogEntry) -> HistoryEntry {
    let user = entry.user.loaded().map(|user| match user.full_name() {
        name if name.is_empty() => user.username.clone(),
        name => format!("{} ({name})", user.username),
    });
    let message = if entry.change_message.is_empty() { entry.to_string() } else { entry.message() };
    HistoryEntry { time: date_time_text(entry.action_time), user: user.unwrap_or_default(), message }
}
