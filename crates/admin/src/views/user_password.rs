//! Another user's password, and what may be seen of one.

use http::Method;
use rjango_contrib::auth::{
    AnyUser, RequestUser as _, is_password_usable, password_help_texts, update_session_auth_hash,
};
use rjango_contrib::messages;
use rjango_core::{Error, Result};
use rjango_http::templates::{self, escape};
use rjango_http::{Request, Response, context};
use rjango_orm::Value;
use serde_json::json;

use super::change::{find, missing};
use super::password_change::PasswordInput;
use super::user_add::NewPassword;
use crate::access::{self, Access};
use crate::log::{Done, log_action};
use crate::object_url::object_url;
use crate::page::{self, Crumbs};
use crate::registration::Registration;
use crate::transaction::atomic_for;
use crate::words::{filled, text};

pub(crate) async fn user_password(request: Request, model: &'static Registration, id: String) -> Result<Response> {
    let current = request.user().await?;
    let schema = model.schema();
    access::require(Access::of(&current, schema).await?.change, "change", schema)?;
    let Some(record) = find(model, &id).await? else { return missing(&request, model, &id) };
    let mut user = AnyUser::from(record.clone());
    let mut new = NewPassword::default();
    if *request.method() == Method::POST {
        new = NewPassword::of(&*request.form().await?, || user.clone())?;
        if new.is_valid() {
            let by = current.user().ok_or_else(|| Error::permission_denied("log in first"))?;
            let message = json!([{ "changed": { "fields": ["password"] } }]);
            atomic_for(schema, async || {
                user.change_password(&new.password).await?;
                log_action(by, schema, (user.pk(), &user.to_string()), Done::Change, &message).await
            })
            .await?;
            // Whoever changes their own stays logged in.
            if by.pk() == user.pk() {
                update_session_auth_hash(&request, &user).await?;
            }
            messages::success(&request, text("Password changed successfully."));
            return Response::redirect(&object_url(model, "change", record.pk())?);
        }
    }
    let fields = [
        PasswordInput {
            name: "password1",
            label: text("Password"),
            autocomplete: "new-password",
            errors: new.first_errors,
            help_texts: password_help_texts()?,
        },
        PasswordInput {
            name: "password2",
            label: text("Password confirmation"),
            autocomplete: "new-password",
            errors: new.second_errors,
            help_texts: vec![text("Enter the same password as before, for verification.")],
        },
    ];
    let own = context! {
        fields,
        intro => templates::Value::safe(filled(
            "Enter a new password for the user <strong>%(username)s</strong>.",
            &[("username", &escape(user.username()))],
        )),
        submit_label => text("Change password"),
    };
    let url = object_url(model, "change", record.pk())?;
    let crumbs = Crumbs::model(model, true)?.to(user.username().to_owned(), url)?.here(text("Change password"));
    let title = filled("Change password: %s", &[("username", user.username())]);
    page::render(&request, "admin/password_form.html", &title, crumbs, own).await
}

/// What may be seen of a password: how it is stored, and the ends of salt and hash masked.
pub(crate) fn password_summary(stored: Option<&Value>) -> String {
    let stored = stored.and_then(Value::as_str).unwrap_or_default();
    if stored.is_empty() || !is_password_usable(stored) {
        return text("No password set.");
    }
    let parts: Vec<&str> = stored.split('$').collect();
    match parts.as_slice() {
        [algorithm, iterations, salt, hash] if algorithm.starts_with("pbkdf2_") => format!(
            "{}: {algorithm}, {}: {iterations}, {}: {}, {}: {}",
            text("algorithm"),
            text("iterations"),
            text("salt"),
            masked(salt, 6),
            text("hash"),
            masked(hash, 6)
        ),
        [algorithm, ..] if parts.len() > 2 => format!("{}: {algorithm}", text("algorithm")),
        _ => text("Invalid password format or unknown hashing algorithm."),
    }
}

/// Django's `mask_hash`: the first characters, then stars.
fn masked(text: &str, shown: usize) -> String {
    let rest = text.chars().count().saturating_sub(shown);
    text.chars().take(shown).chain(std::iter::repeat_n('*', rest)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_shows_no_more_than_its_head() {
        let stored = Value::Text("pbkdf2_sha256$1000000$abcdefghij$0123456789".to_owned());
        assert_eq!(
            password_summary(Some(&stored)),
            "algorithm: pbkdf2_sha256, iterations: 1000000, salt: abcdef****, hash: 012345****"
        );
        assert_eq!(password_summary(Some(&Value::Text("!unusable".to_owned()))), "No password set.");
        assert_eq!(
            password_summary(Some(&Value::Text("plain".to_owned()))),
            "Invalid password format or unknown hashing algorithm."
        );
    }
}
