//! The project's own binary: the project as it is compiled, and the commands over it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use rjango_contrib::staticfiles::{EmbeddedFiles, with_static};
use rjango_core::settings::Sources;
use rjango_core::translation::EmbeddedCatalogs;
use rjango_core::{Result, Settings};
use rjango_http::{Templates, Urls};
use rjango_migrations::AppMigrations;
use rjango_orm::ModelEntry;

use crate::own_commands::is_frameworks;
use crate::site::{app_label, app_migrations, models, site};
use crate::{Command, CommandEntry, Globals, Program, Project, Terminal, check_apps};

/// A project's files inside its binary. `project!()` fills it in a release build; a debug build reads from disk.
#[derive(Debug, Clone, Copy)]
pub struct Embedded {
    /// `config/settings.toml` and its overlays: path and text.
    pub settings: &'static [(&'static str, &'static str)],
    /// Templates by name, in the order in which they are looked for.
    pub templates: &'static [(&'static str, &'static str)],
    /// Static files by path inside the project: `shop/static/shop/style.css`.
    pub statics: &'static [(&'static str, &'static [u8])],
    /// Catalogs by path inside the project: `shop/locale/de/LC_MESSAGES/django.mo`.
    pub catalogs: &'static [(&'static str, &'static [u8])],
    /// The apps' migrations: the label, and each file's path inside the folder with its text.
    pub migrations: &'static [(&'static str, &'static [(&'static str, &'static str)])],
}

impl Embedded {
    /// Nothing: everything is read from disk.
    pub const NOTHING: Self = Self { settings: &[], templates: &[], statics: &[], catalogs: &[], migrations: &[] };

    fn is_nothing(&self) -> bool {
        self.settings.is_empty()
    }
}

/// What a project's `main` hands to [`manage`]: made by `project!()`.
pub struct ProjectBuilder {
    name: &'static str,
    manifest_dir: &'static str,
    embedded: Embedded,
    modules: Option<&'static [&'static str]>,
    urls: Option<Box<dyn Fn() -> Urls>>,
}

impl ProjectBuilder {
    /// The project of this package name and source folder. `modules` are those directly under the crate root, where they are
    /// known.
    pub fn new(
        name: &'static str,
        manifest_dir: &'static str,
        embedded: Embedded,
        modules: Option<&'static [&'static str]>,
    ) -> Self {
        Self { name, manifest_dir, embedded, modules, urls: None }
    }

    /// The top-level URL patterns: `config::urls::urlpatterns`. Django's ROOT_URLCONF.
    #[must_use]
    pub fn urls(mut self, urls: impl Fn() -> Urls + 'static) -> Self {
        self.urls = Some(Box::new(urls));
        self
    }

    /// The project, with everything that its site needs to answer requests.
    ///
    /// # Errors
    /// Where the settings or the models are wrong.
    pub fn load(&self, globals: &Globals) -> Result<Project> {
        let base_dir = self.base_dir();
        let settings = self.settings(&base_dir, globals)?;
        if let Some(modules) = self.modules {
            check_apps(&settings, modules, &base_dir)?;
        }
        let labels: Vec<String> = settings.installed_apps.iter().map(|app| app_label(app).to_owned()).collect();
        let installed = ModelEntry::all().filter(|entry| labels.contains(&entry.schema().app));
        let models = models(&settings, installed.map(|entry| (Arc::clone(entry.schema()), Some(entry))))?;
        let migrations = app_migrations(&settings, |label| self.migrations(label, &base_dir));
        let templates = Templates::new(&settings).with_embedded(self.embedded.templates.iter().copied());
        let mut site = site(settings, &models, true)?.with(templates).with(EmbeddedFiles(self.embedded.statics));
        site.insert(EmbeddedCatalogs(self.embedded.catalogs));
        if let Some(urls) = &self.urls {
            site.insert(with_static(site.settings(), urls()));
        }
        Ok(Project { base_dir, site: Arc::new(site), models, migrations, compiled: true })
    }

    fn settings(&self, base_dir: &Path, globals: &Globals) -> Result<Settings> {
        let overlay = globals.settings_env.as_deref();
        let sources = if self.embedded.is_nothing() {
            Sources::gather_for(base_dir, overlay)?
        } else {
            Sources::embedded(base_dir, self.embedded.settings, overlay)?
        };
        Settings::from_sources(&sources)
    }

    /// `RJANGO_BASE_DIR`, else the source folder where it is still there, else the current folder: relative paths in the
    /// settings, such as SQLite's file, start here.
    fn base_dir(&self) -> PathBuf {
        if let Some(folder) = std::env::var_os("RJANGO_BASE_DIR") {
            return folder.into();
        }
        let source = Path::new(self.manifest_dir);
        if source.join("config/settings.toml").is_file() {
            return source.to_owned();
        }
        std::env::current_dir().unwrap_or_else(|_| source.to_owned())
    }

    fn migrations(&self, label: &str, base_dir: &Path) -> AppMigrations {
        match self.embedded.migrations.iter().find(|(app, _)| *app == label) {
            Some((app, files)) => AppMigrations::embedded(app, files),
            None => AppMigrations::directory(label, base_dir.join(label).join("migrations")),
        }
    }
}

/// Runs the command line of the project's own binary: every management command, and the server.
pub fn manage(project: ProjectBuilder) -> ExitCode {
    // A check refuses what has the word of another; until it is renamed, the framework's command stays.
    let own = CommandEntry::all_with_paths().map(|(_, command)| command as &dyn Command);
    let own = own.filter(|command| !is_frameworks(command.name()));
    let program = Program {
        name: project.name,
        commands: crate::commands::all().into_iter().chain(crate::commands::servers()).chain(own).collect(),
        tools: crate::commands::tools(),
        load: &|globals| project.load(globals),
        fallback: None,
        own_binary: None,
        own_commands: None,
    };
    program.run(std::env::args_os(), &mut Terminal::standard())
}
