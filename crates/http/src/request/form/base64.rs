//! The transfer encoding `base64` of a part, piece by piece, as Python's `b64decode` reads it.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Bytes that are not of the alphabet are left out, and so is everything after the padding.
#[derive(Default)]
pub(super) struct Decoder {
    /// Fewer than four characters that wait for the rest of their group.
    waiting: Vec<u8>,
    padding: usize,
}

impl Decoder {
    /// What these bytes stand for.
    pub(super) fn decode(&mut self, bytes: &[u8]) -> Vec<u8> {
        for byte in bytes {
            match byte {
                _ if self.is_complete() => break,
                b'=' if self.waiting.len() % 4 >= 2 => self.padding += 1,
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => {
                    self.padding = 0;
                    self.waiting.push(*byte);
                }
                _ => {}
            }
        }
        let whole = self.waiting.len() / 4 * 4;
        let mut decoded = decoded(&self.waiting[..whole]);
        self.waiting.drain(..whole);
        if self.is_complete() {
            decoded.extend(self::decoded(&self.waiting));
            self.waiting.clear();
            // Complete for good.
            self.padding = 4;
        }
        decoded
    }

    fn is_complete(&self) -> bool {
        self.padding > 0 && self.waiting.len() % 4 + self.padding >= 4
    }

    /// Whether nothing is missing at the end.
    pub(super) fn is_whole(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// Characters of the alphabet, in groups of four or the last group: what can be decoded.
fn decoded(characters: &[u8]) -> Vec<u8> {
    ENGINE.decode(characters).unwrap_or_default()
}

/// The bytes of a whole text; nothing where it breaks off.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = Decoder::default();
    let decoded = decoder.decode(text);
    decoder.is_whole().then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_as_python_decodes_it() {
        let text = |encoded: &str| decode(encoded.as_bytes()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        for (encoded, plain) in [
            ("", Some("")),
            ("dGVh", Some("tea")),
            ("dG Vh\r\n", Some("tea")),
            ("dGU=", Some("te")),
            ("dA==", Some("t")),
            ("d-A_==", Some("t")),
            ("dA==dGVh", Some("t")),
            ("=dGVh", Some("tea")),
            ("dA=", None),
            ("dGU", None),
            ("d", None),
            ("dGVh=", Some("tea")),
        ] {
            assert_eq!(text(encoded).as_deref(), plain, "{encoded}");
            let mut decoder = Decoder::default();
            let pieces: Vec<u8> = encoded.bytes().flat_map(|byte| decoder.decode(&[byte])).collect();
            let pieces = decoder.is_whole().then(|| String::from_utf8_lossy(&pieces).into_owned());
            assert_eq!(pieces.as_deref(), plain, "{encoded} byte by byte");
        }
    }
}
