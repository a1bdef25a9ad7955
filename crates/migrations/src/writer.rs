//! Writing a migration: `0002_product_sku/` with `migration.toml` and the SQL of each engine, whole or not at all.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Engine, Models};

use crate::autodetector::{NonInteractive, changes};
use crate::migration::{Direction, TO_BE_WRITTEN};
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
        files.extend(sql_files(migration, from, *engine)?);
    }
    Ok(files)
}

/// The SQL files of a migration for one engine: as [`files`].
///
/// # Errors
/// As [`files`].
pub fn sql_files(migration: &NewMigration, from: &ProjectState, engine: Engine) -> Result<Vec<(String, String)>> {
    let (up, down) = if !migration.operations.is_empty() {
        let script = sql::render(engine, &migration.key.app, &migration.operations, from)?;
        (script.up, script.down)
    } else if migration.is_merge() || !migration.replaces.is_empty() {
        ("-- (no-op)\n".to_owned(), Some("-- (no-op)\n".to_owned()))
    } else {
        let place = |what: &str| {
            format!(
                "{TO_BE_WRITTEN}\n-- The SQL that {what} this migration on {engine}. Remove the line above when it is there.\n"
            )
        };
        (place("applies"), Some(place("takes back")))
    };
    let up = (Direction::Up.file_name(engine), up);
    let down = down.map(|down| (Direction::Down.file_name(engine), down));
    Ok([Some(up), down].into_iter().flatten().collect())
}

/// `migration.toml` without the comment that opens it.
pub fn without_header(text: &str) -> String {
    text.lines().skip_while(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect()
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
    if !migration.atomic {
        text.push_str("atomic = false\n");
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
    let prepared = Prepared::new(folder, key, files)?;
    prepared.rename(&target)?;
    Ok(target)
}

/// Writes the files of a migration in the place of one that is there, which may have another name.
///
/// Whatever happens, one of the two is there, whole.
///
/// # Errors
/// As [`write()`].
pub fn replace(folder: &Path, old: &MigrationKey, key: &MigrationKey, files: &[(String, String)]) -> Result<PathBuf> {
    let (before, target) = (folder.join(&old.name), folder.join(&key.name));
    if old != key {
        let target = write(folder, key, files)?;
        fs::remove_dir_all(&before).map_err(|error| failed(old, &before, error))?;
        return Ok(target);
    }
    let prepared = Prepared::new(folder, key, files)?;
    // A folder cannot be renamed over one that is not empty: the old one steps aside, hidden, until the new one stands.
    let aside = folder.join(format!(".{}.{}.old", key.name, std::process::id()));
    fs::rename(&before, &aside).map_err(|error| failed(key, &before, error))?;
    if let Err(error) = prepared.rename(&target) {
        // Nothing better can be done about a disk that refuses the way back as well.
        let _ = fs::rename(&aside, &before);
        return Err(error);
    }
    fs::remove_dir_all(&aside).map_err(|error| failed(key, &aside, error))?;
    Ok(target)
}

/// Adds files to a migration that is there; none of them may be.
///
/// # Errors
/// `Migration` where a file of that name is there, or the disk refuses.
pub fn add(folder: &Path, key: &MigrationKey, files: &[(String, String)]) -> Result<()> {
    let folder = folder.join(&key.name);
    for (name, text) in files {
        let (unfinished, target) = (folder.join(format!(".{name}.{}", std::process::id())), folder.join(name));
        if target.exists() {
            return Err(failed(key, &target, std::io::ErrorKind::AlreadyExists.into()));
        }
        if let Err(error) = write_file(&unfinished, text).and_then(|()| fs::rename(&unfinished, &target)) {
            // It is of no use, and hidden; that it cannot be removed is no second error.
            let _ = fs::remove_file(&unfinished);
            return Err(failed(key, &target, error));
        }
    }
    Ok(())
}

/// The files of a migration in a hidden folder: the loader does not see it, so until it is renamed the migration does not
/// exist.
struct Prepared<'a> {
    key: &'a MigrationKey,
    folder: PathBuf,
}

impl<'a> Prepared<'a> {
    fn new(folder: &Path, key: &'a MigrationKey, files: &[(String, String)]) -> Result<Self> {
        fs::create_dir_all(folder).map_err(|error| failed(key, folder, error))?;
        let prepared = Self { key, folder: folder.join(format!(".{}.{}", key.name, std::process::id())) };
        fs::create_dir(&prepared.folder).map_err(|error| failed(key, &prepared.folder, error))?;
        for (name, text) in files {
            let path = prepared.folder.join(name);
            write_file(&path, text).map_err(|error| failed(key, &path, error))?;
        }
        Ok(prepared)
    }

    fn rename(self, target: &Path) -> Result<()> {
        fs::rename(&self.folder, target).map_err(|error| failed(self.key, target, error))
    }
}

/// What was not renamed is of no use, and hidden; that it cannot be removed is no second error.
impl Drop for Prepared<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn write_file(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn failed(key: &MigrationKey, path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Migration, format!("cannot write the migration `{key}`"))
        .at(path.display().to_string(), 0, 0)
        .with_hint("does this user own the folder, and is there space on the disk?")
        .with_source(error)
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
        atomic: true,
        operations: Vec::new(),
        lines: Vec::new(),
        allowed: Vec::new(),
        files: crate::migration::Files::Embedded(Vec::new()),
        swapped: None,
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
