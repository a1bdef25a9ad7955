//! Every other URL: a slash is added where that leads to a page, and everything else does not exist. Only staff come
//! here, so that the names of apps and models stay theirs.

use rjango_core::{Error, Result};
use rjango_http::{Request, Response, StatusCode, Urls};

pub(crate) async fn not_found(request: Request, _url: String) -> Result<Response> {
    let path = request.path_info();
    if request.settings().append_slash && !path.ends_with('/') {
        let slashed = format!("{path}/");
        let matched = match request.site().get::<Urls>() {
            Some(urls) => urls.resolver()?.matches(&slashed),
            None => None,
        };
        // The catch-all, which has no name, matches everything.
        if matched.is_some_and(|matched| matched.url_name().is_some() || matched.kwarg("object_id").is_some()) {
            let full = request.full_path();
            let (path, query) = full.split_once('?').map_or((full.as_str(), None), |(path, query)| (path, Some(query)));
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            return Ok(Response::redirect(&format!("{path}/{query}"))?.with_status(StatusCode::MOVED_PERMANENTLY));
        }
    }
    Err(Error::not_found("the requested admin page does not exist"))
}
