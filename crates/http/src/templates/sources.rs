//! Where templates are: folders and tables inside the binary.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rjango_core::{Result, Settings};
use rjango_templates::{Loader, Source, Str};

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

    /// Whether there is a template of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.places.iter().any(|place| match place {
            Place::Folder(folder) => inside(folder, name).is_some_and(|path| path.is_file()),
            Place::Embedded(table) => look_up(table, name).is_some(),
            Place::App(app) => look_up(app.templates, name).is_some(),
        })
    }
}

impl Loader for Sources {
    fn load(&self, name: &str, skip: &[Str]) -> Result<Option<Source>> {
        for (number, place) in self.places.iter().enumerate() {
            let source = match place {
                Place::Folder(folder) => {
                    let Some(path) = inside(folder, name) else { continue };
                    let origin: Str = path.display().to_string().into();
                    if skip.contains(&origin) {
                        continue;
                    }
                    match std::fs::read(&path) {
                        Ok(text) => Source { text: Cow::Owned(text), origin },
                        // A folder of that name is not a template.
                        Err(_) if !path.is_file() => continue,
                        Err(error) => {
                            return Err(rjango_core::Error::from(error)
                                .wrap(format!("the template `{name}` cannot be read"))
                                .at(&*origin, 0, 0));
                        }
                    }
                }
                Place::Embedded(_) | Place::App(_) => {
                    let Some((text, origin)) = self.inside_binary(number, name) else { continue };
                    if skip.contains(&origin) {
                        continue;
                    }
                    Source { text: Cow::Borrowed(text.as_bytes()), origin }
                }
            };
            return Ok(Some(source));
        }
        Ok(None)
    }

    /// The file that has the template now, when it was written and how long it is; a file that comes to stand before counts
    /// too.
    fn stamp(&self, name: &str, skip: &[Str]) -> Option<String> {
        self.places.iter().find_map(|place| {
            let Place::Folder(folder) = place else { return None };
            let path = inside(folder, name)?;
            let origin = path.display().to_string();
            if skip.iter().any(|skipped| **skipped == *origin) {
                return None;
            }
            let file = std::fs::metadata(&path).ok()?;
            let written = file.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
            Some(format!("{origin} {} {}", written.as_nanos(), file.len()))
        })
    }

    fn names(&self) -> Vec<String> {
        let mut names = BTreeSet::new();
        for place in &self.places {
            match place {
                Place::Folder(folder) => names_in(folder, "", 0, &mut names),
                Place::Embedded(table) => names.extend(table.iter().map(|(name, _)| (*name).to_owned())),
                Place::App(app) => names.extend(app.templates.iter().map(|(name, _)| (*name).to_owned())),
            }
        }
        names.into_iter().collect()
    }

    fn places(&self) -> Vec<String> {
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

impl Sources {
    /// A template inside the binary, and a name for its place that no other place has.
    fn inside_binary(&self, number: usize, name: &str) -> Option<(&'static str, Str)> {
        let (text, whose) = match self.places.get(number)? {
            Place::Folder(_) => return None,
            Place::Embedded(table) => (look_up(table, name)?, "the binary"),
            Place::App(app) => (look_up(app.templates, name)?, app.app),
        };
        let earlier = &self.places[..number];
        let is_only = earlier.iter().all(|place| match place {
            Place::Folder(_) => true,
            Place::Embedded(table) => look_up(table, name).is_none(),
            Place::App(app) => look_up(app.templates, name).is_none(),
        });
        let origin = if is_only { name.to_owned() } else { format!("{name} of {whose}") };
        Some((text, origin.into()))
    }
}

/// How deep folders of templates may be.
const DEEPEST: usize = 32;

/// The names of the templates in a folder and those inside of it.
fn names_in(folder: &Path, before: &str, depth: usize, names: &mut BTreeSet<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = entry.path();
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            if depth < DEEPEST {
                names_in(&path, &format!("{before}{name}/"), depth + 1, names);
            }
        } else {
            names.insert(format!("{before}{name}"));
        }
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

fn look_up(table: &[(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
