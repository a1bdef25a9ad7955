//! What `check` finds wrong with the model of users, in both binaries: Django's `auth.E00x`.

use rjango_core::checks::{Check, CheckContext, CheckMessage};
use rjango_orm::{ModelMeta, Models};
use rjango_schema::DEFAULT_USER_MODEL;

inventory::submit! { Check::new("auth::user_model", &["models", "auth"], user_model) }

fn user_model(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let Some(models) = context.site().get::<Models>() else { return Vec::new() };
    let users = models.users();
    let mut found = Vec::new();
    for meta in models.iter() {
        let Some(user) = &meta.schema.user else { continue };
        let label = meta.schema.label();
        if label == users {
            let problems = user.problems(&meta.schema).into_iter();
            found.extend(
                problems
                    .map(|problem| at(CheckMessage::error(problem.id, problem.message).with_hint(problem.hint), meta)),
            );
        } else if label != DEFAULT_USER_MODEL {
            let message = format!("`{label}` is a model of users, and AUTH_USER_MODEL names `{users}`");
            let hint = format!(
                "write `AUTH_USER_MODEL = \"{label}\"` in the settings, or take `user` out of the model's `#[model(...)]`"
            );
            found.push(at(CheckMessage::error("auth.E104", message).with_hint(hint), meta));
        }
    }
    found
}

/// The message with the place of the model, where it is known.
fn at(message: CheckMessage, meta: &ModelMeta) -> CheckMessage {
    match &meta.schema.origin {
        Some(origin) => message.at(&*origin.file, origin.line, 0),
        None => message,
    }
}
