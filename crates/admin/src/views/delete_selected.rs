//! The action that deletes the selected rows, after asking.

use rjango_contrib::auth::RequestUser as _;
use rjango_contrib::messages;
use rjango_core::{Error, Result};
use rjango_http::{Request, Response, context};
use rjango_orm::query::Query;
use rjango_orm::{Value, execute};

use crate::deletion::{Deletion, Sentences};
use crate::log::{self, Done, log_action};
use crate::page::{self, Crumbs};
use crate::record;
use crate::registration::Registration;
use crate::transaction::atomic_for;
use crate::words::{filled, model_name, model_names, text};

/// What is said of the selected rows.
static MANY: Sentences = Sentences {
    protected: "Deleting the selected %(objects_name)s would require deleting the following protected related objects:",
    forbidden: "Deleting the selected %(objects_name)s would result in deleting related objects, but your account doesn't \
                have permission to delete the following types of objects:",
    question: "Are you sure you want to delete the selected %(objects_name)s? All of the following objects and their \
               related items will be deleted:",
};

pub(super) async fn delete_selected(
    request: &Request,
    model: &'static Registration,
    keys: Vec<Value>,
) -> Result<Response> {
    let current = request.user().await?;
    let (schema, label) = (model.schema(), model.schema().label());
    let mut query = Query::new(label.clone());
    query.filters.push(record::is_in("pk", keys.iter().cloned()));
    let deletion = if request.form().await?.get("post").is_some() {
        let user = current.user().ok_or_else(|| Error::permission_denied("log in first"))?;
        // What is allowed is what is done: the plan is made and carried out in one transaction.
        let done = atomic_for(schema, async || {
            let plan = execute::plan_deletion(&query).await?;
            let deletion = Deletion::of(&current, &plan).await?;
            if !deletion.protected.is_empty() {
                return Ok(Err(deletion));
            }
            if !deletion.is_allowed() {
                return Err(Error::permission_denied(format!("rows of `{label}` take others along that must stay")));
            }
            let rows = record::fetch(&query).await?;
            for row in &rows {
                log_action(user, schema, (row.pk(), &row.display()), Done::Deletion, &log::deleted()).await?;
            }
            plan.run().await?;
            Ok(Ok(rows.len()))
        })
        .await?;
        match done {
            Ok(rows) => {
                let name = if rows == 1 { model_name(schema) } else { model_names(schema) };
                let values = [("count", &*rows.to_string()), ("items", &name)];
                messages::success(request, filled("Successfully deleted %(count)d %(items)s.", &values));
                return Response::redirect(&request.full_path());
            }
            Err(deletion) => deletion,
        }
    } else {
        Deletion::of(&current, &execute::plan_deletion(&query).await?).await?
    };
    let name = if keys.len() == 1 { model_name(schema) } else { model_names(schema) };
    let title = if deletion.is_allowed() { "Delete multiple objects" } else { "Cannot delete %(name)s" };
    let title = filled(title, &[("name", &name)]);
    let selected: Vec<String> = keys.iter().map(ToString::to_string).collect();
    let own = context! {
        sentence => deletion.sentence(&MANY, &[("objects_name", &name)]),
        protected => deletion.protected,
        missing_permissions => deletion.missing_permissions,
        summary => deletion.summary,
        objects => deletion.objects,
        action => "delete_selected",
        cancel_url => request.full_path(),
        selected,
    };
    let crumbs = Crumbs::model(model, true)?.here(text("Delete multiple objects"));
    page::render(request, "admin/delete_confirmation.html", &title, crumbs, own).await
}
