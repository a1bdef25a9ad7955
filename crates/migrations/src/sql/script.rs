//! The two SQL files of a migration: every operation under its description, forwards and back.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::Result;
use rjango_orm::Engine;
use rjango_schema::{DefaultValue, FieldSchema, ModelSchema};

use super::change::Copy;
use super::guards::{Guard, MARK, Need, Origins, Place};
use super::keys::KeyChange;
use super::losses::{self, Loss};
use super::{
    Change, Column, Fill, Partner, Renderer, Table, TableStep, adopted, content_types, needs, quoted, renderer,
};
use crate::operations::marker;
use crate::reader::ended;
use crate::state::{Join, target, through};
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
    let mut steps = Vec::new();
    for operation in operations {
        let before = state.clone();
        operation.apply(app, &mut state)?;
        steps.push((operation, before, state.clone()));
    }
    let mut adopted = adopted::all(app, &steps, writer.renderer)?;
    let mut up = File::new(&writer);
    for (position, (operation, before, after)) in steps.iter().enumerate() {
        let loss = losses::of(operation, &operations[position + 1..], app, before);
        let mut description = described(operation, loss);
        if let Some((_, _, change)) = adopted.iter().find(|(made, ..)| *made == position) {
            description.push_str(&format!("\n-- Its table is `{}`, renamed below.", change.before.name));
            up.add(operation, &description, before, after, Written::default())?;
            continue;
        }
        let written = match adopted.iter().position(|(_, taken, _)| *taken == position) {
            Some(at) => {
                let (_, _, change) = adopted.swap_remove(at);
                Written { statements: writer.renderer.statements(&[TableStep::Change(change)]), guards: Vec::new() }
            }
            None => writer.forwards(operation, before, after)?,
        };
        up.add(operation, &description, before, after, written)?;
    }
    let mut down = Some(File::new(&writer));
    for (operation, before, after) in steps.iter().rev() {
        let back = writer.backwards(operation, before, after)?;
        down = match (down, back) {
            (Some(mut file), Some((inverse, written))) => {
                file.add(&inverse, &inverse.describe(), after, before, written)?;
                Some(file)
            }
            _ => None,
        };
    }
    Ok(Script { up: up.finish(), down: down.map(File::finish) })
}

/// An operation's description, with what it loses and how a person keeps that.
fn described(operation: &Operation, loss: Option<Loss>) -> String {
    let Some(Loss { what, keep }) = loss else { return operation.describe() };
    let mut text = operation.describe();
    for sentence in std::iter::once(&what).chain(&keep) {
        let mut rest = sentence.chars();
        let first = rest.next().map(|first| first.to_ascii_uppercase());
        text.push_str("\n-- ");
        text.extend(first.into_iter().chain(rest));
        text.push('.');
    }
    text
}

/// What an operation is in SQL, and what it needs of the rows.
#[derive(Default)]
struct Written {
    statements: Vec<String>,
    guards: Vec<Guard>,
}

/// A file under way: sections, and before those that follow one another without changing rows, their guards.
struct File<'a> {
    writer: &'a Writer<'a>,
    sections: Vec<(bool, String)>,
    /// Where the guards of the sections under way go, the state there, and their lines.
    start: usize,
    from: Option<ProjectState>,
    passed: Vec<Operation>,
    guards: Vec<String>,
}

impl<'a> File<'a> {
    fn new(writer: &'a Writer<'a>) -> Self {
        Self { writer, sections: Vec::new(), start: 0, from: None, passed: Vec::new(), guards: Vec::new() }
    }

    fn add(
        &mut self,
        operation: &Operation,
        description: &str,
        before: &ProjectState,
        after: &ProjectState,
        written: Written,
    ) -> Result<()> {
        let Written { mut statements, guards } = written;
        let Writer { engine, app, renderer } = *self.writer;
        let from = self.from.get_or_insert_with(|| before.clone());
        let mut origins = Origins::new(from);
        self.passed.iter().for_each(|operation| origins.follow(operation, app));
        let mut here = Vec::new();
        for guard in guards {
            if let Some(lines) = guard.lines(engine, &origins, renderer)? {
                self.guards.extend(lines);
            } else if let Some(lines) = guard.lines(engine, &Origins::new(before), renderer)? {
                here.extend(lines);
            }
        }
        here.append(&mut statements);
        self.sections.push((operation.is_data(), section(description, &here)));
        // What a person wrote may bring the rows in order: what follows is asked after it.
        match operation {
            Operation::RunSql(_) | Operation::RunRust(_) | Operation::SeparateDatabaseAndState(_) => {
                self.close();
                self.from = Some(after.clone());
            }
            _ => self.passed.push(operation.clone()),
        }
        Ok(())
    }

