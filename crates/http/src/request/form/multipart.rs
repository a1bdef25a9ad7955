//! `multipart/form-data` (RFC 7578): fields into memory, files past a size to the disk, in the order in which they come.
//!
//! `multra` finds the parts. What is here is Django's: the limits, base64, a last boundary that is missing, names of files. A reader
//! stops before the first file where it is asked to, so that a request can be refused before anything of it is written.

use std::borrow::Cow;

use axum::body::Body;
use bytes::Bytes;
use http::header;
use multra::{Constraints, Field, SizeLimit};
use rjango_core::{Error, Result, Settings};

use super::source::Source;
use super::uploaded_file::Receiving;
use super::{FormData, base64, file_name, header_parameters};
use crate::request::body::too_big;

/// The most bytes that the head of a part may have.
const MAX_HEAD: u64 = 1024;

/// The head of a part that is put behind every body. Who finds it knows that the last boundary is missing.
const END: &str = "x-rjango-end";

/// Reads the parts of one body.
pub(in crate::request) struct FormReader {
    parts: multra::Multipart<'static>,
    source: Source,
    form: FormData,
    /// A file that comes next.
    file: Option<(Field<'static>, Option<FileHead>)>,
    field_bytes: u64,
    fields: u64,
    files: u64,
    file_bytes: u64,
    memory_left: u64,
    /// What is found in a part where the body ended in its head.
    after_head: Bytes,
    /// Whether the last part was a file that was kept.
    last_is_file: bool,
}

/// What a part says of its file; parts without a name are read past.
struct FileHead {
    field: String,
    name: String,
    content_type: Option<String>,
    base64: bool,
}

impl FormReader {
    /// # Errors
    /// `BadRequest` where the `Content-Type` names no boundary that can be.
    pub(in crate::request) fn new(content_type: &str, body: Body, settings: &Settings) -> Result<Self> {
        let boundary = boundary(content_type)?;
        let after_head = format!("--{boundary}\r\n{END}: 1\r\n\r\n");
        let source = Source::new(body, format!("\r\n{after_head}\r\n--{boundary}--\r\n").into());
        let limits = Constraints::new().size_limit(SizeLimit::new().headers(MAX_HEAD));
        Ok(Self {
            parts: multra::Multipart::with_constraints(source.clone(), boundary, limits),
            source,
            form: FormData::default(),
            file: None,
            field_bytes: 0,
            fields: 0,
            files: 0,
            file_bytes: 0,
            memory_left: settings.file_upload_max_memory_size,
            after_head: after_head.into(),
            last_is_file: false,
        })
    }

    /// The handle on the body's bytes.
    pub(in crate::request) fn source(&self) -> &Source {
        &self.source
    }

    /// What was read so far.
    pub(in crate::request) fn so_far(&self) -> &FormData {
        &self.form
    }

    /// Reads up to the first file. Gives whether there is one.
    pub(in crate::request) async fn read_to_file(&mut self, settings: &Settings) -> Result<bool> {
        while self.file.is_none() {
            let Some(part) = self.next_part().await? else { return Ok(false) };
            let disposition = parameters(&part, "content-disposition").unwrap_or_default();
            let name = header_parameters::get(&disposition, "name").map(|name| name.trim().to_owned());
            let base64 = header_value(&part, "content-transfer-encoding").is_some_and(|encoding| encoding == "base64");
            match header_parameters::get(&disposition, "filename").filter(|file| !file.is_empty()) {
                Some(file) => {
                    self.files += 1;
                    check_number(self.files, settings.data_upload_max_number_files, "files", "FILES")?;
                    let content_type = header_value(&part, "content-type").filter(|kind| !kind.is_empty());
                    let head = name.zip(file_name::sanitize(file));
                    let head = head.map(|(field, name)| FileHead { field, name, content_type, base64 });
                    self.file = Some((part, head));
                }
                None => self.read_field(part, name, base64, settings).await?,
            }
        }
        Ok(true)
    }

    /// Reads everything.
    pub(in crate::request) async fn finish(mut self, settings: &Settings) -> Result<FormData> {
        while self.read_to_file(settings).await? {
            self.source.forget();
            if let Some((part, head)) = self.file.take() {
                self.read_file(part, head, settings).await?;
            }
        }
        Ok(self.form)
    }

    /// As in Django, a body may end anywhere: a field is kept as far as it came, and a file that has no boundary behind it is left
    /// out. A body that was broken off is an error of its stream.
    async fn next_part(&mut self) -> Result<Option<Field<'static>>> {
        let next = self.parts.next_field().await;
        self.source.used();
        match next {
            Ok(Some(part)) if part.headers().contains_key(END) => {
                if self.last_is_file {
                    self.form.files.pop();
                }
                Ok(None)
            }
            // Where the head has taken in what stands behind the body, nothing that could be a head is left: the body ended in it.
            Err(error @ multra::Error::ReadHeaderFailed(_)) => match self.parts.next_field().await {
                Err(multra::Error::IncompleteStream) => Ok(None),
                _ => Err(broken(error)),
            },
            next => next.map_err(broken),
        }
    }

