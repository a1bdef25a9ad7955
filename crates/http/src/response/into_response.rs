//! What a view may return.

use http::StatusCode;
use rjango_core::{Error, Result};

use super::Response;

/// A value that a view may return: a [`Response`], text (as HTML), a status, or a `Result` of one of these.
#[diagnostic::on_unimplemented(
    message = "a view cannot return `{Self}`",
    note = "return `Response`, `Result<Response>`, `String`, `&'static str` or `StatusCode`; wrap a value in `json(..)`"
)]
pub trait IntoResponse {
    /// The response.
    ///
    /// # Errors
    /// The view's own error, which becomes a page of its status.
    fn into_response(self) -> Result<Response>;
}

impl IntoResponse for Response {
    fn into_response(self) -> Result<Response> {
        Ok(self)
    }
}

impl IntoResponse for &'static str {
    fn into_response(self) -> Result<Response> {
        Ok(Response::new(self))
    }
}

impl IntoResponse for String {
    fn into_response(self) -> Result<Response> {
        Ok(Response::new(self))
    }
}

impl IntoResponse for StatusCode {
    fn into_response(self) -> Result<Response> {
        Ok(Response::empty(self))
    }
}

impl<T: IntoResponse> IntoResponse for (StatusCode, T) {
    fn into_response(self) -> Result<Response> {
        Ok(self.1.into_response()?.with_status(self.0))
    }
}

impl<T: IntoResponse, E: Into<Error>> IntoResponse for Result<T, E> {
    fn into_response(self) -> Result<Response> {
        self.map_err(Into::into)?.into_response()
    }
}
