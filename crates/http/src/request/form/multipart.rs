//! `multipart/form-data` (RFC 7578), parsed from a body that is in memory.

use bytes::Bytes;
use rjango_core::{Error, Result};

use super::{FormData, UploadedFile};

/// The boundary that a `Content-Type` header names.
pub(super) fn boundary(content_type: &str) -> Result<String> {
    let boundary = parameter(content_type, "boundary").unwrap_or_default();
    // RFC 2046, section 5.1.1: 1 to 70 characters, all ASCII.
    if boundary.is_empty() || boundary.len() > 70 || !boundary.is_ascii() {
        return Err(Error::bad_request(
            "invalid boundary in multipart: the `Content-Type` header names none that can be",
        ));
    }
    Ok(boundary)
}

/// Splits the body at the boundary. Parts without a field name are skipped, as browsers' preambles are.
pub(super) fn parse(content: &Bytes, boundary: &str) -> Result<FormData> {
    let delimiter = [b"--", boundary.as_bytes()].concat();
    let between = [b"\r\n--", boundary.as_bytes()].concat();
    let mut form = FormData::default();
    let Some(start) = find(content, &delimiter) else { return Err(broken("the first boundary is missing")) };
    let mut position = start + delimiter.len();
    loop {
        let rest = &content[position..];
        if rest.starts_with(b"--") {
            return Ok(form);
        }
        let line = find(rest, b"\r\n").ok_or_else(|| broken("it breaks off after a boundary"))?;
        let part = position + line + 2;
        let length = find(&content[part..], &between).ok_or_else(|| broken("the last boundary is missing"))?;
        read_part(content, part, part + length, &mut form)?;
        position = part + length + between.len();
    }
}

fn read_part(content: &Bytes, start: usize, end: usize, form: &mut FormData) -> Result<()> {
    let part = &content[start..end];
    let (head, body) = if part.starts_with(b"\r\n") {
        (0, 2)
    } else {
        let head = find(part, b"\r\n\r\n").ok_or_else(|| broken("a part has no end of its headers"))?;
        (head, head + 4)
    };
    let head = String::from_utf8_lossy(&part[..head]);
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition").unwrap_or_default();
    let Some(name) = parameter(&disposition, "name") else { return Ok(()) };
    let body = content.slice(start + body..end);
    match parameter(&disposition, "filename") {
        None => form.fields.append(name, String::from_utf8_lossy(&body)),
        Some(file) => {
            // A path is some browsers' habit and some attackers' hope: only its last component is a name.
            let file = file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
            if !file.is_empty() && file != "." && file != ".." {
                form.files
                    .push((name, UploadedFile { name: file, content_type: header("content-type"), content: body }));
            }
        }
    }
    Ok(())
}

/// The value of `name=value` or `name="value"` in a header, where a backslash escapes the next character.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = &header[header.find(';')? + 1..];
    loop {
        let equals = rest.find('=')?;
        let name = rest[..equals].trim_matches([' ', ';', '\t']);
        rest = rest[equals + 1..].trim_start();
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut characters = quoted.char_indices();
            let mut end = quoted.len();
            while let Some((index, character)) = characters.next() {
                match character {
                    '"' => {
                        end = index + 1;
                        break;
                    }
                    '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
                    other => value.push(other),
                }
            }
            rest = &quoted[end..];
        } else {
            let end = rest.find(';').unwrap_or(rest.len());
            value.push_str(rest[..end].trim());
            rest = &rest[end..];
        }
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(offset) = haystack[from..].iter().position(|&byte| byte == first) {
        let at = from + offset;
        if haystack[at..].starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

fn broken(what: &str) -> Error {
    Error::bad_request(format!("the multipart body is malformed: {what}"))
}