    async fn next_piece(&self, part: &mut Field<'static>) -> Result<Option<Bytes>> {
        let piece = part.chunk().await.map_err(broken)?;
        self.source.used();
        Ok(piece)
    }

    /// DIFFERENCE: what stands in parts without a name counts too.
    async fn read_field(
        &mut self,
        mut part: Field<'static>,
        name: Option<String>,
        is_base64: bool,
        settings: &Settings,
    ) -> Result<()> {
        self.fields += 1;
        self.last_is_file = false;
        check_number(self.fields, settings.data_upload_max_number_fields, "fields", "FIELDS")?;
        // Two for what `&` and `=` are in the other kind of form.
        self.field_bytes += name.as_ref().map_or(0, |name| name.chars().count() as u64 + 2);
        let mut value = Vec::new();
        loop {
            if let Some(limit) = settings.data_upload_max_memory_size.filter(|limit| self.field_bytes > *limit) {
                return Err(too_big(usize::try_from(limit).unwrap_or(usize::MAX)));
            }
            let Some(piece) = self.next_piece(&mut part).await? else { break };
            if piece == self.after_head {
                return Ok(());
            }
            self.field_bytes += piece.len() as u64;
            if name.is_some() {
                value.extend_from_slice(&piece);
            }
        }
        if let Some(name) = name {
            let value = if is_base64 { base64::decode(&value).unwrap_or(value) } else { value };
            self.form.fields.append(name, text(&value));
        }
        Ok(())
    }

    async fn read_file(&mut self, mut part: Field<'static>, head: Option<FileHead>, settings: &Settings) -> Result<()> {
        let mut decoder = head.as_ref().filter(|head| head.base64).map(|_| base64::Decoder::default());
        let mut received = head.map(|head| (head.field, Receiving::new(head.name, head.content_type)));
        self.last_is_file = received.is_some();
        while let Some(piece) = self.next_piece(&mut part).await? {
            if piece == self.after_head {
                self.last_is_file = false;
                return Ok(());
            }
            self.file_bytes += piece.len() as u64;
            if let Some(limit) = settings.file_upload_max_size.filter(|limit| self.file_bytes > *limit) {
                return Err(Error::bad_request(format!(
                    "the files of the form are larger than `FILE_UPLOAD_MAX_SIZE`, {limit} bytes"
                ))
                .with_status(413));
            }
            let Some((_, file)) = &mut received else { continue };
            let piece = decoder.as_mut().map_or(Cow::Borrowed(&*piece), |decoder| decoder.decode(&piece).into());
            file.write(&piece, &mut self.memory_left, settings).await?;
        }
        if decoder.is_some_and(|decoder| !decoder.is_whole()) {
            return Err(malformed("a file's base64 breaks off"));
        }
        if let Some((field, file)) = received {
            let file = file.finish(&mut self.memory_left, settings).await?;
            self.form.files.push((field, file));
        }
        Ok(())
    }
}

/// The boundary that a `Content-Type` header names, in Django's bounds: up to 201 printable characters, the last no space.
fn boundary(content_type: &str) -> Result<String> {
    let parameters = header_parameters::parse(content_type).map(|(_, parameters)| parameters).unwrap_or_default();
    let boundary = header_parameters::get(&parameters, "boundary").unwrap_or_default();
    let fits = (1..=201).contains(&boundary.len())
        && boundary.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && !boundary.ends_with(' ');
    if fits {
        return Ok(boundary.to_owned());
    }
    let what = "invalid boundary in multipart: the `Content-Type` header names none that can be";
    Err(Error::bad_request(what))
}

fn header_line<'a>(part: &'a Field<'static>, name: &'static str) -> Option<&'a str> {
    std::str::from_utf8(part.headers().get(header::HeaderName::from_static(name))?.as_bytes()).ok()
}

/// The main value of a part's header, in lower case.
fn header_value(part: &Field<'static>, name: &'static str) -> Option<String> {
    header_parameters::parse(header_line(part, name)?).map(|(main, _)| main)
}

fn parameters(part: &Field<'static>, name: &'static str) -> Option<Vec<(String, String)>> {
    header_parameters::parse(header_line(part, name)?).map(|(_, parameters)| parameters)
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

fn check_number(number: u64, limit: Option<u64>, what: &str, setting: &str) -> Result<()> {
    match limit.filter(|limit| number > *limit) {
        Some(limit) => Err(Error::bad_request(format!(
            "the form has more {what} than `DATA_UPLOAD_MAX_NUMBER_{setting}`, {limit}"
        ))),
        None => Ok(()),
    }
}

fn malformed(what: &str) -> Error {
    Error::bad_request(format!("the multipart body is malformed: {what}"))
}

fn broken(error: multra::Error) -> Error {
    match error {
        multra::Error::StreamReadFailed(error) => {
            Error::bad_request(format!("the request's body cannot be read: {error}"))
        }
        error => malformed(&error.to_string()),
    }
}
