//! One's own password.

use http::Method;
use rjango_contrib::auth::views::PasswordChangeForm;
use rjango_contrib::auth::{RequestUser as _, password_help_texts, update_session_auth_hash};
use rjango_core::{Error, Result};
use rjango_http::shortcuts::redirect;
use rjango_http::{Request, Response, context, reverse};
use serde::Serialize;

use crate::page::{self, Crumbs};
use crate::words::text;

/// An input of a form about passwords.
#[derive(Debug, Serialize)]
pub(super) struct PasswordInput {
    pub name: &'static str,
    pub label: String,
    pub autocomplete: &'static str,
    pub errors: Vec<String>,
    pub help_texts: Vec<String>,
}

pub(crate) async fn password_change(request: Request) -> Result<Response> {
    let current = request.user().await?;
    let mut user = current.user().cloned().ok_or_else(|| Error::permission_denied("log in first"))?;
    let mut form = PasswordChangeForm::default();
    if *request.method() == Method::POST {
        form = PasswordChangeForm::from_request(&request).await?;
        if form.save(&mut user).await? {
            update_session_auth_hash(&request, &user).await?;
            return redirect("admin:password_change_done");
        }
    }
    let input = |name, label, autocomplete| PasswordInput {
        name,
        label: text(label),
        autocomplete,
        errors: Vec::new(),
        help_texts: Vec::new(),
    };
    let fields = [
        PasswordInput { errors: form.old_errors, ..input("old_password", "Old password", "current-password") },
        PasswordInput { help_texts: password_help_texts()?, ..input("new_password1", "New password", "new-password") },
        PasswordInput {
            errors: form.new_errors,
            ..input("new_password2", "New password confirmation", "new-password")
        },
    ];
    let own = context! {
        fields,
        submit_label => text("Change my password"),
        intro => text(
            "Please enter your old password, for security’s sake, and then enter your new password twice so we can verify \
             you typed it in correctly.",
        ),
    };
    let crumbs = Crumbs::home()?.here(text("Password change"));
    page::render(&request, "admin/password_form.html", &text("Password change"), crumbs, own).await
}

pub(crate) async fn password_change_done(request: Request) -> Result<Response> {
    let crumbs = Crumbs::home()?.here(text("Password change"));
    let own = context! {
        text => text("Your password was changed."),
        link_url => reverse("admin:index", ())?,
        link_label => text("Home"),
    };
    page::render(&request, "admin/message.html", &text("Password change successful"), crumbs, own).await
}
