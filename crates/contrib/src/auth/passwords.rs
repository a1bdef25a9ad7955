//! Hashing from async code: with the current site's hashers, on threads for blocking work.

use std::sync::Arc;

use rjango_core::{Result, Site};
use tokio::sync::Semaphore;

use super::{AnyUser, Hashers, PasswordValidators, Verdict};

/// The stored form of a password; of `None`, a form that no password matches: Django's `make_password`.
///
/// # Errors
/// `ImproperlyConfigured` where PASSWORD_HASHERS is wrong.
pub async fn make_password(password: Option<&str>) -> Result<String> {
    let password = password.map(str::to_owned);
    with_hashers(move |hashers| hashers.make(password.as_deref())).await?
}

/// Whether the password is the stored one: Django's `check_password`.
///
/// # Errors
/// `ImproperlyConfigured` where PASSWORD_HASHERS is wrong.
pub async fn check_password(password: &str, encoded: &str) -> Result<bool> {
    Ok(verify_password(password, encoded).await?.correct)
}

/// Whether the password is the stored one, and whether to store it anew: Django's `verify_password`.
///
/// # Errors
/// `ImproperlyConfigured` where PASSWORD_HASHERS is wrong.
pub async fn verify_password(password: &str, encoded: &str) -> Result<Verdict> {
    let (password, encoded) = (password.to_owned(), encoded.to_owned());
    with_hashers(move |hashers| hashers.verify(&password, &encoded)).await
}

/// Spends the time of one verification; see [`Hashers::waste`].
pub(super) async fn waste_time(password: &str) -> Result<()> {
    let password = password.to_owned();
    with_hashers(move |hashers| hashers.waste(&password)).await
}

/// Every problem of a new password, as sentences; none for a good one: Django's `validate_password`.
///
/// # Errors
/// `ImproperlyConfigured` where AUTH_PASSWORD_VALIDATORS is wrong.
pub fn password_problems(password: &str, user: Option<&AnyUser>) -> Result<Vec<String>> {
    let validators = PasswordValidators::from_settings(Site::current()?.settings())?;
    Ok(match user {
        Some(user) => validators.problems(password, &user.attributes()),
        None => validators.problems(password, &[]),
    })
}

/// The demands on new passwords as sentences for a form.
///
/// # Errors
/// `ImproperlyConfigured` where AUTH_PASSWORD_VALIDATORS is wrong.
pub fn password_help_texts() -> Result<Vec<String>> {
    Ok(PasswordValidators::from_settings(Site::current()?.settings())?.help_texts())
}

/// The threads on which a site's passwords are hashed, so that many log-ins at once leave a processor to the others.
struct Threads(Arc<Semaphore>);

impl Threads {
    fn of(site: &Site) -> Self {
        let set = site.settings().password_hashing_max_threads.and_then(|most| usize::try_from(most).ok());
        let most = set.or_else(|| std::thread::available_parallelism().ok().map(Into::into));
        Self(Arc::new(Semaphore::new(most.unwrap_or(1))))
    }
}

async fn with_hashers<T: Send + 'static>(work: impl FnOnce(Hashers) -> T + Send + 'static) -> Result<T> {
    let site = Site::current()?;
    let hashers = Hashers::from_settings(site.settings())?;
    // Never closed, so that there is always a permit to come.
    let permit = Arc::clone(&site.late(Threads::of).0).acquire_owned().await.ok();
    let work = move || {
        let _permit = permit;
        work(hashers)
    };
    Ok(tokio::task::spawn_blocking(work).await?)
}
