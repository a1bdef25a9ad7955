//! Cutting a list of operations into migrations: one for each app where that works, more where apps wait for each other.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::{Error, ErrorKind, Result};

use super::{Changes, Planned, migration_name, referred};
use crate::sql::{CONTENT_TYPE, PERMISSION};
use crate::{Graph, MigrationKey, NewMigration, Operation};

impl Changes {
    /// The migrations, in an order in which they can run. Names and dependencies go on from `graph`; `name` replaces the
    /// name that the operations would give.
    ///
    /// # Errors
    /// `Migration` where apps wait for each other in a circle, or an app that is referred to has no migrations.
    pub fn arrange(self, graph: &Graph, name: Option<&str>) -> Result<Vec<NewMigration>> {
        let mut arranger = Arranger {
            planned: &self.planned,
            graph,
            name,
            done: BTreeMap::new(),
            newest: BTreeMap::new(),
            migrations: Vec::new(),
            disturbed: newest_disturbers(graph),
            behind: BTreeMap::new(),
        };
        let apps: BTreeSet<&str> = self.planned.iter().map(|planned| planned.app.as_str()).collect();
        for app in apps {
            arranger.behind.insert(app, graph.with_ancestors(graph.leaf(app)).into_iter().collect());
        }
        arranger.run()?;
        Ok(arranger.migrations)
    }

    /// Only the changes of the apps for which `keep` says yes, and those of other apps that they wait for.
    #[must_use]
    pub fn for_apps(self, keep: impl Fn(&str) -> bool) -> Self {
        let mut wanted: BTreeSet<usize> = BTreeSet::new();
        for (position, planned) in self.planned.iter().enumerate().rev() {
            if keep(&planned.app) || wanted.contains(&position) {
                wanted.insert(position);
                // The two halves of a move belong together.
                if matches!(planned.operation, Operation::MoveModel(_)) {
                    wanted.extend(self.note_of(position));
                }
                wanted.extend(&planned.after);
            }
        }
        let places: BTreeMap<usize, usize> = wanted.iter().enumerate().map(|(new, old)| (*old, new)).collect();
        let planned = self.planned.into_iter().enumerate().filter(|(position, _)| wanted.contains(position));
        let planned = planned.map(|(_, mut planned)| {
            planned.after = planned.after.iter().filter_map(|old| places.get(old).copied()).collect();
            planned
        });
        Self { planned: planned.collect() }
    }

    /// The note, in the app that had the model, of the move at this position.
    fn note_of(&self, position: usize) -> Option<usize> {
        let is_note = |planned: &Planned| {
            matches!(planned.operation, Operation::MovedModel(_)) && planned.after.contains(&position)
        };
        self.planned.iter().position(is_note)
    }
}

struct Arranger<'a> {
    planned: &'a [Planned],
    graph: &'a Graph,
    name: Option<&'a str>,
    /// The migration that each operation went into.
    done: BTreeMap<usize, MigrationKey>,
    /// The newest migration of each app that got one.
    newest: BTreeMap<&'a str, MigrationKey>,
    migrations: Vec<NewMigration>,
    /// The newest migration that disturbed a model.
    disturbed: BTreeMap<String, MigrationKey>,
    /// What each app's migrations follow already.
    behind: BTreeMap<&'a str, BTreeSet<MigrationKey>>,
}

impl<'a> Arranger<'a> {
    fn run(&mut self) -> Result<()> {
        let apps: BTreeSet<&str> = self.planned.iter().map(|planned| planned.app.as_str()).collect();
        let mut order: Vec<&str> = Vec::new();
        for planned in self.planned {
            if !order.contains(&planned.app.as_str()) {
                order.push(&planned.app);
            }
        }
        debug_assert_eq!(apps.len(), order.len());
        while self.done.len() < self.planned.len() {
            // A whole app at a time, as long as one is ready; otherwise as much of the first as is.
            let whole = order.iter().find_map(|app| {
                let ready = self.ready(app);
                let left = self.left(app).count();
                (left > 0 && ready.len() == left).then_some((*app, ready))
            });
            let part = || {
                order.iter().find_map(|app| {
                    let ready = self.ready(app);
                    (!ready.is_empty()).then_some((*app, ready))
                })
            };
            let Some((app, ready)) = whole.or_else(part) else {
                let apps: Vec<&str> = order.iter().copied().filter(|app| self.left(app).count() > 0).collect();
                return Err(Error::new(
                    ErrorKind::Migration,
                    format!("the changes of the apps `{}` wait for each other", apps.join("`, `")),
                )
                .with_hint("make the migrations in two steps: first without the newest relation between these apps"));
            };
            self.migration(app, &ready)?;
        }
        Ok(())
    }

    fn left(&self, app: &str) -> impl Iterator<Item = usize> {
        let here = move |(_, planned): &(usize, &Planned)| planned.app == app;
        self.planned
            .iter()
            .enumerate()
            .filter(here)
            .map(|(position, _)| position)
            .filter(|at| !self.done.contains_key(at))
    }

    /// The operations of an app whose predecessors are done or come before them in the same migration.
    fn ready(&self, app: &str) -> Vec<usize> {
        let mut ready: Vec<usize> = Vec::new();
        for position in self.left(app) {
            let after = &self.planned[position].after;
            if after.iter().all(|earlier| self.done.contains_key(earlier) || ready.contains(earlier)) {
                ready.push(position);
            }
        }
        ready
    }

