//! A migration: its name, what it depends on, its operations, and where its SQL is.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::Engine;

use crate::reader::line_of_comment;
use crate::swapped::Swapped;
use crate::writer::sql_files;
use crate::{Operation, ProjectState};

/// The name of a migration: app and folder, written `shop.0001_initial`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MigrationKey {
    /// The app's label.
    pub app: String,
    /// The folder's name: four digits (or more), an underscore and words.
    pub name: String,
}

impl MigrationKey {
    /// The key of this app and name.
    pub fn new(app: impl Into<String>, name: impl Into<String>) -> Self {
        Self { app: app.into(), name: name.into() }
    }

    /// The key in `shop.0001_initial`.
    pub fn parse(text: &str) -> Option<Self> {
        let (app, name) = text.split_once('.')?;
        let key = Self::new(app, name);
        (!app.is_empty() && split_name(name).is_some()).then_some(key)
    }

    /// The number before the words; 0 where the name has none.
    pub fn number(&self) -> u32 {
        split_name(&self.name).map_or(0, |(number, _)| number)
    }

    /// The words after the number.
    pub fn words(&self) -> &str {
        split_name(&self.name).map_or(&self.name, |(_, words)| words)
    }
}

impl fmt::Display for MigrationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.app, self.name)
    }
}

/// The number and the words of a folder's name; `None` where it is no migration's name.
pub(crate) fn split_name(name: &str) -> Option<(u32, &str)> {
    let (digits, words) = name.split_once('_')?;
    let is_word = |words: &str| {
        !words.is_empty() && words.chars().all(|character| character.is_alphanumeric() || character == '_')
    };
    // refinery numbers with 32 bits and a sign.
    let number: u32 = digits.parse().ok().filter(|number| (1..=999_999_999).contains(number))?;
    (digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) && is_word(words)).then_some((number, words))
}

/// A migration yet to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMigration {
    /// App and name.
    pub key: MigrationKey,
    /// Whether it makes an app's first tables.
    pub initial: bool,
    /// What must be applied before it.
    pub dependencies: Vec<MigrationKey>,
    /// What it stands for, where it is a squashed migration.
    pub replaces: Vec<MigrationKey>,
    /// Whether it runs in one transaction, on the engines that have such.
    pub atomic: bool,
    /// What it does.
    pub operations: Vec<Operation>,
}

impl NewMigration {
    /// Whether it only joins branches: it depends on several of its own app's and does nothing.
    pub fn is_merge(&self) -> bool {
        let own = self.dependencies.iter().filter(|dependency| dependency.app == self.key.app);
        self.operations.is_empty() && own.count() > 1
    }
}

/// A migration that is there.
#[derive(Debug, Clone)]
pub struct Migration {
    /// App and name.
    pub key: MigrationKey,
    /// Whether it makes an app's first tables.
    pub initial: bool,
    /// What must be applied before it.
    pub dependencies: Vec<MigrationKey>,
    /// What it stands for, where it is a squashed migration.
    pub replaces: Vec<MigrationKey>,
    /// Whether it runs in one transaction, on the engines that have such.
    pub atomic: bool,
    /// What it does.
    pub operations: Vec<Operation>,
    /// The line of each operation in `migration.toml`, from 1.
    pub(crate) lines: Vec<usize>,
    /// The lint rules that it may break, as `[lint]` allows: names and their lines.
    pub(crate) allowed: Vec<(String, usize)>,
    /// Where its files are.
    pub(crate) files: Files,
    /// What it is rendered from, where the project's own model of users has taken the place of `auth.User`.
    pub(crate) swapped: Option<Swapped>,
}

/// The line of an SQL file that holds it back until a person has written it.
pub const TO_BE_WRITTEN: &str = "-- rjango: to be written";

/// The way of an SQL file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `up.<engine>.sql`.
    Up,
    /// `down.<engine>.sql`.
    Down,
}

impl Direction {
    /// `up` or `down`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }

    /// The name of an engine's SQL file.
    pub fn file_name(self, engine: Engine) -> String {
        format!("{}.{}.sql", self.word(), engine.name())
    }
}

/// Where a migration's files are.
#[derive(Debug, Clone)]
pub(crate) enum Files {
    /// In this folder, shown as the given path.
    Directory { folder: PathBuf, shown: String },
    /// Inside the binary: file names and texts.
    Embedded(Vec<(&'static str, &'static str)>),
}

impl Files {
    /// The path of a file for messages.
    pub(crate) fn shown(&self, key: &MigrationKey, file: &str) -> String {
        match self {
            Self::Directory { shown, .. } => format!("{shown}/{file}"),
            Self::Embedded(_) => format!("{}/migrations/{}/{file} (built in)", key.app, key.name),
        }
    }

    /// Whether there is such a file.
    pub(crate) fn has(&self, file: &str) -> bool {
        match self {
            Self::Directory { folder, .. } => folder.join(file).is_file(),
            Self::Embedded(files) => files.iter().any(|(name, _)| *name == file),
        }
    }

