//! Which middleware there is, by the names that settings use.

use rjango_core::{Error, Result, Settings};

use super::Middleware;

/// A middleware with its dotted name. `#[middleware]` submits one; so may any crate, with
/// `inventory::submit!`.
pub struct MiddlewareEntry {
    /// The dotted name in `MIDDLEWARE`.
    pub path: fn() -> String,
    /// Makes the layer for a site; an error is a mistake in the settings.
    pub build: fn(&Settings) -> Result<Box<dyn Middleware>>,
}

inventory::collect!(MiddlewareEntry);

impl MiddlewareEntry {
    /// Makes the layer of this name.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where there is none of the name, with the nearest; otherwise what the layer says.
    pub fn build_named(name: &str, settings: &Settings) -> Result<Box<dyn Middleware>> {
        for entry in inventory::iter::<Self> {
            if (entry.path)() == name {
                return (entry.build)(settings)
                    .map_err(|error| error.wrap(format!("the middleware `{name}` cannot be set up")));
            }
        }
        let known: Vec<String> = inventory::iter::<Self>.into_iter().map(|entry| (entry.path)()).collect();
        let error = Error::improperly_configured(format!("`MIDDLEWARE` names `{name}`, which is no middleware"));
        Err(match nearest(name, &known) {
            Some(nearest) => error.with_hint(format!("did you mean `{nearest}`?")),
            None => error.with_hint(
                "name a function marked `#[middleware]` by its module and name, such as `shop.middleware.multi_tenant`",
            ),
        })
    }
}

/// What a function above which `#[middleware]` stands may make: a layer, or a `Result` of one.
#[doc(hidden)]
pub trait IntoLayer {
    fn into_layer(self) -> Result<Box<dyn Middleware>>;
}

impl<M: Middleware> IntoLayer for M {
    fn into_layer(self) -> Result<Box<dyn Middleware>> {
        Ok(Box::new(self))
    }
}

impl<M: Middleware> IntoLayer for Result<M> {
    fn into_layer(self) -> Result<Box<dyn Middleware>> {
        Ok(Box::new(self?))
    }
}

/// The most similar of the known names, if one is similar at all.
pub(crate) fn nearest<'k>(name: &str, known: &'k [String]) -> Option<&'k str> {
    let (distance, nearest) = known.iter().map(|known| (distance(name, known), known)).min()?;
    (distance <= name.len() / 3 + 1).then_some(nearest)
}

/// Levenshtein's distance in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, byte) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(byte != other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use rjango_core::dotted;

    use super::*;

    #[test]
    fn a_name_leaves_the_crate_out() {
        assert_eq!(dotted("mysite::shop::middleware", "multi_tenant"), "shop.middleware.multi_tenant");
        assert_eq!(dotted("mysite", "top"), "top");
    }

    #[test]
    fn the_nearest_name_is_near() {
        let known = ["shop.middleware.multi_tenant".to_owned(), "rjango.middleware.csrf.CsrfViewMiddleware".to_owned()];
        assert_eq!(nearest("shop.middleware.multitenant", &known), Some("shop.middleware.multi_tenant"));
        assert_eq!(nearest("entirely.different", &known), None);
    }
}
