//! A compiled catalog: the reader of `.mo` files.
//!
//! What a file says of itself is never believed: each offset and length is held against the file's own size.

use std::collections::HashMap;

use super::plural::Plural;

/// The first four bytes, by which the file shows the order of its bytes.
const MAGIC: u32 = 0x9504_12de;
/// How many numbers a header's expression is tried with.
const TRIED: i64 = 1_000;
/// What stands between a text and its context.
const CONTEXT_END: char = '\u{4}';

/// The texts of one file.
#[derive(Debug)]
pub(super) struct Catalog {
    texts: HashMap<Box<str>, Entry>,
    plural: Plural,
}

#[derive(Debug, Default)]
struct Entry {
    single: Option<Box<str>>,
    forms: Vec<Box<str>>,
}

/// How the file writes its letters.
#[derive(Clone, Copy)]
enum Charset {
    Utf8,
    Latin1,
}

impl Catalog {
    /// Reads a file's bytes.
    ///
    /// # Errors
    /// What is wrong with them, to stand behind the file's name.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let file = File::new(bytes)?;
        let mut catalog = Self { texts: HashMap::new(), plural: Plural::germanic() };
        let mut charset = Charset::Utf8;
        // Strings of an honest file stand side by side. Those that lie on top of one another could fill the memory.
        let mut room = bytes.len();
        for entry in 0..file.count {
            let (original, translated) = (file.string(file.originals, entry)?, file.string(file.translations, entry)?);
            room = room
                .checked_sub(original.len())
                .and_then(|room| room.checked_sub(translated.len()))
                .ok_or("its strings lie on top of one another")?;
            if original.is_empty() {
                let header = String::from_utf8_lossy(translated);
                charset = charset_of(&header)?;
                if let Some(plural) = plural_of(&header)? {
                    catalog.plural = plural;
                }
                continue;
            }
            catalog.add(&charset.text(original)?, &charset.text(translated)?);
        }
        Ok(catalog)
    }

    fn add(&mut self, original: &str, translated: &str) {
        // An empty translation would make a text disappear; `msgfmt` does not write one.
        if translated.is_empty() {
            return;
        }
        match original.split_once('\0') {
            None => self.texts.entry(original.into()).or_default().single = Some(translated.into()),
            Some((one, _)) => {
                self.texts.entry(one.into()).or_default().forms = translated.split('\0').map(Into::into).collect();
            }
        }
    }

    /// The translation of a text. A text that is there with plural forms alone has that for 1.
    pub(super) fn find(&self, key: &str) -> Option<&str> {
        let entry = self.texts.get(key)?;
        entry.single.as_deref().or_else(|| entry.forms.get(self.plural.form(1)?).map(|form| &**form))
    }

    /// The translation of a text for a number.
    pub(super) fn find_plural(&self, key: &str, number: i64) -> Option<&str> {
        let forms = &self.texts.get(key)?.forms;
        forms.get(self.plural.form(number)?).map(|form| &**form).filter(|form| !form.is_empty())
    }
}

/// The key of a text with its context.
pub(super) fn key(context: &str, text: &str) -> String {
    format!("{context}{CONTEXT_END}{text}")
}

/// The layout of a file.
struct File<'a> {
    bytes: &'a [u8],
    is_big: bool,
    count: usize,
    originals: usize,
    translations: usize,
}

impl<'a> File<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self, String> {
        let magic = bytes.first_chunk().ok_or("it has fewer than four bytes")?;
        let is_big = match (u32::from_le_bytes(*magic), u32::from_be_bytes(*magic)) {
            (MAGIC, _) => false,
            (_, MAGIC) => true,
            _ => return Err("it is not a compiled catalog: its first bytes are others".to_owned()),
        };
        let mut file = Self { bytes, is_big, count: 0, originals: 0, translations: 0 };
        let version = file.number(4)?;
        if !matches!(version >> 16, 0 | 1) {
            return Err(format!("it is written in version {} of the format, and 0 and 1 are known", version >> 16));
        }
        file.count = file.number(8)? as usize;
        file.originals = file.number(12)? as usize;
        file.translations = file.number(16)? as usize;
        Ok(file)
    }

    fn number(&self, at: usize) -> Result<u32, String> {
        let bytes = self.bytes.get(at..).and_then(|rest| rest.first_chunk());
        let bytes =
            bytes.ok_or_else(|| format!("it ends before byte {}, which its header speaks of", at.saturating_add(4)))?;
        Ok(if self.is_big { u32::from_be_bytes(*bytes) } else { u32::from_le_bytes(*bytes) })
    }

    /// The string at this place of a table.
    fn string(&self, table: usize, entry: usize) -> Result<&'a [u8], String> {
        let at = entry.checked_mul(8).and_then(|at| at.checked_add(table)).ok_or("its header is out of bounds")?;
        let (length, start) = (self.number(at)? as usize, self.number(at.saturating_add(4))? as usize);
        let end = start.checked_add(length);
        end.and_then(|end| self.bytes.get(start..end))
            .ok_or_else(|| format!("its text {entry} lies beyond the end of the file"))
    }
}

