//! The keyed hash under every signature: Django's `salted_hmac`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

/// The hash that a signature uses.
// DIFFERENCE: Django's `salted_hmac` falls back on SHA-1 where no algorithm is named; nothing of Django's that is still
// written needs it, so it is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Algorithm {
    /// SHA-256, which Django's signers use.
    #[default]
    Sha256,
    /// SHA-512.
    Sha512,
}

/// The HMAC-SHA256 of a value under a key made of the salt and the secret: `salted_hmac(.., algorithm="sha256")`.
pub fn salted_hmac(key_salt: impl AsRef<[u8]>, value: impl AsRef<[u8]>, secret: impl AsRef<[u8]>) -> Vec<u8> {
    salted_hmac_with(Algorithm::Sha256, key_salt.as_ref(), value.as_ref(), secret.as_ref())
}

/// [`salted_hmac`] by another algorithm.
pub fn salted_hmac_with(algorithm: Algorithm, key_salt: &[u8], value: &[u8], secret: &[u8]) -> Vec<u8> {
    // HMAC takes a key of any length, so these constructors cannot fail.
    const ANY_LENGTH: &str = "invariant: an HMAC key may have any length";
    match algorithm {
        Algorithm::Sha256 => {
            let key = Sha256::new().chain_update(key_salt).chain_update(secret).finalize();
            let mac = Hmac::<Sha256>::new_from_slice(&key).expect(ANY_LENGTH);
            mac.chain_update(value).finalize().into_bytes().to_vec()
        }
        Algorithm::Sha512 => {
            let key = Sha512::new().chain_update(key_salt).chain_update(secret).finalize();
            let mac = Hmac::<Sha512>::new_from_slice(&key).expect(ANY_LENGTH);
            mac.chain_update(value).finalize().into_bytes().to_vec()
        }
    }
}

/// Whether two texts are equal, in a time that tells nothing but their lengths.
pub fn constant_time_compare(left: impl AsRef<[u8]>, right: impl AsRef<[u8]>) -> bool {
    left.as_ref().ct_eq(right.as_ref()).into()
}
