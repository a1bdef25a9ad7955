//! Writing a migration: `0002_product_sku/` with `migration.toml` and the SQL of each engine, whole or not at all.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Engine, Models};

use crate::autodetector::{NonInteractive, changes};
use crate::migration::Direction;
use crate::operations::inline;
use crate::{Graph, MigrationKey, NewMigration, ProjectState, sql};

/// The files of a migration: names and texts, `migration.toml` first.
///
/// `from` is the state before it. A migration without operations gets SQL files that are to be filled in by hand.
///
/// # Errors
/// `Migration` where an operation does not fit the state.
pub fn files(migration: &NewMigration, from: &ProjectState, engines: &[Engine]) -> Result<Vec<(String, String)>> {
    let mut files = vec![("migration.toml".to_owned(), migration_toml(migration)?)];
    for engine in engines {
        let (up, down) = if migration.operations.is_empty() {
            let note =
                |what: &str| format!("-- The SQL that {what} this migration on {engine}, to be written by hand.\n");
            (note("applies"), Some(note("takes back")))
        } else {
            let script = sql::render(*engine, &migration.key.app, &migration.operations, from)?;
            (script.up, script.down)
        };
        files.push((Direction::Up.file_name(*engine), up));
        if let Some(down) = down {
            files.push((Direction::Down.file_name(*engine), down));
        }
    }
    Ok(files)
}

/// The text of `migration.toml`.
///
/// # Errors
/// `Migration` where a value has no TOML form.
pub fn migration_toml(migration: &NewMigration) -> Result<String> {
    let mut text = format!(
        "# {}, made by rjango {}. The SQL files beside this one are what runs, and may be edited until they are applied;\n\
         # the operations are what the next `makemigrations` starts from. Keep the two in step.\n",
        migration.key,
        env!("CARGO_PKG_VERSION")
    );
    if migration.initial {
        text.push_str("initial = true\n");
    }
    let dependencies: Vec<String> = migration.dependencies.iter().map(ToString::to_string).collect();
    text.push_str(&format!("dependencies = {}\n", inline(&dependencies)?));
    if !migration.replaces.is_empty() {
        let replaces: Vec<String> = migration.replaces.iter().map(ToString::to_string).collect();
        text.push_str(&format!("replaces = {}\n", inline(&replaces)?));
    }
    for operation in &migration.operations {
        text.push('\n');
        text.push_str(&operation.to_toml()?);
    }
    Ok(text)
}

/// Writes the files of a migration into `folder` (an app's `migrations`) and gives the new folder.
///
/// They appear all at once under their name, and nothing that is there is overwritten.
///
/// # Errors
/// `Migration` where a migration of that name is there, or the disk refuses.
pub fn write(folder: &Path, key: &MigrationKey, files: &[(String, String)]) -> Result<PathBuf> {
    let target = folder.join(&key.name);
    if target.exists() {
        return Err(Error::new(ErrorKind::Migration, format!("the migration `{key}` is already there"))
            .at(target.display().to_string(), 0, 0)
            .with_hint("remove it if it was never applied, or give the new one another name with `--name`"));
    }
    let failed = |path: &Path, error: std::io::Error| {
        Error::new(ErrorKind::Migration, format!("cannot write the migration `{key}`"))
            .at(path.display().to_string(), 0, 0)
            .with_hint("does this user own the folder, and is there space on the disk?")
            .with_source(error)
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    // The loader does not see hidden folders: until it is renamed, the migration does not exist.
    let unfinished = folder.join(format!(".{}.{}", key.name, std::process::id()));
    let outcome = (|| {
        fs::create_dir(&unfinished)?;
        for (name, text) in files {
            let mut file = File::create_new(unfinished.join(name))?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
        }
        fs::rename(&unfinished, &target)
    })();
    if let Err(error) = outcome {
        // Whatever is left is hidden; that it cannot be removed is no second error.
        let _ = fs::remove_dir_all(&unfinished);
        return Err(failed(&target, error));
    }
    Ok(target)
}

/// Writes the first migration of one app of these models into `folder`: how the framework's own apps got theirs.
///
/// The other apps count as migrated by their `0001_initial`.
///
/// # Errors
/// As [`files`] and [`write()`].
pub fn write_initial(app: &str, models: &Models, folder: &Path, engines: &[Engine]) -> Result<PathBuf> {
    let to = ProjectState::from_models(models);
    let from = to.without_app(app);
    let others = from.iter().map(|model| model.app.clone()).collect::<std::collections::BTreeSet<_>>();
    let others = others.into_iter().map(|other| crate::Migration {
        key: MigrationKey::new(other, "0001_initial"),
        initial: true,
        dependencies: Vec::new(),
        replaces: Vec::new(),
        operations: Vec::new(),
        lines: Vec::new(),
        allowed: Vec::new(),
        files: crate::migration::Files::Embedded(Vec::new()),
    });
    let graph = Graph::new(others)?;
    let migrations =
        changes(&from, &to, &mut NonInteractive)?.for_apps(|changed| changed == app).arrange(&graph, None)?;
    let [migration] = migrations.as_slice() else {
        return Err(Error::new(ErrorKind::Migration, format!("the app `{app}` has no models to migrate"))
            .with_hint("is its label right?"));
    };
    write(folder, &migration.key, &files(migration, &from, engines)?)
}
