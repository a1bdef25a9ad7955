//! A cookie's age in the standard library's words.

use std::time::Duration;

use cookie::Cookie;

/// What a cookie's own methods ask of a date library: `Cookie::new("seen", "1").with_max_age(Duration::from_secs(3600))`.
pub trait CookieAge {
    /// The same cookie, which the browser keeps for so long, in whole seconds. Without it the browser forgets the cookie when
    /// it closes.
    #[must_use]
    fn with_max_age(self, age: Duration) -> Self;
}

impl CookieAge for Cookie<'_> {
    fn with_max_age(mut self, age: Duration) -> Self {
        let seconds = i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
        self.set_max_age(cookie::time::Duration::seconds(seconds));
        self
    }
}