    fn migration(&mut self, app: &'a str, positions: &[usize]) -> Result<()> {
        let leaf = self.graph.leaf(app).cloned();
        let operations: Vec<_> = positions.iter().map(|at| self.planned[*at].operation.clone()).collect();
        let initial = leaf.is_none();
        let previous = self.newest.get(app).cloned().or(leaf);
        let number = self.newest.get(app).map_or_else(|| self.graph.next_number(app), |key| key.number() + 1);
        let name = match self.name {
            Some(name) => name.to_owned(),
            None => migration_name(initial, &operations),
        };
        let key = MigrationKey::new(app, format!("{number:04}_{name}"));
        let mut dependencies: BTreeSet<MigrationKey> = previous.into_iter().collect();
        for at in positions {
            let planned = &self.planned[*at];
            dependencies.extend(planned.after.iter().filter_map(|earlier| self.done.get(earlier).cloned()));
            for label in &planned.refers_to {
                let other = label.split('.').next().unwrap_or_default();
                if other != app {
                    dependencies.insert(self.existing(other, label, planned)?);
                }
            }
            dependencies.extend(self.reached(planned));
            dependencies.extend(self.disturbers(planned));
            dependencies.extend(self.content_types(planned));
        }
        // What an app had before is behind what it gets now.
        let renewed: BTreeSet<String> =
            dependencies.iter().filter(|key| self.graph.get(key).is_none()).map(|key| key.app.clone()).collect();
        dependencies.retain(|key| self.graph.get(key).is_none() || !renewed.contains(&key.app));
        for at in positions {
            self.done.insert(*at, key.clone());
        }
        self.newest.insert(app, key.clone());
        self.migrations.push(NewMigration {
            key,
            initial,
            dependencies: dependencies.into_iter().collect(),
            replaces: Vec::new(),
            atomic: true,
            operations,
        });
        Ok(())
    }

    /// The migration after which a model of another app is there: one just made, or that app's newest.
    fn existing(&self, app: &str, label: &str, planned: &Planned) -> Result<MigrationKey> {
        let made = planned.after.iter().rev().find(|earlier| {
            let earlier = &self.planned[**earlier];
            earlier.operation.label_after(&earlier.app).as_deref() == Some(label)
        });
        let made = made.and_then(|earlier| self.done.get(earlier).cloned());
        made.or_else(|| self.graph.leaf(app).cloned()).or_else(|| self.newest.get(app).cloned()).ok_or_else(|| {
            Error::new(
                ErrorKind::Migration,
                format!("`{}` refers to `{label}`, but the app `{app}` has no migrations", planned.app),
            )
            .with_hint(format!("run `rjango makemigrations {app}` first"))
        })
    }

    /// The newest migrations of the other apps that know the model which an operation disturbs: the SQL was written for
    /// their tables as they are now, and their operations name the model as it was called.
    fn reached(&self, planned: &Planned) -> BTreeSet<MigrationKey> {
        let Some(label) = &planned.disturbs else {
            return BTreeSet::new();
        };
        let home = label.split('.').next().unwrap_or_default();
        let knowing = self.graph.iter().filter(|migration| {
            migration.key.app != planned.app
                && migration.operations.iter().flat_map(flat).any(|operation| referred(operation).contains(label))
        });
        let mut apps: BTreeSet<&str> = knowing.map(|migration| migration.key.app.as_str()).collect();
        apps.extend(planned.reaches.iter().map(String::as_str));
        if home != planned.app {
            apps.insert(home);
        }
        apps.into_iter().filter_map(|app| self.graph.leaf(app).cloned()).collect()
    }

    /// The newest migrations of other apps that disturbed a model to which the changed model refers, unless the app's own
    /// migrations follow them already: the SQL names that model's table and key as they are since.
    fn disturbers(&self, planned: &Planned) -> BTreeSet<MigrationKey> {
        let found = planned.next_to.iter().filter_map(|label| self.disturbed.get(label));
        found.filter(|key| key.app != planned.app && !self.is_behind(&planned.app, key)).cloned().collect()
    }

    /// The newest migrations of the apps whose rows follow a model that is renamed or moves.
    fn content_types(&self, planned: &Planned) -> BTreeSet<MigrationKey> {
        if !matches!(planned.operation, Operation::RenameModel(_) | Operation::MoveModel(_)) {
            return BTreeSet::new();
        }
        let apps = [CONTENT_TYPE, PERMISSION].iter().filter_map(|label| label.split('.').next());
        let leaves = apps.filter(|app| *app != planned.app).filter_map(|app| self.graph.leaf(app));
        leaves.filter(|key| !self.is_behind(&planned.app, key)).cloned().collect()
    }

    /// Whether an app's migrations follow this one already.
    fn is_behind(&self, app: &str, key: &MigrationKey) -> bool {
        self.behind.get(app).is_some_and(|behind| behind.contains(key))
    }
}

/// An operation, or the operations that make up one.
fn flat(operation: &Operation) -> Vec<&Operation> {
    match operation {
        Operation::SeparateDatabaseAndState(both) => {
            both.database_operations.iter().chain(&both.state_operations).flat_map(flat).collect()
        }
        operation => vec![operation],
    }
}

/// The newest migration that disturbed each model, by the label that it has since.
fn newest_disturbers(graph: &Graph) -> BTreeMap<String, MigrationKey> {
    let mut found = BTreeMap::new();
    for migration in graph.order().iter().filter_map(|key| graph.get(key)) {
        for operation in migration.operations.iter().flat_map(flat) {
            let disturbs = match operation {
                Operation::RenameModel(_) | Operation::MoveModel(_) | Operation::AlterModelTable(_) => true,
                Operation::AlterField(alter) => alter.field.primary_key,
                Operation::AddField(add) => add.field.primary_key,
                _ => false,
            };
            if disturbs && let Some(label) = operation.label_after(&migration.key.app) {
                found.insert(label, migration.key.clone());
            }
        }
    }
    found
}
