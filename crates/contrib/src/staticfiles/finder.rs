//! Where static files are: STATICFILES_DIRS, the project's `static/`, then `static/` of each app in the order of
//! INSTALLED_APPS.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rjango_core::{Result, ResultExt, Settings, Site};

use super::embedded::{self, EmbeddedFiles, StaticTable};
use super::path::clean;

/// A static file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaticFile {
    /// On disk.
    Disk(PathBuf),
    /// Inside the program.
    Embedded(&'static [u8]),
}

impl StaticFile {
    /// The content.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn read(&self) -> Result<Vec<u8>> {
        match self {
            Self::Disk(path) => fs::read(path).context(format!("cannot read `{}`", path.display())),
            Self::Embedded(content) => Ok(content.to_vec()),
        }
    }

    /// When the file last changed; nothing for one inside the program.
    pub fn modified(&self) -> Option<SystemTime> {
        match self {
            Self::Disk(path) => fs::metadata(path).and_then(|metadata| metadata.modified()).ok(),
            Self::Embedded(_) => None,
        }
    }
}

/// A place with static files.
#[derive(Debug)]
enum Place {
    /// A folder on disk; it need not exist.
    Folder(PathBuf),
    /// Files inside the program.
    Table(&'static [(&'static str, &'static [u8])]),
}

/// Finds a site's static files; the first place that has a path wins.
#[derive(Debug)]
pub struct Finder(Vec<Place>);

impl Finder {
    /// The places that the site's settings give.
    pub fn of_site(site: &Site) -> Self {
        Self::new(site.settings(), site.get::<EmbeddedFiles>().copied().unwrap_or_default())
    }

    /// The places that the settings give, with the project's embedded files.
    pub fn new(settings: &Settings, project: EmbeddedFiles) -> Self {
        let base = &settings.base_dir;
        let mut places: Vec<Place> =
            settings.staticfiles_dirs.iter().map(|folder| Place::Folder(base.join(folder))).collect();
        places.push(Place::Table(project.0));
        // DIFFERENCE: Django looks there only if STATICFILES_DIRS says so. A release build has these files inside, and
        // a debug build should not know less.
        if settings.static_root.as_ref().is_none_or(|root| base.join(root) != base.join("static")) {
            places.push(Place::Folder(base.join("static")));
        }
        for app in &settings.installed_apps {
            let tables = inventory::iter::<StaticTable>.into_iter().filter(|table| table.app == app);
            places.extend(tables.map(|table| Place::Table(table.files)));
            if !app.contains('.') {
                places.push(Place::Folder(base.join(app).join("static")));
            }
        }
        Self(places)
    }

    /// The file of this path.
    pub fn find(&self, path: &str) -> Option<StaticFile> {
        self.find_all(path).next()
    }

    /// Every file of this path, the one that wins first.
    pub fn find_all(&self, path: &str) -> impl Iterator<Item = StaticFile> {
        let path = clean(path);
        self.0.iter().filter_map(move |place| place.find(path.as_deref()?))
    }

    /// Every file by its path. Hidden files, editors' copies (`*~`) and `CVS` stay out, as in Django.
    ///
    /// # Errors
    /// Where a folder cannot be read.
    pub fn list(&self) -> Result<BTreeMap<String, StaticFile>> {
        let mut files = BTreeMap::new();
        for place in &self.0 {
            place.list(&mut files)?;
        }
        Ok(files)
    }

    /// The places, as a person may look into them.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().filter_map(|place| match place {
            Place::Folder(folder) => Some(folder.as_path()),
            _ => None,
        })
    }
}

impl Place {
    fn find(&self, path: &str) -> Option<StaticFile> {
        match self {
            Self::Folder(folder) => {
                let file = folder.join(path);
                file.is_file().then_some(StaticFile::Disk(file))
            }
            Self::Table(files) => embedded::find(files, path).map(StaticFile::Embedded),
        }
    }

    fn list(&self, found: &mut BTreeMap<String, StaticFile>) -> Result<()> {
        match self {
            Self::Folder(folder) => {
                walk(folder, "", found).context(format!("cannot read the folder `{}`", folder.display()))?;
            }
            Self::Table(files) => {
                for (path, content) in *files {
                    found.entry((*path).to_owned()).or_insert(StaticFile::Embedded(content));
                }
            }
        }
        Ok(())
    }
}

fn walk(folder: &Path, prefix: &str, found: &mut BTreeMap<String, StaticFile>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') || name.ends_with('~') || name == "CVS" {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            walk(&path, &format!("{prefix}{name}/"), found)?;
        } else {
            found.entry(format!("{prefix}{name}")).or_insert(StaticFile::Disk(path));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    inventory::submit! {
        StaticTable { app: "crates.theme", files: &[("theme/a.css", b"embedded"), ("shop/b.css", b"theme's")] }
    }

    fn project() -> (tempfile::TempDir, Settings) {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(folder.path());
        settings.installed_apps = vec!["crates.theme".to_owned(), "shop".to_owned()];
        settings.staticfiles_dirs = vec!["assets".into()];
        for path in ["shop/static/shop/b.css", "shop/static/shop/.hidden", "shop/static/x~", "assets/img/c.png"] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "disk").unwrap();
        }
        (folder, settings)
    }

    #[test]
    fn the_first_place_wins() {
        let (folder, settings) = project();
        let finder = Finder::new(&settings, EmbeddedFiles::default());
        assert_eq!(finder.find("shop/b.css"), Some(StaticFile::Embedded(b"theme's")));
        assert_eq!(finder.find_all("shop/b.css").count(), 2);
        assert_eq!(finder.find("img/c.png"), Some(StaticFile::Disk(folder.path().join("assets/img/c.png"))));
        assert_eq!(finder.find("img"), None);
        assert_eq!(finder.find("../shop/models.rs"), None);
    }

    #[test]
    fn all_files_are_listed_without_hidden_ones() {
        let (_folder, settings) = project();
        let files = Finder::new(&settings, EmbeddedFiles::default()).list().unwrap();
        assert_eq!(files.keys().collect::<Vec<_>>(), ["img/c.png", "shop/b.css", "theme/a.css"]);
        assert_eq!(files["shop/b.css"].read().unwrap(), b"theme's");
    }

    #[test]
    fn a_release_build_needs_no_folder() {
        let settings = Settings::new("/nonexistent");
        let project = EmbeddedFiles(&[("c.png", b"c"), ("shop/b.css", b"b")]);
        let finder = Finder::new(&settings, project);
        assert_eq!(finder.find("shop/b.css"), Some(StaticFile::Embedded(b"b")));
        assert_eq!(finder.list().unwrap().keys().collect::<Vec<_>>(), ["c.png", "shop/b.css"]);
    }
}
