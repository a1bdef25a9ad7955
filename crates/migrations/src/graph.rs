//! Which migration follows which, across apps: two branches of an app included, and squashed migrations in the place of
//! those that they replace.

mod replaced;

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::{Error, ErrorKind, Result};

use crate::executor::History;
use crate::{Migration, MigrationKey, ProjectState};

/// Every migration of a project with its dependencies, free of circles.
///
/// Of a squashed migration and those that it replaces, one side is *in effect*: see [`Graph::with_history`]. Only what is
/// in effect is listed, ordered and applied.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// Everything there is, in effect or not.
    migrations: BTreeMap<MigrationKey, Migration>,
    /// What is in effect, and what each depends on.
    parents: BTreeMap<MigrationKey, BTreeSet<MigrationKey>>,
    children: BTreeMap<MigrationKey, BTreeSet<MigrationKey>>,
    leaves: BTreeMap<String, Vec<MigrationKey>>,
    order: Vec<MigrationKey>,
    without_migrations: BTreeSet<String>,
}

impl Graph {
    /// The graph of these migrations for a new database: squashed migrations are in effect, not what they replace.
    ///
    /// # Errors
    /// `Migration` where a dependency is unknown or dependencies run in a circle.
    pub fn new(migrations: impl IntoIterator<Item = Migration>) -> Result<Self> {
        let migrations = migrations.into_iter().map(|migration| (migration.key.clone(), migration)).collect();
        Self { migrations, ..Self::default() }.connected(None)
    }

    /// The graph for the database of this history. Where some of what a squashed migration replaces is applied and some is
    /// not, the replaced ones are in effect and the squashed one is not; otherwise the other way around.
    ///
    /// # Errors
    /// As [`Graph::new`].
    pub fn with_history(self, history: &History) -> Result<Self> {
        if self.migrations.values().all(|migration| migration.replaces.is_empty()) {
            return Ok(self);
        }
        self.connected(Some(history))
    }

    fn connected(mut self, history: Option<&History>) -> Result<Self> {
        self.parents = replaced::in_effect(&self, history);
        self.check_dependencies()?;
        self.children = BTreeMap::new();
        for (key, parents) in &self.parents {
            for parent in parents {
                self.children.entry(parent.clone()).or_default().insert(key.clone());
            }
        }
        self.leaves = BTreeMap::new();
        for key in self.parents.keys() {
            let leaves = self.leaves.entry(key.app.clone()).or_default();
            if self.children.get(key).is_none_or(|children| children.iter().all(|child| child.app != key.app)) {
                leaves.push(key.clone());
            }
        }
        self.order = self.sort()?;
        Ok(self)
    }

    /// The migration of this key, in effect or not.
    pub fn get(&self, key: &MigrationKey) -> Option<&Migration> {
        self.migrations.get(key)
    }

    /// As [`Graph::get`], to complete it.
    pub(crate) fn get_mut(&mut self, key: &MigrationKey) -> Option<&mut Migration> {
        self.migrations.get_mut(key)
    }

    /// All migrations that are in effect, by app and name.
    pub fn iter(&self) -> impl Iterator<Item = &Migration> {
        self.parents.keys().filter_map(|key| self.migrations.get(key))
    }

    /// All migrations there are: squashed ones and those that they replace.
    pub fn files(&self) -> impl Iterator<Item = &Migration> {
        self.migrations.values()
    }

    /// An app's migrations that are in effect, by name.
    pub fn of_app<'a>(&'a self, app: &'a str) -> impl Iterator<Item = &'a Migration> {
        self.iter().filter(move |migration| migration.key.app == app)
    }

    /// The apps that have migrations, in order.
    pub fn apps(&self) -> impl Iterator<Item = &str> {
        self.leaves.keys().map(String::as_str)
    }

    /// The graph of a project that has these apps installed too: whether they lost their migrations or never had any is
    /// for the database's history to tell.
    #[must_use]
    pub(crate) fn with_apps(mut self, apps: impl IntoIterator<Item = String>) -> Self {
        self.without_migrations = apps.into_iter().filter(|app| !self.leaves.contains_key(app)).collect();
        self
    }

