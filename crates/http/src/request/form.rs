//! What a form sent: its fields and its files.

mod multipart;

use bytes::Bytes;
use http::{Method, header};
use rjango_core::{Error, Result};

use super::{QueryDict, RequestState, body};

/// The fields and files of a POST: Django's `request.POST` and `request.FILES` in one.
#[derive(Debug, Default, Clone)]
pub struct FormData {
    fields: QueryDict,
    files: Vec<(String, UploadedFile)>,
}

/// A file that a form uploaded, held in memory.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    /// The name that the browser gave, without any folders.
    pub name: String,
    /// The type that the browser claims.
    pub content_type: Option<String>,
    /// What is in it.
    pub content: Bytes,
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

/// The most that one multipart body may hold, files and all: files are held in memory.
///
/// DIFFERENCE: Django streams files larger than `FILE_UPLOAD_MAX_MEMORY_SIZE` to disk and sets no bound of its own.
const MULTIPART_LIMIT: usize = 64 * 1024 * 1024;

/// Reads the form of a POST; other methods and other types of body have none.
pub(super) async fn read(request: &RequestState) -> Result<FormData> {
    if request.method() != Method::POST {
        return Ok(FormData::default());
    }
    let content_type = request.header(header::CONTENT_TYPE).unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let form = match kind.as_str() {
        "application/x-www-form-urlencoded" => {
            let content = request.body().await?;
            FormData { fields: QueryDict::parse_bytes(&content), files: Vec::new() }
        }
        "multipart/form-data" => {
            let boundary = multipart::boundary(content_type)?;
            let content = request.upload(Some(MULTIPART_LIMIT)).await?;
            multipart::parse(&content, &boundary)?
        }
        _ => FormData::default(),
    };
    check_limits(request, &form)?;
    Ok(form)
}

fn check_limits(request: &RequestState, form: &FormData) -> Result<()> {
    let settings = request.settings();
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    if let Some(limit) = settings.data_upload_max_number_fields
        && count(form.fields.iter().count()) > limit
    {
        return Err(Error::bad_request(format!(
            "the form has more fields than `DATA_UPLOAD_MAX_NUMBER_FIELDS`, {limit}"
        )));
    }
    if let Some(limit) = settings.data_upload_max_number_files
        && count(form.files.len()) > limit
    {
        return Err(Error::bad_request(format!(
            "the form has more files than `DATA_UPLOAD_MAX_NUMBER_FILES`, {limit}"
        )));
    }
    if let Some(limit) = settings.data_upload_max_memory_size {
        let size: usize = form.fields.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
        if count(size) > limit {
            return Err(body::too_big(usize::try_from(limit).unwrap_or(usize::MAX)));
        }
    }
    Ok(())
}
