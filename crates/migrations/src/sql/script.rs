//! The two SQL files of a migration: every operation under its description, forwards and back.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::Result;
use rjango_orm::Engine;
use rjango_schema::{DefaultValue, ModelSchema};

use super::{Change, Fill, Renderer, Table, TableStep, content_types, quoted, renderer};
use crate::operations::marker;
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
/// `Migration` where an operation does not fit the state.
pub fn render(engine: Engine, app: &str, operations: &[Operation], from: &ProjectState) -> Result<Script> {
    let writer = Writer { engine, app, renderer: renderer(engine) };
    let mut state = from.clone();
    let mut up = Vec::new();
    let mut down = Some(Vec::new());
    for operation in operations {
        let before = state.clone();
        operation.apply(app, &mut state)?;
        up.push((operation.is_data(), section(&operation.describe(), &writer.forwards(operation, &before, &state)?)));
        let back = writer.backwards(operation, &before, &state)?;
        down = down.zip(back).map(|(mut down, (description, statements))| {
            down.push((operation.is_data(), section(&description, &statements)));
            down
        });
    }
    let down = down.map(|mut down| {
        down.reverse();
        joined(&down, writer.renderer)
    });
    Ok(Script { up: joined(&up, writer.renderer), down })
}

/// The sections of a file, and what the engine needs between rows that changed and tables that are to change.
fn joined(sections: &[(bool, String)], renderer: &dyn Renderer) -> String {
    let mut text = String::new();
    for (position, (is_data, section)) in sections.iter().enumerate() {
        if position > 0 {
            text.push('\n');
            if let Some(between) = renderer.after_data().filter(|_| sections[position - 1].0 && !is_data) {
                text.push_str(between);
                text.push_str("\n\n");
            }
        }
        text.push_str(section);
    }
    text
}

/// Statements under the description of their operation.
fn section(description: &str, statements: &[String]) -> String {
    let mut text = format!("--\n-- {description}\n--\n");
    if statements.is_empty() {
        text.push_str("-- (no-op)\n");
    }
    for statement in statements {
        text.push_str(statement);
        text.push('\n');
    }
    text
}

/// The statements of an app's operations for an engine.
struct Writer<'a> {
    engine: Engine,
    app: &'a str,
    renderer: &'a dyn Renderer,
}

impl Writer<'_> {
    fn forwards(&self, operation: &Operation, before: &ProjectState, after: &ProjectState) -> Result<Vec<String>> {
        let text = |text: &str| if text.trim().is_empty() { Vec::new() } else { vec![text.trim_end().to_owned()] };
        match operation {
            Operation::RunSql(run) => Ok(text(run.sql.of(self.engine)?)),
            Operation::RunRust(run) if run.function.is_empty() => Ok(Vec::new()),
            Operation::RunRust(run) => Ok(vec![marker(&run.function)]),
            Operation::SeparateDatabaseAndState(separate) => {
                let mut statements = Vec::new();
                for (operation, before, after) in self.chain(&separate.database_operations, before)? {
                    statements.extend(self.forwards(operation, &before, &after)?);
                }
                Ok(statements)
            }
            Operation::AddIndexConcurrently(add) => {
                let statements = self.forwards(&Operation::AddIndex(add.plain()), before, after)?;
                Ok(self.concurrently(statements, "CREATE INDEX", Some(&add.index.name)))
            }
            Operation::RemoveIndexConcurrently(remove) => {
                let statements = self.forwards(&Operation::RemoveIndex(remove.plain()), before, after)?;
                Ok(self.concurrently(statements, "DROP INDEX", None))
            }
            _ => Transition { operation, app: self.app, before, after, renderer: self.renderer }.statements(),
        }
    }

    /// The statements about an index as PostgreSQL carries them out beside others that write; elsewhere as they are. A build
    /// that fails leaves an invalid index behind, so each begins with dropping what an earlier one has left.
    fn concurrently(&self, statements: Vec<String>, verb: &str, left_behind: Option<&str>) -> Vec<String> {
        if self.engine != Engine::Postgres {
            return statements;
        }
        let drop = left_behind.map(|name| format!("DROP INDEX CONCURRENTLY IF EXISTS {};", quoted(name)));
        let statements = statements.into_iter().map(|statement| match statement.strip_prefix(verb) {
            Some(rest) if left_behind.is_some() => format!("{verb} CONCURRENTLY{rest}"),
            Some(rest) => format!("{verb} CONCURRENTLY IF EXISTS{rest}"),
            None => statement,
        });
        drop.into_iter().chain(statements).collect()
    }

    /// The way back, with its description; `None` where there is none.
    fn backwards(
        &self,
        operation: &Operation,
        before: &ProjectState,
        after: &ProjectState,
    ) -> Result<Option<(String, Vec<String>)>> {
        let Some(inverse) = operation.inverse(self.app, before)? else { return Ok(None) };
        let Operation::SeparateDatabaseAndState(separate) = operation else {
            return Ok(Some((inverse.describe(), self.forwards(&inverse, after, before)?)));
        };
        // The database's operations go back through the states that they led through, which the state itself never had.
        let mut statements = Vec::new();
        for (operation, before, after) in self.chain(&separate.database_operations, before)?.into_iter().rev() {
            let Some((_, back)) = self.backwards(operation, &before, &after)? else { return Ok(None) };
            statements.extend(back);
        }
        Ok(Some((inverse.describe(), statements)))
    }

    /// Operations with the states before and after each.
    fn chain<'o>(
        &self,
        operations: &'o [Operation],
        before: &ProjectState,
    ) -> Result<Vec<(&'o Operation, ProjectState, ProjectState)>> {
        let mut state = before.clone();
        let mut chain = Vec::with_capacity(operations.len());
        for operation in operations {
            let before = state.clone();
            operation.apply(self.app, &mut state)?;
            chain.push((operation, before, state.clone()));
        }
        Ok(chain)
    }
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
        let mut statements = self.renderer.statements(&steps);
        statements.extend(content_types::follow(self.operation, self.app, self.before, self.after));
        Ok(statements)
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
        let new = self.operation.label_after(self.app).unwrap_or_else(|| label.clone());
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
        self.operation.label_after(self.app).is_some_and(|label| label == model.label())
    }
}