    /// All installed apps that are known, with migrations or without.
    pub(crate) fn installed(&self) -> impl Iterator<Item = &str> {
        self.apps().chain(self.without_migrations.iter().map(String::as_str))
    }

    /// Whether a migration is in effect: it is neither replaced by a squashed one nor waits to replace others.
    pub fn contains(&self, key: &MigrationKey) -> bool {
        self.parents.contains_key(key)
    }

    /// An app's newest migration; of two branches the last by name ([`Graph::check_conflicts`] refuses them).
    pub fn leaf(&self, app: &str) -> Option<&MigrationKey> {
        self.leaves(app).last()
    }

    /// The number that follows all that the app's migrations have or had, squashed ones and replaced ones included.
    pub fn next_number(&self, app: &str) -> u32 {
        let files = self.migrations.values().flat_map(|migration| migration.replaces.iter().chain([&migration.key]));
        files.filter(|key| key.app == app).map(MigrationKey::number).max().unwrap_or(0) + 1
    }

    /// An app's newest migrations: more than one where branches were not merged.
    pub fn leaves(&self, app: &str) -> &[MigrationKey] {
        self.leaves.get(app).map_or(&[], Vec::as_slice)
    }

    /// The apps with more than one newest migration.
    pub fn conflicts(&self) -> impl Iterator<Item = (&str, &[MigrationKey])> {
        let leaves = self.leaves.iter().map(|(app, leaves)| (app.as_str(), leaves.as_slice()));
        leaves.filter(|(_, leaves)| leaves.len() > 1)
    }

