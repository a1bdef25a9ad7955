//! The log, as Django writes it.

use rjango_admin::LogEntry;
use rjango_macros::f;

use crate::site::{client, content_type, has, inside, product};

#[tokio::test]
async fn every_change_is_written_down() {
    let mut client = client("root").await;
    let form = |price: &'static str| [("name", "Tea"), ("price", price), ("state", "draft")];
    client.post("/admin/shop/product/add/", form("2")).await;
    let id = product(&client, "Tea").await;
    client.post(&format!("/admin/shop/product/{id}/change/"), form("3")).await;
    client.post(&format!("/admin/shop/product/{id}/change/"), form("3")).await;
    let history = client.get(&format!("/admin/shop/product/{id}/history/")).await;
    for text in
        ["<td>Added.</td>", "<td>Changed Price.</td>", "<td>No fields changed.</td>", "<td>root</td>", "3 entries"]
    {
        has(&history, text);
    }
    client.post(&format!("/admin/shop/product/{id}/delete/"), [("post", "yes")]).await;
    let entries = inside(&client, async { LogEntry::objects().order_by(f!(id)).await }).await;
    let rows: Vec<(u16, &str)> =
        entries.iter().map(|entry| (entry.action_flag, entry.change_message.as_str())).collect();
    assert_eq!(
        rows,
        [(1, "[{\"added\": {}}]"), (2, "[{\"changed\": {\"fields\": [\"Price\"]}}]"), (2, "[]"), (3, ""),]
    );
    let content_type = content_type(&client).await;
    for entry in &entries {
        assert_eq!(entry.object_id.as_deref(), Some(id.to_string().as_str()));
        assert_eq!(entry.object_repr, "Tea");
        assert_eq!(entry.content_type.as_ref().and_then(|found| found.pk().get()), content_type);
    }
    has(&client.get("/admin/").await, "<li class=\"deletion\">Tea");
}
