//! The onion: layers by name from the settings, each around the next, the view in the middle.
//!
//! A layer gets the request and [`Next`]. What comes out of `next.run(request)` is always a response: an error of the
//! view or of a layer further in has become a page already, as in Django, so each layer does its duty on errors too.

mod entry;
mod function;
mod onion;
mod tower_layer;

pub mod clickjacking;
pub mod common;
pub mod conditional_get;
pub mod csrf;
pub mod gzip;
pub mod locale;
pub mod security;

use rjango_core::Result;

use crate::{BoxFuture, Request, Response};

#[doc(hidden)]
pub use entry::{IntoLayer, MiddlewareEntry};
pub use function::FunctionMiddleware;
pub use onion::Next;
pub(crate) use onion::{Onion, caught};
pub use tower_layer::TowerMiddleware;

/// A layer of the onion.
///
/// Most are written as an async function with `#[middleware]`; implement the trait where a layer has something to
/// prepare once.
pub trait Middleware: Send + Sync + 'static {
    /// Handles a request: by itself, or by `next.run(request)` and what it does before and after.
    fn call<'a>(&'a self, request: Request, next: Next) -> BoxFuture<'a, Result<Response>>;
}
