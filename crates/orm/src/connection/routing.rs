//! Which database a query goes to where it does not say: the home of the model's app, a replica of it for reads, or what
//! the project's own routers say.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rjango_core::named::Named;
use rjango_core::{Result, Settings};

/// A query that looks for its database: what a router is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Routed<'a> {
    /// The label of the query's model, `app.Model`.
    pub model: &'a str,
    /// Whether rows are written or locked, rather than read alone.
    pub write: bool,
}

impl Routed<'_> {
    /// The label of the model's app.
    pub fn app(&self) -> &str {
        self.model.split_once('.').map_or(self.model, |(app, _)| app)
    }
}

/// A router: the alias of the query's database, or `None` where it is not for this router to say.
pub type Router = fn(&Routed<'_>) -> Option<String>;

static ROUTERS: Named = Named {
    setting: "DATABASE_ROUTERS",
    noun: "router",
    attribute: Some("router"),
    named: |settings| settings.database_routers.iter().map(String::as_str).collect(),
    compiled: || inventory::iter::<RouterEntry>.into_iter().map(|entry| (entry.path)()).collect(),
};

inventory::submit! { &ROUTERS }

/// A router of the compiled program, registered by `#[router]` through `inventory`, which DATABASE_ROUTERS names.
#[derive(Debug)]
pub struct RouterEntry {
    path: fn() -> String,
    router: Router,
}

inventory::collect!(RouterEntry);

impl RouterEntry {
    /// A router of this dotted name, as `shop.routers.by_tenant`.
    pub const fn new(path: fn() -> String, router: Router) -> Self {
        Self { path, router }
    }
}

/// The rules of a site.
#[derive(Debug, Clone, Default)]
pub(super) struct Routing {
    routers: Vec<Router>,
    /// The database of each app that has one of its own.
    homes: BTreeMap<String, String>,
    /// The replicas of each database that has some.
    replicas: BTreeMap<String, Vec<String>>,
    /// Whose turn it is.
    turn: Arc<AtomicUsize>,
}

impl Routing {
    /// What the settings say. `compiled` is whether the program has the project's own code, and with it the routers.
    pub(super) fn from_settings(settings: &Settings, compiled: bool) -> Result<Self> {
        let mut routing = Self::default();
        for (alias, database) in &settings.databases {
            for app in &database.apps {
                let app = app.rsplit('.').next().unwrap_or(app).to_owned();
                routing.homes.insert(app, alias.clone());
            }
            if let Some(primary) = &database.replica_of {
                routing.replicas.entry(primary.clone()).or_default().push(alias.clone());
            }
        }
        for name in settings.database_routers.iter().filter(|_| compiled) {
            let entry = inventory::iter::<RouterEntry>.into_iter().find(|entry| (entry.path)() == *name);
            routing.routers.push(entry.ok_or_else(|| ROUTERS.missing(name, settings))?.router);
        }
        Ok(routing)
    }

    /// Whether every query goes to the default database.
    pub(super) fn is_plain(&self) -> bool {
        self.routers.is_empty() && self.homes.is_empty() && self.replicas.is_empty()
    }

    /// Where a query goes. `is_open` tells whether a transaction is open on a database: then what it reads must be what
    /// it has written.
    pub(super) fn alias(&self, query: &Routed<'_>, is_open: impl Fn(&str) -> bool) -> String {
        if let Some(alias) = self.routers.iter().find_map(|router| router(query)) {
            return alias;
        }
        let home = self.home(query.app());
        match self.replicas.get(home) {
            Some(replicas) if !query.write && !is_open(home) => {
                let turn = self.turn.fetch_add(1, Ordering::Relaxed) % replicas.len().max(1);
                replicas.get(turn).map_or_else(|| home.to_owned(), Clone::clone)
            }
            _ => home.to_owned(),
        }
    }

    /// The database in which an app's tables are.
    pub(super) fn home(&self, app: &str) -> &str {
        self.homes.get(app).map_or("default", String::as_str)
    }

    /// Whether an app's tables belong into a database: into its home alone if it has one, and otherwise everywhere but
    /// into the homes of others.
    pub(super) fn allows(&self, alias: &str, app: &str) -> bool {
        match self.homes.get(app) {
            Some(home) => home == alias,
            None => alias == "default" || !self.homes.values().any(|home| home == alias),
        }
    }
}
