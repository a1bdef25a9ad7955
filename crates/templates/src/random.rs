//! Chance, for pages alone: not for secrets.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::atomic::{AtomicU64, Ordering};

/// A number from 0 to below this one; 0 where this one is 0.
pub(crate) fn random_below(end: usize) -> usize {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    if end == 0 {
        return 0;
    }
    // The standard library's keys are random in each process.
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u64(COUNT.fetch_add(1, Ordering::Relaxed));
    (hasher.finish() % end as u64) as usize
}