    fn read(&self, file: &str) -> std::io::Result<Option<Cow<'static, str>>> {
        match self {
            Self::Directory { folder, .. } => match std::fs::read(folder.join(file)) {
                Ok(bytes) => text(bytes).map(|text| Some(Cow::Owned(text))),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            },
            Self::Embedded(files) => {
                let found = files.iter().find(|(name, _)| *name == file);
                Ok(found.map(|(_, text)| without_checkout(text)))
            }
        }
    }
}

/// The text of a file of a migration. A checkout may have given it other line ends or a byte order mark: neither is part of
/// what a person wrote, nor of the checksum.
///
/// # Errors
/// `InvalidData` where it is not UTF-8: a [`NotUtf8`] with the line.
pub(crate) fn text(bytes: Vec<u8>) -> std::io::Result<String> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + valid.iter().filter(|byte| **byte == b'\n').count();
        std::io::Error::new(std::io::ErrorKind::InvalidData, NotUtf8 { line })
    })?;
    Ok(match without_checkout(&text) {
        Cow::Borrowed(same) if same.len() == text.len() => text,
        other => other.into_owned(),
    })
}

/// A text without what a checkout may have added: the byte order mark and the carriage returns. A binary may have been built
/// from such a checkout.
pub(crate) fn without_checkout(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}

/// Where a file is not UTF-8.
#[derive(Debug)]
pub(crate) struct NotUtf8 {
    /// The line, from 1.
    pub(crate) line: usize,
}

impl std::fmt::Display for NotUtf8 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {} is not UTF-8", self.line)
    }
}

impl std::error::Error for NotUtf8 {}

/// The line at which a file stops being UTF-8; 0 where it could not be read for another reason.
pub(crate) fn line_not_utf8(error: &std::io::Error) -> usize {
    error.get_ref().and_then(|inner| inner.downcast_ref::<NotUtf8>()).map_or(0, |found| found.line)
}

impl Migration {
    /// The path of one of its files, for messages.
    pub fn file(&self, name: &str) -> String {
        self.files.shown(&self.key, name)
    }

    /// Its folder, where it is on disk.
    pub fn folder(&self) -> Option<&Path> {
        match &self.files {
            Files::Directory { folder, .. } => Some(folder),
            Files::Embedded(_) => None,
        }
    }

    /// The line of an operation in `migration.toml`, from 1; 0 where it is not known.
    pub fn operation_line(&self, index: usize) -> usize {
        self.lines.get(index).copied().unwrap_or_default()
    }

    /// The lint rules that `[lint] allow` names, with their lines.
    pub fn allowed_rules(&self) -> &[(String, usize)] {
        &self.allowed
    }

    /// Applies its operations to a state.
    ///
    /// # Errors
    /// `Migration` where an operation does not fit, with the file.
    pub fn apply(&self, state: &mut ProjectState) -> Result<()> {
        for operation in &self.operations {
            operation.apply(&self.key.app, state).map_err(|error| {
                let hint = error.hint().map(str::to_owned);
                let outer = Error::new(
                    ErrorKind::Migration,
                    format!("`{}` does not follow from the migrations before it: {error}", self.key),
                );
                let outer = outer.at(self.file("migration.toml"), 0, 0);
                match hint {
                    Some(hint) => outer.with_hint(hint),
                    None => outer,
                }
            })?;
        }
        Ok(())
    }

