//! Which middleware there is, by the names that settings use.

use rjango_core::named::Named;
use rjango_core::{Result, Settings};

use super::Middleware;

static MIDDLEWARE: Named = Named {
    setting: "MIDDLEWARE",
    noun: "middleware",
    attribute: Some("middleware"),
    named: |settings| settings.middleware.iter().map(String::as_str).collect(),
    compiled: || inventory::iter::<MiddlewareEntry>.into_iter().map(|entry| (entry.path)()).collect(),
};

inventory::submit! { &MIDDLEWARE }

/// A middleware with its dotted name. `#[middleware]` submits one.
#[doc(hidden)]
pub struct MiddlewareEntry {
    /// The dotted name in `MIDDLEWARE`.
    path: fn() -> String,
    /// Makes the layer for a site; an error is a mistake in the settings.
    build: fn(&Settings) -> Result<Box<dyn Middleware>>,
}

inventory::collect!(MiddlewareEntry);

impl MiddlewareEntry {
    /// An entry of this name.
    pub const fn new(path: fn() -> String, build: fn(&Settings) -> Result<Box<dyn Middleware>>) -> Self {
        Self { path, build }
    }

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
        Err(MIDDLEWARE.missing(name, settings))
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
