//! Passwords as the database keeps them: Django's `algorithm$parameters$salt$hash`.
//!
//! A [`Hasher`] knows one algorithm; [`Hashers`] are those that PASSWORD_HASHERS names, the preferred one first. The
//! functions here are slow on purpose and block: views use [`super::make_password`] and [`super::check_password`],
//! which run them on the blocking pool.

mod pbkdf2;
mod pbkdf2_sha1;
mod pbkdf2_sha256;

use rjango_core::named::Named;
use rjango_core::signing::random_string;
use rjango_core::{Error, ErrorKind, Result, Settings};

pub use pbkdf2_sha1::Pbkdf2Sha1;
pub use pbkdf2_sha256::Pbkdf2Sha256;

/// What stands before the random suffix of a password that nothing matches.
const UNUSABLE_PREFIX: char = '!';

/// The length of that suffix: long enough that no one can make a password reset token for it.
const UNUSABLE_SUFFIX_LENGTH: usize = 40;

/// Bits of randomness that a salt must have.
const SALT_BITS: f64 = 128.0;

/// The length of a new salt: 22 of 62 letters and digits are the first to hold [`SALT_BITS`].
const SALT_LENGTH: usize = 22;

/// Django's other hashers: its default settings name them, and a program may do without, unless one is preferred.
const OPTIONAL: [&str; 3] = [
    "rjango.contrib.auth.hashers.Argon2PasswordHasher",
    "rjango.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "rjango.contrib.auth.hashers.ScryptPasswordHasher",
];

/// One password algorithm.
pub trait Hasher: Send + Sync + 'static {
    /// The name before the first `$`.
    fn algorithm(&self) -> &str;

    /// The whole stored form of a password.
    ///
    /// # Errors
    /// `Validation` where the salt is empty or contains `$`.
    fn encode(&self, password: &str, salt: &str) -> Result<String>;

    /// Whether the password is the stored one. The comparison takes the same time wherever they differ.
    fn verify(&self, password: &str, encoded: &str) -> bool;

    /// Whether this algorithm would store the password differently today.
    fn must_update(&self, encoded: &str) -> bool;

    /// Does the work that a password stored today would have cost beyond `encoded`, so that old hashes do not
    /// answer faster than new ones.
    fn harden_runtime(&self, password: &str, encoded: &str);
}

static HASHERS: Named = Named {
    setting: "PASSWORD_HASHERS",
    noun: "password hasher",
    attribute: Some("password_hasher"),
    named: needed,
    compiled: || inventory::iter::<HasherEntry>.into_iter().map(|entry| (entry.path)()).collect(),
};

inventory::submit! { &HASHERS }

/// The hashers of the settings that must be there.
fn needed(settings: &Settings) -> Vec<&str> {
    let all = settings.password_hashers.iter().map(String::as_str).enumerate();
    all.filter(|(place, path)| *place == 0 || !OPTIONAL.contains(path)).map(|(_, path)| path).collect()
}

/// A hasher under the name that PASSWORD_HASHERS uses. `#[password_hasher]` submits one.
#[doc(hidden)]
pub struct HasherEntry {
    path: fn() -> String,
    hasher: fn() -> &'static dyn Hasher,
}

inventory::collect!(HasherEntry);

impl HasherEntry {
    /// A hasher of this dotted name.
    pub const fn new(path: fn() -> String, hasher: fn() -> &'static dyn Hasher) -> Self {
        Self { path, hasher }
    }
}

/// The hashers of a site; the first makes new passwords, the others still verify theirs.
#[derive(Clone)]
pub struct Hashers(Vec<&'static dyn Hasher>);

/// What a stored password said to a given one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether they match.
    pub correct: bool,
    /// Whether the password should be stored anew, with today's algorithm or parameters.
    pub must_update: bool,
}

impl Hashers {
    /// The hashers that PASSWORD_HASHERS names.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where a name is unknown or the list is empty.
    pub fn from_settings(settings: &Settings) -> Result<Self> {
        let mut hashers = Vec::new();
        for path in &settings.password_hashers {
            match inventory::iter::<HasherEntry>.into_iter().find(|entry| (entry.path)() == *path) {
                Some(entry) => hashers.push((entry.hasher)()),
                None if !hashers.is_empty() && OPTIONAL.contains(&path.as_str()) => {}
                None => return Err(HASHERS.missing(path, settings)),
            }
        }
        if hashers.is_empty() {
            return Err(Error::improperly_configured("PASSWORD_HASHERS is empty")
                .with_hint("leave the setting out to have `rjango.contrib.auth.hashers.PBKDF2PasswordHasher`"));
        }
        Ok(Self(hashers))
    }

    /// The hasher of new passwords.
    fn preferred(&self) -> &'static dyn Hasher {
        self.0[0]
    }

    /// The hasher of a stored password.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where none of the site's hashers knows the algorithm.
    pub fn identify(&self, encoded: &str) -> Result<&'static dyn Hasher> {
        let algorithm = encoded.split('$').next().unwrap_or_default();
        self.0.iter().copied().find(|hasher| hasher.algorithm() == algorithm).ok_or_else(|| {
            Error::improperly_configured(format!("unknown password hashing algorithm `{algorithm}`"))
                .with_hint("does PASSWORD_HASHERS name its hasher?")
        })
    }

    /// The stored form of a password, with a fresh salt; of `None`, a form that no password matches.
    ///
    /// # Errors
    /// As [`Hasher::encode`].
    pub fn make(&self, password: Option<&str>) -> Result<String> {
        match password {
            Some(password) => self.preferred().encode(password, &random_string(SALT_LENGTH)),
            None => Ok(format!("{UNUSABLE_PREFIX}{}", random_string(UNUSABLE_SUFFIX_LENGTH))),
        }
    }

    /// Whether the password is the stored one, and whether to store it anew.
    ///
    /// Unusable passwords and unknown algorithms match nothing, and cost as much as a wrong password does.
    pub fn verify(&self, password: &str, encoded: &str) -> Verdict {
        let hasher = match self.identify(encoded) {
            Ok(hasher) if is_password_usable(encoded) => hasher,
            _ => {
                self.waste(password);
                return Verdict { correct: false, must_update: false };
            }
        };
        let preferred = self.preferred();
        let changed = hasher.algorithm() != preferred.algorithm();
        let must_update = changed || preferred.must_update(encoded);
        let correct = hasher.verify(password, encoded);
        if !correct && !changed && must_update {
            hasher.harden_runtime(password, encoded);
        }
        Verdict { correct, must_update }
    }

    /// Spends the time of one verification, so that an unknown user cannot be told from a wrong password.
    pub fn waste(&self, password: &str) {
        // The outcome is of no interest, and a fresh salt is always valid.
        let _ = self.preferred().encode(password, &random_string(SALT_LENGTH));
    }
}

/// Whether a stored password can match anything: an unusable one begins with `!`.
pub fn is_password_usable(encoded: &str) -> bool {
    !encoded.starts_with(UNUSABLE_PREFIX)
}

/// Whether a salt of letters and digits holds less randomness than a new one.
fn salt_is_weak(salt: &str) -> bool {
    salt.chars().count() as f64 * 62f64.log2() < SALT_BITS
}

/// The salt, if it can stand between two `$`.
fn valid_salt(salt: &str) -> Result<&str> {
    if salt.is_empty() || salt.contains('$') {
        return Err(Error::new(ErrorKind::Validation, "a salt must not be empty or contain `$`"));
    }
    Ok(salt)
}

#[cfg(test)]
#[path = "hashers_tests.rs"]
mod tests;
