//! `--empty`: migrations for SQL that a person writes.

use rjango_core::Result;
use rjango_migrations::{Graph, MigrationKey, NewMigration};

use super::{Wanted, needs_app};
use crate::Project;
use crate::migration_files::folder;

pub(super) fn migrations(project: &Project, wanted: &Wanted<'_>, graph: &Graph) -> Result<Vec<NewMigration>> {
    if wanted.labels.is_empty() {
        return Err(needs_app("empty", "--empty shop --name fill_sku"));
    }
    wanted
        .labels
        .iter()
        .map(|app| {
            folder(project, app)?;
            let leaf = graph.leaf(app).cloned();
            let name = wanted.name.unwrap_or("custom");
            let key = MigrationKey::new(*app, format!("{:04}_{name}", graph.next_number(app)));
            let (initial, dependencies) = (leaf.is_none(), leaf.into_iter().collect());
            Ok(NewMigration { key, initial, dependencies, replaces: Vec::new(), atomic: true, operations: Vec::new() })
        })
        .collect()
}
