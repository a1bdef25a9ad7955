//! `{% for %}`: the list, and the names of each round.

use std::sync::{Arc, LazyLock};

use rjango_core::{Error, ErrorKind, Result};

use crate::tree::{Body, For};
use crate::value::{Items, Object, Str, Value};

use super::{ForLoop, Leave, Looping, Render};

impl Render {
    pub(super) async fn enter_for(&mut self, node: &For) -> Result<Option<(Body, Leave)>> {
        let list = self.resolve_quietly(&node.list).await?;
        self.load(&list).await?;
        self.enter_list(node, list)
    }

    pub(super) fn enter_list(&mut self, node: &For, list: Value) -> Result<Option<(Body, Leave)>> {
        let mut items = match list {
            Value::None | Value::Undefined => Items::nothing(),
            list => list.items().ok_or_else(|| {
                Error::new(
                    ErrorKind::Template,
                    format!("`{}` is {} and cannot be walked", node.list.text, list.type_name()),
                )
            })?,
        };
        if node.is_reversed {
            let mut all: Vec<Value> = items.collect();
            all.reverse();
            items = Items::Owned(all.into_iter());
        }
        let count = items.len();
        let Some(first) = items.next() else {
            // It has a scope of its own, as the loop has.
            return Ok(node.empty.as_ref().map(|body| {
                self.scopes.push();
                (Arc::clone(body), Leave::Scope)
            }));
        };
        let parent = self.scopes.get("forloop").cloned();
        let forloop = Arc::new(ForLoop::new(count, parent));
        self.scopes.push();
        self.scopes.set(name_of_loops(), Value::Object(Arc::clone(&forloop) as Arc<dyn Object>));
        self.bind(&node.names, first)?;
        let looping = Looping { items, names: Arc::clone(&node.names), forloop };
        Ok(Some((Arc::clone(&node.body), Leave::Loop(Box::new(looping)))))
    }

    /// Gives the names of a loop their values.
    pub(super) fn bind(&mut self, names: &[Str], item: Value) -> Result<()> {
        if let [name] = names {
            self.scopes.set(name.clone(), item);
            return Ok(());
        }
        let values: Vec<Value> = match &item {
            Value::Text(_) | Value::Safe(_) | Value::List(_) | Value::Tuple(_) | Value::Map(_) | Value::Object(_) => {
                item.items().map(Iterator::collect).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let found = if item.len().is_some() { values.len() } else { 1 };
        if found != names.len() || values.len() != names.len() {
            return Err(Error::new(
                ErrorKind::Template,
                format!("`for` needs {} values for its names, and an item has {found}", names.len()),
            ));
        }
        self.scopes.push();
        for (name, value) in names.iter().zip(values) {
            self.scopes.set(name.clone(), value);
        }
        Ok(())
    }
}

/// `forloop`, which each loop sets.
fn name_of_loops() -> Str {
    static NAME: LazyLock<Str> = LazyLock::new(|| "forloop".into());
    Arc::clone(&NAME)
}
