//! Our response among axum's: what a view may return is whatever axum's `IntoResponse` makes a response of.

use std::sync::{Arc, Mutex, PoisonError};

use axum::response::IntoResponse;
use bytes::Bytes;
use futures_util::stream;
use rjango_core::{Error, Result};

use super::{Body, Response};
use crate::BoxFuture;

/// A body that is still to be rendered, on its way through axum's response. Whoever polls the body there renders it.
#[derive(Clone)]
struct Later(Arc<Mutex<Option<BoxFuture<'static, Result<Bytes>>>>>);

impl Later {
    fn take(&self) -> Option<BoxFuture<'static, Result<Bytes>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl IntoResponse for Response {
    fn into_response(mut self) -> axum::response::Response {
        match std::mem::replace(&mut self.body, Body::from(Bytes::new())) {
            Body::Later(rendering) => {
                let later = Later(Arc::new(Mutex::new(Some(rendering))));
                self.extensions.insert(later.clone());
                let rendered = async move {
                    match later.take() {
                        Some(rendering) => rendering.await.map_err(Error::into_boxed),
                        None => Ok(Bytes::new()),
                    }
                };
                self.body = Body::Stream(axum::body::Body::from_stream(stream::once(rendered)));
            }
            body => self.body = body,
        }
        self.into_http()
    }
}

impl Response {
    /// The answer of a view, or the error that it is.
    pub(crate) fn of_view(mut answer: axum::response::Response) -> Result<Self> {
        if let Some(error) = Error::from_response(&mut answer) {
            return Err(error);
        }
        let later = answer.extensions_mut().remove::<Later>();
        let mut response = Self::from_http(answer);
        if let Some(rendering) = later.and_then(|later| later.take()) {
            response.body = Body::Later(rendering);
        }
        Ok(response)
    }

    /// The answer of a foreign service, whose layers may have wrapped the body: it is read as it is.
    pub(crate) fn of_service(mut answer: axum::response::Response) -> Result<Self> {
        if let Some(error) = Error::from_response(&mut answer) {
            return Err(error);
        }
        answer.extensions_mut().remove::<Later>();
        Ok(Self::from_http(answer))
    }
}
