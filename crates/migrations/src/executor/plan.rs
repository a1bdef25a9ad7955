//! Which migrations are to be applied or taken back to reach a target: pure.

use rjango_core::{Error, ErrorKind, Result};

use super::History;
use crate::{Graph, MigrationKey};

/// Where a run is to lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Every app's newest migration.
    All,
    /// An app's newest migration, and what it depends on.
    App(String),
    /// This migration: forwards with what it depends on, or back to it.
    Migration(MigrationKey),
    /// Nothing of an app applied.
    Zero(String),
}

/// A migration to be applied or taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub key: MigrationKey,
    /// Whether it is taken back.
    pub backwards: bool,
}

impl Target {
    /// The target of the words on a command line: an app, and a migration's number, name, beginning of a name, or `zero`.
    ///
    /// # Errors
    /// `Command` where there is no such app or migration, or more than one.
    pub fn parse(graph: &Graph, app: Option<&str>, migration: Option<&str>) -> Result<Self> {
        let Some(app) = app else { return Ok(Self::All) };
        if graph.leaf(app).is_none() {
            let apps: Vec<&str> = graph.apps().collect();
            return Err(Error::new(ErrorKind::Command, format!("the app `{app}` has no migrations"))
                .with_hint(format!("the apps that have are: {}", apps.join(", "))));
        }
        match migration {
            None => Ok(Self::App(app.to_owned())),
            Some("zero") => Ok(Self::Zero(app.to_owned())),
            Some(word) => find(graph, app, word).map(Self::Migration),
        }
    }
}

fn find(graph: &Graph, app: &str, word: &str) -> Result<MigrationKey> {
    let keys = || graph.of_app(app).map(|migration| &migration.key);
    if let Some(key) = keys().find(|key| key.name == word) {
        return Ok(key.clone());
    }
    let number: Option<u32> = word.parse().ok();
    let found: Vec<&MigrationKey> =
        keys().filter(|key| key.name.starts_with(word) || number == Some(key.number())).collect();
    match found.as_slice() {
        [key] => Ok((*key).clone()),
        [] => find_squashed(graph, app, word).unwrap_or_else(|| {
            Err(Error::new(ErrorKind::Command, format!("the app `{app}` has no migration `{word}`"))
                .with_hint(format!("`rjango showmigrations {app}` lists them")))
        }),
        several => {
            let names: Vec<&str> = several.iter().map(|key| key.name.as_str()).collect();
            Err(Error::new(ErrorKind::Command, format!("`{word}` may be any of `{}`", names.join("`, `")))
                .with_hint("write more of the name"))
        }
    }
}

/// A migration that is not in effect: a squashed one that waits stands for the last that it replaces, as Django has it;
/// one that is replaced is nowhere to go to.
fn find_squashed(graph: &Graph, app: &str, word: &str) -> Option<Result<MigrationKey>> {
    let number: Option<u32> = word.parse().ok();
    let migration = graph.files().find(|migration| {
        let key = &migration.key;
        key.app == app && !graph.contains(key) && (key.name.starts_with(word) || number == Some(key.number()))
    })?;
    if let Some(last) = migration.replaces.iter().rev().find(|key| graph.contains(key)) {
        return Some(Ok(last.clone()));
    }
    let by = graph.replacement(&migration.key).map(|key| key.name.as_str()).unwrap_or_default();
    Some(Err(Error::new(
        ErrorKind::Command,
        format!("`{}` is part of the squashed migration `{by}`", migration.key.name),
    )
    .with_hint(format!("name `{by}`: it is applied and taken back as a whole"))))
}

impl History {
    /// The steps from what is applied to a target, in order.
    pub fn plan(&self, graph: &Graph, target: &Target) -> Vec<Step> {
        let forwards = |keys: Vec<MigrationKey>| {
            keys.into_iter()
                .filter(|key| !self.is_applied(graph, key))
                .map(|key| Step { key, backwards: false })
                .collect()
        };
        let backwards = |keys: Vec<MigrationKey>| {
            keys.into_iter()
                .filter(|key| self.is_applied(graph, key))
                .map(|key| Step { key, backwards: true })
                .collect()
        };
        match target {
            Target::All => forwards(graph.order().to_vec()),
            Target::App(app) => forwards(graph.with_ancestors(graph.leaves(app))),
            Target::Migration(key) if self.is_applied(graph, key) => {
                // As Django's: only what follows in the same app goes, and what depends on that; not what other apps
                // have on the target itself.
                backwards(graph.with_descendants(graph.children(key).filter(|child| child.app == key.app)))
            }
            Target::Migration(key) => forwards(graph.with_ancestors([key])),
            Target::Zero(app) => backwards(graph.with_descendants(graph.of_app(app).map(|migration| &migration.key))),
        }
    }

    /// The migrations of a graph that are applied, in its order.
    pub fn applied_in(&self, graph: &Graph) -> Vec<MigrationKey> {
        graph.order().iter().filter(|key| self.is_applied(graph, key)).cloned().collect()
    }
}
