//! Deleting a row, after asking.

use http::Method;
use rjango_contrib::auth::RequestUser as _;
use rjango_contrib::messages;
use rjango_core::{Error, Result};
use rjango_http::{Request, Response, context};
use rjango_orm::execute;
use rjango_orm::query::Query;

use super::change::{find, missing};
use super::saved::{back, kept};
use crate::access::{self, Access};
use crate::deletion::{Deletion, Sentences};
use crate::log::{self, Done, log_action};
use crate::object_url::{object_url, with_kept_filters};
use crate::page::{self, Crumbs};
use crate::record;
use crate::registration::Registration;
use crate::transaction::atomic_for;
use crate::words::{filled, model_name, text};

/// What is said of one row.
static ONE: Sentences = Sentences {
    protected: "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the following protected related \
                objects:",
    forbidden: "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related objects, but your \
                account doesn't have permission to delete the following types of objects:",
    question: "Are you sure you want to delete the %(object_name)s \"%(escaped_object)s\"? All of the following related \
               items will be deleted:",
};

pub(crate) async fn delete(request: Request, model: &'static Registration, id: String) -> Result<Response> {
    let current = request.user().await?;
    let schema = model.schema();
    let access = Access::of(&current, schema).await?;
    access::require(access.delete, "delete", schema)?;
    let Some(row) = find(model, &id).await? else { return missing(&request, model, &id) };
    let mut query = Query::new(schema.label());
    query.default_ordering = false;
    query.filters.push(record::equals("pk", row.pk().clone()));
    let (name, shown) = (model_name(schema), row.display());
    let deletion = if *request.method() == Method::POST {
        let user = current.user().ok_or_else(|| Error::permission_denied("log in first"))?;
        // What is allowed is what is done: the plan is made and carried out in one transaction.
        let refused = atomic_for(schema, async || {
            let plan = execute::plan_deletion(&query).await?;
            let deletion = Deletion::of(&current, &plan).await?;
            if !deletion.protected.is_empty() {
                return Ok(Some(deletion));
            }
            if !deletion.is_allowed() {
                return Err(Error::permission_denied(format!("deleting this {name} takes rows along that must stay")));
            }
            log_action(user, schema, (row.pk(), &shown), Done::Deletion, &log::deleted()).await?;
            plan.run().await?;
            Ok(None)
        })
        .await?;
        let Some(deletion) = refused else {
            let values = [("name", name.as_str()), ("obj", &shown)];
            messages::success(&request, filled("The %(name)s “%(obj)s” was deleted successfully.", &values));
            return Response::redirect(&back(&request, model, access)?);
        };
        deletion
    } else {
        Deletion::of(&current, &execute::plan_deletion(&query).await?).await?
    };
    let title = if deletion.is_allowed() { "Are you sure?" } else { "Cannot delete %(name)s" };
    let title = filled(title, &[("name", &name)]);
    let row_url = with_kept_filters(object_url(model, "change", row.pk())?, kept(&request));
    let own = context! {
        sentence => deletion.sentence(&ONE, &[("object_name", &name), ("escaped_object", &shown)]),
        protected => deletion.protected,
        missing_permissions => deletion.missing_permissions,
        summary => deletion.summary,
        objects => deletion.objects,
        cancel_url => row_url,
    };
    let crumbs = Crumbs::model(model, access.view)?.to(shown, row_url)?.here(text("Delete"));
    page::render(&request, "admin/delete_confirmation.html", &title, crumbs, own).await
}
