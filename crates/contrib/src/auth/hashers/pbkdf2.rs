//! PBKDF2 (RFC 8018, section 5.2) with HMAC, for keys as long as the hash.
//!
//! The loop stands here, over the hash's block function, because the `pbkdf2` crate is generic: it is compiled into
//! whoever calls it, and in an unoptimised build a million rounds then take two seconds a log-in. The block functions
//! are compiled in their own crates, which a project's Cargo.toml has optimised in every profile.

use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rjango_core::Result;
use rjango_core::signing::constant_time_compare;

use super::{salt_is_weak, valid_salt};

/// The block length of SHA-1 and SHA-256, in bytes.
const BLOCK: usize = 64;

/// Django 5.2's rounds.
pub(super) const ITERATIONS: u32 = 1_000_000;

/// A hash function that PBKDF2 can stand on, with `N` words of state.
pub(super) trait BlockHash<const N: usize>: Send + Sync + 'static {
    /// Django's name of the algorithm.
    const ALGORITHM: &'static str;
    /// The state before the first block.
    const INITIAL: [u32; N];
    /// Takes in one block.
    fn compress(state: &mut [u32; N], block: &[u8; BLOCK]);
}

/// Django's PBKDF2 hashers: `algorithm$iterations$salt$base64`.
pub(super) struct Pbkdf2<H, const N: usize> {
    iterations: u32,
    hash: PhantomData<H>,
}

impl<H: BlockHash<N>, const N: usize> Pbkdf2<H, N> {
    pub(super) const fn new(iterations: u32) -> Self {
        Self { iterations, hash: PhantomData }
    }

    pub(super) fn encode(&self, password: &str, salt: &str) -> Result<String> {
        Ok(format(H::ALGORITHM, self.iterations, valid_salt(salt)?, &derive::<H, N>(password, salt, self.iterations)))
    }

    pub(super) fn verify(&self, password: &str, encoded: &str) -> bool {
        let Some(stored) = Stored::parse(encoded) else { return false };
        let given = format(
            H::ALGORITHM,
            stored.iterations,
            stored.salt,
            &derive::<H, N>(password, stored.salt, stored.iterations),
        );
        constant_time_compare(&given, encoded)
    }

    pub(super) fn must_update(&self, encoded: &str) -> bool {
        Stored::parse(encoded).is_none_or(|stored| stored.iterations != self.iterations || salt_is_weak(stored.salt))
    }

    pub(super) fn harden_runtime(&self, password: &str, encoded: &str) {
        let Some(stored) = Stored::parse(encoded) else { return };
        let missing = self.iterations.saturating_sub(stored.iterations);
        if missing > 0 {
            std::hint::black_box(derive::<H, N>(password, stored.salt, missing));
        }
    }
}

/// The parts of a stored password.
struct Stored<'a> {
    iterations: u32,
    salt: &'a str,
}

impl<'a> Stored<'a> {
    fn parse(encoded: &'a str) -> Option<Self> {
        let mut parts = encoded.splitn(4, '$').skip(1);
        let iterations = parts.next()?.parse().ok().filter(|iterations| *iterations > 0)?;
        let salt = parts.next()?;
        parts.next().map(|_| Self { iterations, salt })
    }
}

fn format(algorithm: &str, iterations: u32, salt: &str, key: &[u8]) -> String {
    format!("{algorithm}${iterations}${salt}${}", STANDARD.encode(key))
}

/// The first block of PBKDF2's output: `U1 ^ U2 ^ ... ^ Un` with `U1 = HMAC(password, salt || 1)`.
fn derive<H: BlockHash<N>, const N: usize>(password: &str, salt: &str, iterations: u32) -> Vec<u8> {
    let mut key = [0; BLOCK];
    if password.len() > BLOCK {
        write_words(&digest::<H, N>(H::INITIAL, 0, password.as_bytes()), &mut key);
    } else {
        key[..password.len()].copy_from_slice(password.as_bytes());
    }
    let inner = keyed::<H, N>(&key, 0x36);
    let outer = keyed::<H, N>(&key, 0x5c);

    let message = [salt.as_bytes(), &1u32.to_be_bytes()].concat();
    let mut block = digest_block::<N>(&digest::<H, N>(inner, 1, &message));
    let mut last = outer;
    H::compress(&mut last, &block);
    let mut sum = last;
    for _ in 1..iterations {
        write_words(&last, &mut block);
        last = inner;
        H::compress(&mut last, &block);
        write_words(&last, &mut block);
        last = outer;
        H::compress(&mut last, &block);
        for (sum, word) in sum.iter_mut().zip(last) {
            *sum ^= word;
        }
    }
    sum.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// The state after HMAC's padded key.
fn keyed<H: BlockHash<N>, const N: usize>(key: &[u8; BLOCK], pad: u8) -> [u32; N] {
    let mut state = H::INITIAL;
    H::compress(&mut state, &key.map(|byte| byte ^ pad));
    state
}

/// The hash of a message that follows `blocks` blocks already in `state`.
fn digest<H: BlockHash<N>, const N: usize>(mut state: [u32; N], blocks: usize, message: &[u8]) -> [u32; N] {
    let bits = ((blocks * BLOCK + message.len()) as u64) * 8;
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % BLOCK != BLOCK - 8 {
        padded.push(0);
    }
    padded.extend_from_slice(&bits.to_be_bytes());
    for block in padded.as_chunks::<BLOCK>().0 {
        H::compress(&mut state, block);
    }
    state
}

/// The one block, with its padding, that holds a hash after a keyed block.
fn digest_block<const N: usize>(words: &[u32; N]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    write_words(words, &mut block);
    block[N * 4] = 0x80;
    block[BLOCK - 8..].copy_from_slice(&(((BLOCK + N * 4) * 8) as u64).to_be_bytes());
    block
}

fn write_words<const N: usize>(words: &[u32; N], block: &mut [u8; BLOCK]) {
    for (bytes, word) in block.as_chunks_mut::<4>().0.iter_mut().zip(words) {
        *bytes = word.to_be_bytes();
    }
}
