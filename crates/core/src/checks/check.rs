//! One check, and what it sees.

use super::CheckMessage;
use crate::{Settings, Site};

/// A check: its name, its tags, and the function that looks.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its path, unique among checks.
    pub name: &'static str,
    /// What it can be chosen by: `check --tag security`.
    pub tags: &'static [&'static str],
    /// Whether it looks only where a deployment is checked: `check --deploy`.
    pub deploy: bool,
    /// The function that looks. It must not panic, and it reads nothing but the site.
    pub run: fn(&CheckContext<'_>) -> Vec<CheckMessage>,
}

inventory::collect!(Check);

impl Check {
    /// A check that always looks.
    pub const fn new(
        name: &'static str,
        tags: &'static [&'static str],
        run: fn(&CheckContext<'_>) -> Vec<CheckMessage>,
    ) -> Self {
        Self { name, tags, deploy: false, run }
    }

    /// The same check, for deployments alone.
    #[must_use]
    pub const fn for_deployment(mut self) -> Self {
        self.deploy = true;
        self
    }
}

/// What a check sees: the site, and through it the settings and every part.
#[derive(Clone, Copy)]
pub struct CheckContext<'a> {
    site: &'a Site,
    deploy: bool,
}

impl<'a> CheckContext<'a> {
    /// The site; `deploy` for the checks of a deployment too.
    pub fn new(site: &'a Site, deploy: bool) -> Self {
        Self { site, deploy }
    }

    /// The site.
    pub fn site(&self) -> &'a Site {
        self.site
    }

    /// The site's settings.
    pub fn settings(&self) -> &'a Settings {
        self.site.settings()
    }

    /// Whether a deployment is checked.
    pub fn is_deploy(&self) -> bool {
        self.deploy
    }

    /// Whether this middleware is on the list.
    pub(super) fn has_middleware(&self, name: &str) -> bool {
        self.settings().middleware.iter().any(|listed| listed == name)
    }

    /// Whether this app is on the list.
    pub(super) fn has_app(&self, name: &str) -> bool {
        self.settings().installed_apps.iter().any(|listed| listed == name)
    }
}
