//! The addresses that templates make: of routes and of static files.

use rjango_core::{Result, Site};
use rjango_templates::{Str, Value};

use crate::urls::{self, UrlArguments};

/// `{% url 'shop:product-detail' product.pk %}`.
pub(super) fn reverse(name: &str, positional: Vec<Value>, named: Vec<(Str, Value)>) -> Result<String> {
    let positional = positional.iter().map(|value| value.text().into_owned()).collect();
    let named = named.iter().map(|(name, value)| (name.to_string(), value.text().into_owned())).collect();
    urls::reverse(name, UrlArguments::new(positional, named))
}

/// How the address of a static file is made. A site without this part puts `STATIC_URL` before the path.
pub struct StaticUrls(pub fn(&Site, &str) -> Result<String>);

/// The URL of a static file: Django's `static`.
///
/// # Errors
/// Outside of a site.
pub fn static_url(path: &str) -> Result<String> {
    let site = Site::current()?;
    if let Some(StaticUrls(make)) = site.get() {
        return make(&site, path);
    }
    let quoted = urls::quote(path.trim_start_matches('/'), true);
    Ok(format!("{}{quoted}", site.settings().static_url))
}