    /// Puts the guards before the sections under way, and begins anew after them.
    fn close(&mut self) {
        if !self.guards.is_empty() {
            let mut guards: Vec<String> = Vec::new();
            for line in self.guards.drain(..) {
                // A helper is needed once.
                if line.starts_with(MARK) || !guards.contains(&line) {
                    guards.push(line);
                }
            }
            self.sections.insert(self.start, (false, section("Check the rows", &guards)));
        }
        self.start = self.sections.len();
        self.passed.clear();
    }

    fn finish(mut self) -> String {
        self.close();
        joined(&self.sections, self.writer.renderer)
    }
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
    fn forwards(&self, operation: &Operation, before: &ProjectState, after: &ProjectState) -> Result<Written> {
        let text = |text: &str| if text.trim().is_empty() { Vec::new() } else { vec![text.trim_end().to_owned()] };
        let statements = match operation {
            Operation::RunSql(run) => text(&ended(run.sql.of(self.engine)?, self.engine)),
            Operation::RunRust(run) if run.function.is_empty() => Vec::new(),
            Operation::RunRust(run) => vec![marker(&run.function)],
            Operation::SeparateDatabaseAndState(separate) => {
                let mut statements = Vec::new();
                for (operation, before, after) in self.chain(&separate.database_operations, before)? {
                    let written = self.forwards(operation, &before, &after)?;
                    statements.extend(self.in_place(written, &before)?);
                }
                statements
            }
            Operation::AddIndexConcurrently(add) => {
                let written = self.forwards(&Operation::AddIndex(add.plain()), before, after)?;
                self.concurrently(written.statements, "CREATE INDEX", Some(&add.index.name))
            }
            Operation::RemoveIndexConcurrently(remove) => {
                let written = self.forwards(&Operation::RemoveIndex(remove.plain()), before, after)?;
                self.concurrently(written.statements, "DROP INDEX", None)
            }
            _ => {
                let transition = Transition { operation, app: self.app, before, after, renderer: self.renderer };
                return transition.written();
            }
        };
        Ok(Written { statements, guards: Vec::new() })
    }

    /// The guards of an operation right before its statements.
    fn in_place(&self, written: Written, before: &ProjectState) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        for guard in &written.guards {
            lines.extend(guard.lines(self.engine, &Origins::new(before), self.renderer)?.unwrap_or_default());
        }
        lines.extend(written.statements);
        Ok(lines)
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

