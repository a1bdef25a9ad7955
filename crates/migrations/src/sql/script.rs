//! The two SQL files of a migration: every operation under its description, forwards and back.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::Result;
use rjango_orm::Engine;
use rjango_schema::{DefaultValue, ModelSchema};

use super::{Change, Fill, Renderer, Table, TableStep, renderer};
use crate::state::target;
use crate::{Operation, ProjectState};

/// The SQL of a migration for one engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Forwards.
    pub up: String,
    /// Back; `None` where an operation cannot be undone.
    pub down: Option<String>,
}

/// The SQL of an app's operations for an engine, from the state before them.
///
/// # Errors
/// `Migration` where an operation does not fit the state, `ImproperlyConfigured` where the engine has no renderer.
pub fn render(engine: Engine, app: &str, operations: &[Operation], from: &ProjectState) -> Result<Script> {
    let renderer = renderer(engine)?;
    let mut state = from.clone();
    let mut up = Vec::new();
    let mut down = Vec::new();
    let mut reversible = true;
    for operation in operations {
        let before = state.clone();
        operation.apply(app, &mut state)?;
        up.push(section(operation, app, &before, &state, renderer)?);
        match operation.inverse(app, &before)? {
            Some(inverse) => down.push(section(&inverse, app, &state, &before, renderer)?),
            None => reversible = false,
        }
    }
    down.reverse();
    Ok(Script { up: up.join("\n"), down: reversible.then(|| down.join("\n")) })
}

/// An operation's statements under its description.
fn section(
    operation: &Operation,
    app: &str,
    before: &ProjectState,
    after: &ProjectState,
    renderer: &dyn Renderer,
) -> Result<String> {
    let mut text = format!("--\n-- {}\n--\n", operation.describe());
    let statements = match operation {
        Operation::RunSql(run) => vec![run.sql.trim_end().to_owned()],
        _ => Transition { operation, app, before, after, renderer }.statements()?,
    };
    if statements.is_empty() {
        text.push_str("-- (no-op)\n");
    }
    for statement in statements {
        text.push_str(&statement);
        text.push('\n');
    }
    Ok(text)
}

/// An operation with the states around it.
struct Transition<'a> {
    operation: &'a Operation,
    app: &'a str,
    before: &'a ProjectState,
    after: &'a ProjectState,
    renderer: &'a dyn Renderer,
}

