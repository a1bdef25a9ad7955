//! The URL configuration: ordered patterns, converters, includes and namespaces, resolved and reversed as in Django.
//!
//! A project's [`Urls`] is a tree of routes. It is compiled once, at start-up, into a [`Resolver`]: leaves in order
//! behind an index of their literal prefixes, and the names for [`reverse`].

mod check;
mod index;
mod pattern;
mod quoting;
mod regex_bits;
mod resolver;
mod reverse;
mod route;

use std::sync::Arc;

use rjango_core::{Error, Result, Site};

pub use check::UrlMistake;
pub(crate) use quoting::{escape_leading_slashes, iri_to_uri, quote, quote_path};
pub(crate) use resolver::{NotResolved, Resolved};
pub use resolver::{Resolver, ResolverMatch};
pub(crate) use reverse::unknown_name;
pub use reverse::{ReverseOptions, UrlArguments};
pub use route::{IntoTarget, Route, Target, Urls, include, mount, path, re_path};

/// What resolving a request's path gave.
pub(crate) type Resolution = std::result::Result<Box<Resolved>, NotResolved>;

/// Resolves a path of this site; a site without URLs matches nothing.
pub(crate) fn resolve_in(site: &Arc<Site>, path: &str) -> Resolution {
    match site.get::<Urls>().map(Urls::resolver) {
        Some(Ok(resolver)) => resolver.resolve(path),
        _ => Err(NotResolved),
    }
}

/// The URL of a named route in the current site: Django's `reverse`.
///
/// The name may lie in namespaces, `shop:product-detail`. The arguments are `()`, a tuple of positional ones such as
/// `(5,)`, or an array of named ones such as `[("pk", 5)]`.
///
/// ```
/// # use std::sync::Arc;
/// use rjango_http::{Request, Urls, path, reverse, urls};
/// # use rjango_core::{Settings, Site};
///
/// async fn detail(_request: Request, pk: i64) -> String {
///     format!("product {pk}")
/// }
///
/// # let site = Arc::new(Site::new(Settings::for_tests()).with(
/// urls![path("products/<int:pk>/", detail).name("product-detail")]
/// # ));
/// # site.enter(|| {
/// assert_eq!(reverse("product-detail", [("pk", 5)])?, "/products/5/");
/// assert_eq!(reverse("product-detail", (5,))?, "/products/5/");
/// # Ok::<(), rjango_core::Error>(())
/// # }).map_err(|error| error.into_boxed())?;
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
///
/// # Errors
/// `ImproperlyConfigured` where no route has the name and takes these arguments, with the patterns that were tried.
#[track_caller]
pub fn reverse(name: &str, arguments: impl Into<UrlArguments>) -> Result<String> {
    reverse_with(name, arguments, &ReverseOptions::default())
}

/// [`reverse`] with a query string, a fragment or a current instance of the app's namespace.
///
/// # Errors
/// As [`reverse`].
#[track_caller]
pub fn reverse_with(name: &str, arguments: impl Into<UrlArguments>, options: &ReverseOptions<'_>) -> Result<String> {
    let site = Site::current()?;
    let Some(urls) = site.get::<Urls>() else {
        return Err(Error::improperly_configured(format!("`{name}` has no URL: the site has no URL configuration")));
    };
    let url = urls.resolver()?.reverse(name, &arguments.into(), options)?;
    Ok(format!("{}{url}", site.settings().script_name()))
}

/// The list of a URL configuration's routes, tried in order.
///
/// ```
/// use rjango_http::{Request, Urls, path, urls};
///
/// async fn index(_request: Request) -> &'static str {
///     "welcome"
/// }
///
/// pub fn urlpatterns() -> Urls {
///     urls![path("", index).name("index")]
/// }
/// # assert!(urlpatterns().check().is_empty());
/// ```
#[macro_export]
macro_rules! urls {
    ($($route:expr),* $(,)?) => {
        $crate::Urls::new(::std::vec![$($route),*])
    };
}
