//! The variables of a page while it is rendered: Django's stack of contexts.

use crate::value::{Attribute, Map, Str, Value};

/// Names and their values, the innermost last; behind all of them the context of the view.
pub(crate) struct Scopes {
    root: Value,
    names: Vec<(Str, Value)>,
    /// Where each open scope begins.
    marks: Vec<usize>,
    /// What is before this place is hidden, and the root too: inside of `include .. only`.
    hidden: Option<usize>,
}

/// A place to go back to.
pub(crate) struct Hidden(Option<usize>);

impl Scopes {
    pub(crate) fn new(root: Value) -> Self {
        Self { root, names: Vec::new(), marks: vec![0], hidden: None }
    }

    pub(crate) fn push(&mut self) {
        self.marks.push(self.names.len());
    }

    pub(crate) fn pop(&mut self) {
        // The outermost scope stays.
        if self.marks.len() > 1
            && let Some(mark) = self.marks.pop()
        {
            self.names.truncate(mark);
        }
    }

    /// Hides all that is there, and opens a scope.
    pub(crate) fn hide(&mut self) -> Hidden {
        let before = Hidden(self.hidden);
        self.push();
        self.hidden = Some(self.names.len());
        before
    }

    /// Ends [`Scopes::hide`].
    pub(crate) fn show(&mut self, before: Hidden) {
        self.pop();
        self.hidden = before.0;
    }

    /// Sets a name in the innermost scope.
    pub(crate) fn set(&mut self, name: Str, value: Value) {
        let mark = self.marks.last().copied().unwrap_or(0);
        match self.names[mark..].iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.names.push((name, value)),
        }
    }

    /// Sets a name where it stands, or in the innermost scope: Django's `set_upward`.
    pub(crate) fn set_upward(&mut self, name: &Str, value: Value) {
        let from = self.hidden.unwrap_or(0);
        match self.names[from..].iter_mut().rev().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.set(name.clone(), value),
        }
    }

    /// A name of a scope; the root is not asked.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.in_sight().iter().rev().find(|(known, _)| **known == *name).map(|(_, value)| value)
    }

    /// The names of the scopes that may be seen here, the innermost last; one may be there more than once.
    pub(crate) fn in_sight(&self) -> &[(Str, Value)] {
        &self.names[self.hidden.unwrap_or(0)..]
    }

    /// The view's context, as far as it may be seen here.
    pub(crate) fn root(&self) -> Option<&Value> {
        self.hidden.is_none().then_some(&self.root)
    }

    /// The view's context, whether it may be seen here or not.
    pub(crate) fn outermost(&self) -> &Value {
        &self.root
    }

    /// All names in sight with their values, for `debug`; the root's own where it is a mapping.
    pub(crate) fn flat(&self) -> Vec<(Value, Value)> {
        let mut pairs: Vec<(Value, Value)> = Vec::new();
        if let Some(Value::Map(root)) = self.root() {
            pairs.extend(root.iter().cloned());
        } else if let Some(Value::Object(root)) = self.root() {
            for name in root.attribute_names() {
                if let Attribute::Value(value) = root.attribute(&name) {
                    pairs.push((Value::from(&*name), value));
                }
            }
        }
        pairs.extend(self.in_sight().iter().map(|(name, value)| (Value::Text(name.clone()), value.clone())));
        let map: Map = pairs.into_iter().collect();
        map.iter().cloned().collect()
    }
}
