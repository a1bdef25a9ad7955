//! Finding the project's folder.

use std::path::{Path, PathBuf};

use rjango_core::{Error, Result};

/// The nearest folder, from `start` upwards, that is a project: it has `Cargo.toml`, `manage.rs` and
/// `config/settings.toml`.
///
/// # Errors
/// Where there is none; the message tells a folder that lacks one of the three from one that is no project at all.
pub fn find_project(start: &Path) -> Result<PathBuf> {
    const PARTS: [&str; 3] = ["Cargo.toml", "manage.rs", "config/settings.toml"];
    let mut nearly = None;
    for folder in start.ancestors() {
        let missing: Vec<&str> = PARTS.into_iter().filter(|part| !folder.join(part).is_file()).collect();
        match missing.as_slice() {
            [] => return Ok(folder.to_owned()),
            // A crate of another kind has neither of the last two.
            [part] if nearly.is_none() => nearly = Some((folder.to_owned(), *part)),
            _ => {}
        }
    }
    if let Some((folder, part)) = nearly {
        return Err(Error::command(format!("the project in `{}` has no `{part}`", folder.display()))
            .with_hint(format!("restore `{part}`, or start afresh: `rjango startproject mysite`")));
    }
    Err(Error::command(format!(
        "no rjango project here: neither `{}` nor a folder above it has `manage.rs`",
        start.display()
    ))
    .with_hint("go into a project's folder, or make one: `rjango startproject mysite`"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn project_is_found_from_a_folder_inside() -> Result<()> {
        let root = tempfile::tempdir()?;
        fs::create_dir_all(root.path().join("config"))?;
        fs::create_dir_all(root.path().join("shop/templates"))?;
        for part in ["Cargo.toml", "manage.rs", "config/settings.toml"] {
            fs::write(root.path().join(part), "")?;
        }
        assert_eq!(find_project(&root.path().join("shop/templates"))?, root.path());
        fs::remove_file(root.path().join("config/settings.toml"))?;
        let refused = find_project(root.path());
        assert!(refused.is_err_and(|error| error.to_string().ends_with("has no `config/settings.toml`")));
        Ok(())
    }

    #[test]
    fn folder_that_is_no_project_gets_the_next_step() -> Result<()> {
        let root = tempfile::tempdir()?;
        let refused = find_project(root.path());
        assert!(refused.is_err_and(|error| error.hint().is_some_and(|hint| hint.contains("startproject"))));
        Ok(())
    }
}
