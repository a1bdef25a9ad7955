//! Where templates are: folders and tables inside the binary.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use minijinja::TemplateSource;
use rjango_core::Settings;

/// The templates that a framework's or third party's app has inside the binary, found where the app is installed.
/// Submit one with `inventory::submit!`.
pub struct AppTemplates {
    /// The app's name in `INSTALLED_APPS`.
    pub app: &'static str,
    /// Names and texts.
    pub templates: &'static [(&'static str, &'static str)],
}

inventory::collect!(AppTemplates);

/// Everywhere that a template may be, in order.
#[derive(Clone)]
pub(super) struct Sources {
    places: Vec<Place>,
}

#[derive(Clone)]
enum Place {
    Folder(Arc<Path>),
    Embedded(Arc<[(&'static str, &'static str)]>),
    App(&'static AppTemplates),
}

impl Sources {
    pub(super) fn of(settings: &Settings) -> Self {
        let folder = |path: PathBuf| Place::Folder(path.into());
        let mut places: Vec<Place> = settings.templates_dirs.iter().cloned().map(folder).collect();
        for app in &settings.installed_apps {
            match inventory::iter::<AppTemplates>.into_iter().find(|templates| templates.app == app) {
                Some(templates) => places.push(Place::App(templates)),
                None => {
                    let inside: PathBuf = app.split('.').collect();
                    places.push(folder(settings.base_dir.join(inside).join("templates")));
                }
            }
        }
        Self { places }
    }

    pub(super) fn embed(&mut self, templates: impl IntoIterator<Item = (&'static str, &'static str)>) {
        self.places.push(Place::Embedded(templates.into_iter().collect()));
    }

    /// The text of a template and the name of the file it is in.
    pub(super) fn find(&self, name: &str) -> Option<(Cow<'static, str>, String)> {
        self.places.iter().find_map(|place| match place {
            Place::Folder(folder) => {
                let path = inside(folder, name)?;
                let text = std::fs::read_to_string(&path).ok()?;
                Some((Cow::Owned(text), path.display().to_string()))
            }
            Place::Embedded(table) => look_up(table, name),
            Place::App(app) => look_up(app.templates, name),
        })
    }

    /// What minijinja asks.
    pub(super) fn load(&self, name: &str) -> Result<Option<TemplateSource>, minijinja::Error> {
        let Some((text, _)) = self.find(name) else { return Ok(None) };
        let (sources, name) = (self.clone(), name.to_owned());
        let stamp = sources.stamp(&name);
        Ok(Some(TemplateSource::new(text).with_uptodate_check(move || sources.stamp(&name) == stamp)))
    }

    /// The file that has the template now and when it was written; a file that comes to stand before counts too.
    fn stamp(&self, name: &str) -> Option<(PathBuf, SystemTime)> {
        self.places.iter().find_map(|place| {
            let Place::Folder(folder) = place else { return None };
            let path = inside(folder, name)?;
            let written = std::fs::metadata(&path).and_then(|file| file.modified()).ok()?;
            Some((path, written))
        })
    }

    /// The places, for the message that a template is nowhere.
    pub(super) fn searched(&self) -> Vec<String> {
        self.places
            .iter()
            .map(|place| match place {
                Place::Folder(folder) => folder.display().to_string(),
                Place::Embedded(_) => "the templates inside the binary".to_owned(),
                Place::App(app) => format!("the templates of `{}`", app.app),
            })
            .collect()
    }
}

/// The path of a template in a folder; no name leads out of it.
fn inside(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut path = folder.to_path_buf();
    for part in name.split('/') {
        if part.is_empty() || part.starts_with('.') || part.contains(['\\', '\0']) {
            return None;
        }
        path.push(part);
    }
    Some(path)
}

fn look_up(table: &[(&'static str, &'static str)], name: &str) -> Option<(Cow<'static, str>, String)> {
    let (_, text) = table.iter().find(|(known, _)| *known == name)?;
    Some((Cow::Borrowed(text), name.to_owned()))
}
