//! The blocks of a template and of those that it extends.

use std::any::Any;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::tree::{Block, Body, Template};
use crate::value::{Attribute, Object, Str, Value};

/// What one template has for a block.
type Version = (Arc<Template>, Arc<Block>);

/// Each block's versions, the one that is shown first, and how far into them the page is.
#[derive(Default)]
pub(crate) struct Blocks {
    versions: HashMap<Str, Vec<Version>>,
    levels: HashMap<Str, usize>,
}

impl Blocks {
    pub(super) fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// Adds a template's blocks behind those of its children.
    pub(super) fn add(&mut self, template: &Arc<Template>) {
        for (name, block) in &template.blocks {
            self.versions.entry(name.clone()).or_default().push((Arc::clone(template), Arc::clone(block)));
        }
    }

    /// What a block shows: the level that it is at from now on, and the version's template and body.
    pub(super) fn enter(&mut self, block: &Arc<Block>, template: &Arc<Template>) -> (usize, Arc<Template>, Body) {
        let level = self.levels.get(&block.name).copied().unwrap_or(0);
        let version = self.versions.get(&block.name).and_then(|versions| versions.get(level));
        let (template, body) = match version {
            Some((template, version)) => (Arc::clone(template), Arc::clone(&version.body)),
            None => (Arc::clone(template), Arc::clone(&block.body)),
        };
        self.levels.insert(block.name.clone(), level + 1);
        (level, template, body)
    }

    pub(super) fn leave(&mut self, name: &Str, level: usize) {
        self.levels.insert(name.clone(), level);
    }

    /// The version behind the one that is shown.
    pub(super) fn parent_of(&self, name: &str) -> Option<Arc<Block>> {
        let level = self.levels.get(name).copied().unwrap_or(0);
        self.versions.get(name)?.get(level).map(|(_, block)| Arc::clone(block))
    }
}

/// `block`: it has its name, and `super`, which the renderer makes.
pub(crate) struct BlockObject {
    pub name: Str,
}

impl fmt::Debug for BlockObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl Object for BlockObject {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_name(&self) -> &'static str {
        "block"
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        if name == "name" { Attribute::Value(Value::Text(self.name.clone())) } else { Attribute::Unknown }
    }

    fn attribute_names(&self) -> Vec<Cow<'_, str>> {
        vec!["name".into(), "super".into()]
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "<Block Node: {}>", self.name)
    }
}
