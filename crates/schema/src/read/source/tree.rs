//! The crate's modules with the names in them, from the files that the `mod` lines lead to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use syn::ext::IdentExt as _;

use super::files::{Lookup, Place};
use super::items::{self, Item, ItemKind};
use super::registrations::{Registered, Registration};
use super::{ReadError, SourceProject, shown};
use crate::read::{ParsedChoices, ParsedModel, parse_choices_item, parse_model_item};

/// What all files of a crate show, before any name is resolved.
#[derive(Default)]
pub(super) struct Tree {
    /// The modules; the first is the crate's root.
    pub(super) modules: Vec<SourceModule>,
    /// Structs with `derive(Model)`, as the `mod` lines lead to them.
    pub(super) models: Vec<SourceModel>,
    /// Enums with `derive(Choices)`.
    pub(super) choices: Vec<SourceChoices>,
    /// Implementations of `Display`, with their module.
    pub(super) displays: Vec<(usize, syn::ItemImpl)>,
    /// What attributes register.
    pub(super) registrations: Vec<Registration>,
    /// Files, relative to the project's folder.
    pub(super) files: Vec<String>,
    /// What was wrong on the way.
    pub(super) errors: Vec<ReadError>,
}

/// A module.
pub(super) struct SourceModule {
    /// Its name; empty for the crate's root.
    pub(super) name: String,
    /// The module around it.
    pub(super) parent: Option<usize>,
    /// The names of types and modules in it.
    pub(super) names: BTreeMap<String, Name>,
    /// The paths of its glob imports.
    pub(super) globs: Vec<NamePath>,
    /// Whether it stands under a `cfg`.
    conditional: bool,
}

/// What a name in a module stands for.
#[derive(Debug, Clone)]
pub(super) enum Name {
    Module(usize),
    Model(usize),
    Choices(usize),
    /// A struct or enum without a derive that matters.
    Other(&'static str),
    /// An import or alias.
    Path(NamePath),
}

/// A path as it stands in a `use` line, an alias or a field's type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NamePath {
    /// Whether it starts with `::`, at another crate.
    pub(super) foreign: bool,
    pub(super) segments: Vec<String>,
}

impl NamePath {
    pub(super) fn of(path: &syn::Path) -> Self {
        let segments = path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
        Self { foreign: path.leading_colon.is_some(), segments }
    }
}

/// A struct with `derive(Model)`.
pub(super) struct SourceModel {
    pub(super) name: String,
    pub(super) module: usize,
    pub(super) file: usize,
    /// The place of its name.
    pub(super) line: usize,
    pub(super) column: usize,
    /// Whether it or a module around it stands under a `cfg`.
    pub(super) conditional: bool,
    /// `None` where it did not parse; the errors are noted.
    pub(super) parsed: Option<ParsedModel>,
}

/// An enum with `derive(Choices)`.
pub(super) struct SourceChoices {
    pub(super) name: String,
    /// `None` where it did not parse; the errors are noted.
    pub(super) parsed: Option<ParsedChoices>,
}

impl Tree {
    /// Reads every file of the crate.
    pub(super) fn read(project: &SourceProject) -> Self {
        let mut reader = Reader { root: &project.root, tree: Self::default(), open: Vec::new() };
        let file = project.root.join(&project.crate_root);
        reader.tree.modules.push(SourceModule::new("", None, false));
        let place = Place::beside(&file);
        reader.file(&file, 0, &place);
        reader.tree
    }

    /// A module's path, `crate::shop::models`.
    pub(super) fn path(&self, module: usize) -> String {
        let current = &self.modules[module];
        match current.parent {
            None => "crate".to_owned(),
            Some(parent) => format!("{}::{}", self.path(parent), current.name),
        }
    }

    /// The path of a name in a module, from the crate's root.
    fn inside_crate(&self, module: usize, name: &str) -> String {
        match self.path(module).split_once("::") {
            Some((_, module)) => format!("{module}::{name}"),
            None => name.to_owned(),
        }
    }

    /// The names of the modules directly under the crate's root.
    pub(super) fn top_modules(&self) -> Vec<String> {
        self.modules.iter().filter(|module| module.parent == Some(0)).map(|module| module.name.clone()).collect()
    }

    /// The app of a module: the name of the module directly under the crate root around it.
    pub(super) fn app(&self, module: usize) -> Option<&str> {
        let current = &self.modules[module];
        match current.parent {
            None => None,
            Some(0) => Some(&current.name),
            Some(parent) => self.app(parent),
        }
    }
}

impl SourceModule {
    fn new(name: &str, parent: Option<usize>, conditional: bool) -> Self {
        Self { name: name.to_owned(), parent, names: BTreeMap::new(), globs: Vec::new(), conditional }
    }
}

struct Reader<'a> {
    root: &'a Path,
    tree: Tree,
    /// The files around the current one, to notice a circle.
    open: Vec<PathBuf>,
}

