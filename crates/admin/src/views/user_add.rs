//! A new user: the name to log in with, what a row cannot do without, and a password, twice. Everything else comes on the next page.

use http::Method;
use rjango_contrib::auth::{AnyUser, RequestUser as _, make_password, password_help_texts, password_problems};
use rjango_contrib::messages::{self, Level, Message};
use rjango_core::{Error, Result};
use rjango_http::templates::escape;
use rjango_http::{FormData, Request, Response, context};
use rjango_orm::Models;
use rjango_orm::dynamic::Instance;
use rjango_schema::UserSchema;

use super::saved::{Saved, back, respond};
use crate::access::{self, Access};
use crate::form::{Form, Input, REQUIRED};
use crate::log::{self, Done, log_action};
use crate::object_url::object_url;
use crate::page::{self, Crumbs};
use crate::registration::Registration;
use crate::transaction::atomic_for;
use crate::words::{braced, field_name, filled, model_name, text};

/// A new password as it was typed, and what is wrong with it.
#[derive(Default)]
pub(super) struct NewPassword {
    pub password: String,
    pub first_errors: Vec<String>,
    pub second_errors: Vec<String>,
}

pub(super) async fn user_add(request: Request, model: &'static Registration, user: &UserSchema) -> Result<Response> {
    let current = request.user().await?;
    let schema = model.schema();
    let access = Access::of(&current, schema).await?;
    access::require(access.add, "add", schema)?;
    // Who adds users with rights gives rights: Django asks for both permissions, too.
    access::require(access.change, "change", schema)?;
    let models = request.site().require::<Models>()?;
    let mut form = Form::of_new_user(models, model, user).await?;
    let mut password = NewPassword::default();
    if *request.method() == Method::POST {
        let posted = request.form().await?;
        form.bind(&posted).await?;
        password = NewPassword::of(&posted, || form.draft().into())?;
        if form.is_valid() && password.is_valid() {
            let by = current.user().ok_or_else(|| Error::permission_denied("log in first"))?;
            form.set_password(make_password(Some(&password.password)).await?);
            let saved = atomic_for(schema, async || {
                let record = form.save().await?;
                log_action(by, schema, (record.pk(), &record.display()), Done::Addition, &log::added()).await?;
                Ok(record)
            })
            .await;
            match saved {
                Ok(record) => return added(&request, model, access, &record, &posted).await,
                Err(error) => form.take_refusal(error)?,
            }
        }
    }
    let error_count = form.error_count() + password.error_count();
    let mut fieldsets = form.fieldsets().await?;
    if let Some(fieldset) = fieldsets.last_mut() {
        password.into_inputs()?.into_iter().for_each(|input| fieldset.push(input));
    }
    let name = model_name(schema);
    let title = filled("Add %s", &[("name", &name)]);
    let own = context! {
        intro => filled(
            "First, enter %(field)s and password. Then, you’ll be able to edit more %(name)s options.",
            &[("field", &name_of(model, user)), ("name", &name)],
        ),
        model_name => schema.model_name(),
        fieldsets,
        error_count,
        form_errors => form.form_errors,
        can_save => true,
        can_add_another => true,
        list_url => back(&request, model, access)?,
    };
    let crumbs = Crumbs::model(model, access.view)?.here(title.clone());
    page::render(&request, "admin/change_form.html", &title, crumbs, own).await
}

/// What people call the name to log in with: `a username`, `an email address`.
fn name_of(model: &Registration, user: &UserSchema) -> String {
    let name = model.schema().field(&user.username_field).map(field_name).unwrap_or_default();
    let with_article = if name.starts_with(['a', 'e', 'i', 'o']) { "an %(name)s" } else { "a %(name)s" };
    filled(with_article, &[("name", &name)])
}

/// As in Django, the plain button leads on to the user's form too.
async fn added(
    request: &Request,
    model: &'static Registration,
    access: Access,
    record: &Instance,
    posted: &FormData,
) -> Result<Response> {
    if posted.get("_addanother").is_some() {
        return respond(request, model, access, record, Saved::Added, posted);
    }
    let url = object_url(model, "change", record.pk())?;
    let object = format!("<a href=\"{}\">{}</a>", escape(&url), escape(&record.display()));
    let values = [("name", &*escape(&model_name(model.schema()))), ("obj", &object)];
    let done = braced("The {name} “{obj}” was added successfully.", &values);
    let sentence = format!("{done} {}", escape(&text("You may edit it again below.")));
    messages::add(request, Message { is_safe: true, ..Message::new(Level::SUCCESS, sentence) });
    Response::redirect(&url)
}

impl NewPassword {
    /// The password as it was posted. `user` is whom it should not resemble.
    pub fn of(posted: &FormData, user: impl FnOnce() -> AnyUser) -> Result<Self> {
        let field = |name: &str| posted.get(name).unwrap_or_default().to_owned();
        let (password, again) = (field("password1"), field("password2"));
        let mut new = Self::default();
        for (value, errors) in [(&password, &mut new.first_errors), (&again, &mut new.second_errors)] {
            if value.is_empty() {
                errors.push(text(REQUIRED));
            }
        }
        if new.is_valid() {
            new.second_errors = if password == again {
                password_problems(&password, Some(&user()))?
            } else {
                vec![text("The two password fields didn’t match.")]
            };
        }
        Ok(Self { password, ..new })
    }

    pub fn is_valid(&self) -> bool {
        self.error_count() == 0
    }

    fn error_count(&self) -> usize {
        [&self.first_errors, &self.second_errors].iter().filter(|errors| !errors.is_empty()).count()
    }

    /// The two inputs, which show no password again.
    fn into_inputs(self) -> Result<[Input; 2]> {
        let input = |name: &str, label: &str, errors: Vec<String>, help_texts: Vec<String>| Input {
            name: name.to_owned(),
            label: text(label),
            widget: "password",
            required: true,
            attributes: vec![("autocomplete", "new-password".to_owned())],
            errors,
            help_texts,
            ..Input::default()
        };
        let again = vec![text("Enter the same password as before, for verification.")];
        Ok([
            input("password1", "Password", self.first_errors, password_help_texts()?),
            input("password2", "Password confirmation", self.second_errors, again),
        ])
    }
}