    /// The way back, with the operation that describes it; `None` where there is none.
    fn backwards(
        &self,
        operation: &Operation,
        before: &ProjectState,
        after: &ProjectState,
    ) -> Result<Option<(Operation, Written)>> {
        let Some(inverse) = operation.inverse(self.app, before)? else { return Ok(None) };
        let Operation::SeparateDatabaseAndState(separate) = operation else {
            let written = self.forwards(&inverse, after, before)?;
            return Ok(Some((inverse, written)));
        };
        // The database's operations go back through the states that they led through, which the state itself never had.
        let mut statements = Vec::new();
        for (operation, before, after) in self.chain(&separate.database_operations, before)?.into_iter().rev() {
            let Some((_, back)) = self.backwards(operation, &before, &after)? else { return Ok(None) };
            statements.extend(self.in_place(back, &after)?);
        }
        Ok(Some((inverse, Written { statements, guards: Vec::new() })))
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

/// The steps of a model's join tables: before its own table changes, and after.
#[derive(Default)]
struct Joins {
    created: Vec<TableStep>,
    changed: Vec<TableStep>,
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
    fn written(&self) -> Result<Written> {
        let mut steps = Vec::new();
        let mut guards = Vec::new();
        let key = KeyChange::of(self.operation, self.app, self.before, self.after);
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
                (Some(old), Some(new)) if old.managed && new.managed => {
                    self.change(old, new, key.as_ref(), &mut steps, &mut guards)?;
                }
                _ => {}
            }
        }
        let mut statements = self.renderer.statements(&steps);
        statements.extend(content_types::follow(self.operation, self.app, self.before, self.after));
        Ok(Written { statements, guards })
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

    fn change(
        &self,
        old: &ModelSchema,
        new: &ModelSchema,
        key: Option<&KeyChange>,
        steps: &mut Vec<TableStep>,
        guards: &mut Vec<Guard>,
    ) -> Result<()> {
        let (before, after) = (Table::of(old, self.before, self.renderer)?, Table::of(new, self.after, self.renderer)?);
        let mut change = Change::new(before, after);
        change.renamed = self.renamed_fields(new);
        change.fills = self.fills(new, old);
        self.partners(old, new, &mut change, guards);
        if let Some(key) = key {
            key.follow(&mut change);
            if key.label() == new.label() {
                key.make(&mut change);
                if change.new_key.is_none()
                    && let Some(new_key) = new.primary_key()
                {
                    guards.push(Guard { column: Place::own(&old.label(), &new_key.name), need: Need::Unique });
                }
            }
        }
        needs::of(&change, &|column| Place::own(&old.label(), &column.field), self.before, key, guards);
        let joins = self.joins(old, new, key, guards)?;
        // Rows go from table to table while both are there.
        steps.extend(joins.created);
        steps.push(TableStep::Change(change));
        steps.extend(joins.changed);
        Ok(())
    }

    fn joins(
        &self,
        old: &ModelSchema,
        new: &ModelSchema,
        key: Option<&KeyChange>,
        guards: &mut Vec<Guard>,
    ) -> Result<Joins> {
        let renamed = self.renamed_fields(new);
        let mut kept = BTreeSet::new();
        let mut joins = Joins::default();
        for field in new.many_to_many() {
            let Some(join) = self.after.join_model(new, field) else {
                continue;
            };
            let after = Table::of(&join, self.after, self.renderer)?;
            let earlier = renamed.iter().find(|(_, name)| **name == field.name).map_or(&field.name, |(old, _)| old);
            let origin = old.field(earlier).and_then(|field| self.before.join_model(old, field));
            let Some(origin) = origin else {
                joins.created.push(TableStep::Create(after));
                if let Some(before) = self.altered(old, field) {
                    joins.created.extend(self.copied(old, before, new, field, guards)?);
                }
                continue;
            };
            kept.insert(earlier.clone());
            // The columns of a join table belong together by position: key, source, target.
            let renamed = origin.fields.iter().zip(&join.fields).filter(|(old, new)| old.name != new.name);
            let renamed = renamed.map(|(old, new)| (old.name.clone(), new.name.clone())).collect();
            let before = Table::of(&origin, self.before, self.renderer)?;
            let mut change = Change { renamed, ..Change::new(before, after) };
            if let Some(key) = key {
                key.follow(&mut change);
            }
            let position = |name: &str| change.before.columns.iter().position(|column| column.name == name);
            let place = |column: &Column| Place {
                model: old.label(),
                join: Some(earlier.clone()),
                field: column.field.clone(),
                position: position(&column.name).unwrap_or_default(),
            };
            needs::of(&change, &place, self.before, key, guards);
            joins.changed.push(TableStep::Change(change));
        }
        for field in new.many_to_many().filter(|field| through(field).is_some()) {
            if let Some(before) = self.altered(old, field).filter(|before| through(before) != through(field)) {
                joins.created.extend(self.copied(old, before, new, field, guards)?);
            }
        }
        for field in old.many_to_many().filter(|field| !kept.contains(&field.name)) {
            if let Some(join) = self.before.join_model(old, field) {
                joins.changed.push(TableStep::Drop(Table::of(&join, self.before, self.renderer)?));
            }
        }
        Ok(joins)
    }

    /// A field as it was, where this operation alters it.
    fn altered<'m>(&self, old: &'m ModelSchema, field: &FieldSchema) -> Option<&'m FieldSchema> {
        match self.operation {
            Operation::AlterField(alter) if alter.field.name == field.name && self.is_about(old) => {
                old.field(&field.name)
            }
            _ => None,
        }
    }

    /// Where a column takes the place of a join table: it gets the partner that each row has there.
    fn partners(&self, old: &ModelSchema, new: &ModelSchema, change: &mut Change, guards: &mut Vec<Guard>) {
        for field in new.concrete_fields() {
            let Some(before) = self.altered(old, field).filter(|before| !before.is_concrete()) else { continue };
            let join = Join::of(old, before, self.before).filter(|_| target(before) == target(field));
            let (Some(join), Some(key)) = (join, old.primary_key()) else { continue };
            let column = |name: &str| join.model.field(name).map(FieldSchema::column).unwrap_or_default();
            let partner = Partner {
                join: join.model.table(),
                source: column(&join.source),
                target: column(&join.target),
                table: new.table(),
                key: key.column(),
            };
            change.fills.insert(field.name.clone(), Fill::Partner(partner));
            let own = Place::own(&old.label(), &key.name);
            let column = match through(before) {
                Some(label) => Place::own(label, &join.source),
                None => Place {
                    model: old.label(),
                    join: Some(before.name.clone()),
                    field: join.source.clone(),
                    position: 1,
                },
            };
            guards.push(Guard { column, need: Need::Partner { own, all: !field.null } });
        }
    }

    /// The rows of what a many-to-many field was: of its join table, its through model's, or its column.
    fn copied(
        &self,
        old: &ModelSchema,
        before: &FieldSchema,
        new: &ModelSchema,
        field: &FieldSchema,
        guards: &mut Vec<Guard>,
    ) -> Result<Option<TableStep>> {
        if target(before) != target(field) {
            return Ok(None);
        }
        let Some(into) = Join::of(new, field, self.after) else { return Ok(None) };
        let column = |model: &ModelSchema, name: &str| model.field(name).map(FieldSchema::column).unwrap_or_default();
        let (source, target) = (column(&into.model, &into.source), column(&into.model, &into.target));
        if before.is_concrete() {
            let key = old.primary_key().map(FieldSchema::column).unwrap_or_default();
            return Ok(Some(TableStep::Copy(Copy {
                from: old.table(),
                into: into.model.table(),
                columns: vec![(key, source), (before.column(), target)],
                extra: Vec::new(),
                fills: Vec::new(),
                needed: if before.null { vec![before.column()] } else { Vec::new() },
            })));
        }
        let Some(from) = Join::of(old, before, self.before).filter(|from| from.model.managed) else { return Ok(None) };
        let columns = vec![(column(&from.model, &from.source), source), (column(&from.model, &from.target), target)];
        let sides = [&from.source, &from.target];
        let needed = sides.into_iter().filter_map(|name| from.model.field(name)).filter(|field| field.null);
        let needed = needed.map(FieldSchema::column).collect();
        let defaults = match self.operation {
            Operation::AlterField(alter) => &alter.through_defaults,
            _ => &BTreeMap::new(),
        };
        let (mut extra, mut fills, mut is_known) = (Vec::new(), Vec::new(), true);
        let others = into.model.concrete_fields().filter(|field| ![&into.source, &into.target].contains(&&field.name));
        for field in others.filter(|_| through(field).is_some()) {
            // What both through models have is the same thing.
            let known = from.model.field(&field.name).filter(|known| known.kind == field.kind && !field.kind.is_auto());
            if let Some(known) = known {
                extra.push((known.column(), field.column()));
            } else if let Some(fill) = Fill::of(field, defaults.get(&field.name)).filter(|_| !field.kind.is_auto()) {
                let table = Table::of(&into.model, self.after, self.renderer)?;
                let sql_type = table.column(&field.name).map(|column| column.sql_type.clone()).unwrap_or_default();
                fills.push((field.column(), fill, sql_type));
            } else if !(field.null || (field.primary_key && field.kind.is_auto())) {
                let column = match through(before) {
                    Some(label) => Place::own(label, &from.source),
                    None => Place {
                        model: old.label(),
                        join: Some(before.name.clone()),
                        field: from.source.clone(),
                        position: 1,
                    },
                };
                let why = format!("nothing is known for `{}` of `{}`", field.name, into.model.label());
                guards.push(Guard { column, need: Need::Empty(why) });
                is_known = false;
            }
        }
        if !is_known {
            // There are no rows, and MySQL refuses the statement even so.
            return Ok(None);
        }
        Ok(Some(TableStep::Copy(Copy {
            from: from.model.table(),
            into: into.model.table(),
            columns,
            extra,
            fills,
            needed,
        })))
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
