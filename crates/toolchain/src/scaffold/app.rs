//! `startapp`: a new app in a project, made known to the settings and to `manage.rs`.

use std::fs;
use std::path::Path;

use rjango_core::{Error, Result, ResultExt};

use super::files::Files;
use super::{edit, name};
use crate::Assets;

/// Writes a new app into the project at `root` and adds it to INSTALLED_APPS and to `manage.rs`.
///
/// Everything is checked before anything is written.
///
/// # Errors
/// Where the name is not allowed or taken, a file is in the way, or a file to be edited does not parse.
pub fn create_app(root: &Path, app: &str, assets: &Assets) -> Result<()> {
    name::check_app(app, &package_name(root)?)?;
    let folder = root.join(app);
    if folder.exists() || root.join(format!("{app}.rs")).exists() {
        return Err(Error::command(format!("`{app}` already exists in `{}`", root.display()))
            .with_hint("choose another name; nothing has been written"));
    }
    let settings_path = root.join("config/settings.toml");
    let settings = read(&settings_path)?;
    let new_settings = edit::add_installed_app(&settings, app)
        .map_err(|error| at(error, "config/settings.toml"))?
        .ok_or_else(|| already(app, "INSTALLED_APPS in `config/settings.toml`"))?;
    let manage_path = root.join("manage.rs");
    let manage = read(&manage_path)?;
    let new_manage = edit::add_module(&manage, app)?.ok_or_else(|| already(app, "`manage.rs`"))?;

    let files = Files::from_templates(&folder, assets.app, &[("app_name", app)]);
    files.write()?;
    let migrations = folder.join("migrations");
    fs::create_dir_all(&migrations).context(format!("cannot create the folder `{}`", migrations.display()))?;
    write(&settings_path, &new_settings)?;
    write(&manage_path, &new_manage)
}

/// The package's name in the project's `Cargo.toml`.
fn package_name(root: &Path) -> Result<String> {
    let manifest: toml::Table =
        read(&root.join("Cargo.toml"))?.parse().map_err(|error| at(Error::from(error), "Cargo.toml"))?;
    let name = manifest.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
    Ok(name.unwrap_or_default().to_owned())
}

fn already(app: &str, place: &str) -> Error {
    Error::command(format!("`{app}` is in {place} already"))
        .with_hint("remove that entry first, or choose another name; nothing has been written")
}

fn at(error: Error, file: &str) -> Error {
    if error.place().is_some() { error } else { error.at(file, 0, 0) }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).context(format!("cannot read `{}`", path.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).context(format!("cannot write `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets;
    use crate::scaffold::{Dependency, NewProject, create_project};

    fn project() -> Result<tempfile::TempDir> {
        let root = tempfile::tempdir()?;
        let new = NewProject {
            name: "mysite".to_owned(),
            folder: root.path().to_owned(),
            dependency: Dependency::Version("0.1.0".to_owned()),
        };
        create_project(&new, &assets::for_tests())?;
        Ok(root)
    }

    #[test]
    fn app_is_written_installed_and_declared() -> Result<()> {
        let root = project()?;
        create_app(root.path(), "shop", &assets::for_tests())?;
        let read = |path: &str| fs::read_to_string(root.path().join(path));
        assert!(read("shop/urls.rs")?.contains(".namespace(\"shop\")"));
        assert!(root.path().join("shop/migrations").is_dir());
        assert!(read("manage.rs")?.contains("}\nmod shop;\n\nfn main()"));
        assert!(read("config/settings.toml")?.contains("    \"rjango.contrib.staticfiles\",\n    \"shop\",\n]"));
        Ok(())
    }

    #[test]
    fn app_that_is_there_is_refused_and_nothing_changes() -> Result<()> {
        let root = project()?;
        create_app(root.path(), "shop", &assets::for_tests())?;
        let settings = fs::read_to_string(root.path().join("config/settings.toml"))?;
        assert!(create_app(root.path(), "shop", &assets::for_tests()).is_err());
        fs::remove_dir_all(root.path().join("shop"))?;
        let refused = create_app(root.path(), "shop", &assets::for_tests());
        assert!(refused.is_err_and(|error| error.to_string().contains("INSTALLED_APPS")));
        assert_eq!(fs::read_to_string(root.path().join("config/settings.toml"))?, settings);
        assert!(!root.path().join("shop").exists());
        Ok(())
    }
}
