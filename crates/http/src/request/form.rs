//! What a form sent: its fields and its files.

mod base64;
mod file_name;
mod header_parameters;
mod multipart;
mod source;
mod uploaded_file;

use http::{Method, header};
use rjango_core::{Error, Result, Settings};

use super::{QueryDict, RequestState};

pub(super) use multipart::FormReader;
pub(super) use source::Source;
pub use uploaded_file::UploadedFile;

/// The fields and files of a POST: Django's `request.POST` and `request.FILES` in one.
#[derive(Debug, Default, Clone)]
pub struct FormData {
    fields: QueryDict,
    files: Vec<(String, UploadedFile)>,
}

impl FormData {
    /// The last value of this field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name)
    }

    /// Every value of this field.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.fields.get_all(name)
    }

    /// Every field.
    pub fn fields(&self) -> &QueryDict {
        &self.fields
    }

    /// The last file of this field.
    pub fn file(&self, name: &str) -> Option<&UploadedFile> {
        self.files.iter().rev().find(|(key, _)| key == name).map(|(_, file)| file)
    }

    /// Every file with its field's name.
    pub fn files(&self) -> impl Iterator<Item = (&str, &UploadedFile)> {
        self.files.iter().map(|(name, file)| (name.as_str(), file))
    }
}

/// Whether the request brings a form whose parts are read one by one.
pub(super) fn is_multipart(request: &RequestState) -> bool {
    request.method() == Method::POST && media_type(request) == "multipart/form-data"
}

fn media_type(request: &RequestState) -> String {
    let content_type = request.header(header::CONTENT_TYPE).unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Reads the form of a POST that is not multipart; other methods and other types of body have none.
pub(super) async fn read(request: &RequestState) -> Result<FormData> {
    if request.method() != Method::POST || media_type(request) != "application/x-www-form-urlencoded" {
        return Ok(FormData::default());
    }
    let content = request.body().await?;
    check_number_of_fields(request.settings(), &content)?;
    Ok(FormData { fields: QueryDict::parse_bytes(&content), files: Vec::new() })
}

/// Django's `TooManyFieldsSent`, for a query string or a form of this kind: what stands between `&` is counted, empty or not.
pub(super) fn check_number_of_fields(settings: &Settings, query: &[u8]) -> Result<()> {
    let Some(limit) = settings.data_upload_max_number_fields else { return Ok(()) };
    let separators = query.iter().filter(|byte| **byte == b'&').count() as u64;
    if query.is_empty() || separators < limit {
        return Ok(());
    }
    Err(Error::bad_request(format!(
        "there are more GET or POST parameters than `DATA_UPLOAD_MAX_NUMBER_FIELDS`, {limit}"
    )))
}