    /// The SQL of a direction on an engine.
    ///
    /// # Errors
    /// As [`Migration::up_sql`] and [`Migration::down_sql`].
    pub fn sql(&self, engine: Engine, direction: Direction) -> Result<Cow<'static, str>> {
        match direction {
            Direction::Up => self.up_sql(engine),
            Direction::Down => self.down_sql(engine),
        }
    }

    /// The SQL that applies it on an engine.
    ///
    /// # Errors
    /// `Migration` where the file is missing or cannot be read.
    pub fn up_sql(&self, engine: Engine) -> Result<Cow<'static, str>> {
        let file = Direction::Up.file_name(engine);
        self.read(&file)?.ok_or_else(|| self.missing(engine, &file))
    }

    /// The SQL that takes it back on an engine.
    ///
    /// # Errors
    /// `Migration` where there is none: the migration cannot be taken back.
    pub fn down_sql(&self, engine: Engine) -> Result<Cow<'static, str>> {
        let file = Direction::Down.file_name(engine);
        self.read(&file)?.ok_or_else(|| {
            Error::new(ErrorKind::Migration, format!("`{}` cannot be taken back: it has no `{file}`", self.key))
                .at(self.file(&file), 0, 0)
                .with_hint(format!("write the SQL that undoes it into `{}`, even if only a comment", self.file(&file)))
        })
    }

    /// Whether it can be applied on an engine: whether its SQL is there.
    pub fn has_sql(&self, engine: Engine) -> bool {
        self.files.has(&Direction::Up.file_name(engine))
    }

    /// The error where it cannot.
    pub fn missing_sql(&self, engine: Engine) -> Error {
        self.missing(engine, &Direction::Up.file_name(engine))
    }

    pub(crate) fn missing(&self, engine: Engine, file: &str) -> Error {
        let hint = match self.files {
            Files::Directory { .. } => format!(
                "restore the file from version control; where it never was, `rjango makemigrations --engine {}` writes it",
                engine.name()
            ),
            Files::Embedded(_) => format!("the crate of the app `{}` does not support {engine}", self.key.app),
        };
        Error::new(ErrorKind::Migration, format!("`{}` has no SQL for {engine}: `{file}` is missing", self.key))
            .at(self.file(file), 0, 0)
            .with_hint(hint)
    }

    /// The migration as it was before it was written.
    pub fn as_new(&self) -> NewMigration {
        NewMigration {
            key: self.key.clone(),
            initial: self.initial,
            dependencies: self.dependencies.clone(),
            replaces: self.replaces.clone(),
            atomic: self.atomic,
            operations: self.operations.clone(),
        }
    }

    /// The text by which a database's history knows it: that of its own file, also where it is rendered for other users.
    ///
    /// # Errors
    /// As [`Migration::up_sql`].
    pub(crate) fn recorded_sql(&self, engine: Engine) -> Result<Cow<'static, str>> {
        let file = Direction::Up.file_name(engine);
        self.read_file(&file)?.ok_or_else(|| self.missing(engine, &file))
    }

    /// The text of one of its SQL files, if it is there.
    ///
    /// # Errors
    /// `Migration` where the file cannot be read.
    pub fn sql_if_there(&self, engine: Engine, direction: Direction) -> Result<Option<Cow<'static, str>>> {
        self.read(&direction.file_name(engine))
    }

    /// That its SQL for this way is there and written, not only a place for it.
    ///
    /// # Errors
    /// `Migration` where it is not.
    pub fn check_sql(&self, engine: Engine, direction: Direction) -> Result<()> {
        let sql = match direction {
            Direction::Up => self.up_sql(engine)?,
            Direction::Down => self.down_sql(engine)?,
        };
        if sql.trim().is_empty() && !self.operations.is_empty() {
            let file = direction.file_name(engine);
            return Err(Error::new(
                ErrorKind::Migration,
                format!("`{file}` of `{}` is empty, and `migration.toml` has operations", self.key),
            )
            .at(self.file(&file), 0, 0)
            .with_hint(
                "restore the file from version control; or, where there is nothing to run, write a comment into it",
            ));
        }
        match line_of_comment(&sql, engine, TO_BE_WRITTEN) {
            None => Ok(()),
            Some(line) => {
                let file = direction.file_name(engine);
                Err(Error::new(ErrorKind::Migration, format!("the SQL of `{}` is still to be written", self.key))
                    .at(self.file(&file), line, 1)
                    .with_hint(format!("write it into `{}`, and remove the line `{TO_BE_WRITTEN}`", self.file(&file))))
            }
        }
    }

    /// What is wrong with its SQL files for an engine, whichever way: not readable, or empty beside operations.
    pub fn problems_of_sql(&self, engine: Engine) -> Vec<Error> {
        let mut problems = Vec::new();
        for direction in [Direction::Up, Direction::Down] {
            match self.sql_if_there(engine, direction) {
                Err(error) => problems.push(error),
                Ok(Some(sql)) if sql.trim().is_empty() => problems.extend(self.check_sql(engine, direction).err()),
                Ok(_) => {}
            }
        }
        problems
    }

    fn read(&self, file: &str) -> Result<Option<Cow<'static, str>>> {
        let rendered = Engine::ALL.into_iter().find(|engine| {
            [Direction::Up, Direction::Down].iter().any(|direction| direction.file_name(*engine) == file)
        });
        let (Some(swapped), Some(engine)) = (&self.swapped, rendered) else { return self.read_file(file) };
        if self.operations.is_empty() {
            return Ok(Some("-- (no-op)\n".into()));
        }
        let files = sql_files(&self.as_new(), swapped.before(self)?, engine)?;
        Ok(files.into_iter().find(|(name, _)| name == file).map(|(_, text)| Cow::Owned(text)))
    }

    fn read_file(&self, file: &str) -> Result<Option<Cow<'static, str>>> {
        self.files.read(file).map_err(|error| {
            let line = line_not_utf8(&error);
            let hint = if line > 0 { "save the file as UTF-8" } else { "can this user read the file?" };
            Error::new(ErrorKind::Migration, format!("cannot read the SQL of `{}`", self.key))
                .at(self.file(file), line, 0)
                .with_hint(hint)
                .with_source(error)
        })
    }
}
