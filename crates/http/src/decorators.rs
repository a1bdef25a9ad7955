//! Views with duties: methods, CSRF, caching, framing, transactions.
//!
//! Each takes a view and gives one that captures the same: `path("pay/", require_post(views::pay))`.

use http::header;

use crate::middleware::{clickjacking, csrf};
use crate::{BoxView, Response, View};

/// Only these methods; others get 405 with `Allow`.
pub fn require_http_methods<Kind, V: View<Kind>>(methods: &'static [&'static str], view: V) -> BoxView {
    view.into_view().wrap(move |request, view| async move {
        if methods.contains(&request.method().as_str()) {
            return view.run(request).await;
        }
        Ok(Response::method_not_allowed(methods))
    })
}

/// GET alone.
pub fn require_get<Kind, V: View<Kind>>(view: V) -> BoxView {
    require_http_methods(&["GET"], view)
}

/// POST alone.
pub fn require_post<Kind, V: View<Kind>>(view: V) -> BoxView {
    require_http_methods(&["POST"], view)
}

/// GET and HEAD alone.
pub fn require_safe<Kind, V: View<Kind>>(view: V) -> BoxView {
    require_http_methods(&["GET", "HEAD"], view)
}

/// No CSRF check for this view.
pub fn csrf_exempt<Kind, V: View<Kind>>(view: V) -> BoxView {
    let mut view = view.into_view();
    view.marks.csrf_exempt = true;
    view
}

/// The CSRF cookie is sent even where no form asks for a token.
pub fn ensure_csrf_cookie<Kind, V: View<Kind>>(view: V) -> BoxView {
    view.into_view().wrap(|request, view| async move {
        csrf::get_token(&request)?;
        view.run(request).await
    })
}

/// `CommonMiddleware` does not add a slash to lead here.
pub fn no_append_slash<Kind, V: View<Kind>>(view: V) -> BoxView {
    let mut view = view.into_view();
    view.marks.no_append_slash = true;
    view
}

/// The `LoginRequiredMiddleware` lets everyone pass.
pub fn login_not_required<Kind, V: View<Kind>>(view: V) -> BoxView {
    let mut view = view.into_view();
    view.marks.login_not_required = true;
    view
}

/// Where `ATOMIC_REQUESTS` is set for the default database, this view runs without that transaction.
pub fn non_atomic_requests<Kind, V: View<Kind>>(view: V) -> BoxView {
    non_atomic_requests_on("default", view)
}

/// [`non_atomic_requests`] for the database of this alias.
pub fn non_atomic_requests_on<Kind, V: View<Kind>>(alias: impl Into<String>, view: V) -> BoxView {
    let mut view = view.into_view();
    view.marks.non_atomic.push(alias.into());
    view
}

/// No cache keeps the page.
pub fn never_cache<Kind, V: View<Kind>>(view: V) -> BoxView {
    view.into_view().wrap(|request, view| async move {
        let mut response = view.run(request).await?;
        response.set_default_header(header::EXPIRES, &httpdate::fmt_http_date(std::time::SystemTime::now()));
        response.set_header(header::CACHE_CONTROL, "max-age=0, no-cache, no-store, must-revalidate, private");
        Ok::<_, rjango_core::Error>(response)
    })
}

/// Adds names to `Vary`.
pub fn vary_on_headers<Kind, V: View<Kind>>(names: &'static [&'static str], view: V) -> BoxView {
    view.into_view().wrap(move |request, view| async move {
        let mut response = view.run(request).await?;
        response.patch_vary(names);
        Ok::<_, rjango_core::Error>(response)
    })
}

/// The page may be framed by anyone.
pub fn xframe_options_exempt<Kind, V: View<Kind>>(view: V) -> BoxView {
    view.into_view().wrap(|request, view| async move {
        let mut response = view.run(request).await?;
        response.extensions_mut().insert(clickjacking::Exempt);
        Ok::<_, rjango_core::Error>(response)
    })
}

/// The page may be framed by nobody.
pub fn xframe_options_deny<Kind, V: View<Kind>>(view: V) -> BoxView {
    xframe_options("DENY", view.into_view())
}

/// The page may be framed by the site itself.
pub fn xframe_options_sameorigin<Kind, V: View<Kind>>(view: V) -> BoxView {
    xframe_options("SAMEORIGIN", view.into_view())
}

fn xframe_options(value: &'static str, view: BoxView) -> BoxView {
    view.wrap(move |request, view| async move {
        let mut response = view.run(request).await?;
        response.set_default_header(header::X_FRAME_OPTIONS, value);
        Ok::<_, rjango_core::Error>(response)
    })
}