impl Transition<'_> {
    fn statements(&self) -> Result<Vec<String>> {
        let mut steps = Vec::new();
        for (old, new) in self.touched() {
            let old = old.as_deref().and_then(|label| self.before.get(label));
            let new = new.as_deref().and_then(|label| self.after.get(label));
            match (old, new) {
                (None, Some(model)) if self.creates() && model.managed => {
                    steps.extend(self.tables(model, self.after)?.into_iter().map(TableStep::Create));
                }
                (Some(model), None) if self.deletes() && model.managed => {
                    steps.extend(self.tables(model, self.before)?.into_iter().rev().map(TableStep::Drop));
                }
                (Some(old), Some(new)) if old.managed && new.managed => self.change(old, new, &mut steps)?,
                _ => {}
            }
        }
        Ok(self.renderer.statements(&steps))
    }

    fn creates(&self) -> bool {
        matches!(self.operation, Operation::CreateModel(_))
    }

    fn deletes(&self) -> bool {
        matches!(self.operation, Operation::DeleteModel(_))
    }

    /// The labels before and after of the models whose tables may differ: first the one that the operation is about,
    /// then those that refer to a model that changed, for their columns have its key's type.
    fn touched(&self) -> Vec<(Option<String>, Option<String>)> {
        let Some(label) = self.operation.model_label(self.app) else {
            return Vec::new();
        };
        match self.operation {
            Operation::CreateModel(_) => return vec![(None, Some(label))],
            Operation::DeleteModel(_) => return vec![(Some(label), None)],
            _ => {}
        }
        let new = match self.operation {
            Operation::RenameModel(rename) => format!("{}.{}", self.app, rename.to),
            _ => label.clone(),
        };
        let mut touched = vec![(Some(label.clone()), Some(new.clone()))];
        let mut seen = BTreeSet::from([new.clone()]);
        let mut todo = vec![new];
        while let Some(label) = todo.pop() {
            for model in self.after.referring(&label) {
                let referring = model.label();
                if seen.insert(referring.clone()) {
                    touched.push((Some(referring.clone()), Some(referring.clone())));
                    // Only a key that is a relation itself hands its type on.
                    if model.primary_key().and_then(target) == Some(label.as_str()) {
                        todo.push(referring);
                    }
                }
            }
        }
        touched
    }

    /// A model's table and the join tables of its many-to-many fields.
    fn tables(&self, model: &ModelSchema, state: &ProjectState) -> Result<Vec<Table>> {
        let mut tables = vec![Table::of(model, state, self.renderer)?];
        for field in model.many_to_many() {
            if let Some(join) = state.join_model(model, field) {
                tables.push(Table::of(&join, state, self.renderer)?);
            }
        }
        Ok(tables)
    }

    fn change(&self, old: &ModelSchema, new: &ModelSchema, steps: &mut Vec<TableStep>) -> Result<()> {
        steps.push(TableStep::Change(Change {
            before: Table::of(old, self.before, self.renderer)?,
            after: Table::of(new, self.after, self.renderer)?,
            renamed: self.renamed_fields(new),
            fills: self.fills(new, old),
        }));
        self.change_joins(old, new, steps)
    }

    fn change_joins(&self, old: &ModelSchema, new: &ModelSchema, steps: &mut Vec<TableStep>) -> Result<()> {
        let renamed = self.renamed_fields(new);
        let mut kept = BTreeSet::new();
        for field in new.many_to_many() {
            let Some(join) = self.after.join_model(new, field) else {
                continue;
            };
            let after = Table::of(&join, self.after, self.renderer)?;
            let earlier = renamed.iter().find(|(_, name)| **name == field.name).map_or(&field.name, |(old, _)| old);
            let origin = old.field(earlier).and_then(|field| self.before.join_model(old, field));
            let Some(origin) = origin else {
                steps.push(TableStep::Create(after));
                continue;
            };
            kept.insert(earlier.clone());
            // The columns of a join table belong together by position: key, source, target.
            let renamed = origin.fields.iter().zip(&join.fields).filter(|(old, new)| old.name != new.name);
            let renamed = renamed.map(|(old, new)| (old.name.clone(), new.name.clone())).collect();
            let before = Table::of(&origin, self.before, self.renderer)?;
            steps.push(TableStep::Change(Change { before, after, renamed, fills: BTreeMap::new() }));
        }
        for field in old.many_to_many().filter(|field| !kept.contains(&field.name)) {
            if let Some(join) = self.before.join_model(old, field) {
                steps.push(TableStep::Drop(Table::of(&join, self.before, self.renderer)?));
            }
        }
        Ok(())
    }

    fn renamed_fields(&self, model: &ModelSchema) -> BTreeMap<String, String> {
        match self.operation {
            Operation::RenameField(rename) if self.is_about(model) => {
                BTreeMap::from([(rename.from.clone(), rename.to.clone())])
            }
            _ => BTreeMap::new(),
        }
    }

    /// What fills the columns that are new or no longer NULL.
    fn fills(&self, new: &ModelSchema, old: &ModelSchema) -> BTreeMap<String, Fill> {
        let (field, one_off): (_, Option<&DefaultValue>) = match self.operation {
            Operation::AddField(add) if self.is_about(new) => (&add.field, add.one_off_default.as_ref()),
            Operation::AlterField(alter) if self.is_about(new) => {
                if old.field(&alter.field.name).is_none_or(|old| !old.null || alter.field.null) {
                    return BTreeMap::new();
                }
                (&alter.field, alter.one_off_default.as_ref())
            }
            _ => return BTreeMap::new(),
        };
        Fill::of(field, one_off).map(|fill| (field.name.clone(), fill)).into_iter().collect()
    }

    fn is_about(&self, model: &ModelSchema) -> bool {
        self.operation.model_label(self.app).is_some_and(|label| label == model.label())
    }
}
