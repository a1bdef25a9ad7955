//! Signed cookies, as Django's `get_cookie_signer`, `set_signed_cookie` and `get_signed_cookie`.

use std::time::Duration;

use super::bad_signature::BadSignature;
use super::timestamp_signer::TimestampSigner;
use crate::Settings;

/// The keys of cookies are not those of other signatures.
fn cookie_key(key: &str) -> Vec<u8> {
    [b"django.http.cookies", key.as_bytes()].concat()
}

/// The signer of cookies: messages in a cookie use it with their own salt.
pub fn cookie_signer(settings: &Settings, salt: &str) -> TimestampSigner {
    TimestampSigner::new(cookie_key(&settings.secret_key))
        .with_fallback_keys(settings.secret_key_fallbacks.iter().map(|key| cookie_key(key)))
        .with_salt(salt)
}

/// The salt of one cookie since Django 5.2.15: the length keeps names and salts from running into each other.
pub fn cookie_salt(name: &str, salt: &str) -> String {
    // Python counts characters.
    format!("django.http.cookies.v2:{}:{salt}{name}", salt.chars().count())
}

/// The value of a signed cookie of this name.
pub fn sign_cookie(settings: &Settings, name: &str, salt: &str, value: &str) -> String {
    cookie_signer(settings, &cookie_salt(name, salt)).sign(value)
}

/// The value that was signed for the cookie of this name, with today's salt or the one before Django 5.2.15.
///
/// # Errors
/// [`BadSignature`] for a wrong signature and for one that is older than `max_age`.
pub fn unsign_cookie<'a>(
    settings: &Settings,
    name: &str,
    salt: &str,
    signed: &'a str,
    max_age: Option<Duration>,
) -> Result<&'a str, BadSignature> {
    match cookie_signer(settings, &cookie_salt(name, salt)).unsign(signed, max_age) {
        Err(error) if !error.is_expired() => cookie_signer(settings, &format!("{name}{salt}")).unsign(signed, max_age),
        result => result,
    }
}
