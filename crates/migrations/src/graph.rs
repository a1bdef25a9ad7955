//! Which migration follows which, across apps.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::{Error, ErrorKind, Result};

use crate::{Migration, MigrationKey, ProjectState};

/// Every migration of a project with its dependencies, free of circles, one newest migration an app.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    migrations: BTreeMap<MigrationKey, Migration>,
    leaves: BTreeMap<String, MigrationKey>,
    order: Vec<MigrationKey>,
    without_migrations: BTreeSet<String>,
}

impl Graph {
    /// The graph of these migrations.
    ///
    /// # Errors
    /// `Migration` where a dependency is unknown, dependencies run in a circle, two migrations of an app have the same
    /// number, or an app has two newest migrations.
    pub fn new(migrations: impl IntoIterator<Item = Migration>) -> Result<Self> {
        let migrations: BTreeMap<MigrationKey, Migration> =
            migrations.into_iter().map(|migration| (migration.key.clone(), migration)).collect();
        let mut graph = Self { migrations, ..Self::default() };
        graph.check_dependencies()?;
        graph.leaves = graph.find_leaves()?;
        graph.order = graph.sort()?;
        Ok(graph)
    }

    /// The migration of this key.
    pub fn get(&self, key: &MigrationKey) -> Option<&Migration> {
        self.migrations.get(key)
    }

    /// All migrations by app and name.
    pub fn iter(&self) -> impl Iterator<Item = &Migration> {
        self.migrations.values()
    }

    /// An app's migrations by number.
    pub fn of_app<'a>(&'a self, app: &'a str) -> impl Iterator<Item = &'a Migration> {
        self.migrations.values().filter(move |migration| migration.key.app == app)
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

    /// An app's newest migration.
    pub fn leaf(&self, app: &str) -> Option<&MigrationKey> {
        self.leaves.get(app)
    }

    /// All migrations, each after those that it depends on; by name where that leaves a choice.
    pub fn order(&self) -> &[MigrationKey] {
        &self.order
    }

    /// The migrations that these depend on, themselves included, in the order of [`Graph::order`].
    pub fn with_ancestors<'a>(&self, keys: impl IntoIterator<Item = &'a MigrationKey>) -> Vec<MigrationKey> {
        let mut wanted: BTreeSet<&MigrationKey> = BTreeSet::new();
        let mut todo: Vec<&MigrationKey> = keys.into_iter().filter_map(|key| self.key(key)).collect();
        while let Some(key) = todo.pop() {
            if wanted.insert(key)
                && let Some(migration) = self.migrations.get(key)
            {
                todo.extend(migration.dependencies.iter());
            }
        }
        self.order.iter().filter(|key| wanted.contains(key)).cloned().collect()
    }

