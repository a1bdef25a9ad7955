//! A new password for oneself: Django's `PasswordChangeView` and `PasswordChangeForm`.

use rjango_core::translation::gettext;
use rjango_core::{Error, Result};
use rjango_http::shortcuts::{redirect, render};
use rjango_http::templates::Value;
use rjango_http::{Request, RequestState, Response, context};

use crate::auth::{AnyUser, RequestUser as _, password_help_texts, password_problems, update_session_auth_hash};

/// The old password and the new one twice, and what is wrong with them.
#[derive(Clone, Default)]
pub struct PasswordChangeForm {
    old: String,
    new: String,
    again: String,
    /// What is wrong with the old password.
    pub old_errors: Vec<String>,
    /// What is wrong with the new one.
    pub new_errors: Vec<String>,
}

impl PasswordChangeForm {
    /// The form as it was posted.
    ///
    /// # Errors
    /// Where the request's body is no form.
    pub async fn from_request(request: &RequestState) -> Result<Self> {
        let form = request.form().await?;
        let field = |name: &str| form.get(name).unwrap_or_default().to_owned();
        Ok(Self {
            old: field("old_password"),
            new: field("new_password1"),
            again: field("new_password2"),
            ..Self::default()
        })
    }

    /// Gives the user the new password and saves it, if everything is right; whether it was.
    ///
    /// # Errors
    /// The database's.
    pub async fn save(&mut self, user: &mut AnyUser) -> Result<bool> {
        let text = |text: &str| gettext(text).into_owned();
        let required = || text("This field is required.");
        if self.old.is_empty() {
            self.old_errors.push(required());
        } else if !user.check_password(&self.old).await? {
            self.old_errors.push(text("Your old password was entered incorrectly. Please enter it again."));
        }
        if self.new.is_empty() || self.again.is_empty() {
            self.new_errors.push(required());
        } else if self.new != self.again {
            self.new_errors.push(text("The two password fields didn’t match."));
        } else {
            self.new_errors.extend(password_problems(&self.new, Some(user))?);
        }
        if !self.old_errors.is_empty() || !self.new_errors.is_empty() {
            return Ok(false);
        }
        user.change_password(&self.new).await?;
        Ok(true)
    }

    /// The form for a template: `form.old_errors`, `form.new_errors`, `form.help_texts`. No password is among them.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where AUTH_PASSWORD_VALIDATORS is wrong.
    pub fn to_value(&self) -> Result<Value> {
        let help_texts = password_help_texts()?;
        Ok(context! { old_errors => self.old_errors, new_errors => self.new_errors, help_texts })
    }
}

/// The form, and what it does. Other browsers of the user are logged out; this one stays.
///
/// # Errors
/// The database's, the template's.
pub async fn password_change_view(request: Request) -> Result<Response> {
    let current = request.user().await?;
    let mut user = current.user().cloned().ok_or_else(|| Error::permission_denied("log in first"))?;
    let mut form = PasswordChangeForm::default();
    if request.method() == http::Method::POST {
        form = PasswordChangeForm::from_request(&request).await?;
        if form.save(&mut user).await? {
            update_session_auth_hash(&request, &user).await?;
            return redirect("password_change_done");
        }
    }
    let context = context! { title => gettext("Password change"), form => form.to_value()? };
    render(&request, "registration/password_change_form.html", context)
}

/// The page that says that the password has changed.
///
/// # Errors
/// The template's.
pub async fn password_change_done_view(request: Request) -> Result<Response> {
    let context = context! { title => gettext("Password change successful") };
    render(&request, "registration/password_change_done.html", context)
}
