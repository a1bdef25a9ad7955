//! Loading the project from its source: settings, models, migrations. Nothing is compiled and nothing connects.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use rjango_cli::{Globals, OwnBinary, Project, app_label, app_migrations, models, site};
use rjango_contrib::auth::abstract_models;
use rjango_core::settings::{Origin, Sources};
use rjango_core::{Error, ErrorKind, Result, Settings, nearest};
use rjango_migrations::AppMigrations;
use rjango_orm::ModelEntry;
use rjango_schema::ModelSchema;
use rjango_schema::read::{ExternalKind, ReadError, SourceProject, read_project, unreached};

use crate::commands::run_in_project;

/// The settings of the project in this folder, with the overlay that the command line names.
pub(crate) fn load_settings(root: &Path, globals: &Globals) -> Result<Settings> {
    Settings::from_sources(&Sources::gather_for(root, globals.settings_env.as_deref())?)
}

/// The project in this folder, as its source shows it.
///
/// # Errors
/// Where the settings or the models are wrong: all of the settings' problems at once, then all of the models'.
pub(crate) fn load_project(root: &Path, globals: &Globals) -> Result<Project> {
    let settings = load_settings(root, globals)?;
    // The framework's own apps are compiled into this binary; their models need no reading.
    let framework: Vec<&'static ModelEntry> = ModelEntry::all().collect();
    let (bundled, own): (Vec<&str>, Vec<&str>) =
        settings.installed_apps.iter().map(String::as_str).partition(|app| app.starts_with("rjango."));
    for app in &bundled {
        check_bundled(app).map_err(|error| at_installed_apps(error, &settings))?;
    }
    let (read, data_migrations) = read_models(root, &own, &framework, &settings)?;
    let is_bundled = |entry: &&ModelEntry| bundled.iter().any(|app| app_label(app) == entry.schema().app);
    let compiled = framework.into_iter().filter(is_bundled).map(|entry| (Arc::clone(entry.schema()), Some(entry)));
    let models = models(&settings, compiled.chain(read.into_iter().map(|schema| (Arc::new(schema), None))))?;
    let migrations =
        app_migrations(&settings, |label| AppMigrations::directory(label, root.join(label).join("migrations")));
    let folder = root.to_owned();
    let run = move |colour| {
        let arguments: Vec<_> = std::env::args_os().skip(1).collect();
        run_in_project(&folder, false, &arguments, colour)
    };
    let folder = root.to_owned();
    let unreached = move |app: &str, model: &str| match unreached(&folder, &folder.join(app), model) {
        None => Ok(()),
        Some(found) => Err(Error::new(ErrorKind::Migration, found.message)
            .at(found.file, found.line, found.column)
            .with_hint(found.hint.unwrap_or_default())),
    };
    let own = OwnBinary { data_migrations, run: Box::new(run), unreached: Box::new(unreached) };
    let site = Arc::new(site(settings, &models, false)?.with(own));
    Ok(Project { base_dir: root.to_owned(), site, models, migrations, compiled: false })
}

/// The models of the project's own apps, and its data migrations.
fn read_models(
    root: &Path,
    apps: &[&str],
    framework: &[&ModelEntry],
    settings: &Settings,
) -> Result<(Vec<ModelSchema>, Vec<String>)> {
    let mut source = SourceProject::new(root, apps.iter().map(|app| app_label(app)));
    for schema in framework.iter().map(|entry| entry.schema()) {
        let path = format!("rjango::contrib::{}::{}", schema.app, schema.name);
        source = source.with_external(path, ExternalKind::Model(schema.label()));
    }
    for (name, fields) in abstract_models() {
        source = source.with_external(format!("rjango::contrib::auth::{name}"), ExternalKind::Base(fields));
    }
    let read = read_project(&source).map_err(|errors| wrong_models(&errors))?;
    for app in apps.iter().map(|app| app_label(app)) {
        let file = Path::new(app).with_extension("rs");
        if !read.files.iter().any(|read| read.starts_with(app) || *read == file) {
            let error = not_in_project(root, app);
            return Err(if error.place().is_some() { error } else { at_installed_apps(error, settings) });
        }
    }
    Ok((read.models, read.data_migrations))
}

