//! `--update`: the changes go into the app's newest migration, which nobody has applied yet.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::{Error, ErrorKind, Result};
use rjango_migrations::autodetector::migration_name;
use rjango_migrations::executor::History;
use rjango_migrations::{
    Graph, Migration, MigrationKey, NewMigration, ProjectState, differences, edited_by_hand, optimize, writer,
};
use rjango_orm::Engine;

use super::{Output, Wanted, show_files, show_migration, with_header};
use crate::Project;
use crate::migration_files::{applied, folder, shown};

pub(super) async fn run(
    project: &Project,
    wanted: &Wanted<'_>,
    graph: &Graph,
    new: &[NewMigration],
    engines: &BTreeSet<Engine>,
    output: &mut Output<'_>,
) -> Result<()> {
    let engines: Vec<Engine> = engines.iter().copied().collect();
    let applied = applied(project, graph).await;
    let mut apps: Vec<&str> = Vec::new();
    for migration in new {
        if !apps.contains(&migration.key.app.as_str()) {
            apps.push(&migration.key.app);
        }
    }
    let leaves = apps.iter().map(|app| newest(graph, app, &applied)).collect::<Result<Vec<&Migration>>>()?;
    let updated: Vec<&MigrationKey> = leaves.iter().map(|leaf| &leaf.key).collect();
    let kept: Vec<MigrationKey> = graph.order().iter().filter(|key| !updated.contains(key)).cloned().collect();
    let mut state = graph.state_after(&kept)?;
    // What a new migration would have been called, and what it is part of now.
    let mut names: BTreeMap<MigrationKey, MigrationKey> = BTreeMap::new();
    for (app, leaf) in apps.iter().zip(&leaves) {
        if let Some(file) = edited_by_hand(leaf, &state)? {
            return Err(cannot(leaf, "its SQL was edited by hand, which would be lost")
                .at(leaf.file(&file), 0, 0)
                .with_hint("leave out `--update`: the changes then become a migration of their own"));
        }
        let parts: Vec<&NewMigration> = new.iter().filter(|migration| migration.key.app == **app).collect();
        let mut amended = amend(leaf, &parts, wanted.name, &state);
        for part in &parts {
            names.insert(part.key.clone(), amended.key.clone());
        }
        amended.dependencies = dependencies(graph, leaf, &parts, &names, &updated)?;
        write(project, wanted, leaf, &amended, &state, &engines, output)?;
        for operation in &amended.operations {
            operation.apply(app, &mut state)?;
        }
    }
    Ok(())
}

/// The migration that can take more in, by Django's rules.
fn newest<'a>(graph: &'a Graph, app: &str, applied: &History) -> Result<&'a Migration> {
    let leaf = graph.leaf(app).and_then(|leaf| graph.get(leaf)).ok_or_else(|| {
        Error::new(ErrorKind::Command, format!("App {app} has no migration, cannot update last migration."))
            .with_hint(format!("leave out `--update`: `rjango makemigrations {app}` makes the first one"))
    })?;
    let apart = "leave out `--update`: the changes then become a migration of their own";
    if !leaf.replaces.is_empty() {
        return Err(cannot(leaf, "it is a squashed migration").with_hint(apart));
    }
    if leaf.as_new().is_merge() {
        return Err(cannot(leaf, "it joins two branches").with_hint(apart));
    }
    if applied.is_applied(graph, &leaf.key) {
        return Err(cannot(leaf, "it is applied").with_hint(format!(
            "leave out `--update`; or, where only this database has it, take it back first with `rjango migrate {app} {}`",
            graph.parents(&leaf.key).find(|parent| parent.app == app).map_or("zero", |parent| parent.name.as_str())
        )));
    }
    let depending: Vec<String> = graph.children(&leaf.key).map(ToString::to_string).collect();
    if !depending.is_empty() {
        return Err(cannot(leaf, &format!("the migrations `{}` depend on it", depending.join("`, `"))).with_hint(apart));
    }
    Ok(leaf)
}

fn cannot(leaf: &Migration, why: &str) -> Error {
    Error::new(ErrorKind::Command, format!("cannot update the migration `{}`: {why}", leaf.key))
}

/// The migration with the new operations in it.
///
/// DIFFERENCE: where the name that it would get is the one that it has, Django appends `_updated`; here it stays.
fn amend(leaf: &Migration, parts: &[&NewMigration], name: Option<&str>, from: &ProjectState) -> NewMigration {
    let mut amended = leaf.as_new();
    amended.operations.extend(parts.iter().flat_map(|part| part.operations.iter().cloned()));
    amended.operations = optimize(&leaf.key.app, &amended.operations, from);
    let name = name.map_or_else(|| migration_name(leaf.initial, &amended.operations), str::to_owned);
    amended.key.name = format!("{:04}_{name}", leaf.key.number());
    amended
}

fn dependencies(
    graph: &Graph,
    leaf: &Migration,
    parts: &[&NewMigration],
    names: &BTreeMap<MigrationKey, MigrationKey>,
    updated: &[&MigrationKey],
) -> Result<Vec<MigrationKey>> {
    let mut dependencies: BTreeSet<MigrationKey> = leaf.dependencies.iter().cloned().collect();
    for dependency in parts.iter().flat_map(|part| &part.dependencies) {
        if dependency.app == leaf.key.app {
            continue;
        }
        let name = names.get(dependency).unwrap_or(dependency);
        // A migration that is updated in this run has its old name in the graph; by any name it may follow this one.
        let old = updated.iter().copied().find(|key| key.app == name.app).unwrap_or(name);
        if graph.with_ancestors([old]).contains(&leaf.key) {
            let why = format!("it would depend on `{old}`, which depends on it");
            return Err(cannot(leaf, &why).with_hint("leave out `--update`"));
        }
        dependencies.insert(name.clone());
    }
    Ok(dependencies.into_iter().collect())
}

fn write(
    project: &Project,
    wanted: &Wanted<'_>,
    leaf: &Migration,
    amended: &NewMigration,
    from: &ProjectState,
    engines: &[Engine],
    output: &mut Output<'_>,
) -> Result<()> {
    let app = leaf.key.app.as_str();
    let folder = folder(project, app)?;
    let files = with_header(wanted, writer::files(amended, from, engines)?);
    let mut state = from.clone();
    let mut words = Vec::with_capacity(amended.operations.len());
    for operation in &amended.operations {
        words.push(differences(operation, app, &state)?);
        operation.apply(app, &mut state)?;
    }
    let heading = output.strong(format!("Migrations for '{app}':"));
    output.line(heading)?;
    let path = shown(project, &folder.join(&amended.key.name));
    show_migration(output, &path, amended, &words)?;
    if !wanted.writes() {
        return show_files(output, &path, &files);
    }
    writer::replace(folder, &leaf.key, &amended.key, &files)?;
    if leaf.key != amended.key {
        output.line(format!("Deleted {}", shown(project, &folder.join(&leaf.key.name))))?;
    }
    output.written(&path)
}
