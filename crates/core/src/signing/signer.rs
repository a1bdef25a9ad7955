//! Signing a text with a key: Django's `Signer`.

use std::io::{Read, Write};

use flate2::Compression as Level;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::bad_signature::{BadSignature, Reason};
use super::base64::{b64_decode, b64_encode};
use super::json;
use super::salted_hmac::{Algorithm, constant_time_compare, salted_hmac_with};
use crate::{Error, Result, Settings};

/// Whether a signed object is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// Never.
    #[default]
    Never,
    /// Where zlib makes it shorter; a `.` before the text says so.
    WhenShorter,
}

/// Puts a signature behind a text, and takes the text back only with the right one.
///
/// Its `Debug` does not show the keys.
#[derive(Clone)]
pub struct Signer {
    key: Vec<u8>,
    fallback_keys: Vec<Vec<u8>>,
    salt: String,
    separator: String,
    algorithm: Algorithm,
}

impl Signer {
    /// A signer with this key and Django's default salt and separator.
    pub fn new(key: impl AsRef<[u8]>) -> Self {
        Self {
            key: key.as_ref().to_vec(),
            fallback_keys: Vec::new(),
            salt: "django.core.signing.Signer".to_owned(),
            separator: ":".to_owned(),
            algorithm: Algorithm::Sha256,
        }
    }

    /// A signer with `SECRET_KEY` and `SECRET_KEY_FALLBACKS`.
    pub fn from_settings(settings: &Settings) -> Self {
        Self::new(&settings.secret_key).with_fallback_keys(&settings.secret_key_fallbacks)
    }

    /// The same signer for another purpose: signatures made with different salts are not exchangeable.
    #[must_use]
    pub fn with_salt(mut self, salt: impl Into<String>) -> Self {
        self.salt = salt.into();
        self
    }

    /// The same signer that takes signatures of earlier keys too.
    #[must_use]
    pub fn with_fallback_keys<K: AsRef<[u8]>>(mut self, keys: impl IntoIterator<Item = K>) -> Self {
        self.fallback_keys = keys.into_iter().map(|key| key.as_ref().to_vec()).collect();
        self
    }

    /// The same signer by another hash.
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// The same signer with another separator between text and signature.
    ///
    /// # Errors
    /// For a separator that could be part of a signature: empty, or made of nothing but ASCII letters, digits and
    /// ``-_=[\]^` ``.
    pub fn with_separator(mut self, separator: impl Into<String>) -> Result<Self> {
        self.separator = separator.into();
        let unsafe_byte = |byte: u8| (b'A'..=b'z').contains(&byte) || byte.is_ascii_digit() || b"-=".contains(&byte);
        if self.separator.bytes().all(unsafe_byte) {
            return Err(Error::improperly_configured(format!("`{}` is no safe separator", self.separator))
                .with_hint("use one that base 64 cannot contain, such as `:`"));
        }
        Ok(self)
    }

    /// What stands between text and signature.
    pub fn separator(&self) -> &str {
        &self.separator
    }

    /// The signature of a text.
    pub fn signature(&self, value: &str) -> String {
        self.signature_by(&self.key, value)
    }

    fn signature_by(&self, key: &[u8], value: &str) -> String {
        let key_salt = format!("{}signer", self.salt);
        b64_encode(salted_hmac_with(self.algorithm, key_salt.as_bytes(), value.as_bytes(), key))
    }

    /// The text, the separator, the signature.
    pub fn sign(&self, value: &str) -> String {
        format!("{value}{}{}", self.separator, self.signature(value))
    }

    /// The text that was signed, with the key or a fallback key.
    ///
    /// # Errors
    /// [`BadSignature`] for a text without a signature or with a wrong one.
    pub fn unsign<'a>(&self, signed: &'a str) -> Result<&'a str, BadSignature> {
        let Some((value, signature)) = signed.rsplit_once(&*self.separator) else {
            return Err(Reason::NoSeparator(self.separator.clone()).into());
        };
        let mut keys = std::iter::once(&self.key).chain(&self.fallback_keys);
        if keys.any(|key| constant_time_compare(signature, self.signature_by(key, value))) {
            return Ok(value);
        }
        Err(Reason::Mismatch.into())
    }

    /// A value as signed JSON in URL-safe base 64.
    ///
    /// # Errors
    /// Where the value cannot be written as JSON.
    pub fn sign_object<T: Serialize + ?Sized>(&self, value: &T, compression: Compression) -> Result<String> {
        Ok(self.sign(&pack(json::to_vec(value)?, compression)?))
    }

    /// The value that [`Signer::sign_object`] signed.
    ///
    /// # Errors
    /// [`BadSignature`] for a wrong signature, and for a right one over something else.
    pub fn unsign_object<T: DeserializeOwned>(&self, signed: &str) -> Result<T, BadSignature> {
        parse(&unpack(self.unsign(signed)?)?)
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("salt", &self.salt).field("separator", &self.separator).finish_non_exhaustive()
    }
}

/// JSON as the text to sign; the `.` of compressed ones is signed with it, against bombs.
pub(super) fn pack(json: Vec<u8>, compression: Compression) -> Result<String> {
    if compression == Compression::WhenShorter {
        let mut encoder = ZlibEncoder::new(Vec::new(), Level::default());
        encoder.write_all(&json)?;
        let compressed = encoder.finish()?;
        if compressed.len() + 1 < json.len() {
            return Ok(format!(".{}", b64_encode(compressed)));
        }
    }
    Ok(b64_encode(json))
}

/// The JSON in a text whose signature was right.
pub(super) fn unpack(text: &str) -> Result<Vec<u8>, BadSignature> {
    let (compressed, text) = text.strip_prefix('.').map_or((false, text), |text| (true, text));
    let bytes = b64_decode(text).ok_or_else(|| Reason::Content("it is not base 64".to_owned()))?;
    if !compressed {
        return Ok(bytes);
    }
    let mut json = Vec::new();
    ZlibDecoder::new(&*bytes).read_to_end(&mut json).map_err(|error| Reason::Content(error.to_string()))?;
    Ok(json)
}

pub(super) fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, BadSignature> {
    serde_json::from_slice(json).map_err(|error| Reason::Content(error.to_string()).into())
}
