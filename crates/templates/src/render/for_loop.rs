//! `forloop`.

use std::any::Any;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::value::{Attribute, Object, Value};

/// Where a loop is; one for all its rounds.
pub(crate) struct ForLoop {
    index: AtomicUsize,
    count: usize,
    parent: Option<Value>,
    /// What `ifchanged` saw last, by the place of the tag.
    seen: Mutex<HashMap<usize, Option<Vec<Value>>>>,
}

// DIFFERENCE: `length` is there as from Django 6.0 on, so a loop that is printed whole shows it.
const NAMES: [&str; 8] = ["counter", "counter0", "revcounter", "revcounter0", "first", "last", "length", "parentloop"];

impl ForLoop {
    pub(super) fn new(count: usize, parent: Option<Value>) -> Self {
        Self { index: AtomicUsize::new(0), count, parent, seen: Mutex::default() }
    }

    pub(super) fn advance(&self) {
        self.index.fetch_add(1, Ordering::Relaxed);
    }

    /// Remembers what a tag sees; whether it differs from the last.
    pub(crate) fn has_changed(&self, tag: usize, now: Vec<Value>) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        has_changed(seen.entry(tag).or_default(), now)
    }
}

/// Remembers what a tag sees; whether it differs from the last.
pub(crate) fn has_changed(seen: &mut Option<Vec<Value>>, now: Vec<Value>) -> bool {
    let is_same = seen
        .as_ref()
        .is_some_and(|last| last.len() == now.len() && last.iter().zip(&now).all(|(last, now)| last.equals(now)));
    if !is_same {
        *seen = Some(now);
    }
    !is_same
}

impl fmt::Debug for ForLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl Object for ForLoop {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_name(&self) -> &'static str {
        "forloop"
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        let index = self.index.load(Ordering::Relaxed);
        Attribute::Value(match name {
            "counter" => (index + 1).into(),
            "counter0" => index.into(),
            "revcounter" => (self.count - index).into(),
            "revcounter0" => (self.count - index - 1).into(),
            "first" => (index == 0).into(),
            "last" => (index + 1 == self.count).into(),
            "length" => self.count.into(),
            "parentloop" => self.parent.clone().unwrap_or_else(|| Value::map(Vec::<(&str, Value)>::new())),
            _ => return Attribute::Unknown,
        })
    }

    fn attribute_names(&self) -> Vec<Cow<'_, str>> {
        NAMES.iter().map(|name| (*name).into()).collect()
    }

    /// As the mapping that it is in Django.
    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let order = ["parentloop", "length", "counter0", "counter", "revcounter", "revcounter0", "first", "last"];
        out.write_str("{")?;
        for (place, name) in order.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            if let Attribute::Value(value) = self.attribute(name) {
                write!(out, "{comma}'{name}': {}", value.repr())?;
            }
        }
        out.write_str("}")
    }
}
