//! The source reader: a project's models without compiling it.
//!
//! It starts at the crate's root file (`manage.rs`), follows `mod` lines as rustc does, and looks at items alone:
//! structs with `derive(Model)`, enums with `derive(Choices)`, `use` lines and type aliases, implementations of
//! `Display`, and what attributes such as `#[middleware]` register. Function bodies are split off as one token group and never parsed, which is where most of a project's
//! text is; a project of hundreds of models is read in milliseconds, and an unfinished view does not stop a migration.
//!
//! What it cannot see: models that a macro writes, and whether a `cfg` holds. `cfg(test)` is taken as not holding, every
//! other one as holding, with a note when a model depends on it. A derive is known by its last word, `Model` or
//! `Choices`.
//!
//! Every file that a `mod` line leads to is split, whatever words are in it: a file that only hands on an import
//! matters to the names of others. Files go in, descriptions or errors come out; nothing is cached here.

mod display;
mod files;
mod items;
mod models;
mod names;
mod registrations;
mod standing;
mod tree;

use std::path::{Path, PathBuf};

pub use registrations::{CommandWords, Hears, Registration, RegistrationKind};
pub use standing::unreached;

use crate::{ChoicesSchema, FieldSchema, ModelSchema};

/// A project to read.
#[derive(Debug, Clone)]
pub struct SourceProject {
    /// The project's folder. Errors name files relative to it.
    pub root: PathBuf,
    /// The crate's root file, relative to the folder; `manage.rs` unless it is another.
    pub crate_root: PathBuf,
    /// The labels of the project's own apps in INSTALLED_APPS, in that order: modules directly under the crate root.
    pub apps: Vec<String>,
    /// Items of other crates that models refer to: the framework's own models, bases and choices.
    pub external: Vec<ExternalItem>,
}

impl SourceProject {
    /// The project in this folder, with `manage.rs` for its root file and these apps.
    pub fn new(root: impl Into<PathBuf>, apps: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            root: root.into(),
            crate_root: "manage.rs".into(),
            apps: apps.into_iter().map(Into::into).collect(),
            external: Vec::new(),
        }
    }

    /// The same project, with an item of another crate.
    #[must_use]
    pub fn with_external(mut self, path: impl Into<String>, kind: ExternalKind) -> Self {
        self.external.push(ExternalItem { path: path.into(), kind });
        self
    }
}

/// An item of another crate that a model may refer to.
#[derive(Debug, Clone, PartialEq)]
pub struct ExternalItem {
    /// Its path, for example `rjango::contrib::auth::User`. A re-export of the same crate under the same name, as
    /// `rjango::auth::User` or by a glob of `rjango::prelude`, is found too.
    pub path: String,
    /// What it is.
    pub kind: ExternalKind,
}

/// What an item of another crate is.
#[derive(Debug, Clone, PartialEq)]
pub enum ExternalKind {
    /// A model, with its label (`auth.User`).
    Model(String),
    /// An abstract base, with its fields.
    Base(Vec<FieldSchema>),
    /// An enum of choices.
    Choices(ChoicesSchema),
}

/// What a project's source shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceModels {
    /// The models of the installed apps, app by app in their order, in each by file and line as the `mod` lines lead to
    /// them. Abstract ones are not among them.
    pub models: Vec<ModelSchema>,
    /// What is worth a word and no error: models outside the installed apps, models under a `cfg`.
    pub notes: Vec<ReadError>,
    /// What attributes such as `#[middleware]` register, ordered by path.
    pub registrations: Vec<Registration>,
    /// The modules directly under the crate's root, among them the apps.
    pub modules: Vec<String>,
    /// Every file that was read, relative to the project's folder.
    pub files: Vec<PathBuf>,
}

/// Something wrong, or worth a note, in a source file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadError {
    /// The file, relative to the project's folder where it lies inside.
    pub file: String,
    /// The line, from 1; 0 where the file as a whole is meant.
    pub line: usize,
    /// The column, from 1; 0 where the file as a whole is meant.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

impl ReadError {
    /// An error of the parser, in this file.
    fn of(error: &syn::Error, file: &str) -> Self {
        let start = error.span().start();
        let text = error.to_string();
        let (message, hint) = match text.split_once("\nhint: ") {
            Some((message, hint)) => (message.to_owned(), Some(hint.to_owned())),
            None => (text, None),
        };
        Self { file: file.to_owned(), line: start.line, column: start.column + 1, message, hint }
    }

    /// An error about a whole file.
    fn whole_file(file: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        Self {
            file: file.to_owned(),
            line: 0,
            column: 0,
            message: message.into(),
            hint: (!hint.is_empty()).then_some(hint),
        }
    }
}

/// Reads a project's models.
///
/// # Errors
/// Everything that is wrong in any of the files, in the order of files and lines.
pub fn read_project(project: &SourceProject) -> Result<SourceModels, Vec<ReadError>> {
    // The positions of tokens lie in a table of the thread, which its end frees: a watcher reads again and again.
    let read = || models::describe(project, tree::Tree::read(project));
    match std::thread::scope(|scope| scope.spawn(read).join()) {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// A path relative to the project's folder, with `/` between its parts on every system.
fn shown(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
