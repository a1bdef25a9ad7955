//! The walk over the migrations: every rule asked about every operation and every statement, on every engine.

use std::collections::BTreeSet;

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::Engine;

use super::sql::{self, Command, Parsed, Sql};
use super::{Advice, Concern, Finding, RULES, Rule, Selection, Step, Whole};
use crate::migration::Direction;
use crate::{Graph, Migration, MigrationKey, Operation, ProjectState};

/// What the selected migrations do to a running site, in the order in which they are applied. `excluded` names rules that
/// are not asked.
///
/// # Errors
/// `Migration` where an operation does not follow from those before, a file cannot be read, or `excluded` or a migration's
/// `[lint] allow` names a rule that does not exist.
pub fn lint(graph: &Graph, selection: &Selection, engines: &[Engine], excluded: &[String]) -> Result<Vec<Finding>> {
    for name in excluded {
        known(name)?;
    }
    let mut walk = Walk { engines, excluded, new_tables: BTreeSet::new(), findings: Vec::new() };
    let mut state = ProjectState::new();
    for key in graph.order() {
        let Some(migration) = graph.get(key) else { continue };
        if selection.keys.contains(key) {
            if !selection.together {
                walk.new_tables.clear();
            }
            // What a migration was written from is the state of its own branch.
            let own = match graph.is_branched(&key.app) {
                true => Some(graph.state_before(key)?),
                false => None,
            };
            walk.migration(migration, &mut state, own)?;
        } else {
            migration.apply(&mut state)?;
        }
    }
    Ok(walk.findings)
}

/// Refuses the name of a rule that does not exist.
fn known(name: &str) -> Result<()> {
    if RULES.iter().any(|rule| rule.info().name == name) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Migration, format!("there is no lint rule `{name}`"))
        .with_hint("`rjango lintmigrations --rules` lists them"))
}

struct Walk<'a> {
    engines: &'a [Engine],
    excluded: &'a [String],
    /// The tables that were made in what goes live together.
    new_tables: BTreeSet<String>,
    findings: Vec<Finding>,
}

/// States before an operation.
#[derive(Clone, Copy)]
struct Befores<'a> {
    /// Before its migration: the models of the last release.
    migration: &'a ProjectState,
    /// Right before it, on its migration's own branch: what its SQL was written from.
    branch: &'a ProjectState,
}

/// Where a finding is.
struct Place<'a> {
    key: &'a MigrationKey,
    /// Whether the migration is one transaction.
    atomic: bool,
    file: String,
    line: usize,
    subject: String,
}

impl<'a> Place<'a> {
    /// An operation of a migration, or the migration as a whole.
    fn of(migration: &'a Migration, position: Option<usize>) -> Self {
        let operation = position.and_then(|position| migration.operations.get(position));
        Self {
            key: &migration.key,
            atomic: migration.atomic,
            file: migration.file("migration.toml"),
            line: position.map_or(1, |position| migration.operation_line(position).max(1)),
            subject: operation.map_or_else(|| "The whole migration".to_owned(), Operation::describe),
        }
    }
}

