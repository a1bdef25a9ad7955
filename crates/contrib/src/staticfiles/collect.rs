//! Copying every static file into STATIC_ROOT, where a web server finds them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rjango_core::{Error, Result, ResultExt, Settings};

use super::StaticFile;

/// What [`collect`] did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Collected {
    /// Paths that were copied.
    pub copied: Vec<String>,
    /// How many were there already with the same content.
    pub unmodified: usize,
}

/// Copies the files into STATIC_ROOT; with `dry_run` only says what it would copy.
///
/// # Errors
/// `ImproperlyConfigured` where STATIC_ROOT is not set; where a file cannot be read or written.
pub fn collect(settings: &Settings, files: &BTreeMap<String, StaticFile>, dry_run: bool) -> Result<Collected> {
    let root = static_root(settings)?;
    let mut collected = Collected::default();
    for (path, file) in files {
        let target = root.join(path);
        if let StaticFile::Disk(source) = file
            && *source == target
        {
            return Err(Error::improperly_configured(format!(
                "STATIC_ROOT `{}` is a folder that is searched for static files",
                root.display()
            ))
            .with_hint("choose a folder of its own, for example `STATIC_ROOT = \"staticfiles\"`"));
        }
        let content = file.read()?;
        if fs::read(&target).is_ok_and(|present| present == content) {
            collected.unmodified += 1;
            continue;
        }
        if !dry_run {
            write(&target, &content).context(format!("cannot write `{}`", target.display()))?;
        }
        collected.copied.push(path.clone());
    }
    Ok(collected)
}

/// STATIC_ROOT.
fn static_root(settings: &Settings) -> Result<PathBuf> {
    match &settings.static_root {
        Some(root) => Ok(settings.base_dir.join(root)),
        None => Err(Error::improperly_configured("STATIC_ROOT is not set")
            .with_hint("name the folder to collect into, for example `STATIC_ROOT = \"staticfiles\"`")),
    }
}

fn write(target: &Path, content: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(target, content)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn files() -> BTreeMap<String, StaticFile> {
        BTreeMap::from([("shop/b.css".to_owned(), StaticFile::Embedded(b"b"))])
    }

    #[test]
    fn files_are_copied_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(folder.path());
        settings.static_root = Some("out".into());
        let copied = Collected { copied: vec!["shop/b.css".to_owned()], unmodified: 0 };
        assert_eq!(collect(&settings, &files(), true).unwrap(), copied);
        assert!(!folder.path().join("out").exists());
        assert_eq!(collect(&settings, &files(), false).unwrap(), copied);
        assert_eq!(fs::read(folder.path().join("out/shop/b.css")).unwrap(), b"b");
        assert_eq!(collect(&settings, &files(), false).unwrap(), Collected { copied: vec![], unmodified: 1 });
        fs::write(folder.path().join("out/shop/b.css"), "changed").unwrap();
        assert_eq!(collect(&settings, &files(), false).unwrap(), copied);
    }

    #[test]
    fn the_root_must_be_set_and_be_no_source() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(folder.path());
        assert_eq!(collect(&settings, &files(), true).unwrap_err().to_string(), "STATIC_ROOT is not set");
        settings.static_root = Some("static".into());
        let own = folder.path().join("static/a.css");
        fs::create_dir_all(own.parent().unwrap()).unwrap();
        fs::write(&own, "a").unwrap();
        let files = BTreeMap::from([("a.css".to_owned(), StaticFile::Disk(own))]);
        assert!(collect(&settings, &files, false).is_err());
    }
}
