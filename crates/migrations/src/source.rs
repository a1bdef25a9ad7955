//! Where an app's migrations are: a folder on disk, or inside the binary.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use rjango_schema::DEFAULT_USER_MODEL;

/// The migrations of one app. The framework's apps and third-party crates register theirs through `inventory`
/// (`inventory::submit! { AppMigrations::embedded("auth", &[..]) }`); a project's own stand in its folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppMigrations {
    /// The app's label.
    pub app: Cow<'static, str>,
    /// Where they are.
    pub source: Source,
    /// The model that the project's AUTH_USER_MODEL names, where it is not `auth.User`: relations to the users lead there.
    pub users: Option<Cow<'static, str>>,
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
        Self { app: Cow::Borrowed(app), source: Source::Embedded(files), users: None }
    }

    /// Migrations in a folder on disk.
    pub fn directory(app: impl Into<String>, folder: impl Into<PathBuf>) -> Self {
        Self { app: Cow::Owned(app.into()), source: Source::Directory(folder.into()), users: None }
    }

    /// The same in a project with this AUTH_USER_MODEL.
    #[must_use]
    pub fn with_users(self, label: &str) -> Self {
        let users = (label != DEFAULT_USER_MODEL).then(|| Cow::Owned(label.to_owned()));
        Self { users, ..self }
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
