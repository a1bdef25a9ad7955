//! The functions of every template: `url`, `static`, `now`.

use minijinja::value::{Kwargs, Rest};
use minijinja::{Environment, Value};
use rjango_core::{Result, Site};

use super::error::inside;
use super::output::text;
use crate::urls::{self, UrlArguments};

pub(super) fn install(environment: &mut Environment<'_>) {
    environment.add_function("url", url);
    environment.add_function("static", |path: &str| static_url(path).map_err(inside));
}

/// `url('shop:product-detail', pk=product.pk)`: Django's `{% url %}`.
fn url(name: &str, args: Rest<Value>, kwargs: Kwargs) -> Result<String, minijinja::Error> {
    let mut named = Vec::new();
    for key in kwargs.args() {
        named.push((key.to_owned(), text(&kwargs.get::<Value>(key)?)));
    }
    let arguments = UrlArguments::new(args.iter().map(text).collect(), named);
    urls::reverse(name, arguments).map_err(inside)
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
