//! An async function as a layer.

use rjango_core::Result;

use super::{Middleware, Next};
use crate::{BoxFuture, Request, Response};

/// A layer made of an async function: what `#[middleware]` on a function registers.
pub struct FunctionMiddleware<F>(pub F);

impl<F, Answer> Middleware for FunctionMiddleware<F>
where
    F: Fn(Request, Next) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result<Response>> + Send + 'static,
{
    fn call<'a>(&'a self, request: Request, next: Next) -> BoxFuture<'a, Result<Response>> {
        Box::pin((self.0)(request, next))
    }
}
