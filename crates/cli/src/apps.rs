//! Whether the apps in INSTALLED_APPS are there: the same question, and the same answer, in both binaries.

use std::path::Path;

use rjango_core::{Error, Result, Settings, nearest};

use crate::app_label;

const BUNDLED: [&str; 6] = [
    "rjango.contrib.admin",
    "rjango.contrib.auth",
    "rjango.contrib.contenttypes",
    "rjango.contrib.messages",
    "rjango.contrib.sessions",
    "rjango.contrib.staticfiles",
];

/// Refuses an installed app that is not there. `modules` are the modules directly under the project's crate root, and `root` is
/// the folder of the source, as far as it is on this machine.
///
/// # Errors
/// `ImproperlyConfigured` for the first such app, with the nearest name.
pub fn check_apps(settings: &Settings, modules: &[impl AsRef<str>], root: &Path) -> Result<()> {
    for app in &settings.installed_apps {
        if app.starts_with("rjango.") {
            check_bundled(app).map_err(|error| settings.locate(error, "INSTALLED_APPS"))?;
            continue;
        }
        let label = app_label(app);
        if !modules.iter().any(|module| module.as_ref() == label) {
            return Err(not_in_project(root, label, modules, settings));
        }
    }
    Ok(())
}

/// An installed app whose module the crate does not have.
fn not_in_project(root: &Path, app: &str, modules: &[impl AsRef<str>], settings: &Settings) -> Error {
    if root.join(app).join("mod.rs").is_file() || root.join(app).with_extension("rs").is_file() {
        return Error::improperly_configured(format!(
            "the app `{app}` is installed, but `manage.rs` has no `mod {app};`"
        ))
        .at("manage.rs", 0, 0)
        .with_hint(format!("add the line `mod {app};`"));
    }
    let error = Error::improperly_configured(format!("there is no app `{app}` in the project"));
    // The URLs and settings stand in `config`, which is not an app.
    let candidates = modules.iter().map(AsRef::as_ref).filter(|module| *module != "config");
    let error = match nearest(app, candidates) {
        Some(near) => error.with_hint(format!("did you mean `{near}`?")),
        None => error.with_hint(format!("make it with `rjango startapp {app}`, or take it out of INSTALLED_APPS")),
    };
    settings.locate(error, "INSTALLED_APPS")
}

/// Refuses a framework app that does not exist.
fn check_bundled(app: &str) -> Result<()> {
    if BUNDLED.contains(&app) {
        return Ok(());
    }
    let error = Error::improperly_configured(format!("rjango has no app `{app}`"));
    Err(match nearest(app, BUNDLED) {
        Some(near) => error.with_hint(format!("did you mean `{near}`?")),
        None => error.with_hint(format!("its apps are {}", BUNDLED.join(", "))),
    })
}
