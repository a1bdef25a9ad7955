//! A log-in costs the same whatever was wrong with it, so that its time tells nobody which names exist.

use std::sync::atomic::{AtomicUsize, Ordering};

use rjango_contrib::auth::{Hasher, Pbkdf2Sha256, User, authenticate, make_password, password_hasher};
use rjango_core::Result;
use rjango_http::Client;
use rjango_macros::{q, set};

use crate::site::{inside, settings, site_with, with_joe};

/// A fast hasher that tells of every password it hashes.
struct Watched {
    inner: Pbkdf2Sha256,
    hashes: fn(),
}

impl Hasher for Watched {
    fn algorithm(&self) -> &str {
        self.inner.algorithm()
    }

    fn encode(&self, password: &str, salt: &str) -> Result<String> {
        (self.hashes)();
        self.inner.encode(password, salt)
    }

    fn verify(&self, password: &str, encoded: &str) -> bool {
        (self.hashes)();
        self.inner.verify(password, encoded)
    }

    fn must_update(&self, encoded: &str) -> bool {
        self.inner.must_update(encoded)
    }

    fn harden_runtime(&self, password: &str, encoded: &str) {
        self.inner.harden_runtime(password, encoded);
    }
}

/// How often a password was hashed. Only the one test below uses it.
static COUNT: AtomicUsize = AtomicUsize::new(0);

#[password_hasher]
fn counting() -> Watched {
    Watched { inner: Pbkdf2Sha256::with_iterations(1), hashes: count }
}

fn count() {
    COUNT.fetch_add(1, Ordering::Relaxed);
}

#[tokio::test]
async fn every_refusal_hashes_once() {
    let mut settings = settings();
    settings.password_hashers = vec!["timing.counting".to_owned()];
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

/// How many passwords are hashed at the same time. Only the one test below uses it.
static AT_WORK: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[password_hasher]
fn crowded() -> Watched {
    Watched { inner: Pbkdf2Sha256::with_iterations(1), hashes: crowd }
}

fn crowd() {
    MOST.fetch_max(AT_WORK.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
    std::thread::sleep(std::time::Duration::from_millis(5));
    AT_WORK.fetch_sub(1, Ordering::SeqCst);
}

#[tokio::test]
async fn so_many_passwords_are_hashed_at_a_time() {
    let mut settings = settings();
    settings.password_hashers = vec!["timing.crowded".to_owned()];
    settings.password_hashing_max_threads = Some(2);
    let client = Client::new(site_with(settings).await).unwrap();
    inside(&client, async {
        let all = (0..20).map(|_| make_password(Some("letmein")));
        futures_util::future::try_join_all(all).await.map(drop)
    })
    .await;
    assert_eq!(MOST.load(Ordering::SeqCst), 2);
}
