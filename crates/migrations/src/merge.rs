//! Two branches of an app joined: what each does, where they meet, and the migration that joins them. Pure.

use std::collections::BTreeSet;
use std::fmt;

use rjango_core::{Error, ErrorKind, Result};

use crate::touched::{met, touched_in_state};
use crate::{Graph, MigrationKey, NewMigration, Operation};

/// Django's longest list of names in a merge's own name.
const LONGEST: usize = 47;

/// The unmerged branches of an app.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// The app's label.
    pub app: String,
    /// The branches, by the name of their newest migration.
    pub branches: Vec<Branch>,
    /// Where two of them touch the same thing.
    pub clashes: Vec<Clash>,
}

/// A branch, from where it left the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// Its newest migration.
    pub leaf: MigrationKey,
    /// Its operations in order, each with the migration that it stands in.
    pub operations: Vec<(MigrationKey, Operation)>,
}

/// Two operations of different branches that touch the same thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The migrations.
    pub between: [MigrationKey; 2],
    /// What both touch, in words.
    pub what: String,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [one, other] = &self.between;
        write!(f, "`{}` and `{}` both touch {}", one.name, other.name, self.what)
    }
}

impl Graph {
    /// The unmerged branches, app by app.
    pub fn merges(&self) -> Vec<Merge> {
        self.conflicts().map(|(app, leaves)| self.merge(app, leaves)).collect()
    }

    fn merge(&self, app: &str, leaves: &[MigrationKey]) -> Merge {
        let lines: Vec<Vec<MigrationKey>> = leaves.iter().map(|leaf| self.with_ancestors([leaf])).collect();
        let branches: Vec<Branch> = lines
            .iter()
            .zip(leaves)
            .map(|(line, leaf)| {
                let own = line.iter().filter(|key| key.app == app && !lines.iter().all(|line| line.contains(key)));
                let operations = own.filter_map(|key| self.get(key)).flat_map(|migration| {
                    migration.operations.iter().map(|operation| (migration.key.clone(), operation.clone()))
                });
                Branch { leaf: leaf.clone(), operations: operations.collect() }
            })
            .collect();
        let clashes = clashes(app, &branches);
        Merge { app: app.to_owned(), branches, clashes }
    }
}

impl Merge {
    /// That all models can be made with both branches.
    ///
    /// # Errors
    /// `Migration` where an operation of one branch does not work after the other.
    pub fn check(&self, graph: &Graph) -> Result<()> {
        let Some(error) = graph.state().err() else { return Ok(()) };
        let names: Vec<&str> = self.branches.iter().map(|branch| branch.leaf.name.as_str()).collect();
        let why = match self.clashes.first() {
            Some(clash) => clash.to_string(),
            None => error.to_string(),
        };
        let last = names.last().copied().unwrap_or_default();
        Err(Error::new(
            ErrorKind::Migration,
            format!("the branches `{}` of `{}` cannot be merged: {why}", names.join("`, `"), self.app),
        )
        .with_hint(format!(
            "remove the operation from one of them; or, where `{last}` was not applied anywhere, remove its folder and run \
             `rjango makemigrations {}` to make it anew after the other",
            self.app
        )))
    }

    /// The migration that joins the branches; `name` replaces the words of its name.
    ///
    /// DIFFERENCE: where the branches' names are too long, Django appends the time; a name that depends on the clock
    /// would differ between two people who merge the same branches.
    pub fn migration(&self, name: Option<&str>) -> NewMigration {
        let leaves: Vec<&MigrationKey> = self.branches.iter().map(|branch| &branch.leaf).collect();
        let number = leaves.iter().map(|leaf| leaf.number()).max().unwrap_or(0) + 1;
        let joined = leaves.iter().map(|leaf| leaf.name.as_str()).collect::<Vec<_>>().join("_");
        let name = match name {
            Some(name) => name.to_owned(),
            None if joined.len() <= LONGEST => format!("merge_{joined}"),
            None => "merge".to_owned(),
        };
        NewMigration {
            key: MigrationKey::new(&self.app, format!("{number:04}_{name}")),
            initial: false,
            dependencies: leaves.into_iter().cloned().collect(),
            replaces: Vec::new(),
            atomic: true,
            operations: Vec::new(),
        }
    }
}

impl Branch {
    fn without(&self, other: &Self) -> impl Iterator<Item = &(MigrationKey, Operation)> {
        let shared: BTreeSet<&MigrationKey> = other.operations.iter().map(|(key, _)| key).collect();
        self.operations.iter().filter(move |(key, _)| !shared.contains(key))
    }
}

fn clashes(app: &str, branches: &[Branch]) -> Vec<Clash> {
    let mut clashes: Vec<Clash> = Vec::new();
    for (at, branch) in branches.iter().enumerate() {
        for other in &branches[at + 1..] {
            // Of three branches two may share a stretch: what both contain does not clash with either.
            for (one, operation) in branch.without(other) {
                for (two, later) in other.without(branch) {
                    for what in met(&touched_in_state(app, operation), &touched_in_state(app, later)) {
                        let clash = Clash { between: [one.clone(), two.clone()], what };
                        if !clashes.contains(&clash) {
                            clashes.push(clash);
                        }
                    }
                }
            }
        }
    }
    clashes
}
