//! The models of one app.

use rjango_contrib::auth::RequestUser as _;
use rjango_core::{Error, Result};
use rjango_http::{Request, Response, context};
use rjango_orm::Models;

use super::index::apps;
use crate::page::{self, Crumbs};
use crate::words::filled;

pub(crate) async fn app_list(request: Request, app_label: String) -> Result<Response> {
    let user = request.user().await?;
    let mut apps = apps(&user, request.site().require::<Models>()?).await?;
    apps.retain(|app| app.label == app_label);
    let Some(app) = apps.first() else { return Err(Error::not_found("the requested admin page does not exist")) };
    let name = app.name.clone();
    let crumbs = Crumbs::home()?.here(name.clone());
    let title = filled("%(app)s administration", &[("app", &name)]);
    page::render(&request, "admin/index.html", &title, crumbs, context! { apps }).await
}
