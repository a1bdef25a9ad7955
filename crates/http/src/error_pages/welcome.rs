//! The first page of a new project, which has no page of its own yet.

use crate::Response;
use crate::request::RequestState;
use crate::urls::Urls;

/// The page for `/` where the project has no routes but the admin's.
pub(super) fn page(request: &RequestState) -> Option<Response> {
    if request.path_info() != "/" || request.resolver_match().is_some() {
        return None;
    }
    let resolver = request.site().get::<Urls>()?.resolver().ok()?;
    if !resolver.patterns().all(|(route, _)| route.starts_with("admin/") || route.starts_with("static/")) {
        return None;
    }
    let admin = match resolver.patterns().any(|(route, _)| route.starts_with("admin/")) {
        true => "<li>The admin is at <a href=\"/admin/\">/admin/</a>.</li>\n",
        false => "",
    };
    Some(Response::new(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>It works</title>\
         <style>body{{font:16px/1.6 system-ui,sans-serif;max-width:36em;margin:4em auto;padding:0 1em}}\
         code{{background:#eee;padding:0 .2em}}</style></head>\n<body>\n\
         <h1>The install worked</h1>\n<p>This page is here because <code>DEBUG = true</code> and the project has no URLs of \
         its own.</p>\n<ul>\n<li>Start an app: <code>rjango startapp shop</code></li>\n\
         <li>Give it a page in <code>config/urls.rs</code>.</li>\n{admin}</ul>\n</body>\n</html>\n"
    )))
}
