//! `startproject`: a new project's folder.

use std::path::PathBuf;

use rjango_core::{Error, Result, ResultExt};

use super::dependency::Dependency;
use super::files::Files;
use super::{lock, name};
use crate::Assets;

/// What a new project is to be.
pub struct NewProject {
    /// The name: the package's and the binary's.
    pub name: String,
    /// The folder to write into; it may exist where none of the files do.
    pub folder: PathBuf,
    /// Where the framework comes from.
    pub dependency: Dependency,
}

/// Writes a new project. Nothing is written where the name is not allowed or a file is in the way.
///
/// # Errors
/// The refusals of Django's `startproject`, and I/O errors.
pub fn create_project(new: &NewProject, assets: &Assets) -> Result<()> {
    let files = project_files(new, assets)?;
    files.refuse_existing()?;
    files.write()
}

/// Writes the demo's project: a new project with the shop's files over it.
///
/// # Errors
/// As [`create_project`].
pub fn create_demo(new: &NewProject, assets: &Assets) -> Result<()> {
    let mut files = project_files(new, assets)?;
    for (path, text) in assets.demo {
        let text = if *path == "config/settings.toml" { with_secret_key(text)? } else { (*text).to_owned() };
        files.push(path, text);
    }
    files.refuse_existing()?;
    files.write()
}

/// The settings with a key of their own in place of the one that everybody can read.
fn with_secret_key(settings: &str) -> Result<String> {
    let key = format!("SECRET_KEY = \"rjango-insecure-{}\"", secret_key()?);
    Ok(settings
        .lines()
        .map(|line| if line.starts_with("SECRET_KEY = ") { key.as_str() } else { line })
        .fold(String::new(), |text, line| text + line + "\n"))
}

fn project_files(new: &NewProject, assets: &Assets) -> Result<Files> {
    name::check_project(&new.name, |name| lock::has_package(assets.lock, name))?;
    if new.folder.is_file() {
        return Err(Error::command(format!("`{}` is a file, not a folder", new.folder.display())));
    }
    let mut files = Files::from_templates(
        &new.folder,
        assets.project,
        &[
            ("project_name", &new.name),
            ("rjango_dependency", &new.dependency.to_toml()),
            ("secret_key", &format!("rjango-insecure-{}", secret_key()?)),
        ],
    );
    files.push("Cargo.lock", lock::project_lock(assets.lock));
    Ok(files)
}

/// Fifty characters from Django's alphabet: 280 bits.
fn secret_key() -> Result<String> {
    random_from(b"abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)", 50)
}

/// So many lower-case letters and digits, none of which is easily taken for another.
///
/// # Errors
/// Where the system gives no random numbers.
pub fn random_text(length: usize) -> Result<String> {
    random_from(b"abcdefghjkmnpqrstuvwxyz23456789", length)
}

fn random_from(alphabet: &[u8], length: usize) -> Result<String> {
    let even = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut bytes = [0_u8; 64];
        getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
        // The bytes past the last whole round would make the first characters likelier.
        let usable = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < even);
        text.extend(usable.map(|byte| char::from(alphabet[byte % alphabet.len()])).take(length - text.len()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn new(folder: PathBuf) -> NewProject {
        NewProject { name: "mysite".to_owned(), folder, dependency: Dependency::Version("0.1.0".to_owned()) }
    }

    #[test]
    fn project_is_written_with_a_key_of_its_own() -> Result<()> {
        let root = tempfile::tempdir()?;
        create_project(&new(root.path().join("one")), &crate::assets::for_tests())?;
        create_project(&new(root.path().join("two")), &crate::assets::for_tests())?;
        let read = |path: &str| fs::read_to_string(root.path().join(path));
        assert!(read("one/Cargo.toml")?.contains("name = \"mysite\""));
        assert!(read("one/templates/base.html")?.contains("{% block content %}"));
        assert!(read("one/.gitignore")?.contains("/target"));
        assert!(read("one/.gitattributes")?.contains("*.sql text eol=lf"));
        assert_ne!(read("one/config/settings.toml")?, read("two/config/settings.toml")?);
        let settings: toml::Table = read("one/config/settings.toml")?.parse()?;
        assert_eq!(settings["SECRET_KEY"].as_str().map(str::len), Some("rjango-insecure-".len() + 50));
        let left_over = "{{ ";
        for file in ["Cargo.toml", "manage.rs", "config/urls.rs", "config/settings.toml", "templates/base.html"] {
            assert!(!read(&format!("one/{file}"))?.contains(left_over), "{file}");
        }
        Ok(())
    }

    #[test]
    fn demo_has_the_shops_files_and_a_key_of_its_own() -> Result<()> {
        let root = tempfile::tempdir()?;
        let demo =
            &[("config/settings.toml", "DEBUG = true\nSECRET_KEY = \"known\"\n"), ("shop/mod.rs", "pub mod models;\n")];
        create_demo(&new(root.path().to_owned()), &Assets { demo, ..crate::assets::for_tests() })?;
        let settings = fs::read_to_string(root.path().join("config/settings.toml"))?;
        assert!(settings.starts_with("DEBUG = true\nSECRET_KEY = \"rjango-insecure-"), "{settings}");
        assert!(root.path().join("shop/mod.rs").is_file() && root.path().join("Cargo.toml").is_file());
        Ok(())
    }

    #[test]
    fn nothing_is_written_where_a_file_is_in_the_way() -> Result<()> {
        let root = tempfile::tempdir()?;
        fs::write(root.path().join("manage.rs"), "// mine")?;
        let refused = create_project(&new(root.path().to_owned()), &crate::assets::for_tests());
        assert!(refused.is_err_and(|error| error.to_string().ends_with("manage.rs` already exists")));
        assert_eq!(fs::read_dir(root.path())?.count(), 1);
        Ok(())
    }
}
