//! The SQL files that are there, held against what rjango would write: which are missing, which a person edited.

use rjango_core::Result;
use rjango_orm::Engine;

use crate::writer::sql_files;
use crate::{Direction, Graph, Migration, MigrationKey, ProjectState, TO_BE_WRITTEN};

/// SQL files that a migration lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// The migration.
    pub key: MigrationKey,
    /// Names and texts.
    pub files: Vec<(String, String)>,
    /// The file of another engine that a person wrote; the new ones are then only places for the same.
    pub by_hand: Option<String>,
}

/// The SQL files that the migrations on disk lack for an engine, in the order of the graph.
///
/// # Errors
/// `Migration` where an operation does not follow from those before, or a file cannot be read.
pub fn unrendered(graph: &Graph, engine: Engine) -> Result<Vec<Addition>> {
    let mut additions = Vec::new();
    let mut state = ProjectState::new();
    for migration in graph.order().iter().filter_map(|key| graph.get(key)) {
        if migration.folder().is_some() && !migration.has_sql(engine) {
            let branched = graph.is_branched(&migration.key.app);
            let own = if branched { graph.state_before(&migration.key)? } else { state.clone() };
            additions.push(addition(migration, &own, engine)?);
        }
        migration.apply(&mut state)?;
    }
    Ok(additions)
}

fn addition(migration: &Migration, from: &ProjectState, engine: Engine) -> Result<Addition> {
    let mut files = sql_files(&migration.as_new(), from, engine)?;
    let by_hand = edited_by_hand(migration, from)?;
    if let Some(written) = &by_hand {
        for (_, text) in &mut files {
            if !text.starts_with(TO_BE_WRITTEN) {
                *text = format!(
                    "{TO_BE_WRITTEN}\n-- `{written}` was edited by hand: do the same here, and remove the line above. What rjango writes is:\n{text}"
                );
            }
        }
    }
    let there = |direction: Direction| migration.sql_if_there(engine, direction).map(|sql| sql.is_some());
    if there(Direction::Down)? {
        files.truncate(1);
    }
    Ok(Addition { key: migration.key.clone(), files, by_hand })
}

/// The first SQL file of a migration that is not what rjango writes for its operations; `from` is the state before it.
///
/// # Errors
/// `Migration` where an operation does not fit the state, or a file cannot be read.
pub fn edited_by_hand(migration: &Migration, from: &ProjectState) -> Result<Option<String>> {
    let new = migration.as_new();
    for engine in Engine::ALL.into_iter().filter(|engine| migration.has_sql(*engine)) {
        let rendered = sql_files(&new, from, engine)?;
        for direction in [Direction::Up, Direction::Down] {
            let name = direction.file_name(engine);
            let expected = rendered.iter().find(|(file, _)| *file == name).map(|(_, text)| text.as_str());
            if migration.sql_if_there(engine, direction)?.as_deref() != expected {
                return Ok(Some(name));
            }
        }
    }
    Ok(None)
}