impl Charset {
    fn text(self, bytes: &[u8]) -> Result<String, String> {
        match self {
            Self::Utf8 => {
                let text = std::str::from_utf8(bytes);
                text.map(str::to_owned).map_err(|_| {
                    let shown: String = String::from_utf8_lossy(bytes).chars().take(60).collect();
                    format!("its text `{}` is not valid UTF-8", shown.escape_debug())
                })
            }
            Self::Latin1 => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
        }
    }
}

/// The value of a line of the header.
fn header_line<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn charset_of(header: &str) -> Result<Charset, String> {
    let Some((_, name)) = header_line(header, "content-type").and_then(|line| line.split_once("charset=")) else {
        return Ok(Charset::Utf8);
    };
    match name.trim().to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" | "ascii" | "us-ascii" => Ok(Charset::Utf8),
        "iso-8859-1" | "latin-1" | "latin1" => Ok(Charset::Latin1),
        other => Err(format!("its letters are in `{}`, and `UTF-8` is expected", other.escape_debug())),
    }
}

/// The plural forms that a header names, tried with the numbers that a page is likely to have.
fn plural_of(header: &str) -> Result<Option<Plural>, String> {
    let Some(line) = header_line(header, "plural-forms") else { return Ok(None) };
    let part = |name: &str| {
        line.split(';').find_map(|part| part.trim().strip_prefix(name)?.trim_start().strip_prefix('=')).map(str::trim)
    };
    // A template for translators says `nplurals=INTEGER`; then there are no plural forms in the file.
    let (Some(count), Some(expression)) =
        (part("nplurals").and_then(|count| count.parse::<usize>().ok()), part("plural"))
    else {
        return Ok(None);
    };
    let plural = Plural::parse(expression)?;
    match (0..TRIED).find(|number| plural.form(*number).is_none_or(|form| form >= count)) {
        None => Ok(Some(plural)),
        Some(number) => {
            Err(format!("its {count} plural forms do not have one for {number}: the expression is `{expression}`"))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// A header and a text with two forms, in the layout of `msgfmt`.
    fn file() -> Vec<u8> {
        let texts = ["", "a day\0days", "Plural-Forms: nplurals=2; plural=n != 1;\n", "ein Tag\0Tage"];
        let mut at = 28 + 4 * 8;
        let mut file: Vec<u8> = [MAGIC, 0, 2, 28, 44, 0, 0].into_iter().flat_map(u32::to_le_bytes).collect();
        for text in texts {
            file.extend([text.len() as u32, at].into_iter().flat_map(u32::to_le_bytes));
            at += text.len() as u32 + 1;
        }
        file.extend(texts.iter().flat_map(|text| text.bytes().chain([0])));
        file
    }

    #[test]
    fn changed_bytes_and_cut_files_are_read_or_refused() {
        let whole = file();
        assert_eq!(Catalog::read(&whole).unwrap().find_plural("a day", 2), Some("Tage"));
        for end in 0..whole.len() - 1 {
            assert!(Catalog::read(&whole[..end]).is_err(), "cut at byte {end}");
        }
        let (mut state, mut refused) = (5u64, 0);
        let mut below = |bound: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % bound
        };
        for _ in 0..20_000 {
            let mut changed = whole.clone();
            for _ in 0..=below(3) {
                changed[below(whole.len())] = [0, 1, 0x7f, 0xff, below(256) as u8][below(5)];
            }
            match Catalog::read(&changed) {
                // What was read answers, with whatever it has.
                Ok(catalog) => drop(catalog.find_plural("a day", i64::MIN)),
                Err(told) => {
                    assert!(told.len() < 2_000, "{told}");
                    refused += 1;
                }
            }
        }
        assert!((1_000..19_000).contains(&refused), "{refused} were refused");
    }
}
