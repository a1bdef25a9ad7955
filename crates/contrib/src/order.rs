//! Which middleware must stand before which: found at start-up, not at the first request.

use rjango_core::{Error, Result, Settings};

/// Says that `path` needs `needed` somewhere before it in MIDDLEWARE.
pub(crate) fn require_before(settings: &Settings, path: &str, needed: &str) -> Result<()> {
    let place = |path: &str| settings.middleware.iter().position(|name| name == path);
    match (place(needed), place(path)) {
        (Some(needed), Some(own)) if needed < own => Ok(()),
        (None, _) => Err(Error::improperly_configured(format!("`{path}` needs `{needed}`, which MIDDLEWARE lacks"))
            .with_hint(format!("add `{needed}` to MIDDLEWARE, before `{path}`"))),
        _ => Err(Error::improperly_configured(format!(
            "`{path}` stands before `{needed}` in MIDDLEWARE, which it needs"
        ))
        .with_hint(format!("move `{needed}` up, before `{path}`"))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn check(middleware: &[&str]) -> Option<String> {
        let mut settings = Settings::for_tests();
        settings.middleware = middleware.iter().map(|&name| name.to_owned()).collect();
        require_before(&settings, "auth", "sessions").err().map(|error| error.to_string())
    }

    #[test]
    fn the_needed_one_must_come_first() {
        assert_eq!(check(&["sessions", "csrf", "auth"]), None);
        assert_eq!(check(&["auth"]).unwrap(), "`auth` needs `sessions`, which MIDDLEWARE lacks");
        assert_eq!(
            check(&["auth", "sessions"]).unwrap(),
            "`auth` stands before `sessions` in MIDDLEWARE, which it needs"
        );
    }
}
