//! What a path in a module means, by Rust's rules as far as types and modules go.

use std::collections::BTreeSet;

use super::tree::{Name, NamePath, Tree};
use super::{ExternalItem, ExternalKind, SourceProject};

/// What a path turned out to mean.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found<'a> {
    Module(usize),
    Model(usize),
    Choices(usize),
    /// A struct or enum of the project that neither derive knows.
    Other(&'static str),
    /// An item of another crate.
    External(&'a ExternalKind),
}

/// Resolves paths in one crate.
pub(super) struct Names<'a> {
    tree: &'a Tree,
    external: &'a [ExternalItem],
}

/// The names being looked up, each in its module, so that imports in a circle end.
type Visited = BTreeSet<(usize, String)>;

/// A path followed as far as the crate goes.
enum Followed<'a> {
    Found(Found<'a>),
    /// The path leads to another crate.
    Foreign(Vec<String>),
    Nothing,
}

impl<'a> Names<'a> {
    pub(super) fn new(project: &'a SourceProject, tree: &'a Tree) -> Self {
        Self { tree, external: &project.external }
    }

    /// What `path` means in this module. Where Rust's rules find nothing for a bare name, as with an import that a macro
    /// writes, the only item of that name in the project is taken.
    pub(super) fn resolve(&self, module: usize, path: &NamePath) -> Option<Found<'a>> {
        match self.follow(module, path, &mut Visited::new()) {
            Followed::Found(found) => return Some(found),
            Followed::Foreign(segments) => {
                if let Some(found) = self.external(&segments) {
                    return Some(found);
                }
            }
            Followed::Nothing => {}
        }
        let [name] = path.segments.as_slice() else { return None };
        self.by_glob(module, name, &mut BTreeSet::new()).or_else(|| self.only(name))
    }

    fn follow(&self, module: usize, path: &NamePath, visited: &mut Visited) -> Followed<'a> {
        if path.foreign {
            return Followed::Foreign(path.segments.clone());
        }
        let mut segments = path.segments.iter();
        let mut current = module;
        let mut in_scope = true;
        while let Some(segment) = segments.next() {
            let found = match segment.as_str() {
                "crate" => Found::Module(0),
                "self" => Found::Module(current),
                "super" => match self.tree.modules[current].parent {
                    Some(parent) => Found::Module(parent),
                    None => return Followed::Nothing,
                },
                name => match self.lookup(current, name, visited) {
                    Followed::Found(found) => found,
                    Followed::Foreign(mut foreign) => {
                        foreign.extend(segments.cloned());
                        return Followed::Foreign(foreign);
                    }
                    // A first segment that is no name here is a crate.
                    Followed::Nothing if in_scope && path.segments.len() > 1 => {
                        return Followed::Foreign(path.segments.clone());
                    }
                    Followed::Nothing => return Followed::Nothing,
                },
            };
            in_scope = false;
            match found {
                Found::Module(next) => current = next,
                found => {
                    // `Type::Associated` is no type that a field could have.
                    return if segments.next().is_none() { Followed::Found(found) } else { Followed::Nothing };
                }
            }
        }
        Followed::Found(Found::Module(current))
    }

    /// A name in a module: its items and imports, then its globs.
    fn lookup(&self, module: usize, name: &str, visited: &mut Visited) -> Followed<'a> {
        let key = (module, name.to_owned());
        if !visited.insert(key.clone()) {
            return Followed::Nothing;
        }
        let found = self.lookup_once(module, name, visited);
        visited.remove(&key);
        found
    }

    fn lookup_once(&self, module: usize, name: &str, visited: &mut Visited) -> Followed<'a> {
        match self.tree.modules[module].names.get(name) {
            Some(Name::Module(index)) => return Followed::Found(Found::Module(*index)),
            Some(Name::Model(index)) => return Followed::Found(Found::Model(*index)),
            Some(Name::Choices(index)) => return Followed::Found(Found::Choices(*index)),
            Some(Name::Other(what)) => return Followed::Found(Found::Other(what)),
            Some(Name::Path(path)) => return self.follow_import(module, path, visited),
            None => {}
        }
        for glob in &self.tree.modules[module].globs {
            if let Followed::Found(Found::Module(target)) = self.follow(module, glob, visited)
                && let found @ (Followed::Found(_) | Followed::Foreign(_)) = self.lookup(target, name, visited)
            {
                return found;
            }
        }
        Followed::Nothing
    }

    /// An import of the name itself (`use shop;`) starts at a crate.
    fn follow_import(&self, module: usize, path: &NamePath, visited: &mut Visited) -> Followed<'a> {
        match self.follow(module, path, visited) {
            Followed::Nothing if path.segments.len() == 1 => Followed::Foreign(path.segments.clone()),
            followed => followed,
        }
    }

    /// The external item of this path: the same path, or else the only one of its crate with the same last name.
    fn external(&self, segments: &[String]) -> Option<Found<'a>> {
        let path = segments.join("::");
        if let Some(item) = self.external.iter().find(|item| item.path == path) {
            return Some(Found::External(&item.kind));
        }
        let (first, last) = (segments.first()?, segments.last()?);
        let mut twins = self.external.iter().filter(|item| ends(&item.path) == (first.as_str(), last.as_str()));
        let only = twins.next()?;
        twins.next().is_none().then_some(Found::External(&only.kind))
    }

    /// The external item that a glob of another crate brings into the module, or into one that it globs itself.
    fn by_glob(&self, module: usize, name: &str, visited: &mut BTreeSet<usize>) -> Option<Found<'a>> {
        if !visited.insert(module) {
            return None;
        }
        let globs = &self.tree.modules[module].globs;
        globs.iter().find_map(|glob| match self.follow(module, glob, &mut Visited::new()) {
            Followed::Foreign(mut segments) => {
                segments.push(name.to_owned());
                self.external(&segments)
            }
            Followed::Found(Found::Module(target)) => self.by_glob(target, name, visited),
            _ => None,
        })
    }

    /// The only item of this name in the project.
    fn only(&self, name: &str) -> Option<Found<'a>> {
        let models = self.tree.models.iter().enumerate().filter(|(_, model)| model.name == name);
        let choices = self.tree.choices.iter().enumerate().filter(|(_, choices)| choices.name == name);
        let mut found =
            models.map(|(index, _)| Found::Model(index)).chain(choices.map(|(index, _)| Found::Choices(index)));
        let only = found.next()?;
        found.next().is_none().then_some(only)
    }
}

/// The first and the last part of a path.
fn ends(path: &str) -> (&str, &str) {
    let first = path.split("::").next().unwrap_or_default();
    let last = path.rsplit("::").next().unwrap_or_default();
    (first, last)
}
