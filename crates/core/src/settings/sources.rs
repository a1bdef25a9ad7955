//! Where settings come from, as data: the files' texts and the environment's variables.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// Everything that settings are made of; nothing else is read.
///
/// Later files win over earlier ones, the environment over all of them. The `Debug` has names alone: values are secret.
#[derive(Clone, Default)]
pub struct Sources {
    /// The project's folder.
    pub base_dir: PathBuf,
    /// Each file's name, as errors show it, and its text.
    pub files: Vec<(String, String)>,
    /// The environment: variables that are no settings are passed over.
    pub environment: BTreeMap<String, String>,
}

/// The variable that names the overlay: `RJANGO_ENV=production` reads `config/settings.production.toml` too.
pub const ENVIRONMENT_VARIABLE: &str = "RJANGO_ENV";

impl Sources {
    /// No file and no variable: the defaults.
    pub fn new(base_dir: impl Into<PathBuf>) -> Self {
        Self { base_dir: base_dir.into(), ..Self::default() }
    }

    /// With one more file, which wins over those before it.
    #[must_use]
    pub fn with_file(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.push((name.into(), text.into()));
        self
    }

    /// With these variables, which win over every file.
    #[must_use]
    pub fn with_environment<K: Into<String>, V: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.environment.extend(variables.into_iter().map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// With the variables of this process; one whose name or value is not UTF-8 is passed over.
    #[must_use]
    pub fn with_process_environment(self) -> Self {
        let variables = std::env::vars_os();
        self.with_environment(
            variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        )
    }

    /// The names of the files to read, in order, for a value of `RJANGO_ENV`.
    ///
    /// # Errors
    /// For a value that is no name.
    pub fn file_names(environment: Option<&str>) -> Result<Vec<String>> {
        let mut names = vec!["config/settings.toml".to_owned()];
        if let Some(name) = environment.filter(|name| !name.is_empty()) {
            if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) {
                return Err(Error::improperly_configured(format!(
                    "`{ENVIRONMENT_VARIABLE}={name}` names no environment"
                ))
                .with_hint("use letters, digits, `-` and `_`, as in `RJANGO_ENV=production`"));
            }
            names.push(format!("config/settings.{name}.toml"));
        }
        Ok(names)
    }

    /// The project's files and this process's environment.
    ///
    /// # Errors
    /// Where a file is missing or cannot be read.
    pub fn gather(base_dir: &Path) -> Result<Self> {
        Self::gather_for(base_dir, None)
    }

    /// The same with the overlay of this name; `None` leaves it to `RJANGO_ENV`.
    ///
    /// # Errors
    /// As [`Sources::gather`].
    pub fn gather_for(base_dir: &Path, overlay: Option<&str>) -> Result<Self> {
        Self::new(base_dir).with_process_environment().with_files(overlay, |name| {
            let path = base_dir.join(name);
            std::fs::read_to_string(&path).map_err(|error| unreadable(&path, name, error))
        })
    }

    /// The files that a compiled project carries, each with its name, and this process's environment: of the overlays
    /// only the one of this name, or of `RJANGO_ENV`.
    ///
    /// # Errors
    /// Where the overlay is not among the files.
    pub fn embedded(base_dir: &Path, files: &[(&str, &str)], overlay: Option<&str>) -> Result<Self> {
        Self::new(base_dir).with_process_environment().with_embedded(files, overlay)
    }

    /// With the file and the overlay among these, as [`Sources::embedded`], the process left out of it.
    ///
    /// # Errors
    /// As [`Sources::embedded`].
    pub fn with_embedded(self, files: &[(&str, &str)], overlay: Option<&str>) -> Result<Self> {
        self.with_files(overlay, |name| match files.iter().find(|(file, _)| *file == name) {
            Some((_, text)) => Ok((*text).to_owned()),
            None => Err(Error::improperly_configured(format!("there is no `{name}` in this binary"))
                .with_hint(format!("write that file and build again, or unset `{ENVIRONMENT_VARIABLE}`"))),
        })
    }

    fn with_files(mut self, overlay: Option<&str>, read: impl Fn(&str) -> Result<String>) -> Result<Self> {
        let overlay = overlay.or_else(|| self.environment.get(ENVIRONMENT_VARIABLE).map(String::as_str));
        for name in Self::file_names(overlay)? {
            let text = read(&name)?;
            self.files.push((name, text));
        }
        Ok(self)
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files: Vec<_> = self.files.iter().map(|(name, _)| name).collect();
        let variables: Vec<_> = self.environment.keys().collect();
        f.debug_struct("Sources")
            .field("base_dir", &self.base_dir)
            .field("files", &files)
            .field("environment", &variables)
            .finish()
    }
}

fn unreadable(path: &Path, name: &str, error: std::io::Error) -> Error {
    let missing = error.kind() == std::io::ErrorKind::NotFound;
    let message = if missing { format!("there is no `{name}`") } else { format!("cannot read `{name}`") };
    let wrong = Error::improperly_configured(message).at(path.display().to_string(), 0, 0);
    let wrong = match (missing, name) {
        (false, _) => wrong,
        (true, "config/settings.toml") => {
            wrong.with_hint("run this in a project's folder, or make one with `rjango startproject`")
        }
        (true, _) => wrong.with_hint(format!("write that file, or unset `{ENVIRONMENT_VARIABLE}`")),
    };
    wrong.with_source(error)
}
