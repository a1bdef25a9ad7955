//! A file as a response: Django's `FileResponse`.

use std::path::Path;

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http::header;
use rjango_core::{Error, Result};
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use super::{Body, Response};

/// How much of the file is read at a time.
const PIECE: usize = 64 * 1024;

/// A file that is sent piece by piece, with its length, type and time of change.
///
/// The path is opened as it is: a path that a visitor chose must have been checked to lie where it may.
#[derive(Debug, Clone, Default)]
pub struct FileResponse {
    download_as: Option<String>,
}

impl FileResponse {
    /// A file that the browser shows where it can.
    pub fn new() -> Self {
        Self::default()
    }

    /// A file that the browser saves under this name.
    #[must_use]
    pub fn download_as(mut self, name: impl Into<String>) -> Self {
        self.download_as = Some(name.into());
        self
    }

    /// Opens the file.
    ///
    /// # Errors
    /// `NotFound` where there is no such file; otherwise what the system says.
    pub async fn open(self, path: impl AsRef<Path>) -> Result<Response> {
        let path = path.as_ref();
        let file = File::open(path).await.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::not_found(format!("there is no file `{}`", path.display())),
            _ => Error::from(error),
        })?;
        let metadata = file.metadata().await?;
        if !metadata.is_file() {
            return Err(Error::not_found(format!("`{}` is no file", path.display())));
        }
        let content_type = mime_guess::from_path(path).first_raw().unwrap_or("application/octet-stream");
        let mut response = Response::with_type(pieces(file), content_type);
        response.headers_mut().insert(header::CONTENT_LENGTH, metadata.len().into());
        if let Ok(changed) = metadata.modified() {
            response.set_header(header::LAST_MODIFIED, &httpdate::fmt_http_date(changed));
        }
        if let Some(name) = &self.download_as {
            response.set_header(header::CONTENT_DISPOSITION, &attachment(name));
        }
        Ok(response)
    }
}

fn pieces(file: File) -> Body {
    Body::stream(stream::try_unfold(file, |mut file| async move {
        let mut piece = BytesMut::with_capacity(PIECE);
        let read = file.read_buf(&mut piece).await?;
        Ok((read > 0).then(|| (Bytes::from(piece), file)))
    }))
}

/// `Content-Disposition` for a name of any script (RFC 6266).
fn attachment(name: &str) -> String {
    if name.is_ascii() && !name.chars().any(char::is_control) {
        let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
        return format!("attachment; filename=\"{quoted}\"");
    }
    format!("attachment; filename*=utf-8''{}", crate::urls::quote(name, false))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_file_has_length_type_and_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.css");
        std::fs::write(&path, "x".repeat(PIECE + 1)).unwrap();
        let response = FileResponse::new().download_as("a \"b\".css").open(&path).await.unwrap();
        assert_eq!(response.header(header::CONTENT_TYPE), Some("text/css"));
        assert_eq!(response.header(header::CONTENT_LENGTH), Some("65537"));
        assert_eq!(response.header(header::CONTENT_DISPOSITION), Some(r#"attachment; filename="a \"b\".css""#));
        let body = axum::body::to_bytes(response.into_http().into_body(), usize::MAX).await.unwrap();
        assert_eq!(body.len(), PIECE + 1);
        assert!(FileResponse::new().open(folder.path().join("b")).await.unwrap_err().is_not_found());
        assert!(FileResponse::new().open(folder.path()).await.unwrap_err().is_not_found());
        assert_eq!(attachment("naïve.txt"), "attachment; filename*=utf-8''na%C3%AFve.txt");
    }
}
