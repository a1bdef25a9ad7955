//! Secrets and masked tokens: 32 and 64 characters of `a-zA-Z0-9`.
//!
//! A token is a random mask, then the secret shifted by the mask modulo 62. It differs each time, so that what
//! compression leaks about a page tells nothing of the secret (BREACH).

use std::fmt;

use rjango_core::Result;

const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const SECRET: usize = 32;
const TOKEN: usize = 2 * SECRET;

/// Why a cookie or token cannot be one; reads on from its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Length,
    Characters,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "has incorrect length",
            Self::Characters => "has invalid characters",
        })
    }
}

pub(super) fn new_secret() -> Result<String> {
    let mut secret = String::with_capacity(SECRET);
    let mut bytes = [0; 2 * SECRET];
    while secret.len() < SECRET {
        getrandom::fill(&mut bytes).map_err(|error| {
            rjango_core::Error::new(
                rjango_core::ErrorKind::Other,
                format!("the system gives no random numbers: {error}"),
            )
        })?;
        // 248 is the largest multiple of 62 in a byte: what lies above would favour the first letters.
        let fair = bytes.iter().filter(|byte| **byte < 248).map(|byte| char::from(ALPHABET[usize::from(byte % 62)]));
        secret.extend(fair.take(SECRET - secret.len()));
    }
    Ok(secret)
}

pub(super) fn check_format(token: &str) -> Result<(), Refusal> {
    if token.chars().count() != SECRET && token.chars().count() != TOKEN {
        return Err(Refusal::Length);
    }
    if !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Refusal::Characters);
    }
    Ok(())
}

/// A token of this secret.
pub(super) fn mask(secret: &str) -> Result<String> {
    let mask = new_secret()?;
    let masked = secret.bytes().zip(mask.bytes()).map(|(s, m)| char::from(ALPHABET[(place(s) + place(m)) % 62]));
    Ok(mask.chars().chain(masked).collect())
}

/// The secret of a token; what is as short as a secret is one. The format must have been checked.
pub(super) fn secret_of(token: &str) -> String {
    if token.len() != TOKEN {
        return token.to_owned();
    }
    let (mask, masked) = token.split_at(SECRET);
    masked.bytes().zip(mask.bytes()).map(|(c, m)| char::from(ALPHABET[(62 + place(c) - place(m)) % 62])).collect()
}

/// Whether a token belongs to the secret, in a time that does not tell where they differ.
pub(super) fn matches(token: &str, secret: &str) -> bool {
    let own = secret_of(token);
    own.len() == secret.len() && own.bytes().zip(secret.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

fn place(byte: u8) -> usize {
    let place = match byte {
        b'a'..=b'z' => byte - b'a',
        b'A'..=b'Z' => byte - b'A' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        _ => 0,
    };
    usize::from(place)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The vectors of Django's `CsrfFunctionTests`.
    #[test]
    fn django_s_tokens_give_django_s_secrets() {
        for token in [
            "1bcdefghij2bcdefghij3bcdefghij4bcdefghij5bcdefghij6bcdefghijABCD",
            "2JgchWvM1tpxT2lfz9aydoXW9yT1DN3NdLiejYxOOlzzV4nhBbYqmqZYbAV3V5Bf",
        ] {
            assert_eq!(secret_of(token), "lcccccccX2kcccccccY2jcccccccssIC");
            assert!(matches(token, "lcccccccX2kcccccccY2jcccccccssIC"));
        }
    }

    #[test]
    fn a_masked_secret_comes_back_and_never_twice_alike() {
        let secret = new_secret().unwrap();
        assert_eq!(secret.len(), 32);
        let (one, two) = (mask(&secret).unwrap(), mask(&secret).unwrap());
        assert_ne!(one, two);
        assert_eq!((secret_of(&one), secret_of(&two)), (secret.clone(), secret.clone()));
        assert!(matches(&one, &secret) && matches(&secret, &secret));
        assert!(!matches(&one, &new_secret().unwrap()));
    }

    #[test]
    fn the_format_is_checked() {
        assert_eq!(check_format("abc"), Err(Refusal::Length));
        assert_eq!(check_format(&"-".repeat(32)), Err(Refusal::Characters));
        assert_eq!(check_format(&"a".repeat(64)), Ok(()));
    }
}