impl Walk<'_> {
    fn migration(&mut self, migration: &Migration, state: &mut ProjectState, own: Option<ProjectState>) -> Result<()> {
        let toml = migration.file("migration.toml");
        for (name, line) in migration.allowed_rules() {
            known(name).map_err(|error| {
                let hint = error.hint().unwrap_or_default().to_owned();
                Error::new(ErrorKind::Migration, error.to_string()).at(toml.clone(), *line, 0).with_hint(hint)
            })?;
        }
        let rules: Vec<&dyn Rule> = RULES
            .iter()
            .copied()
            .filter(|rule| {
                let name = rule.info().name;
                let allowed = migration.allowed_rules().iter().any(|(allowed, _)| allowed == name);
                !allowed && !self.excluded.iter().any(|excluded| excluded == name)
            })
            .collect();
        let before = state.clone();
        let mut own = own.unwrap_or_else(|| before.clone());
        let scripts =
            self.engines.iter().map(|engine| Script::of(migration, *engine, &own)).collect::<Result<Vec<_>>>()?;
        let new_before = self.new_tables.clone();
        let first = self.findings.len();
        for (position, operation) in migration.operations.iter().enumerate() {
            let place = Place::of(migration, Some(position));
            let branch = own.clone();
            operation.apply(&migration.key.app, &mut own)?;
            let befores = Befores { migration: &before, branch: &branch };
            let later = &migration.operations[position + 1..];
            self.operation((operation, later), &place, &rules, &scripts, state, &befores)?;
        }
        for script in &scripts {
            for statement in script.by_hand() {
                let place = Place {
                    key: &migration.key,
                    atomic: migration.atomic,
                    file: migration.file(&Direction::Up.file_name(script.engine)),
                    line: statement.line,
                    subject: "SQL written by hand".to_owned(),
                };
                self.statement(statement, &script.statements, script.engine, &place, &rules, &before);
            }
        }
        for script in &scripts {
            let by_hand: Vec<&Parsed> = script.by_hand().collect();
            let whole =
                Whole { engine: script.engine, migration, before: &before, by_hand: &by_hand, new_tables: &new_before };
            for rule in rules.iter().filter(|rule| rule.info().engines.contains(&script.engine)) {
                if let Some((position, advice)) = rule.migration(&whole) {
                    self.note(*rule, advice, script.engine, &Place::of(migration, position));
                }
            }
        }
        let rank = |finding: &Finding| RULES.iter().position(|rule| rule.info().name == finding.rule);
        self.findings[first..].sort_by_key(|finding| (finding.file.clone(), finding.line, rank(finding)));
        Ok(())
    }

    /// An operation with those that follow it, and the state after it.
    fn operation(
        &mut self,
        (operation, later): (&Operation, &[Operation]),
        place: &Place<'_>,
        rules: &[&dyn Rule],
        scripts: &[Script],
        state: &mut ProjectState,
        befores: &Befores<'_>,
    ) -> Result<()> {
        let app = place.key.app.as_str();
        let before = state.clone();
        operation.apply(app, state)?;
        match operation {
            Operation::RunSql(run) => {
                for script in scripts {
                    let Ok(text) = run.sql.of(script.engine) else { continue };
                    for statement in &sql::statements(text, script.engine) {
                        self.statement(statement, &script.statements, script.engine, place, rules, befores.migration);
                    }
                }
                return Ok(());
            }
            Operation::SeparateDatabaseAndState(separate) => {
                let mut database = before;
                for (position, operation) in separate.database_operations.iter().enumerate() {
                    let branch = database.clone();
                    let befores = Befores { branch: &branch, ..*befores };
                    let later = &separate.database_operations[position + 1..];
                    self.operation((operation, later), place, rules, scripts, &mut database, &befores)?;
                }
                return Ok(());
            }
            _ => {}
        }
        let label = operation.model_label(app);
        let table = label.as_ref().and_then(|label| before.get(label)).map(|model| model.table());
        if table.is_none_or(|table| !self.new_tables.contains(&table)) {
            for script in scripts {
                let rendered = render(operation, app, script.engine, befores.branch).unwrap_or_default();
                let edited = !script.runs(&rendered);
                let step = Step {
                    engine: script.engine,
                    app,
                    operation,
                    later,
                    before: &before,
                    after: state,
                    statements: &script.statements,
                    rendered: &rendered,
                };
                for rule in rules.iter().filter(|rule| rule.info().engines.contains(&script.engine)) {
                    if edited && rule.concern() == Concern::Engine {
                        continue;
                    }
                    for advice in rule.operation(&step) {
                        self.note(*rule, advice, script.engine, place);
                    }
                }
            }
        }
        self.follow(operation, app, &before, state);
        Ok(())
    }

    fn statement(
        &mut self,
        statement: &Parsed,
        all: &[Parsed],
        engine: Engine,
        place: &Place<'_>,
        rules: &[&dyn Rule],
        before: &ProjectState,
    ) {
        if let Command::CreateTable { table } = &statement.command {
            self.new_tables.insert(table.clone());
        }
        if statement.command.table().is_some_and(|table| self.new_tables.contains(table)) {
            return;
        }
        let sql = Sql { engine, command: &statement.command, all, atomic: place.atomic, before };
        for rule in rules.iter().filter(|rule| rule.info().engines.contains(&engine)) {
            for advice in rule.statement(&sql) {
                self.note(*rule, advice, engine, place);
            }
        }
    }

    /// Keeps the names of the tables that have no rows yet.
    fn follow(&mut self, operation: &Operation, app: &str, before: &ProjectState, after: &ProjectState) {
        let old = operation.model_label(app).and_then(|label| before.get(&label));
        let new = operation.label_after(app).and_then(|label| after.get(&label));
        let was_new = old.is_none_or(|old| self.new_tables.remove(&old.table()));
        if let (true, Some(new)) = (was_new, new) {
            self.new_tables.insert(new.table());
        }
        // So has the table of a many-to-many field that has just come.
        if let (Some(old), Some(new)) = (old, new) {
            let added = new.many_to_many().filter(|field| old.field(&field.name).is_none());
            let joins = added.filter_map(|field| after.join_model(new, field));
            self.new_tables.extend(joins.map(|join| join.table()));
        }
    }

    /// Notes a finding, once for all the engines on which it is the same.
    fn note(&mut self, rule: &dyn Rule, advice: Advice, engine: Engine, place: &Place<'_>) {
        let finding = Finding {
            rule: rule.info().name,
            severity: advice.severity,
            migration: place.key.clone(),
            engines: vec![engine],
            file: place.file.clone(),
            line: place.line,
            subject: place.subject.clone(),
            message: advice.message,
            steps: advice.steps,
        };
        let same = |other: &&mut Finding| {
            (other.rule, &other.file, other.line, &other.message, &other.steps)
                == (finding.rule, &finding.file, finding.line, &finding.message, &finding.steps)
        };
        match self.findings.iter_mut().rev().find(same) {
            Some(other) if other.engines.contains(&engine) => {}
            Some(other) => other.engines.push(engine),
            None => self.findings.push(finding),
        }
    }
}

