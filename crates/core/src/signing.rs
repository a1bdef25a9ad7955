//! Signatures, byte for byte those of Django 5.2's `django.core.signing`: a site and a Django site with one
//! `SECRET_KEY` read each other's cookies, sessions and tokens.
//!
//! Keys and times come in as arguments; only the functions without `_at` in their names read the clock, and only
//! `random` asks the operating system.
//!
//! ```
//! use rjango_core::signing::Signer;
//!
//! let signer = Signer::new("secret").with_salt("newsletter");
//! let signed = signer.sign("a@example.com");
//! assert_eq!(signer.unsign(&signed).ok(), Some("a@example.com"));
//! assert!(signer.unsign("b@example.com:forged").is_err());
//! ```

mod salted_hmac;
mod signer;
mod timestamp_signer;
mod bad_signature;
mod cookie;
mod json;
mod base64;
mod numbers;
mod random;

pub use bad_signature::BadSignature;
pub use base64::{b64_decode, b64_encode};
pub use cookie::{cookie_salt, cookie_signer, sign_cookie, unsign_cookie};
pub use numbers::{b36_decode, b36_encode, b62_decode, b62_encode};
pub use random::{random_secret_key, random_string, random_string_of};
pub use salted_hmac::{Algorithm, constant_time_compare, salted_hmac, salted_hmac_with};
pub use signer::{Compression, Signer};
pub use timestamp_signer::TimestampSigner;

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Result, Settings};

/// The salt of Django's `signing.dumps` where no other is given.
pub const DUMPS_SALT: &str = "django.core.signing";

/// A value as URL-safe, signed and dated JSON: Django's `signing.dumps`.
///
/// Compression and other keys are there on [`TimestampSigner`].
///
/// # Errors
/// Where the value cannot be written as JSON.
pub fn dumps<T: Serialize + ?Sized>(settings: &Settings, salt: &str, value: &T) -> Result<String> {
    TimestampSigner::from_settings(settings).with_salt(salt).sign_object(value, Compression::Never)
}

/// The value that [`dumps`] or Django's `signing.dumps` signed, compressed or not.
///
/// # Errors
/// [`BadSignature`] for a text that was not signed with one of the settings' keys and this salt, that is older than
/// `max_age`, or that holds another type.
pub fn loads<T: DeserializeOwned>(
    settings: &Settings,
    salt: &str,
    signed: &str,
    max_age: Option<Duration>,
) -> Result<T, BadSignature> {
    TimestampSigner::from_settings(settings).with_salt(salt).unsign_object(signed, max_age)
}
