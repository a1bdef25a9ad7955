//! After a form was saved: the message, and where to go.

use rjango_contrib::messages::{self, Level, Message};
use rjango_core::Result;
use rjango_http::templates::escape;
use rjango_http::{FormData, RequestState, Response, reverse};
use rjango_orm::dynamic::Instance;

use crate::access::Access;
use crate::object_url::{KEPT_FILTERS, list_url, object_url, with_kept_filters};
use crate::registration::Registration;
use crate::words::{braced, model_name, text};

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
    let change_url = with_kept_filters(object_url(model, "change", record.pk())?, kept(request));
    let object = match access.view {
        true => format!("<a href=\"{}\">{}</a>", escape(&change_url), escape(&record.display())),
        false => escape(&record.display()),
    };
    let name = escape(&model_name(model.schema()));
    let said = |text: &str| braced(text, &[("name", &name), ("obj", &object)]);
    let is_new = saved == Saved::Added;
    let (sentence, url) = if form.get("_continue").is_some() {
        let sentence = match is_new {
            true => format!(
                "{} {}",
                said("The {name} “{obj}” was added successfully."),
                escape(&text("You may edit it again below."))
            ),
            false => said("The {name} “{obj}” was changed successfully. You may edit it again below."),
        };
        (sentence, change_url)
    } else if form.get("_addanother").is_some() && access.add {
        let sentence = match is_new {
            true => "The {name} “{obj}” was added successfully. You may add another {name} below.",
            false => "The {name} “{obj}” was changed successfully. You may add another {name} below.",
        };
        (said(sentence), with_kept_filters(model.url("add")?, kept(request)))
    } else {
        let sentence = match is_new {
            true => "The {name} “{obj}” was added successfully.",
            false => "The {name} “{obj}” was changed successfully.",
        };
        (said(sentence), back(request, model, access)?)
    };
    messages::add(request, Message { is_safe: true, ..Message::new(Level::SUCCESS, sentence) });
    Response::redirect(&url)
}

/// The list, with the query that it had; the index for those who may not see it.
pub(super) fn back(request: &RequestState, model: &Registration, access: Access) -> Result<String> {
    if access.view { list_url(model, kept(request)) } else { reverse("admin:index", ()) }
}