/// A migration's SQL on an engine.
struct Script {
    engine: Engine,
    /// The statements of the file; those of the operations where there is no file for the engine.
    statements: Vec<Parsed>,
    /// Whether they are a file's.
    is_file: bool,
    /// The statements that the operations are rendered as.
    rendered: BTreeSet<String>,
}

impl Script {
    fn of(migration: &Migration, engine: Engine, before: &ProjectState) -> Result<Self> {
        let app = &migration.key.app;
        let script = crate::sql::render(engine, app, &migration.operations, before);
        let rendered = script.ok().map(|script| sql::statements(&script.up, engine));
        let file = Direction::Up.file_name(engine);
        if !migration.files.has(&file) {
            let statements = rendered.unwrap_or_else(|| own_sql(&migration.operations, engine));
            return Ok(Self { engine, statements, is_file: false, rendered: BTreeSet::new() });
        }
        let statements = sql::statements(&migration.up_sql(engine)?, engine);
        // Without a rendering to compare with, nothing is known to be by hand.
        let rendered = rendered.as_deref().unwrap_or(&statements);
        let rendered = rendered.iter().map(|statement| statement.normal.clone()).collect();
        Ok(Self { engine, statements, is_file: true, rendered })
    }

    /// Whether these statements run as they are.
    fn runs(&self, statements: &[Parsed]) -> bool {
        let has = |normal: &str| self.statements.iter().any(|statement| statement.normal == normal);
        !self.is_file || statements.iter().all(|statement| has(&statement.normal))
    }

    /// The statements that no operation is rendered as.
    fn by_hand(&self) -> impl Iterator<Item = &Parsed> {
        self.statements.iter().filter(|statement| self.is_file && !self.rendered.contains(&statement.normal))
    }
}

/// The SQL that the operations hold themselves: all that is known for an engine that has no renderer.
fn own_sql(operations: &[Operation], engine: Engine) -> Vec<Parsed> {
    let texts = operations.iter().filter_map(|operation| match operation {
        Operation::RunSql(run) => run.sql.of(engine).ok(),
        _ => None,
    });
    texts.flat_map(|text| sql::statements(text, engine)).collect()
}

/// An operation's own statements.
fn render(operation: &Operation, app: &str, engine: Engine, before: &ProjectState) -> Option<Vec<Parsed>> {
    let script = crate::sql::render(engine, app, std::slice::from_ref(operation), before).ok()?;
    Some(sql::statements(&script.up, engine))
}
