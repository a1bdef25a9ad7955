//! The plain pages of production, in Django's words.

use http::StatusCode;
use rjango_core::translation::{get_language, gettext};

use crate::Response;
use crate::templates::escape;

/// A page that says the status and nothing of its reason.
pub(super) fn page(status: StatusCode) -> Response {
    let other;
    let (title, text) = match status.as_u16() {
        404 => ("Not Found", "The requested resource was not found on this server."),
        403 => ("403 Forbidden", ""),
        400 => ("Bad Request (400)", ""),
        503 => ("Service Unavailable (503)", "This server cannot answer at the moment. Please try again in a moment."),
        500 => ("Server Error (500)", ""),
        code => {
            let reason =
                status.canonical_reason().unwrap_or(if status.is_server_error() { "Server Error" } else { "Error" });
            other = format!("{reason} ({code})");
            (other.as_str(), "")
        }
    };
    let own = gettext(title);
    let paragraph = if text.is_empty() { "<p></p>".to_owned() } else { format!("<p>{}</p>", gettext(text)) };
    // The page is in English where the site's catalogs do not have its words.
    let language = if own == title { "en".to_owned() } else { escape(&get_language()) };
    let title = own;
    let page = format!(
        "\n<!doctype html>\n<html lang=\"{language}\">\n<head>\n  <title>{title}</title>\n</head>\n<body>\n  <h1>{title}</h1>{paragraph}\n</body>\n</html>\n"
    );
    Response::new(page).with_status(status)
}
