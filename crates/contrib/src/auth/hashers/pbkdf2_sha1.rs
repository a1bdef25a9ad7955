//! PBKDF2 with HMAC-SHA-1, for databases that come from other systems: `pbkdf2_sha1$1000000$salt$base64`.

use rjango_core::Result;

use super::pbkdf2::{BlockHash, ITERATIONS, Pbkdf2};
use super::{Hasher, HasherEntry};

/// SHA-1 and its initial state (FIPS 180-4, section 5.3).
struct Sha1;

impl BlockHash<5> for Sha1 {
    const ALGORITHM: &'static str = "pbkdf2_sha1";
    const INITIAL: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

    fn compress(state: &mut [u32; 5], block: &[u8; 64]) {
        sha1::block_api::compress(state, std::slice::from_ref(block));
    }
}

/// Django's `PBKDF2SHA1PasswordHasher`.
pub struct Pbkdf2Sha1(Pbkdf2<Sha1, 5>);

impl Pbkdf2Sha1 {
    /// With Django 5.2's 1,000,000 rounds.
    pub const DEFAULT: Self = Self::with_iterations(ITERATIONS);

    /// With another number of rounds, at least 1.
    pub const fn with_iterations(iterations: u32) -> Self {
        Self(Pbkdf2::new(iterations))
    }
}

impl Hasher for Pbkdf2Sha1 {
    fn algorithm(&self) -> &str {
        Sha1::ALGORITHM
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
    HasherEntry::new(|| "rjango.contrib.auth.hashers.PBKDF2SHA1PasswordHasher".to_owned(), || &Pbkdf2Sha1::DEFAULT)
}
