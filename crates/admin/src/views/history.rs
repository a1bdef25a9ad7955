//! What happened to a row.

use rjango_contrib::auth::RequestUser as _;
use rjango_core::Result;
use rjango_http::{Request, Response, context};

use super::change::{find, missing};
use crate::access::{self, Access};
use crate::history::entries;
use crate::object_url::object_url;
use crate::page::{self, Crumbs};
use crate::registration::Registration;
use crate::words::{filled, text};

pub(crate) async fn history(request: Request, model: &'static Registration, id: String) -> Result<Response> {
    let current = request.user().await?;
    let schema = model.schema();
    let access = Access::of(&current, schema).await?;
    let Some(record) = find(model, &id).await? else {
        access::require(access.view, "view", schema)?;
        return missing(&request, model, &id);
    };
    access::require(access.view, "view", schema)?;
    let shown = record.display();
    let own = context! { entries => entries(schema, record.pk()).await? };
    let crumbs =
        Crumbs::model(model, true)?.to(shown.clone(), object_url(model, "change", record.pk())?)?.here(text("History"));
    let title = filled("Change history: %s", &[("object", &shown)]);
    page::render(&request, "admin/object_history.html", &title, crumbs, own).await
}
