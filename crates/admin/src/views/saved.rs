//! After a form was saved: the message, and where to go.

use rjango_contrib::messages::{self, Level, Message};
use rjango_core::Result;
use rjango_http::templates::escape;
use rjango_http::{FormData, RequestState, Response, reverse};
use rjango_orm::dynamic::Instance;

use crate::access::Access;
use crate::object_url::{KEPT_FILTERS, list_url, object_url, with_kept_filters};
use crate::registration::Registration;

/// Whether the row is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Saved {
    Added,
    Changed,
}

/// The query of the list that the form was opened from.
pub(super) fn kept(request: &RequestState) -> &str {
    request.query().get(KEPT_FILTERS).unwrap_or_default()
}

/// Tells what was saved, and goes on as the button said: Django's `response_add` and `response_change`.
pub(super) fn respond(
    request: &RequestState,
    model: &Registration,
    access: Access,
    record: &Instance,
    saved: Saved,
    form: &FormData,
) -> Result<Response> {
    let name = model.schema().verbose_name();
    let change_url = with_kept_filters(object_url(model, "change", record.pk())?, kept(request));
    let object = match access.view {
        true => format!("<a href=\"{}\">{}</a>", escape(&change_url), escape(&record.display())),
        false => escape(&record.display()),
    };
    let done = match saved {
        Saved::Added => "added",
        Saved::Changed => "changed",
    };
    let mut text = format!("The {} “{object}” was {done} successfully.", escape(&name));
    let url = if form.get("_continue").is_some() {
        text.push_str(" You may edit it again below.");
        change_url
    } else if form.get("_addanother").is_some() && access.add {
        text.push_str(&format!(" You may add another {} below.", escape(&name)));
        with_kept_filters(model.url("add")?, kept(request))
    } else {
        back(request, model, access)?
    };
    messages::add(request, Message { is_safe: true, ..Message::new(Level::SUCCESS, text) });
    Response::redirect(&url)
}

/// The list, with the query that it had; the index for those who may not see it.
pub(super) fn back(request: &RequestState, model: &Registration, access: Access) -> Result<String> {
    if access.view { list_url(model, kept(request)) } else { reverse("admin:index", ()) }
}
