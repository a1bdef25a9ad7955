//! A new user: a name and a password, twice. Everything else comes on the next page.

use http::Method;
use rjango_contrib::auth::{RequestUser as _, User, password_help_texts, password_problems, username_problem};
use rjango_contrib::messages::{self, Level, Message};
use rjango_core::{Error, Result};
use rjango_http::templates::escape;
use rjango_http::{FormData, Request, Response, context};
use rjango_orm::Model as _;

use super::saved::{Saved, back, respond};
use crate::access::{self, Access};
use crate::form::REQUIRED;
use crate::log::{self, Done, log_action};
use crate::object_url::object_url;
use crate::page::{self, Crumbs};
use crate::record;
use crate::registration::Registration;
use crate::transaction::atomic_for;

/// The form as it was posted.
#[derive(Default)]
struct UserForm {
    username: String,
    password: String,
    username_errors: Vec<String>,
    first_errors: Vec<String>,
    second_errors: Vec<String>,
}

pub(super) async fn user_add(request: Request, model: &'static Registration) -> Result<Response> {
    let current = request.user().await?;
    let schema = model.schema();
    let access = Access::of(&current, schema).await?;
    access::require(access.add, "add", schema)?;
    // Who adds users with rights gives rights: Django asks for both permissions, too.
    access::require(access.change, "change", schema)?;
    let mut form = UserForm::default();
    if *request.method() == Method::POST {
        let posted = request.form().await?;
        form = UserForm::of(&posted).await?;
        if form.is_valid() {
            let by = current.user().ok_or_else(|| Error::permission_denied("log in first"))?;
            let user = atomic_for(schema, async || {
                let user = User::create_user(&form.username, "", Some(&form.password)).await?;
                log_action(by, schema, (&user.pk_value(), &user.username), Done::Addition, &log::added()).await?;
                Ok(user)
            })
            .await;
            match user {
                Ok(user) => return added(&request, model, access, &user, &posted).await,
                Err(error) if error.is_integrity() => form.username_errors.push(taken()),
                Err(error) => return Err(error),
            }
        }
    }
    let count = [&form.username_errors, &form.first_errors, &form.second_errors]
        .iter()
        .filter(|errors| !errors.is_empty())
        .count();
    let own = context! {
        username => form.username,
        username_errors => form.username_errors,
        first_errors => form.first_errors,
        second_errors => form.second_errors,
        password_help_texts => password_help_texts()?,
        error_count => count,
        list_url => back(&request, model, access)?,
    };
    let crumbs = Crumbs::model(model, access.view)?.here("Add user");
    page::render(&request, "admin/user_add.html", "Add user", crumbs, own).await
}

/// As in Django, the plain button leads on to the user's form too.
async fn added(
    request: &Request,
    model: &'static Registration,
    access: Access,
    user: &User,
    posted: &FormData,
) -> Result<Response> {
    if posted.get("_addanother").is_some() {
        let record = record::get(&model.schema().label(), user.pk_value()).await?;
        let record = record.ok_or_else(|| Error::not_found("the user is gone"))?;
        return respond(request, model, access, &record, Saved::Added, posted);
    }
    let url = object_url(model, "change", &user.pk_value())?;
    let text = format!(
        "The user “<a href=\"{}\">{}</a>” was added successfully. You may edit it again below.",
        escape(&url),
        escape(&user.username)
    );
    messages::add(request, Message { is_safe: true, ..Message::new(Level::SUCCESS, text) });
    Response::redirect(&url)
}

impl UserForm {
    async fn of(posted: &FormData) -> Result<Self> {
        let text = |name: &str| posted.get(name).unwrap_or_default().to_owned();
        let mut form =
            Self { username: text("username").trim().to_owned(), password: text("password1"), ..Self::default() };
        let again = text("password2");
        if form.username.is_empty() {
            form.username_errors.push(REQUIRED.to_owned());
        } else if let Some(problem) = username_problem(&form.username) {
            form.username_errors.push(problem);
        } else if User::by_username(&form.username).await?.is_some() {
            form.username_errors.push(taken());
        }
        if form.password.is_empty() {
            form.first_errors.push(REQUIRED.to_owned());
        }
        if again.is_empty() {
            form.second_errors.push(REQUIRED.to_owned());
        }
        if form.first_errors.is_empty() && form.second_errors.is_empty() {
            let user = User { username: form.username.clone(), ..User::default() };
            form.second_errors = new_password_problems(&form.password, &again, &user)?;
        }
        Ok(form)
    }

    fn is_valid(&self) -> bool {
        self.username_errors.is_empty() && self.first_errors.is_empty() && self.second_errors.is_empty()
    }
}

/// What is wrong with a password that was typed twice.
pub(super) fn new_password_problems(password: &str, again: &str, user: &User) -> Result<Vec<String>> {
    if password == again {
        password_problems(password, Some(user))
    } else {
        Ok(vec!["The two password fields didn’t match.".to_owned()])
    }
}

fn taken() -> String {
    "A user with that username already exists.".to_owned()
}
