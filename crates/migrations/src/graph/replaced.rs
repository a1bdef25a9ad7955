//! Squashed migrations: whether they or those that they replace are in effect.

use std::collections::{BTreeMap, BTreeSet};

use super::Graph;
use crate::MigrationKey;
use crate::executor::History;

type Parents = BTreeMap<MigrationKey, BTreeSet<MigrationKey>>;

/// The migrations in effect with what they depend on, given the history of the database, if there is one.
pub(super) fn in_effect(graph: &Graph, history: Option<&History>) -> Parents {
    let migrations = &graph.migrations;
    let is_applied = |key: &MigrationKey| history.is_some_and(|history| history.is_applied(graph, key));
    let mut parents: Parents = migrations
        .iter()
        .map(|(key, migration)| (key.clone(), migration.dependencies.iter().cloned().collect()))
        .collect();
    // In the order of their names; what squashes the squashed comes after it and finds it in its place.
    for (key, migration) in migrations.iter().filter(|(_, migration)| !migration.replaces.is_empty()) {
        let applied = migration.replaces.iter().filter(|replaced| is_applied(replaced)).count();
        // That it is itself applied decides it: what it replaced may have been forgotten since.
        if applied == 0 || is_applied(key) || applied == migration.replaces.len() {
            replace(&mut parents, key, &migration.replaces);
        } else {
            stand_back(&mut parents, key, &migration.replaces);
        }
    }
    parents
}

/// Puts a squashed migration in the place of those that it replaces, as far as they are there.
fn replace(parents: &mut Parents, squashed: &MigrationKey, replaced: &[MigrationKey]) {
    let mut inherited = BTreeSet::new();
    for key in replaced {
        inherited.extend(parents.remove(key).unwrap_or_default());
    }
    if let Some(own) = parents.get_mut(squashed) {
        own.extend(inherited);
        own.retain(|parent| parent != squashed && !replaced.contains(parent));
    }
    for (key, parents) in parents.iter_mut().filter(|(key, _)| *key != squashed) {
        let before = parents.len();
        parents.retain(|parent| !replaced.contains(parent));
        if parents.len() < before && key != squashed {
            parents.insert(squashed.clone());
        }
    }
}

/// Takes a squashed migration out: what depends on it depends on the last that it would replace.
fn stand_back(parents: &mut Parents, squashed: &MigrationKey, replaced: &[MigrationKey]) {
    parents.remove(squashed);
    let Some(last) = replaced.iter().rev().find(|key| parents.contains_key(key)).cloned() else {
        return;
    };
    for parents in parents.values_mut() {
        if parents.remove(squashed) {
            parents.insert(last.clone());
        }
    }
}
