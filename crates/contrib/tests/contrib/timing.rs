//! A log-in costs the same whatever was wrong with it, so that its time tells nobody which names exist.

use std::sync::atomic::{AtomicUsize, Ordering};

use rjango_contrib::auth::{Hasher, HasherEntry, Pbkdf2Sha256, User, authenticate};
use rjango_core::Result;
use rjango_http::Client;
use rjango_macros::{q, set};

use crate::site::{inside, settings, site_with, with_joe};

/// Counts how often a password was hashed. Only the one test below uses it.
struct Counting(Pbkdf2Sha256);

static COUNT: AtomicUsize = AtomicUsize::new(0);
static COUNTING: Counting = Counting(Pbkdf2Sha256::with_iterations(1));

inventory::submit! {
    HasherEntry { path: "tests.CountingHasher", hasher: &COUNTING }
}

impl Hasher for Counting {
    fn algorithm(&self) -> &str {
        self.0.algorithm()
    }

    fn encode(&self, password: &str, salt: &str) -> Result<String> {
        COUNT.fetch_add(1, Ordering::Relaxed);
        self.0.encode(password, salt)
    }

    fn verify(&self, password: &str, encoded: &str) -> bool {
        COUNT.fetch_add(1, Ordering::Relaxed);
        self.0.verify(password, encoded)
    }

    fn must_update(&self, encoded: &str) -> bool {
        self.0.must_update(encoded)
    }

    fn harden_runtime(&self, password: &str, encoded: &str) {
        self.0.harden_runtime(password, encoded);
    }
}

#[tokio::test]
async fn every_refusal_hashes_once() {
    let mut settings = settings();
    settings.password_hashers = vec!["tests.CountingHasher".to_owned()];
    let site = site_with(settings).await;
    with_joe(&site).await;
    let client = Client::new(site).unwrap();
    inside(&client, async {
        User::create_user("idle", "", Some("letmein")).await?;
        User::objects().filter(q!(username = "idle")).update(set!(is_active = false)).await?;
        User::create_user("nopass", "", None).await?;
        User::create_user("foreign", "", None).await?;
        User::objects().filter(q!(username = "foreign")).update(set!(password = "scrypt$16384$a$8$5$b")).await
    })
    .await;
    for (name, password) in
        [("joe", "wrong"), ("nobody", "letmein"), ("idle", "letmein"), ("nopass", "letmein"), ("foreign", "letmein")]
    {
        COUNT.store(0, Ordering::Relaxed);
        assert!(inside(&client, authenticate(name, password)).await.is_none(), "{name}");
        assert_eq!(COUNT.load(Ordering::Relaxed), 1, "{name}");
    }
}
