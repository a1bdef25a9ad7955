//! The pages of DEBUG: what was tried, what failed, where, and what to do.

use std::fmt::Write as _;

use http::StatusCode;
use rjango_core::Error;

use crate::Response;
use crate::request::RequestState;
use crate::templates::escape;
use crate::templates::excerpt;
use crate::urls::Urls;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:0;color:#222}header,section{padding:1em 2em}\
    header{background:#fff3c4;border-bottom:1px solid #ddd}h1{margin:0;font-size:1.5em;font-weight:600}\
    h2{font-size:1.1em;margin:0 0 .5em}section:nth-child(odd){background:#f7f7f7}\
    pre{background:#fff;border:1px solid #ddd;padding:.7em;overflow:auto;white-space:pre-wrap}\
    table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.1em 1.5em .1em 0}\
    th{font-weight:500;color:#555}.hint{color:#0a5c2c}code{background:#eee;padding:0 .2em}";

/// The page for a status of 404, 400, 500 or 503.
pub(super) fn page(request: &RequestState, status: StatusCode, error: &Error) -> Response {
    let title = match status.as_u16() {
        404 => "Page not found (404)".to_owned(),
        400 => "Bad request (400)".to_owned(),
        503 => format!("Service unavailable at {}", request.path()),
        _ => format!("Server error at {}", request.path()),
    };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"robots\" content=\"NONE,NOARCHIVE\">\
         <title>{}</title><style>{STYLE}</style></head>\n<body>\n",
        escape(&title)
    );
    let _ = write!(page, "<header><h1>{}</h1>\n<p>{}</p>\n", escape(&title), escape(&error.to_string()));
    if let Some(hint) = error.hint() {
        let _ = writeln!(page, "<pre class=\"hint\">hint: {}</pre>", escape(hint));
    }
    head_table(&mut page, request, status, error);
    page.push_str("</header>\n");
    if status == StatusCode::NOT_FOUND {
        patterns(&mut page, request);
    } else {
        place(&mut page, request, error);
        causes(&mut page, error);
        details(&mut page, request);
    }
    page.push_str(
        "<section><p>You see this page because <code>DEBUG = true</code>. Set it to <code>false</code>, and \
                   visitors get a plain page for this status.</p></section>\n</body>\n</html>\n",
    );
    Response::new(page).with_status(status)
}

fn row(page: &mut String, name: &str, value: &str) {
    let _ = writeln!(page, "<tr><th>{}</th><td>{}</td></tr>", escape(name), escape(value));
}

fn head_table(page: &mut String, request: &RequestState, status: StatusCode, error: &Error) {
    page.push_str("<table>\n");
    row(page, "Request method", request.method().as_str());
    row(page, "Request URL", &format!("{}://{}{}", request.scheme(), request.host(), request.full_path()));
    if let Some(matched) = request.resolver_match() {
        row(page, "Route", matched.route());
        row(page, "View", matched.view_name());
    }
    if status != StatusCode::NOT_FOUND || request.resolver_match().is_some() {
        row(page, "Kind", &format!("{:?}", error.kind()));
        row(page, "Raised at", &error.raised().to_string());
    }
    if let Some(place) = error.place() {
        row(page, "In the file", &place.to_string());
    }
    page.push_str("</table>\n");
}

/// The patterns that did not match, in the order they were tried.
fn patterns(page: &mut String, request: &RequestState) {
    let resolver = request.site().get::<Urls>().map(Urls::resolver);
    let Some(Ok(resolver)) = resolver else { return };
    if request.resolver_match().is_some() {
        return;
    }
    page.push_str("<section><h2>These patterns were tried, in this order</h2>\n<ol>\n");
    for (route, name) in resolver.patterns() {
        let _ = write!(page, "<li><code>{}</code>", escape(route));
        if let Some(name) = name {
            let _ = write!(page, " [name='{}']", escape(name));
        }
        page.push_str("</li>\n");
    }
    let path = request.path_info().trim_start_matches('/');
    let what =
        if path.is_empty() { "The empty path".to_owned() } else { format!("The path <code>{}</code>", escape(path)) };
    let _ = writeln!(page, "</ol>\n<p>{what} matched none of these.</p></section>");
}

/// The lines of the file that the error is about.
fn place(page: &mut String, _request: &RequestState, error: &Error) {
    let Some(place) = error.place() else { return };
    let Ok(text) = std::fs::read_to_string(&place.file) else { return };
    if place.line == 0 {
        return;
    }
    let lines = excerpt(&text, place.line, 5);
    let _ = writeln!(page, "<section><h2>{}</h2>\n<pre>{}</pre></section>", escape(&place.to_string()), escape(&lines));
}

fn causes(page: &mut String, error: &Error) {
    if let Some(sql) = error.sql() {
        let _ = writeln!(page, "<section><h2>SQL</h2>\n<pre>{}</pre></section>", escape(sql));
    }
    let causes = error.causes();
    if !causes.is_empty() {
        page.push_str("<section><h2>Caused by</h2>\n<ol>\n");
        for cause in &causes {
            let _ = writeln!(page, "<li><pre>{}</pre></li>", escape(cause));
        }
        page.push_str("</ol></section>\n");
    }
}

/// The request and the settings; what may be a secret is masked.
fn details(page: &mut String, request: &RequestState) {
    page.push_str("<section><h2>Request</h2>\n<table>\n");
    for (name, value) in request.query().iter() {
        row(page, &format!("GET {name}"), value);
    }
    for (name, value) in request.cookies().iter() {
        let masked = name == request.settings().session_cookie_name || name == request.settings().csrf_cookie_name;
        row(page, &format!("cookie {name}"), if masked || is_secret(name) { MASK } else { value });
    }
    for (name, value) in request.headers() {
        if name == http::header::COOKIE {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        row(page, name.as_str(), if is_secret(name.as_str()) { MASK } else { &value });
    }
    page.push_str("</table></section>\n<section><h2>Settings that differ from the default</h2>\n");
    let _ = writeln!(page, "<pre>{}</pre></section>", escape(&format!("{:#?}", request.settings())));
}

const MASK: &str = "********************";

/// Django's rule for names whose values error pages hide.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["api", "token", "key", "secret", "pass", "signature", "auth", "cookie"].iter().any(|word| name.contains(word))
}