    /// That every app has one newest migration.
    ///
    /// # Errors
    /// `Migration`, in Django's words, where branches were not merged.
    pub fn check_conflicts(&self) -> Result<()> {
        let conflicts: Vec<String> = self
            .conflicts()
            .map(|(app, leaves)| {
                let names: Vec<&str> = leaves.iter().map(|leaf| leaf.name.as_str()).collect();
                format!("({} in {app})", names.join(", "))
            })
            .collect();
        if conflicts.is_empty() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Migration,
            format!(
                "Conflicting migrations detected; multiple leaf nodes in the migration graph: {}",
                conflicts.join(", ")
            ),
        )
        .with_hint("two branches each added one: join them with `rjango makemigrations --merge`"))
    }

    /// All migrations in effect, each after those that it depends on; by name where that leaves a choice.
    pub fn order(&self) -> &[MigrationKey] {
        &self.order
    }

    /// What a migration depends on, a squashed migration standing for those that it replaces.
    pub fn parents(&self, key: &MigrationKey) -> impl Iterator<Item = &MigrationKey> {
        self.parents.get(key).into_iter().flatten()
    }

    /// The migrations that depend on this one, by app and name.
    pub fn children(&self, key: &MigrationKey) -> impl Iterator<Item = &MigrationKey> {
        self.children.get(key).into_iter().flatten()
    }

    /// The squashed migration that replaces this one, whichever of them is in effect.
    pub fn replacement(&self, key: &MigrationKey) -> Option<&MigrationKey> {
        self.migrations.values().find(|migration| migration.replaces.contains(key)).map(|migration| &migration.key)
    }

    /// The migrations that these depend on, themselves included, in the order of [`Graph::order`].
    pub fn with_ancestors<'a>(&'a self, keys: impl IntoIterator<Item = &'a MigrationKey>) -> Vec<MigrationKey> {
        let wanted = reached(keys, |key| self.parents.get(key));
        self.order.iter().filter(|key| wanted.contains(key)).cloned().collect()
    }

    /// The migrations that depend on these, themselves included, in the reverse order of [`Graph::order`].
    pub fn with_descendants<'a>(&'a self, keys: impl IntoIterator<Item = &'a MigrationKey>) -> Vec<MigrationKey> {
        let wanted = reached(keys, |key| self.children.get(key));
        self.order.iter().rev().filter(|key| wanted.contains(key)).cloned().collect()
    }

    /// The models after all migrations.
    ///
    /// # Errors
    /// `Migration` where an operation does not follow from those before.
    pub fn state(&self) -> Result<ProjectState> {
        self.state_after(&self.order)
    }

    /// The models after these migrations, which stand in order.
    ///
    /// # Errors
    /// As [`Graph::state`].
    pub fn state_after(&self, keys: &[MigrationKey]) -> Result<ProjectState> {
        let mut state = ProjectState::new();
        for migration in keys.iter().filter_map(|key| self.migrations.get(key)) {
            migration.apply(&mut state)?;
        }
        Ok(state)
    }

    /// Whether an app's history is no single line: it has or had branches.
    pub fn is_branched(&self, app: &str) -> bool {
        let own =
            |keys: Option<&BTreeSet<MigrationKey>>| keys.into_iter().flatten().filter(|key| key.app == app).count();
        let keys = || self.parents.keys().filter(|key| key.app == app);
        keys().any(|key| own(self.children.get(key)) > 1)
            || keys().filter(|key| own(self.parents.get(key)) == 0).count() > 1
    }

    /// The models before a migration, as its own branch knows them.
    ///
    /// # Errors
    /// As [`Graph::state`].
    pub fn state_before(&self, key: &MigrationKey) -> Result<ProjectState> {
        let before: Vec<MigrationKey> = self.with_ancestors([key]).into_iter().filter(|known| known != key).collect();
        self.state_after(&before)
    }

    fn check_dependencies(&self) -> Result<()> {
        for (key, parents) in &self.parents {
            let (Some(dependency), Some(migration)) =
                (parents.iter().find(|parent| !self.parents.contains_key(parent)), self.migrations.get(key))
            else {
                continue;
            };
            let known = self.migrations.keys().any(|known| known.app == dependency.app);
            let hint = if known {
                "restore that migration from version control, or fix `dependencies`".to_owned()
            } else {
                format!(
                    "is the app `{}` in INSTALLED_APPS? Restore its migrations, or fix `dependencies`",
                    dependency.app
                )
            };
            return Err(Error::new(
                ErrorKind::Migration,
                format!("`{key}` depends on `{dependency}`, which does not exist"),
            )
            .at(migration.file("migration.toml"), 0, 0)
            .with_hint(hint));
        }
        Ok(())
    }

    /// Depth first by name: deterministic, dependencies first.
    fn sort(&self) -> Result<Vec<MigrationKey>> {
        let mut order = Vec::with_capacity(self.parents.len());
        let mut done: BTreeSet<&MigrationKey> = BTreeSet::new();
        for (root, parents) in &self.parents {
            if done.contains(root) {
                continue;
            }
            // An own stack: a chain of a thousand migrations must not need a thousand frames.
            let mut stack = vec![(root, parents.iter())];
            while let Some((key, left)) = stack.last_mut() {
                let Some(parent) = left.next() else {
                    done.insert(key);
                    order.push((*key).clone());
                    stack.pop();
                    continue;
                };
                if done.contains(parent) {
                    continue;
                }
                if let Some(start) = stack.iter().position(|(open, _)| *open == parent) {
                    let circle: Vec<String> = stack[start..].iter().map(|(key, _)| key.to_string()).collect();
                    return Err(Error::new(
                        ErrorKind::Migration,
                        format!("the migrations `{}` depend on each other in a circle", circle.join("`, `")),
                    )
                    .with_hint("remove one of these `dependencies`"));
                }
                if let Some((parent, parents)) = self.parents.get_key_value(parent) {
                    stack.push((parent, parents.iter()));
                }
            }
        }
        Ok(order)
    }
}

/// Everything that can be reached from these, themselves included.
fn reached<'a>(
    from: impl IntoIterator<Item = &'a MigrationKey>,
    next: impl Fn(&MigrationKey) -> Option<&'a BTreeSet<MigrationKey>>,
) -> BTreeSet<&'a MigrationKey> {
    let mut reached = BTreeSet::new();
    let mut todo: Vec<&MigrationKey> = from.into_iter().collect();
    while let Some(key) = todo.pop() {
        if reached.insert(key) {
            todo.extend(next(key).into_iter().flatten());
        }
    }
    reached
}
