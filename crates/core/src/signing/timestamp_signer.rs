//! Signing a text with a key and the time: Django's `TimestampSigner`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::bad_signature::{BadSignature, Reason};
use super::json;
use super::numbers::{b62_decode, b62_encode};
use super::signer::{Compression, Signer, pack, parse, unpack};
use crate::{Result, Settings};

/// A [`Signer`] whose signatures tell when they were made, so that old ones can be refused.
#[derive(Debug, Clone)]
pub struct TimestampSigner {
    signer: Signer,
}

impl TimestampSigner {
    /// A signer with this key and Django's default salt and separator.
    pub fn new(key: impl AsRef<[u8]>) -> Self {
        Self { signer: Signer::new(key).with_salt("django.core.signing.TimestampSigner") }
    }

    /// A signer with `SECRET_KEY` and `SECRET_KEY_FALLBACKS`.
    pub fn from_settings(settings: &Settings) -> Self {
        Self::new(&settings.secret_key).with_fallback_keys(&settings.secret_key_fallbacks)
    }

    /// The same signer for another purpose.
    #[must_use]
    pub fn with_salt(self, salt: impl Into<String>) -> Self {
        Self { signer: self.signer.with_salt(salt) }
    }

    /// The same signer that takes signatures of earlier keys too.
    #[must_use]
    pub fn with_fallback_keys<K: AsRef<[u8]>>(self, keys: impl IntoIterator<Item = K>) -> Self {
        Self { signer: self.signer.with_fallback_keys(keys) }
    }

    /// The same signer with another separator.
    ///
    /// # Errors
    /// As [`Signer::with_separator`].
    pub fn with_separator(self, separator: impl Into<String>) -> Result<Self> {
        Ok(Self { signer: self.signer.with_separator(separator)? })
    }

    /// The text, the time and the signature over both.
    pub fn sign(&self, value: &str) -> String {
        self.sign_at(value, SystemTime::now())
    }

    /// [`TimestampSigner::sign`] at this time; its fraction of a second is dropped.
    pub fn sign_at(&self, value: &str, now: SystemTime) -> String {
        self.signer.sign(&format!("{value}{}{}", self.signer.separator(), b62_encode(seconds(now))))
    }

    /// The text that was signed, at most `max_age` ago.
    ///
    /// # Errors
    /// [`BadSignature`] for a wrong signature and for one that is too old.
    pub fn unsign<'a>(&self, signed: &'a str, max_age: Option<Duration>) -> Result<&'a str, BadSignature> {
        self.unsign_at(signed, max_age, SystemTime::now())
    }

    /// [`TimestampSigner::unsign`] at this time.
    ///
    /// # Errors
    /// As [`TimestampSigner::unsign`].
    pub fn unsign_at<'a>(
        &self,
        signed: &'a str,
        max_age: Option<Duration>,
        now: SystemTime,
    ) -> Result<&'a str, BadSignature> {
        let (value, signed_at) = self.split(signed)?;
        // A signature of the future has no age; Django's comparison lets it pass as well.
        let age = now.duration_since(signed_at).unwrap_or_default();
        match max_age {
            Some(max_age) if age > max_age => {
                Err(Reason::Expired { age: age.as_secs(), max_age: max_age.as_secs() }.into())
            }
            _ => Ok(value),
        }
    }

    /// When a text was signed.
    ///
    /// # Errors
    /// [`BadSignature`] for a wrong signature.
    pub fn signed_at(&self, signed: &str) -> Result<SystemTime, BadSignature> {
        self.split(signed).map(|(_, signed_at)| signed_at)
    }

    fn split<'a>(&self, signed: &'a str) -> Result<(&'a str, SystemTime), BadSignature> {
        let dated = self.signer.unsign(signed)?;
        let (value, time) = dated.rsplit_once(self.signer.separator()).ok_or(Reason::Timestamp)?;
        let seconds = b62_decode(time).ok_or(Reason::Timestamp)?;
        let offset = Duration::from_secs(seconds.unsigned_abs());
        let moment = if seconds < 0 { UNIX_EPOCH.checked_sub(offset) } else { UNIX_EPOCH.checked_add(offset) };
        Ok((value, moment.ok_or(Reason::Timestamp)?))
    }

    /// A value as signed and dated JSON in URL-safe base 64.
    ///
    /// # Errors
    /// Where the value cannot be written as JSON.
    pub fn sign_object<T: Serialize + ?Sized>(&self, value: &T, compression: Compression) -> Result<String> {
        self.sign_object_at(value, compression, SystemTime::now())
    }

    /// [`TimestampSigner::sign_object`] at this time.
    ///
    /// # Errors
    /// Where the value cannot be written as JSON.
    pub fn sign_object_at<T: Serialize + ?Sized>(
        &self,
        value: &T,
        compression: Compression,
        now: SystemTime,
    ) -> Result<String> {
        Ok(self.sign_at(&pack(json::to_vec(value)?, compression)?, now))
    }

    /// The value that [`TimestampSigner::sign_object`] signed, at most `max_age` ago.
    ///
    /// # Errors
    /// [`BadSignature`] for a wrong signature, one that is too old, and a right one over something else.
    pub fn unsign_object<T: DeserializeOwned>(
        &self,
        signed: &str,
        max_age: Option<Duration>,
    ) -> Result<T, BadSignature> {
        self.unsign_object_at(signed, max_age, SystemTime::now())
    }

    /// [`TimestampSigner::unsign_object`] at this time.
    ///
    /// # Errors
    /// As [`TimestampSigner::unsign_object`].
    pub fn unsign_object_at<T: DeserializeOwned>(
        &self,
        signed: &str,
        max_age: Option<Duration>,
        now: SystemTime,
    ) -> Result<T, BadSignature> {
        parse(&unpack(self.unsign_at(signed, max_age, now)?)?)
    }
}

/// Whole seconds since 1970, those before it negative.
fn seconds(moment: SystemTime) -> i64 {
    let whole = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    match moment.duration_since(UNIX_EPOCH) {
        Ok(after) => whole(after),
        Err(before) => -whole(before.duration()),
    }
}
