//! The Rust functions of a script: where they stand in it, and what each is given.

use std::collections::VecDeque;

use rjango_core::{Error, ErrorKind, Result, nearest};
use rjango_orm::Engine;

use super::Step;
use crate::operations::marker;
use crate::reader::{Function, functions};
use crate::{DataMigration, Direction, Graph, Migration, MigrationKey, Operation, ProjectState};

/// Whether a migration names a function, or its script does.
pub(super) fn has_any(migration: &Migration, script: &str, engine: Engine) -> bool {
    functions(script, engine).next().is_some() || migration.operations.iter().any(runs_rust)
}

fn runs_rust(operation: &Operation) -> bool {
    match operation {
        Operation::RunRust(_) => true,
        Operation::SeparateDatabaseAndState(separate) => separate.database_operations.iter().any(runs_rust),
        _ => false,
    }
}

/// A function that a script runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionUse {
    /// The migration.
    pub key: MigrationKey,
    /// Its file that names the function.
    pub file: String,
    /// The line, from 1; 0 where only the file is known.
    pub line: usize,
    /// The path of the function.
    pub function: String,
}

impl FunctionUse {
    /// Whether the function is among these paths, be it named from its crate's root or with the crate before it.
    pub fn is_among(&self, known: &[String]) -> bool {
        let inside = self.function.split_once("::").map(|(_, inside)| inside);
        known.iter().any(|path| *path == self.function || Some(path.as_str()) == inside)
    }

    /// The error where there is no such function, given those that there are.
    pub fn missing(&self, known: &[String]) -> Error {
        let Self { file, line, function, .. } = self;
        let error =
            Error::new(ErrorKind::Migration, format!("there is no data migration `{function}`")).at(file, *line, 0);
        if let Some(near) = nearest(function, known.iter().map(String::as_str)) {
            return error.with_hint(format!("did you mean `{near}`?"));
        }
        let (module, name) = function.rsplit_once("::").unwrap_or(("", function));
        error.with_hint(format!(
            "write `#[rjango::data_migration] pub async fn {name}(apps: &StateApps) -> Result<()>` in the module \
             `{module}`, and let `mod` lines lead to it"
        ))
    }
}

/// The functions that the scripts of these steps run on an engine. A script that cannot be read has none: the step itself
/// tells of it when its turn comes.
pub fn functions_of(graph: &Graph, steps: &[Step], engine: Engine) -> Vec<FunctionUse> {
    let mut uses = Vec::new();
    for step in steps {
        let Some(migration) = graph.get(&step.key) else { continue };
        let direction = if step.backwards { Direction::Down } else { Direction::Up };
        let Ok(script) = migration.sql(engine, direction) else { continue };
        uses.extend(functions(&script, engine).map(|function| FunctionUse {
            key: step.key.clone(),
            file: migration.file(&direction.file_name(engine)),
            line: function.line,
            function: function.path.to_owned(),
        }));
    }
    uses
}

/// What is wrong with the functions that the operations of these migrations name: those that are not among `known`, and
/// those that an engine's SQL does not run.
pub fn check_functions(graph: &Graph, engines: &[Engine], known: &[String]) -> Vec<Error> {
    let mut problems = Vec::new();
    for migration in graph.iter().filter(|migration| migration.operations.iter().any(runs_rust)) {
        for (operation, line) in migration.operations.iter().zip(&migration.lines) {
            for direction in [Direction::Up, Direction::Down] {
                for function in named(operation, direction) {
                    let named = FunctionUse {
                        key: migration.key.clone(),
                        file: migration.file("migration.toml"),
                        line: *line,
                        function: function.to_owned(),
                    };
                    if !named.is_among(known) {
                        problems.push(named.missing(known));
                    }
                    problems.extend(engines.iter().filter_map(|engine| {
                        let script = migration.sql(*engine, direction).ok()?;
                        let file = migration.file(&direction.file_name(*engine));
                        let runs = functions(&script, *engine).any(|other| other.path == function);
                        (!runs).then(|| not_in_script(migration, function, file))
                    }));
                }
            }
        }
    }
    problems
}

/// The functions that an operation names for a direction.
fn named(operation: &Operation, direction: Direction) -> Vec<&str> {
    match operation {
        Operation::RunRust(run) => run.function(direction).into_iter().collect(),
        Operation::SeparateDatabaseAndState(separate) => {
            separate.database_operations.iter().flat_map(|operation| named(operation, direction)).collect()
        }
        _ => Vec::new(),
    }
}

/// A function about to be called, with the models that it is given.
pub(super) struct Call {
    function: &'static DataMigration,
    path: String,
    state: ProjectState,
}

impl Call {
    pub(super) async fn run(self, database: &rjango_orm::Database) -> Result<rjango_orm::AfterCommit> {
        let Self { function, path, state } = self;
        function.call(&state, database).await.map_err(|error| error.wrap(format!("the Rust function `{path}` failed")))
    }
}

/// The calls of a script, in its order. `before` is the state before the migration, wanted only where there is a call.
pub(super) fn calls(
    migration: &Migration,
    script: &str,
    direction: Direction,
    engine: Engine,
    before: &ProjectState,
) -> Result<VecDeque<Call>> {
    let file = migration.file(&direction.file_name(engine));
    let mut state = before.clone();
    let mut named = Vec::new();
    for operation in &migration.operations {
        collect(operation, &migration.key.app, direction, &mut state, &mut named)?;
    }
    if direction == Direction::Down {
        named.reverse();
    }
    let mut calls = VecDeque::new();
    for Function { path, line } in functions(script, engine) {
        let function = DataMigration::find(path).ok_or_else(|| {
            let key = migration.key.clone();
            FunctionUse { key, file: file.clone(), line, function: path.to_owned() }.missing(&DataMigration::paths())
        })?;
        // A line that a person wrote for no operation sees the models as the migration leaves them.
        let at = named.iter().position(|(function, _)| *function == path);
        let state = at.map_or_else(|| state.clone(), |at| named.remove(at).1);
        calls.push_back(Call { function, path: path.to_owned(), state });
    }
    match named.first() {
        None => Ok(calls),
        Some((function, _)) => Err(not_in_script(migration, function, file)),
    }
}

/// The functions that an operation runs, each with the state at its place; the state goes on to after the operation.
fn collect(
    operation: &Operation,
    app: &str,
    direction: Direction,
    state: &mut ProjectState,
    named: &mut Vec<(String, ProjectState)>,
) -> Result<()> {
    match operation {
        Operation::RunRust(run) => {
            if let Some(function) = run.function(direction) {
                named.push((function.to_owned(), state.clone()));
            }
        }
        Operation::SeparateDatabaseAndState(separate) => {
            let mut within = state.clone();
            for operation in &separate.database_operations {
                collect(operation, app, direction, &mut within, named)?;
            }
        }
        _ => {}
    }
    operation.apply(app, state)
}

fn not_in_script(migration: &Migration, function: &str, file: String) -> Error {
    Error::new(
        ErrorKind::Migration,
        format!("`migration.toml` of `{}` names the function `{function}`, but its SQL does not run it", migration.key),
    )
    .at(file, 0, 0)
    .with_hint(format!("add the line `{}` where it is to run, or remove the operation", marker(function)))
}
