//! Reading a request's body, once, within the limits of the settings.

use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use rjango_core::{Error, Result};

/// Reads the whole body; more than `limit` bytes is Django's `RequestDataTooBig`, status 400.
pub(super) async fn read(body: Body, limit: Option<usize>) -> Result<Bytes> {
    let Some(limit) = limit else {
        return Ok(body.collect().await.map_err(unreadable)?.to_bytes());
    };
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_big(limit)),
        Err(error) => Err(Error::bad_request(format!("the request's body cannot be read: {error}"))),
    }
}

pub(super) fn too_big(limit: usize) -> Error {
    Error::bad_request(format!("the request's body is larger than `DATA_UPLOAD_MAX_MEMORY_SIZE`, {limit} bytes"))
        .with_hint("raise `DATA_UPLOAD_MAX_MEMORY_SIZE` in the settings, or send less")
}

pub(super) fn was_read() -> Error {
    Error::bad_request("the request's body was read already, as a stream or in part")
}

/// What stands for a body that was read already: nobody takes it for an empty one.
pub(super) fn gone() -> Body {
    Body::from_stream(futures_util::stream::once(async { Err::<Bytes, _>(was_read().into_boxed()) }))
}

fn unreadable(error: axum::Error) -> Error {
    Error::bad_request(format!("the request's body cannot be read: {error}"))
}