impl Reader<'_> {
    fn file(&mut self, path: &Path, module: usize, place: &Place) {
        let name = shown(self.root, path);
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                let error = ReadError::whole_file(&name, format!("cannot read `{name}`: {error}"), hint(&error));
                self.tree.errors.push(error);
                return;
            }
        };
        let mut errors = Vec::new();
        let items = items::parse(&text, &mut errors);
        let file = self.tree.files.len();
        self.tree.files.push(name);
        self.report(file, errors);
        self.open.push(path.to_owned());
        self.items(items, module, file, place);
        self.open.pop();
    }

    fn items(&mut self, items: Vec<Item>, module: usize, file: usize, place: &Place) {
        for item in items {
            let conditional = item.conditional || self.tree.modules[module].conditional;
            match item.kind {
                ItemKind::Model(item) => self.model(&item, module, file, conditional),
                ItemKind::Choices(item) => self.choices(&item, module, file),
                ItemKind::Other(what, ident) => self.name(module, &ident, Name::Other(what)),
                ItemKind::Use(item) => {
                    let mut path = Vec::new();
                    self.imports(&item.tree, item.leading_colon.is_some(), &mut path, module);
                }
                ItemKind::Alias(ident, path) => self.name(module, &ident, Name::Path(NamePath::of(&path))),
                ItemKind::Module(item) => self.module(item, module, file, place, conditional),
                ItemKind::Display(item) => self.tree.displays.push((module, *item)),
                ItemKind::Registered(item) => self.registration(*item, module, file, conditional),
            }
        }
    }

    fn name(&mut self, module: usize, ident: &syn::Ident, name: Name) {
        self.tree.modules[module].names.insert(ident.unraw().to_string(), name);
    }

    fn registration(&mut self, item: Registered, module: usize, file: usize, conditional: bool) {
        let start = item.ident.span().start();
        self.tree.registrations.push(Registration {
            kind: item.kind,
            path: self.tree.inside_crate(module, &item.ident.unraw().to_string()),
            file: self.tree.files[file].clone(),
            line: start.line,
            column: start.column + 1,
            conditional: conditional || item.conditional,
        });
    }

    fn model(&mut self, item: &syn::ItemStruct, module: usize, file: usize, conditional: bool) {
        let parsed = parse_model_item(item).map_err(|error| self.report(file, error)).ok();
        let start = item.ident.span().start();
        self.name(module, &item.ident, Name::Model(self.tree.models.len()));
        self.tree.models.push(SourceModel {
            name: item.ident.unraw().to_string(),
            module,
            file,
            line: start.line,
            column: start.column + 1,
            conditional,
            parsed,
        });
    }

    fn choices(&mut self, item: &syn::ItemEnum, module: usize, file: usize) {
        let parsed = parse_choices_item(item).map_err(|error| self.report(file, error)).ok();
        self.name(module, &item.ident, Name::Choices(self.tree.choices.len()));
        self.tree.choices.push(SourceChoices { name: item.ident.unraw().to_string(), parsed });
    }

    fn imports(&mut self, tree: &syn::UseTree, foreign: bool, path: &mut Vec<String>, module: usize) {
        let with = |path: &[String], last: &syn::Ident| {
            let mut segments = path.to_vec();
            // `use name::{self};` imports `name`.
            if last != "self" || segments.is_empty() {
                segments.push(last.unraw().to_string());
            }
            NamePath { foreign, segments }
        };
        match tree {
            syn::UseTree::Path(part) => {
                path.push(part.ident.unraw().to_string());
                self.imports(&part.tree, foreign, path, module);
                path.pop();
            }
            syn::UseTree::Group(group) => {
                for part in &group.items {
                    self.imports(part, foreign, path, module);
                }
            }
            syn::UseTree::Glob(_) => {
                let glob = NamePath { foreign, segments: path.clone() };
                self.tree.modules[module].globs.push(glob);
            }
            syn::UseTree::Name(part) => {
                let full = with(path, &part.ident);
                if let Some(name) = full.segments.last().cloned() {
                    self.import(module, name, full);
                }
            }
            syn::UseTree::Rename(part) => {
                let full = with(path, &part.ident);
                self.import(module, part.rename.unraw().to_string(), full);
            }
        }
    }

    /// An import of a function or macro may share its name with a type of the module, which stays.
    fn import(&mut self, module: usize, name: String, path: NamePath) {
        self.tree.modules[module].names.entry(name).or_insert(Name::Path(path));
    }

    fn module(&mut self, item: items::Module, parent: usize, file: usize, place: &Place, conditional: bool) {
        let index = self.tree.modules.len();
        let name = item.ident.unraw().to_string();
        self.tree.modules.push(SourceModule::new(&name, Some(parent), conditional));
        self.name(parent, &item.ident, Name::Module(index));
        let place_within = place.within(&item);
        if let Some(content) = item.content {
            self.items(content, index, file, &place_within);
            return;
        }
        match place.find(&item, self.root) {
            Lookup::File(path, _) if self.open.contains(&path) => {
                let message = format!("the module `{name}` leads back to `{}`", shown(self.root, &path));
                let error = crate::read::problems::problem(item.ident.span(), message, "remove the line");
                self.report(file, [error]);
            }
            Lookup::File(path, place) => self.file(&path, index, &place),
            // Whether the module is there may depend on the condition.
            Lookup::Missing(..) if conditional => {}
            Lookup::Missing(message, hint) => {
                let error = crate::read::problems::problem(item.ident.span(), message, hint);
                self.report(file, [error]);
            }
        }
    }

    fn report(&mut self, file: usize, errors: impl IntoIterator<Item = syn::Error>) {
        let file = &self.tree.files[file];
        self.tree.errors.extend(errors.into_iter().map(|error| ReadError::of(&error, file)));
    }
}

fn hint(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => "run the command in the folder of a project, where its `manage.rs` is",
        std::io::ErrorKind::InvalidData => "save the file as UTF-8",
        _ => "",
    }
}
