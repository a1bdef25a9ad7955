//! Which language is in force here.
//!
//! It is LANGUAGE_CODE of the site until [`activate`] or [`with_language`] chooses another one. The choice belongs to the task, as
//! that of the time zone does.

use std::future::Future;
use std::sync::Arc;

use crate::active::Active;
use crate::{Result, Site};

/// The language that is in force here: the one that was activated, or else the site's. Outside of a site it is `en-us`.
pub fn get_language() -> Arc<str> {
    Active::language().unwrap_or_else(|| match Site::current() {
        Ok(site) => site.settings().language_code.as_str().into(),
        Err(_) => "en-us".into(),
    })
}

/// Puts a language into force for the rest of the request, or of whichever scope is the innermost one here.
///
/// # Errors
/// `Other` outside of a scope: there is nothing whose end would end the choice.
pub fn activate(language: &str) -> Result<()> {
    Active::set_language(Some(language.into()))
}

/// Puts the site's own language back into force.
///
/// # Errors
/// `Other` outside of a scope.
pub fn deactivate() -> Result<()> {
    Active::set_language(None)
}

/// Runs a future in a language, or with `None` in the site's own. The language of before is in force after it.
pub async fn with_language<F: Future>(language: Option<&str>, future: F) -> F::Output {
    Active::capture().with_language(language.map(Into::into)).scope(future).await
}

/// Runs a closure in a language, or with `None` in the site's own. The language of before is in force after it.
pub fn enter_language<T>(language: Option<&str>, closure: impl FnOnce() -> T) -> T {
    Active::capture().with_language(language.map(Into::into)).enter(closure)
}
