//! The form for a new row.

use http::Method;
use rjango_contrib::auth::RequestUser as _;
use rjango_core::{Error, Result};
use rjango_http::{Request, Response, context};
use rjango_orm::Models;

use super::saved::{Saved, back, respond};
use super::user_add::user_add;
use crate::access::{self, Access};
use crate::form::Form;
use crate::log::{self, Done, log_action};
use crate::page::{self, Crumbs};
use crate::registration::Registration;
use crate::transaction::atomic_for;
use crate::words::{filled, model_name};

pub(crate) async fn add(request: Request, model: &'static Registration) -> Result<Response> {
    if let Some(user) = model.user() {
        return user_add(request, model, user).await;
    }
    let current = request.user().await?;
    let schema = model.schema();
    let access = Access::of(&current, schema).await?;
    access::require(access.add, "add", schema)?;
    let models = request.site().require::<Models>()?;
    let mut form = Form::of(models, model, None, true).await?;
    if *request.method() == Method::POST {
        let posted = request.form().await?;
        form.bind(&posted).await?;
        if form.is_valid() {
            let user = current.user().ok_or_else(|| Error::permission_denied("log in first"))?;
            let saved = atomic_for(schema, async || {
                let record = form.save().await?;
                log_action(user, schema, (record.pk(), &record.display()), Done::Addition, &log::added()).await?;
                Ok(record)
            })
            .await;
            match saved {
                Ok(record) => return respond(&request, model, access, &record, Saved::Added, &posted),
                Err(error) => form.take_refusal(error)?,
            }
        }
    }
    let title = filled("Add %s", &[("name", &model_name(schema))]);
    let own = context! {
        model_name => schema.model_name(),
        fieldsets => form.fieldsets().await?,
        error_count => form.error_count(),
        form_errors => form.form_errors,
        can_save => true,
        can_add_another => true,
        list_url => back(&request, model, access)?,
    };
    let crumbs = Crumbs::model(model, access.view)?.here(title.clone());
    page::render(&request, "admin/change_form.html", &title, crumbs, own).await
}
