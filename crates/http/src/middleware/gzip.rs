//! `rjango.middleware.gzip.GZipMiddleware`: pages compressed for browsers that take it.
//!
//! The archive's file name is random bytes of random length, so that the size of a compressed page tells less of a
//! secret in it (the "Heal the BREACH" paper).

use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use http::header;
use rjango_core::{Error, ErrorKind, Result};

use super::{Middleware, MiddlewareEntry, Next};
use crate::{BoxFuture, Request, Response};

/// Shorter bodies are not worth it.
const SHORTEST: usize = 200;

struct GZip;

inventory::submit! {
    MiddlewareEntry::new(|| "rjango.middleware.gzip.GZipMiddleware".to_owned(), |_| Ok(Box::new(GZip)))
}

impl Middleware for GZip {
    fn call<'a>(&'a self, request: Request, next: Next) -> BoxFuture<'a, Result<Response>> {
        Box::pin(async move {
            let accepted = request.header(header::ACCEPT_ENCODING).is_some_and(accepts_gzip);
            let mut response = next.run(request).await?;
            // DIFFERENCE: Django compresses streams, too; here they are sent as they are.
            let Some(body) = response.body().bytes().filter(|body| body.len() >= SHORTEST).cloned() else {
                return Ok(response);
            };
            if response.headers().contains_key(header::CONTENT_ENCODING) {
                return Ok(response);
            }
            response.patch_vary(&["Accept-Encoding"]);
            if !accepted {
                return Ok(response);
            }
            let compressed = compress(&body)?;
            if compressed.len() >= body.len() {
                return Ok(response);
            }
            response.headers_mut().insert(header::CONTENT_LENGTH, compressed.len().into());
            response.set_body(compressed);
            response.set_header(header::CONTENT_ENCODING, "gzip");
            // The tag was of other bytes: it stays true only as a weak one (RFC 9110, section 8.8.1).
            let weakened =
                response.header(header::ETAG).filter(|tag| tag.starts_with('"')).map(|tag| format!("W/{tag}"));
            if let Some(tag) = weakened {
                response.set_header(header::ETAG, &tag);
            }
            Ok(response)
        })
    }
}

/// Whether the header names gzip and does not refuse it by `q=0`.
fn accepts_gzip(header: &str) -> bool {
    header.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

fn compress(body: &[u8]) -> Result<Vec<u8>> {
    let mut random = [0; 101];
    getrandom::fill(&mut random)
        .map_err(|error| Error::new(ErrorKind::Other, format!("the system gives no random numbers: {error}")))?;
    let length = usize::from(random[100]) % 100;
    // A zero byte would end the name early.
    let name: Vec<u8> = random[..length].iter().map(|byte| b'a' + byte % 26).collect();
    let mut encoder = GzBuilder::new().filename(name).write(Vec::with_capacity(body.len() / 3), Compression::new(6));
    encoder.write_all(body)?;
    Ok(encoder.finish()?)
}
