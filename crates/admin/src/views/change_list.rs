//! A model's list, and what is done with the selected rows.

use http::Method;
use rjango_contrib::auth::RequestUser as _;
use rjango_contrib::messages;
use rjango_core::{Error, Result};
use rjango_http::templates::from_serialize;
use rjango_http::{Request, Response, context};
use rjango_orm::Value;
use serde::Serialize;

use super::delete_selected::delete_selected;
use crate::access::{self, Access};
use crate::change_list::{self, ChangeList, Refused, WORDS};
use crate::object_url::with_kept_filters;
use crate::page::{self, Crumbs, parse_pk};
use crate::registration::Registration;
use crate::words::{capitalized, filled, model_name, model_names, text};

/// The action that every list has.
const DELETE_SELECTED: &str = "delete_selected";

#[derive(Debug, Serialize)]
struct ActionChoice {
    name: String,
    label: String,
}

pub(crate) async fn change_list(request: Request, model: &'static Registration) -> Result<Response> {
    let user = request.user().await?;
    let schema = model.schema();
    let access = Access::of(&user, schema).await?;
    access::require(access.view, "view", schema)?;
    if *request.method() == Method::POST
        && let Some(response) = act(&request, model, access).await?
    {
        return Ok(response);
    }
    let list = match ChangeList::of(&request, model, access).await {
        Ok(list) => list,
        Err(Refused::Incorrect) => return refused(&request, model),
        Err(Refused::Failed(error)) => return Err(error),
    };
    if list.search_is_cut {
        let count = WORDS.to_string();
        let sentence = filled("The search looks for the first %(count)s words only.", &[("count", &count)]);
        messages::warning(&request, sentence);
    }
    let kept = request.uri().query().unwrap_or_default();
    let add_url = if access.add { Some(with_kept_filters(model.url("add")?, kept)) } else { None };
    let title = if access.change { "Select %s to change" } else { "Select %s to view" };
    let title = filled(title, &[("name", &model_name(schema))]);
    let rows = list.rows.len().to_string();
    let own = context! {
        verbose_name => model_name(schema),
        verbose_name_plural => model_names(schema),
        actions => actions(model, access),
        none_selected => filled("0 of %(cnt)s selected", &[("cnt", &rows)]),
        // The script puts the number of the selected rows in.
        some_selected => filled("%(sel)s of %(cnt)s selected", &[("cnt", &rows)]),
        add_url,
    };
    let own = from_serialize(&list)?.merged(&own);
    let crumbs = Crumbs::app(&schema.app)?.here(capitalized(&model_names(schema)));
    page::render(&request, "admin/change_list.html", &title, crumbs, own).await
}

/// A query string that makes no sense leads to the whole list; if that makes none either, something else is wrong.
fn refused(request: &Request, model: &Registration) -> Result<Response> {
    if request.query().contains(change_list::ERROR) {
        return Err(Error::bad_request("the list cannot be shown with these parameters"));
    }
    Response::redirect(&format!("{}?{}=1", model.url("changelist")?, change_list::ERROR))
}

fn actions(model: &Registration, access: Access) -> Vec<ActionChoice> {
    let mut actions = Vec::new();
    if access.delete {
        let names = model_names(model.schema());
        let label = filled("Delete selected %(verbose_name_plural)s", &[("verbose_name_plural", &names)]);
        actions.push(ActionChoice { name: DELETE_SELECTED.to_owned(), label });
    }
    if access.change {
        let own = model.options().actions.iter();
        actions.extend(own.map(|action| ActionChoice { name: action.name.clone(), label: text(&action.label) }));
    }
    actions
}

/// Runs the action that was posted; nothing where the list is to be shown again.
async fn act(request: &Request, model: &'static Registration, access: Access) -> Result<Option<Response>> {
    let form = request.form().await?;
    let keys: Vec<Value> = form.get_all("_selected_action").filter_map(|text| parse_pk(model.schema(), text)).collect();
    let name = form.get("action").unwrap_or_default();
    let here = Response::redirect(&request.full_path())?;
    if name.is_empty() {
        messages::warning(request, text("No action selected."));
        return Ok(Some(here));
    }
    if !actions(model, access).iter().any(|action| action.name == name) {
        return Err(Error::permission_denied(format!("the action `{name}` does not exist here")));
    }
    if keys.is_empty() {
        messages::warning(
            request,
            text("Items must be selected in order to perform actions on them. No items have been changed."),
        );
        return Ok(Some(here));
    }
    // The author's actions win over the usual one of the same name, as in Django.
    match model.options().actions.iter().find(|action| action.name == name) {
        Some(action) => {
            let sentence = (action.run)(keys).await?;
            messages::success(request, sentence);
            Ok(Some(here))
        }
        None => delete_selected(request, model, keys).await.map(Some),
    }
}
