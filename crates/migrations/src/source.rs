//! Where an app's migrations are: a folder on disk, or inside the binary.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// The migrations of one app. The framework's apps and third-party crates register theirs through `inventory`
/// (`inventory::submit! { AppMigrations::embedded("auth", &[..]) }`); a project's own stand in its folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppMigrations {
    /// The app's label.
    pub app: Cow<'static, str>,
    /// Where they are.
    pub source: Source,
}

/// A folder on disk, or files inside the binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The app's `migrations` folder. It need not exist: an app may have none yet.
    Directory(PathBuf),
    /// Paths inside the folder (`0001_initial/migration.toml`) and the files' text.
    Embedded(&'static [(&'static str, &'static str)]),
}

inventory::collect!(AppMigrations);

impl AppMigrations {
    /// Migrations inside the binary: paths inside the folder and the files' text.
    pub const fn embedded(app: &'static str, files: &'static [(&'static str, &'static str)]) -> Self {
        Self { app: Cow::Borrowed(app), source: Source::Embedded(files) }
    }

    /// Migrations in a folder on disk.
    pub fn directory(app: impl Into<String>, folder: impl Into<PathBuf>) -> Self {
        Self { app: Cow::Owned(app.into()), source: Source::Directory(folder.into()) }
    }

    /// The folder, where they are on disk.
    pub fn folder(&self) -> Option<&Path> {
        match &self.source {
            Source::Directory(folder) => Some(folder),
            Source::Embedded(_) => None,
        }
    }

    /// Everything that registered itself, in no particular order.
    pub fn registered() -> impl Iterator<Item = &'static Self> {
        inventory::iter::<Self>.into_iter()
    }
}
