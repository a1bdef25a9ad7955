//! Reading migrations from disk or from inside the binary, with errors that name the file and the line.

use std::path::Path;

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::Engine;
use rjango_schema::DEFAULT_USER_MODEL;
use serde::Deserialize;
use toml::Spanned;

use crate::migration::{Direction, Files, line_not_utf8, split_name, without_checkout};
use crate::{AppMigrations, Graph, Migration, MigrationKey, Operation, Source, swapped};

/// Reads every migration of these apps and makes the graph. `base_dir` is left out of the paths in messages; the SQL of
/// the engines is looked for, but read only when it runs.
///
/// # Errors
/// `Migration`, with file and line where there is one: a file that is missing, unreadable or garbled, and whatever
/// [`Graph::new`] refuses.
pub fn load(apps: &[AppMigrations], base_dir: &Path, engines: &[Engine]) -> Result<Graph> {
    let mut migrations = Vec::new();
    for app in apps {
        match &app.source {
            Source::Directory(folder) => read_folder(&app.app, folder, base_dir, &mut migrations)?,
            Source::Embedded(files) => read_embedded(&app.app, files, &mut migrations)?,
        }
    }
    for migration in &migrations {
        for engine in engines {
            let file = Direction::Up.file_name(*engine);
            if !migration.files.has(&file) {
                return Err(migration.missing(*engine, &file));
            }
        }
    }
    // Every app of a project has the same users.
    let users = apps.iter().find_map(|app| app.users.as_deref()).unwrap_or(DEFAULT_USER_MODEL);
    swapped::swap(&mut migrations, users)?;
    let mut graph = Graph::new(migrations)?;
    swapped::with_states(&mut graph)?;
    Ok(graph.with_apps(apps.iter().map(|app| app.app.to_string())))
}

fn read_folder(app: &str, folder: &Path, base_dir: &Path, migrations: &mut Vec<Migration>) -> Result<()> {
    let shown = |path: &Path| path.strip_prefix(base_dir).unwrap_or(path).display().to_string();
    let unreadable = |path: &Path, error: std::io::Error| {
        let line = line_not_utf8(&error);
        let hint = if line > 0 { "save the file as UTF-8" } else { "can this user read it?" };
        Error::new(ErrorKind::Migration, "cannot read the migrations")
            .at(shown(path), line, 0)
            .with_hint(hint)
            .with_source(error)
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        // An app without migrations need not have the folder.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(folder, error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(folder, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Hidden folders are those that the writer has not finished.
        if !name.starts_with(['.', '_']) && entry.path().is_dir() {
            names.push(name);
        }
    }
    names.sort();
    for name in names {
        let path = folder.join(&name);
        if split_name(&name).is_none() {
            return Err(Error::new(ErrorKind::Migration, format!("`{name}` is not a migration's name"))
                .at(shown(&path), 0, 0)
                .with_hint("a migration is called `0002_add_price`: four digits, an underscore, words; move other folders away"));
        }
        let file = path.join("migration.toml");
        let text = std::fs::read(&file).and_then(crate::migration::text).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                Error::new(ErrorKind::Migration, format!("the migration `{app}.{name}` has no `migration.toml`"))
                    .at(shown(&file), 0, 0)
                    .with_hint("restore the file from version control, or remove the folder if it was never applied")
            } else {
                unreadable(&file, error)
            }
        })?;
        let shown_folder = shown(&path);
        migrations.push(parse(
            MigrationKey::new(app, name),
            &text,
            Files::Directory { folder: path, shown: shown_folder },
        )?);
    }
    Ok(())
}

fn read_embedded(
    app: &str,
    files: &'static [(&'static str, &'static str)],
    migrations: &mut Vec<Migration>,
) -> Result<()> {
    for (path, text) in files {
        let Some(name) = path.strip_suffix("/migration.toml") else {
            continue;
        };
        let prefix = format!("{name}/");
        let own = files.iter().filter_map(|(path, text)| Some((path.strip_prefix(prefix.as_str())?, *text))).collect();
        let text = without_checkout(text);
        migrations.push(parse(MigrationKey::new(app, name), &text, Files::Embedded(own))?);
    }
    Ok(())
}

/// `migration.toml` as it is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    initial: bool,
    #[serde(default)]
    dependencies: Vec<Spanned<String>>,
    #[serde(default)]
    replaces: Vec<Spanned<String>>,
    #[serde(default = "yes")]
    atomic: bool,
    #[serde(default)]
    operations: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    lint: Lint,
}

fn yes() -> bool {
    true
}

/// `[lint]`: what `lintmigrations` is not to mention.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lint {
    #[serde(default)]
    allow: Vec<Spanned<String>>,
}

fn parse(key: MigrationKey, text: &str, files: Files) -> Result<Migration> {
    let shown = files.shown(&key, "migration.toml");
    let error_at = |message: String, start: Option<usize>, hint: &str| {
        let (line, column) = start.map_or((0, 0), |start| place(text, start));
        Error::new(ErrorKind::Migration, message).at(shown.clone(), line, column).with_hint(hint.to_owned())
    };
    const RESTORE: &str = "fix the file, or restore it from version control";
    // As it is written, it names what it depends on, even if that is nothing.
    if text.trim().is_empty() {
        return Err(error_at(
            format!("the `migration.toml` of `{key}` is empty"),
            None,
            "restore the file from version control",
        ));
    }
    let file: File = toml::from_str(text).map_err(|error| {
        error_at(
            format!("cannot read the migration `{key}`: {}", error.message().trim_end_matches('.')),
            error.span().map(|span| span.start),
            RESTORE,
        )
    })?;
    let keys = |names: Vec<Spanned<String>>| -> Result<Vec<MigrationKey>> {
        let parsed = names.into_iter().map(|name| {
            let start = name.span().start;
            let name = name.into_inner();
            MigrationKey::parse(&name).ok_or_else(|| {
                error_at(
                    format!("`{name}` is not a migration"),
                    Some(start),
                    "a migration is written `app.0001_initial`",
                )
            })
        });
        parsed.collect()
    };
    let (dependencies, replaces) = (keys(file.dependencies)?, keys(file.replaces)?);
    let mut operations = Vec::new();
    let mut lines = Vec::new();
    for table in file.operations {
        let start = table.span().start;
        let operation: Operation =
            toml::Value::Table(table.into_inner()).try_into().map_err(|error: toml::de::Error| {
                error_at(
                    format!("cannot read an operation of `{key}`: {}", error.message().trim_end_matches('.')),
                    Some(start),
                    RESTORE,
                )
            })?;
        if file.atomic && operation.needs_no_transaction() {
            return Err(error_at(
                format!(
                    "`{}` changes an index concurrently, which no transaction can, and `{key}` is one",
                    operation.type_name()
                ),
                Some(start),
                "write `atomic = false` above the operations, and let the migration do nothing else",
            ));
        }
        operations.push(operation);
        lines.push(place(text, start).0);
    }
    let allowed = file.lint.allow.into_iter().map(|rule| {
        let line = place(text, rule.span().start).0;
        (rule.into_inner(), line)
    });
    let allowed = allowed.collect();
    Ok(Migration {
        key,
        initial: file.initial,
        dependencies,
        replaces,
        atomic: file.atomic,
        operations,
        lines,
        allowed,
        files,
        swapped: None,
    })
}

/// Line and column, from 1, of a byte.
fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(byte.min(text.len()))];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}