/// An installed app whose module the crate does not have.
fn not_in_project(root: &Path, app: &str) -> Error {
    if root.join(app).join("mod.rs").is_file() || root.join(app).with_extension("rs").is_file() {
        return Error::improperly_configured(format!(
            "the app `{app}` is installed, but `manage.rs` has no `mod {app};`"
        ))
        .at("manage.rs", 0, 0)
        .with_hint(format!("add the line `mod {app};`"));
    }
    let folders: Vec<String> = std::fs::read_dir(root)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().filter(|entry| entry.path().join("mod.rs").is_file()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    let error = Error::improperly_configured(format!("there is no app `{app}` in the project"));
    match nearest(app, folders.iter().map(String::as_str)) {
        Some(near) => error.with_hint(format!("did you mean `{near}`?")),
        None => error.with_hint(format!("make it with `rjango startapp {app}`, or take it out of INSTALLED_APPS")),
    }
}

/// Refuses a framework app that does not exist.
fn check_bundled(app: &str) -> Result<()> {
    const BUNDLED: [&str; 6] = [
        "rjango.contrib.admin",
        "rjango.contrib.auth",
        "rjango.contrib.contenttypes",
        "rjango.contrib.messages",
        "rjango.contrib.sessions",
        "rjango.contrib.staticfiles",
    ];
    if BUNDLED.contains(&app) {
        return Ok(());
    }
    let error = Error::improperly_configured(format!("rjango has no app `{app}`"));
    Err(match nearest(app, BUNDLED) {
        Some(near) => error.with_hint(format!("did you mean `{near}`?")),
        None => error.with_hint(format!("its apps are {}", BUNDLED.join(", "))),
    })
}

/// The error with the line of the settings that names the apps.
fn at_installed_apps(error: Error, settings: &Settings) -> Error {
    match settings.origin("INSTALLED_APPS") {
        Some(Origin::File { file, line, column }) => error.at(file.to_string(), *line, *column),
        _ => error,
    }
}

/// Everything that is wrong with the models as one error: a single one with its place, several in a list.
fn wrong_models(errors: &[ReadError]) -> Error {
    if let [only] = errors {
        let error = Error::improperly_configured(&*only.message).at(&*only.file, only.line, only.column);
        return match &only.hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        };
    }
    let mut message = format!("the models have {} errors", errors.len());
    for error in errors {
        let ReadError { file, line, column, message: what, hint } = error;
        let _ = match line {
            0 => write!(message, "\n  {file}: {what}"),
            _ => write!(message, "\n  {file}:{line}:{column}: {what}"),
        };
        if let Some(hint) = hint {
            let _ = write!(message, "\n    hint: {hint}");
        }
    }
    Error::improperly_configured(message)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use expect_test::{Expect, expect};

    use super::*;

    const CARGO: &str = "[package]\nname = \"mysite\"\n";
    const MODELS: &str = "use rjango::models::*;\n\n#[derive(Model)]\npub struct Book {\n    pub id: Auto,\n    \
                          #[field(max_length = 9)]\n    pub title: String,\n}\n";

    fn check(apps: &str, manage: &str, expected: &Expect) -> Result<()> {
        check_models(apps, manage, MODELS, expected)
    }

    fn check_models(apps: &str, manage: &str, models: &str, expected: &Expect) -> Result<()> {
        let root = tempfile::tempdir()?;
        fs::create_dir_all(root.path().join("config"))?;
        fs::create_dir_all(root.path().join("shop"))?;
        fs::write(root.path().join("Cargo.toml"), CARGO)?;
        fs::write(root.path().join("manage.rs"), manage)?;
        fs::write(root.path().join("shop/mod.rs"), "pub mod models;\n")?;
        fs::write(root.path().join("shop/models.rs"), models)?;
        let settings = format!("SECRET_KEY = \"for-tests\"\nINSTALLED_APPS = [{apps}]\n");
        fs::write(root.path().join("config/settings.toml"), settings)?;
        let loaded = load_project(root.path(), &Globals::default());
        expected.assert_eq(&match loaded {
            Ok(project) => project.models.iter().map(|meta| meta.schema.label() + "\n").collect(),
            Err(error) => format!("{error:?}"),
        });
        Ok(())
    }

    #[test]
    fn models_of_installed_apps_are_read() -> Result<()> {
        check(
            "\"shop\"",
            "mod shop;\n",
            &expect![[r#"
            shop.Book
        "#]],
        )
    }

    #[test]
    fn app_that_is_not_there_suggests_the_nearest() -> Result<()> {
        check(
            "\"shp\"",
            "mod shop;\n",
            &expect![[r#"
            config/settings.toml:2:18: there is no app `shp` in the project
            hint: did you mean `shop`?"#]],
        )?;
        check(
            "\"blog\"",
            "mod shop;\n",
            &expect![[r#"
            config/settings.toml:2:18: there is no app `blog` in the project
            hint: make it with `rjango startapp blog`, or take it out of INSTALLED_APPS"#]],
        )?;
        check(
            "\"rjango.contrib.auht\"",
            "mod shop;\n",
            &expect![[r#"
            config/settings.toml:2:18: rjango has no app `rjango.contrib.auht`
            hint: did you mean `rjango.contrib.auth`?"#]],
        )
    }

    #[test]
    fn errors_of_several_models_have_their_own_places_alone() -> Result<()> {
        let models = "use rjango::models::*;\n\n#[derive(Model)]\npub struct Book {\n    pub id: Auto,\n    pub one: Nothing,\n    \
                      pub other: Nowhere,\n}\n";
        check_models(
            "\"shop\"",
            "mod shop;\n",
            models,
            &expect![[r#"
            the models have 2 errors
              shop/models.rs:6:14: unknown field type `Nothing` of `Book.one`
                hint: a field has one of the types of `rjango::models`, or an enum with `#[derive(Choices)]`
              shop/models.rs:7:16: unknown field type `Nowhere` of `Book.other`
                hint: a field has one of the types of `rjango::models`, or an enum with `#[derive(Choices)]`"#]],
        )
    }

    #[test]
    fn app_without_its_module_says_which_line_to_add() -> Result<()> {
        check(
            "\"shop\"",
            "fn main() {}\n",
            &expect![[r#"
            manage.rs: the app `shop` is installed, but `manage.rs` has no `mod shop;`
            hint: add the line `mod shop;`"#]],
        )
    }
}
