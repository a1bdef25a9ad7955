//! The layers of one site, and the way inwards.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use rjango_core::{Error, ErrorKind, Result};

use super::Middleware;
use crate::error_pages;
use crate::view::run_in_transactions;
use crate::{Request, Response};

/// The layers, outermost first.
pub(crate) struct Onion {
    layers: Vec<Box<dyn Middleware>>,
}

/// The rest of the onion, as a layer sees it.
pub struct Next {
    onion: Arc<Onion>,
    depth: usize,
}

impl Onion {
    pub(crate) fn new(layers: Vec<Box<dyn Middleware>>) -> Arc<Self> {
        Arc::new(Self { layers })
    }

    pub(crate) fn outside(self: &Arc<Self>) -> Next {
        Next { onion: Arc::clone(self), depth: 0 }
    }
}

impl Next {
    /// Runs the layers further in and the view. Their errors are responses by the time they come out here.
    ///
    /// # Errors
    /// None today; the signature lets a layer return what it gets.
    pub async fn run(self, request: Request) -> Result<Response> {
        let state = request.state();
        let result = match self.onion.layers.get(self.depth) {
            Some(layer) => {
                let next = Self { onion: Arc::clone(&self.onion), depth: self.depth + 1 };
                finished(layer.call(request, next).await).await
            }
            None => caught(view(request)).await,
        };
        match result {
            Ok(response) => Ok(response),
            Err(error) => Ok(error_pages::respond(&state, error).await),
        }
    }
}

/// Resolves the path and runs the view; what it has put off is rendered.
async fn view(request: Request) -> Result<Response> {
    let state = request.state();
    let (view, captures) = match state.resolution() {
        Ok(found) => (found.view.clone(), found.captures.clone()),
        Err(_) => return Err(Error::not_found(format!("no route matches `{}`", state.path()))),
    };
    run_in_transactions(view, request, captures).await
}

/// Renders what a response has put off.
async fn finished(result: Result<Response>) -> Result<Response> {
    let mut response = result?;
    response.finish().await?;
    Ok(response)
}

/// Makes a panic an error. The panic hook has told stderr where by then.
pub(crate) async fn caught(future: impl Future<Output = Result<Response>>) -> Result<Response> {
    match AssertUnwindSafe(future).catch_unwind().await {
        Ok(result) => result,
        Err(panic) => {
            let message = panic
                .downcast_ref::<&str>()
                .map(|message| (*message).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_else(|| "a value that is no text".to_owned());
            Err(Error::new(ErrorKind::Other, format!("the code panicked: {message}"))
                .with_hint("the server's output names the line that panicked"))
        }
    }
}
