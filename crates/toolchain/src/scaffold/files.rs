//! Files from templates: placeholders filled in, nothing overwritten.

use std::fs;
use std::path::{Path, PathBuf};

use rjango_core::{Error, Result, ResultExt};

/// The files that are to be written into a folder, with their text.
pub(super) struct Files {
    folder: PathBuf,
    files: Vec<(PathBuf, String)>,
}

impl Files {
    /// The templates of a set, with `{{ name }}` replaced by its value; any other braces are the template's own.
    ///
    /// A template's path ends in `-tpl`, so that neither cargo nor git takes it for what it will be; `gitignore` and
    /// `gitattributes` get their dots here.
    pub(super) fn from_templates(
        folder: &Path,
        templates: &[(&'static str, &'static str)],
        values: &[(&str, &str)],
    ) -> Self {
        let files = templates
            .iter()
            .map(|(path, text)| {
                let path = path.strip_suffix("-tpl").unwrap_or(path);
                let path = match path {
                    "gitignore" => ".gitignore",
                    "gitattributes" => ".gitattributes",
                    path => path,
                };
                let mut text = (*text).to_owned();
                for (name, value) in values {
                    text = text.replace(&format!("{{{{ {name} }}}}"), value);
                }
                (folder.join(path), text)
            })
            .collect();
        Self { folder: folder.to_owned(), files }
    }

    /// One more file, in place of one of the same path.
    pub(super) fn push(&mut self, path: &str, text: String) {
        let path = self.folder.join(path);
        self.files.retain(|(earlier, _)| *earlier != path);
        self.files.push((path, text));
    }

    /// Fails where one of them is there already, before anything is written.
    pub(super) fn refuse_existing(&self) -> Result<()> {
        match self.files.iter().find(|(path, _)| path.exists()) {
            Some((path, _)) => Err(Error::command(format!("`{}` already exists", path.display()))
                .with_hint("move it out of the way, or choose another directory; nothing has been written")),
            None => Ok(()),
        }
    }

    /// Writes them all, making folders as needed.
    pub(super) fn write(&self) -> Result<()> {
        for (path, text) in &self.files {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).context(format!("cannot create the folder `{}`", folder.display()))?;
            }
            fs::write(path, text).context(format!("cannot write `{}`", path.display()))?;
        }
        Ok(())
    }
}
