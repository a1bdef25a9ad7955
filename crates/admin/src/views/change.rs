//! The form of a row; for those who may only see it, the row without inputs.

use http::Method;
use rjango_contrib::auth::RequestUser as _;
use rjango_contrib::messages;
use rjango_core::{Error, Result};
use rjango_http::{Request, Response, context, reverse};
use rjango_orm::Models;
use rjango_orm::dynamic::Instance;

use super::saved::{Saved, back, kept, respond};
use crate::access::{self, Access};
use crate::form::{FieldsetView, Form};
use crate::log::{self, Done, log_action};
use crate::object_url::{object_url, with_kept_filters};
use crate::page::{self, Crumbs, missing_object, parse_pk};
use crate::quoting::unquote;
use crate::record;
use crate::registration::Registration;
use crate::transaction::atomic_for;
use crate::words::{filled, model_name};

/// The row that a URL names.
pub(super) async fn find(model: &Registration, id: &str) -> Result<Option<Instance>> {
    match parse_pk(model.schema(), &unquote(id)) {
        Some(pk) => record::get(&model.schema().label(), pk).await,
        None => Ok(None),
    }
}

/// Says that the row is gone, and goes to the index.
pub(super) fn missing(request: &Request, model: &Registration, id: &str) -> Result<Response> {
    messages::warning(request, missing_object(model.schema(), &unquote(id)));
    Response::redirect(&reverse("admin:index", ())?)
}

pub(crate) async fn change(request: Request, model: &'static Registration, id: String) -> Result<Response> {
    let current = request.user().await?;
    let schema = model.schema();
    let access = Access::of(&current, schema).await?;
    let is_post = *request.method() == Method::POST;
    if is_post {
        access::require(access.change, "change", schema)?;
    }
    access::require(access.view, "view", schema)?;
    let Some(record) = find(model, &id).await? else { return missing(&request, model, &id) };
    let models = request.site().require::<Models>()?;
    let mut form = Form::of(models, model, Some(record.clone()), access.change).await?;
    if is_post {
        let posted = request.form().await?;
        form.bind(&posted).await?;
        if form.is_valid() {
            let user = current.user().ok_or_else(|| Error::permission_denied("log in first"))?;
            let message = log::changed(&form.changed_labels().await?);
            let saved = atomic_for(schema, async || {
                let record = form.save().await?;
                log_action(user, schema, (record.pk(), &record.display()), Done::Change, &message).await?;
                Ok(record)
            })
            .await;
            match saved {
                Ok(record) => return respond(&request, model, access, &record, Saved::Changed, &posted),
                Err(error) => form.take_refusal(error)?,
            }
        }
    }
    let mut fieldsets = form.fieldsets().await?;
    if model.user().is_some() && access.change {
        let url = reverse(&model.route("password_change"), (crate::quoting::quote(&record.pk().to_string()),))?;
        fieldsets.iter_mut().for_each(|fieldset| fieldset.set_password_url(&url));
    }
    show(&request, model, access, &record, &form, fieldsets).await
}

async fn show(
    request: &Request,
    model: &'static Registration,
    access: Access,
    record: &Instance,
    form: &Form<'_>,
    fieldsets: Vec<FieldsetView>,
) -> Result<Response> {
    let schema = model.schema();
    let url =
        |page: &str| -> Result<String> { Ok(with_kept_filters(object_url(model, page, record.pk())?, kept(request))) };
    let own = context! {
        model_name => schema.model_name(),
        object_label => record.display(),
        fieldsets,
        error_count => form.error_count(),
        form_errors => form.form_errors,
        can_save => access.change,
        can_add_another => access.add,
        history_url => url("history")?,
        delete_url => if access.delete { Some(url("delete")?) } else { None },
        list_url => back(request, model, access)?,
    };
    let title = if access.change { "Change %s" } else { "View %s" };
    let crumbs = Crumbs::model(model, access.view)?.here(record.display());
    let title = filled(title, &[("name", &model_name(schema))]);
    page::render(request, "admin/change_form.html", &title, crumbs, own).await
}
