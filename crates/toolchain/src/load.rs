//! Loading the project from its source: settings, models, migrations. Nothing is compiled and nothing connects.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use rjango_cli::{
    Globals, OwnBinary, OwnCheck, OwnCommand, OwnReceiver, Project, app_label, app_migrations, check_apps, models, site,
};
use rjango_contrib::auth::abstract_models;
use rjango_core::named::{SourceItem, SourceItems};
use rjango_core::settings::Sources;
use rjango_core::{Error, ErrorKind, Result, Settings};
use rjango_migrations::AppMigrations;
use rjango_orm::ModelEntry;
use rjango_schema::read::{
    ExternalKind, ReadError, Registration, SourceModels, SourceProject, read_project, unreached,
};

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
    let read = read_source(root, &own, &framework)?;
    check_apps(&settings, &read.modules, root)?;
    let is_bundled = |entry: &&ModelEntry| bundled.iter().any(|app| app_label(app) == entry.schema().app);
    let compiled = framework.into_iter().filter(is_bundled).map(|entry| (Arc::clone(entry.schema()), Some(entry)));
    let methods = own_methods(&read);
    let models = models(&settings, compiled.chain(read.models.into_iter().map(|schema| (Arc::new(schema), None))))?;
    let models = models.with_methods(methods);
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
    let own = OwnBinary {
        // Of two commands under opposite conditions, each has its word to itself.
        commands: own_commands_of(read.registrations.iter().filter(|found| !found.conditional)),
        checks: own_checks(&read.registrations),
        receivers: own_receivers(&read.registrations),
        run: Box::new(run),
        unreached: Box::new(unreached),
    };
    let site = Arc::new(site(settings, &models, false)?.with(own).with(source_items(&read.registrations)));
    Ok(Project { base_dir: root.to_owned(), site, models, migrations, compiled: false })
}

/// What the source shows: the models of the project's own apps, and what its attributes register.
fn read_source(root: &Path, apps: &[&str], framework: &[&ModelEntry]) -> Result<SourceModels> {
    let mut source = SourceProject::new(root, apps.iter().map(|app| app_label(app)));
    for schema in framework.iter().map(|entry| entry.schema()) {
        let path = format!("rjango::contrib::{}::{}", schema.app, schema.name);
        source = source.with_external(path, ExternalKind::Model(schema.label()));
    }
    for (name, fields) in abstract_models() {
        source = source.with_external(format!("rjango::contrib::auth::{name}"), ExternalKind::Base(fields));
    }
    read_project(&source).map_err(|errors| wrong_models(&errors))
}

/// The project's own items, for the checks of the settings that name them.
fn source_items(registrations: &[Registration]) -> SourceItems {
    let item = |found: &Registration| SourceItem {
        attribute: found.kind.attribute,
        name: found.dotted(),
        is_conditional: found.conditional,
        end: found.kind.end.clone(),
    };
    SourceItems(registrations.iter().map(item).collect())
}

/// The commands among these items.
fn own_commands_of<'a>(registrations: impl IntoIterator<Item = &'a Registration>) -> Vec<OwnCommand> {
    let commands = registrations.into_iter().filter(|found| found.kind.attribute == "command");
    let command = |found: &Registration| {
        let words = found.kind.command.clone();
        OwnCommand {
            path: found.dotted(),
            name: words.name,
            about: words.about.unwrap_or_default(),
            app: words.app.unwrap_or_else(|| "rjango".to_owned()),
        }
    };
    commands.map(command).collect()
}

/// The commands of the project in this folder. A source that cannot be read shows none: whoever runs a command is told why.
pub(crate) fn own_commands(root: &Path) -> Vec<OwnCommand> {
    let read = read_project(&SourceProject::new(root, [""; 0]));
    read.map(|read| own_commands_of(&read.registrations)).unwrap_or_default()
}

fn own_checks(registrations: &[Registration]) -> Vec<OwnCheck> {
    let checks = registrations.iter().filter(|found| found.kind.attribute == "check");
    checks.map(|found| OwnCheck { path: found.dotted(), tags: found.kind.tags.clone() }).collect()
}

fn own_receivers(registrations: &[Registration]) -> Vec<OwnReceiver> {
    let receiver = |found: &Registration| {
        let hears = found.kind.hears.clone()?;
        Some(OwnReceiver { path: found.dotted(), signal: hears.signal, model: hears.model })
    };
    registrations.iter().filter_map(receiver).collect()
}

/// The methods that the source registers by `#[methods]`: the label of each model, and a method's name. A type is known by its
/// last word: of several models of that name, that of the same app is meant.
fn own_methods(read: &SourceModels) -> Vec<(String, String)> {
    let mut methods = Vec::new();
    for found in &read.registrations {
        let mut words = found.path.split("::");
        let (app, name) = (words.next(), words.last());
        let named = || read.models.iter().filter(|model| Some(model.name.as_str()) == name);
        let own: Vec<String> =
            named().filter(|model| Some(model.app.as_str()) == app).map(|model| model.label()).collect();
        let labels = if own.is_empty() { named().map(|model| model.label()).collect() } else { own };
        for label in labels {
            methods.extend(found.kind.methods.iter().map(|method| (label.clone(), method.clone())));
        }
    }
    methods
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