    /// The migrations that depend on these, themselves included, in the reverse order of [`Graph::order`].
    pub fn with_descendants<'a>(&self, keys: impl IntoIterator<Item = &'a MigrationKey>) -> Vec<MigrationKey> {
        let mut wanted: BTreeSet<&MigrationKey> = keys.into_iter().filter_map(|key| self.key(key)).collect();
        // In this order a dependency stands before what depends on it, so one walk finds them all.
        for key in &self.order {
            if let Some(migration) = self.migrations.get(key)
                && migration.dependencies.iter().any(|dependency| wanted.contains(dependency))
            {
                wanted.insert(key);
            }
        }
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

    fn key(&self, key: &MigrationKey) -> Option<&MigrationKey> {
        self.migrations.get_key_value(key).map(|(key, _)| key)
    }

    fn check_dependencies(&self) -> Result<()> {
        for migration in self.migrations.values() {
            for dependency in &migration.dependencies {
                if !self.migrations.contains_key(dependency) {
                    let known = self.of_app(&dependency.app).next().is_some();
                    let hint = if known {
                        "restore that migration from version control, or mend `dependencies`".to_owned()
                    } else {
                        format!(
                            "is the app `{}` in INSTALLED_APPS? Restore its migrations, or mend `dependencies`",
                            dependency.app
                        )
                    };
                    return Err(Error::new(
                        ErrorKind::Migration,
                        format!("`{}` depends on `{dependency}`, which does not exist", migration.key),
                    )
                    .at(migration.file("migration.toml"), 0, 0)
                    .with_hint(hint));
                }
            }
        }
        Ok(())
    }

    fn find_leaves(&self) -> Result<BTreeMap<String, MigrationKey>> {
        let mut leaves: BTreeMap<String, MigrationKey> = BTreeMap::new();
        let mut followed: BTreeSet<&MigrationKey> = BTreeSet::new();
        for migration in self.migrations.values() {
            followed.extend(migration.dependencies.iter().filter(|earlier| earlier.app == migration.key.app));
        }
        let mut numbers: BTreeMap<(&str, u32), &MigrationKey> = BTreeMap::new();
        for (key, migration) in &self.migrations {
            if !followed.contains(key)
                && let Some(other) = leaves.insert(key.app.clone(), key.clone())
            {
                return Err(Error::new(
                    ErrorKind::Migration,
                    format!("the app `{}` has two newest migrations: `{}` and `{}`", key.app, other.name, key.name),
                )
                .at(migration.file("migration.toml"), 0, 0)
                .with_hint(format!(
                    "two branches each added one: remove `{}`, and run `rjango makemigrations {}` again",
                    key.name, key.app
                )));
            }
            if let Some(other) = numbers.insert((key.app.as_str(), key.number()), key) {
                return Err(Error::new(
                    ErrorKind::Migration,
                    format!("the migrations `{other}` and `{key}` have the same number"),
                )
                .at(migration.file("migration.toml"), 0, 0)
                .with_hint("give the newer one the next number, and mend the `dependencies` on it"));
            }
            let later = migration
                .dependencies
                .iter()
                .find(|earlier| earlier.app == key.app && earlier.number() >= key.number());
            if let Some(later) = later {
                return Err(Error::new(
                    ErrorKind::Migration,
                    format!("`{key}` depends on `{later}`, which has no smaller number"),
                )
                .at(migration.file("migration.toml"), 0, 0)
                .with_hint("the migrations of an app are applied in the order of their numbers: renumber it"));
            }
        }
        Ok(leaves)
    }

    /// Depth first by name: deterministic, dependencies first.
    fn sort(&self) -> Result<Vec<MigrationKey>> {
        let mut order = Vec::with_capacity(self.migrations.len());
        let mut done: BTreeSet<&MigrationKey> = BTreeSet::new();
        for root in self.migrations.keys() {
            // An own stack: a chain of a thousand migrations must not need a thousand frames.
            let mut stack: Vec<(&MigrationKey, usize)> = vec![(root, 0)];
            let mut open: Vec<&MigrationKey> = vec![root];
            while let Some((key, next)) = stack.pop() {
                if done.contains(key) {
                    open.pop();
                    continue;
                }
                let dependencies = self.migrations.get(key).map_or(&[][..], |migration| &migration.dependencies);
                match dependencies.get(next).and_then(|dependency| self.key(dependency)) {
                    None => {
                        done.insert(key);
                        order.push(key.clone());
                        open.pop();
                    }
                    Some(dependency) => {
                        stack.push((key, next + 1));
                        if done.contains(dependency) {
                            continue;
                        }
                        if let Some(start) = open.iter().position(|open| *open == dependency) {
                            let circle: Vec<String> = open[start..].iter().map(ToString::to_string).collect();
                            return Err(Error::new(
                                ErrorKind::Migration,
                                format!("the migrations `{}` depend on each other in a circle", circle.join("`, `")),
                            )
                            .with_hint("remove one of these `dependencies`"));
                        }
                        open.push(dependency);
                        stack.push((dependency, 0));
                    }
                }
            }
        }
        Ok(order)
    }
}
