//! What `rjango check` finds wrong in how apps and databases go together.

use rjango_core::checks::{Check, CheckContext, CheckMessage};

use super::Databases;
use crate::Models;

inventory::submit! { Check::new("orm::relations_between_databases", &["models", "database"], relations) }

/// A foreign key between two databases is one that no database can hold, and no query can join over.
fn relations(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let (Some(databases), Some(models)) = (context.site().get::<Databases>(), context.site().get::<Models>()) else {
        return Vec::new();
    };
    let mut messages = Vec::new();
    for meta in models.iter().filter(|meta| !meta.auto_created) {
        for field in &meta.schema.fields {
            let target = match &field.kind {
                rjango_schema::FieldKind::ManyToMany(relation) => &relation.to,
                kind => match kind.relation() {
                    Some(relation) => &relation.to,
                    None => continue,
                },
            };
            let app = target.split_once('.').map_or(target.as_str(), |(app, _)| app);
            let (here, there) = (databases.home(&meta.schema.app), databases.home(app));
            if here == there {
                continue;
            }
            let text = format!(
                "`{}.{}` refers to `{target}`, whose app is in the database `{there}`, from `{here}`",
                meta.schema.label(),
                field.name
            );
            let message = CheckMessage::error("models.E050", text)
                .with_hint("list both apps in the APPS of one database, or store the key as a plain integer");
            messages.push(match &meta.schema.origin {
                Some(origin) => message.at(origin.file.clone(), origin.line, 0),
                None => message,
            });
        }
    }
    messages
}
