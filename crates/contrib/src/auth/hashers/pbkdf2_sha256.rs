//! PBKDF2 with HMAC-SHA-256, Django's default: `pbkdf2_sha256$1000000$salt$base64`.

use rjango_core::Result;

use super::pbkdf2::{BlockHash, ITERATIONS, Pbkdf2};
use super::{Hasher, HasherEntry};

/// SHA-256 and its initial state (FIPS 180-4, section 5.3).
struct Sha256;

impl BlockHash<8> for Sha256 {
    const ALGORITHM: &'static str = "pbkdf2_sha256";
    const INITIAL: [u32; 8] =
        [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

    fn compress(state: &mut [u32; 8], block: &[u8; 64]) {
        sha2::block_api::compress256(state, std::slice::from_ref(block));
    }
}

/// Django's `PBKDF2PasswordHasher`.
pub struct Pbkdf2Sha256(Pbkdf2<Sha256, 8>);

impl Pbkdf2Sha256 {
    /// With Django 5.2's 1,000,000 rounds.
    pub const DEFAULT: Self = Self::with_iterations(ITERATIONS);

    /// With another number of rounds, at least 1.
    pub const fn with_iterations(iterations: u32) -> Self {
        Self(Pbkdf2::new(iterations))
    }
}

impl Hasher for Pbkdf2Sha256 {
    fn algorithm(&self) -> &str {
        Sha256::ALGORITHM
    }

    fn encode(&self, password: &str, salt: &str) -> Result<String> {
        self.0.encode(password, salt)
    }

    fn verify(&self, password: &str, encoded: &str) -> bool {
        self.0.verify(password, encoded)
    }

    fn must_update(&self, encoded: &str) -> bool {
        self.0.must_update(encoded)
    }

    fn harden_runtime(&self, password: &str, encoded: &str) {
        self.0.harden_runtime(password, encoded);
    }
}

inventory::submit! {
    HasherEntry::new(|| "rjango.contrib.auth.hashers.PBKDF2PasswordHasher".to_owned(), || &Pbkdf2Sha256::DEFAULT)
}
