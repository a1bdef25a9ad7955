//! Why a signed text is refused.

use std::fmt;

/// A signed text that is not to be believed: Django's `BadSignature` and `SignatureExpired`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSignature(Reason);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    NoSeparator(String),
    Mismatch,
    Timestamp,
    Expired { age: u64, max_age: u64 },
    Content(String),
}

impl BadSignature {
    /// Whether the signature is right and only too old: Django's `SignatureExpired`.
    pub fn is_expired(&self) -> bool {
        matches!(self.0, Reason::Expired { .. })
    }
}

impl From<Reason> for BadSignature {
    fn from(reason: Reason) -> Self {
        Self(reason)
    }
}

impl fmt::Display for BadSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::NoSeparator(separator) => write!(f, "no `{separator}` found in the signed value"),
            Reason::Mismatch => f.write_str("the signature does not match"),
            Reason::Timestamp => f.write_str("the signed value has no time"),
            Reason::Expired { age, max_age } => {
                write!(f, "the signature is {age} seconds old, more than the {max_age} allowed")
            }
            Reason::Content(what) => write!(f, "the signed value cannot be read: {what}"),
        }
    }
}

impl std::error::Error for BadSignature {}
