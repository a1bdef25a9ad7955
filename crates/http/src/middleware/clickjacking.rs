//! `rjango.middleware.clickjacking.XFrameOptionsMiddleware`: `X-Frame-Options`, unless the view says otherwise.

use http::header;
use rjango_core::{Result, Settings};

use super::{Middleware, MiddlewareEntry, Next};
use crate::{BoxFuture, Request, Response};

/// A view's wish to be framed: put by the decorator `xframe_options_exempt`.
#[derive(Clone, Copy)]
pub(crate) struct Exempt;

struct XFrameOptions {
    value: String,
}

inventory::submit! {
    MiddlewareEntry::new(
        || "rjango.middleware.clickjacking.XFrameOptionsMiddleware".to_owned(),
        |settings: &Settings| Ok(Box::new(XFrameOptions { value: settings.x_frame_options.to_uppercase() })),
    )
}

impl Middleware for XFrameOptions {
    fn call<'a>(&'a self, request: Request, next: Next) -> BoxFuture<'a, Result<Response>> {
        Box::pin(async move {
            let mut response = next.run(request).await?;
            if response.extensions().get::<Exempt>().is_none() {
                response.set_default_header(header::X_FRAME_OPTIONS, &self.value);
            }
            Ok(response)
        })
    }
}
