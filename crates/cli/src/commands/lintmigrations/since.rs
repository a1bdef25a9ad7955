//! `--since`: a migration, or a commit that git knows.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use rjango_core::{Error, ErrorKind, Result};
use rjango_migrations::executor::Target;
use rjango_migrations::{Graph, MigrationKey};

use crate::Project;

/// The migrations that came after a point, dependencies of it left out.
pub(super) fn since(project: &Project, graph: &Graph, point: &str) -> Result<BTreeSet<MigrationKey>> {
    let named = point.split_once('.').filter(|(app, _)| graph.leaf(app).is_some());
    if let Some((app, name)) = named {
        let earlier: BTreeSet<MigrationKey> = match Target::parse(graph, Some(app), Some(name))? {
            Target::Migration(key) => graph.with_ancestors([&key]).into_iter().collect(),
            _ => BTreeSet::new(),
        };
        return Ok(graph.order().iter().filter(|key| !earlier.contains(key)).cloned().collect());
    }
    let changed = changed_files(&project.base_dir, point)?;
    let touched = graph.iter().filter(|migration| {
        let folder = migration.folder().map(|folder| folder.strip_prefix(&project.base_dir).unwrap_or(folder));
        folder.is_some_and(|folder| changed.iter().any(|file| Path::new(file).starts_with(folder)))
    });
    Ok(touched.map(|migration| migration.key.clone()).collect())
}

/// The files that differ from where this branch left that commit's, new ones that git does not know yet among them.
fn changed_files(base_dir: &Path, point: &str) -> Result<Vec<String>> {
    let base = git(base_dir, point, &["merge-base", "--end-of-options", point, "HEAD"])?;
    let mut files = git(base_dir, point, &["diff", "--name-only", "--relative", "-z", base.trim(), "--"])?;
    files.push('\0');
    files.push_str(&git(base_dir, point, &["ls-files", "--others", "--exclude-standard", "-z"])?);
    Ok(files.split('\0').filter(|file| !file.is_empty()).map(str::to_owned).collect())
}

fn git(base_dir: &Path, point: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new("git").current_dir(base_dir).args(arguments).output().map_err(|error| {
        Error::new(ErrorKind::Command, format!("cannot run git to find what changed since `{point}`"))
            .with_hint("install git, or name a migration: `--since shop.0003`")
            .with_source(error)
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or_default().trim_start_matches("fatal: ");
    Err(Error::new(ErrorKind::Command, format!("git cannot say what changed since `{point}`: {said}"))
        .with_hint("name a migration (`shop.0003`), a branch or a commit; a shallow clone lacks old commits"))
}
