//! A model's list, and what is done with the selected rows.

use http::Method;
use minijinja::value::Serde;
use rjango_contrib::auth::RequestUser as _;
use rjango_contrib::messages;
use rjango_core::{Error, Result};
use rjango_http::{Request, Response, context};
use rjango_orm::Value;
use serde::Serialize;

use super::delete_selected::delete_selected;
use crate::access::{self, Access};
use crate::change_list::{self, ChangeList, Refused, WORDS};
use crate::object_url::with_kept_filters;
use crate::page::{self, Crumbs, parse_pk};
use crate::registration::Registration;

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
        messages::warning(&request, format!("The search looks for the first {WORDS} words only."));
    }
    let kept = request.uri().query().unwrap_or_default();
    let add_url = if access.add { Some(with_kept_filters(model.url("add")?, kept)) } else { None };
    let verb = if access.change { "change" } else { "view" };
    let title = format!("Select {} to {verb}", schema.verbose_name());
    let own = context! {
        verbose_name => schema.verbose_name(),
        verbose_name_plural => schema.verbose_name_plural(),
        actions => actions(model, access),
        add_url,
    };
    let own = minijinja::value::merge_maps([minijinja::Value::from(Serde(&list)), own]);
    let crumbs = Crumbs::app(&schema.app)?.here(page::capitalized(&schema.verbose_name_plural()));
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
        let label = format!("Delete selected {}", model.schema().verbose_name_plural());
        actions.push(ActionChoice { name: DELETE_SELECTED.to_owned(), label });
    }
    if access.change {
        let own = model.options().actions.iter();
        actions.extend(own.map(|action| ActionChoice { name: action.name.clone(), label: action.label.clone() }));
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
        messages::warning(request, "No action selected.");
        return Ok(Some(here));
    }
    if !actions(model, access).iter().any(|action| action.name == name) {
        return Err(Error::permission_denied(format!("the action `{name}` does not exist here")));
    }
    if keys.is_empty() {
        messages::warning(
            request,
            "Items must be selected in order to perform actions on them. No items have been changed.",
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
