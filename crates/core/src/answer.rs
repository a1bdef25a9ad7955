//! An error as an answer to a request, for axum's `IntoResponse`.
//!
//! The page of an error takes the site's templates and handlers, which an error does not have. So it travels inside its own
//! response to the handler of the site, and the handler makes the page. Outside of a site the response is the status alone.

use std::sync::{Arc, Mutex, PoisonError};

use axum_core::response::{IntoResponse, Response};
use http::StatusCode;

use crate::Error;

/// An error on its way to the handler, in a response's extensions, which want to be cloned.
#[derive(Clone)]
struct Raised(Arc<Mutex<Option<Error>>>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if let Some(headers) = self.headers() {
            *response.headers_mut() = headers.clone();
        }
        response.extensions_mut().insert(Raised(Arc::new(Mutex::new(Some(self)))));
        response
    }
}

impl Error {
    /// The error that travels in this response, if it is the response of one. What was done to the response since, its status
    /// and headers, is the error's now.
    pub fn from_response(response: &mut Response) -> Option<Self> {
        let raised = response.extensions_mut().remove::<Raised>()?;
        let error = raised.0.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let headers = std::mem::take(response.headers_mut());
        let status = response.status().as_u16();
        let error = if error.status() == status { error } else { error.with_status(status) };
        Some(error.replace_headers(headers))
    }
}
