//! The gate: everything in the admin is for active staff. Others are sent to the log-in page and learn nothing.

use std::time::Duration;

use http::Method;
use rjango_contrib::auth::{CurrentUser, RequestUser as _, redirect_to_login_at};
use rjango_core::{Error, ErrorKind, Result};
use rjango_http::decorators::{login_not_required, never_cache};
use rjango_http::{BoxView, RequestState, View, reverse};

/// The middleware that keeps forged forms out.
pub(crate) const CSRF: &str = "rjango.middleware.csrf.CsrfViewMiddleware";

/// Whether the admin lets this user in.
pub(crate) fn may_enter(user: &CurrentUser) -> bool {
    user.is_active() && user.is_staff()
}

/// The view for staff alone; others are sent to `admin:login` and come back after.
pub(crate) fn staff_only<Kind, V: View<Kind>>(view: V) -> BoxView {
    let guarded = view.into_view().wrap(|request, view| async move {
        if !may_enter(&request.user().await?) {
            return redirect_to_login_at(&request, &reverse("admin:login", ())?);
        }
        require_csrf(&request)?;
        let limit = request.settings().admin_page_timeout.filter(|_| request.method().is_safe());
        match limit {
            // The dropped view takes its statement along: the database is told to stop.
            Some(seconds) => tokio::time::timeout(Duration::from_secs(seconds), view.run(request))
                .await
                .unwrap_or_else(|_| Err(too_slow(seconds))),
            None => view.run(request).await,
        }
    });
    // The admin has a log-in page of its own, to which `LoginRequiredMiddleware` does not lead.
    never_cache(login_not_required(guarded))
}

#[cold]
fn too_slow(seconds: u64) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        format!("this page of the admin took longer than {seconds} seconds and was stopped"),
    )
    .with_hint("search for less, filter by fields that have an index, or raise `ADMIN_PAGE_TIMEOUT` (seconds)")
}

/// The admin stays closed where nobody checks forms: without the middleware it takes none.
pub(crate) fn require_csrf(request: &RequestState) -> Result<()> {
    if *request.method() != Method::POST || request.settings().middleware.iter().any(|name| name == CSRF) {
        return Ok(());
    }
    Err(Error::improperly_configured("the admin takes no forms: nothing checks them for forgery")
        .with_hint(format!("add `{CSRF}` to MIDDLEWARE")))
}
