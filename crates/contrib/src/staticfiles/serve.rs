//! Serving static files, with what caches need.

use std::time::SystemTime;

use http::header;
use rjango_core::{Error, Result, Settings};
use rjango_http::{Request, RequestState, Response, StatusCode, Urls, path, urls};

use super::{Finder, StaticFile};

/// The view of a static file: `path("static/<path:path>", staticfiles::serve)`.
///
/// # Errors
/// `NotFound` where no place has the file.
pub async fn serve(request: Request, path: String) -> Result<Response> {
    if request.method() != http::Method::GET && request.method() != http::Method::HEAD {
        return Ok(Response::method_not_allowed(&["GET", "HEAD"]));
    }
    let site = request.site().clone();
    let lookup = path.clone();
    let read = move || -> Result<Option<(Vec<u8>, Option<SystemTime>)>> {
        let Some(file) = site.late(Finder::of_site).find(&lookup) else { return Ok(None) };
        // Files inside the program changed when the program did.
        let modified = match &file {
            StaticFile::Disk(_) => file.modified(),
            StaticFile::Embedded(_) => std::env::current_exe().and_then(|exe| exe.metadata()?.modified()).ok(),
        };
        Ok(Some((file.read()?, modified)))
    };
    match tokio::task::spawn_blocking(read).await?? {
        Some((content, modified)) => Ok(respond(&request, &path, content, modified)),
        None => Err(Error::not_found(format!("`{path}` could not be found among the static files"))
            .with_hint("`rjango findstatic` says where they are looked for")),
    }
}

/// The route of the static files below STATIC_URL: Django's `staticfiles_urlpatterns`. Nothing where STATIC_URL is on
/// another host.
pub fn urlpatterns(static_url: &str) -> Urls {
    match static_url.strip_prefix('/').filter(|prefix| !prefix.starts_with('/') && !prefix.is_empty()) {
        Some(prefix) => urls![path(format!("{prefix}<path:path>"), serve)],
        None => urls![],
    }
}

/// The site's routes with those of the static files before them, where the app is installed.
pub fn with_static(settings: &Settings, urls: Urls) -> Urls {
    let is_installed = settings.installed_apps.iter().any(|app| app == "rjango.contrib.staticfiles");
    if is_installed { urlpatterns(settings.path_info(&settings.static_url)).and(urls) } else { urls }
}

fn respond(request: &RequestState, path: &str, content: Vec<u8>, modified: Option<SystemTime>) -> Response {
    let etag = etag(&content);
    let mut response = if is_unchanged(request, &etag, modified) {
        Response::empty(StatusCode::NOT_MODIFIED)
    } else {
        let mut response = Response::new(content);
        response.set_header(header::CONTENT_TYPE, &content_type(path));
        response
    };
    response.set_header(header::ETAG, &etag);
    if let Some(modified) = modified {
        response.set_header(header::LAST_MODIFIED, &httpdate::fmt_http_date(modified));
    }
    response
}

/// Whether the browser's copy is as good (RFC 9110, section 13.2.2: the ETag counts before the time).
fn is_unchanged(request: &RequestState, etag: &str, modified: Option<SystemTime>) -> bool {
    if let Some(given) = request.header(header::IF_NONE_MATCH) {
        return given.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag);
    }
    let since = request.header(header::IF_MODIFIED_SINCE).and_then(|since| httpdate::parse_http_date(since).ok());
    // A header's time has no fractions of a second.
    let seconds = |moment: SystemTime| moment.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    match (since, modified) {
        (Some(since), Some(modified)) => seconds(modified) <= seconds(since),
        _ => false,
    }
}

/// The content's digest.
fn etag(content: &[u8]) -> String {
    use sha1::{Digest as _, Sha1};
    let digest = Sha1::digest(content);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// The type that the name's ending says; text is UTF-8.
fn content_type(path: &str) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = guess.type_() == "text" || guess.subtype() == "javascript";
    if is_text { format!("{guess}; charset=utf-8") } else { guess.to_string() }
}
