//! `rename-index`: an index gets another name in a way that builds it anew.

use rjango_orm::Engine;
use rjango_schema::{IndexSchema, ModelSchema};

use super::{Advice, Rule, RuleInfo, Step, Whole};
use crate::{Operation, ProjectState};

pub(super) struct RenameIndex;

impl Rule for RenameIndex {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "rename-index",
            summary: "drops an index and builds it again, only for another name",
            engines: &Engine::ALL,
        }
    }

    /// SQLite cannot rename an index.
    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let Some((before, after)) = step.models() else { return Vec::new() };
        let renamed = before.indexes.iter().any(|old| {
            after.indexes.iter().any(|new| new.fields == old.fields && new.name != old.name)
                && !after.indexes.iter().any(|new| new.name == old.name)
        });
        if step.engine != Engine::Sqlite || !renamed {
            return Vec::new();
        }
        let message = format!("renames an index of `{}`: SQLite builds it anew, and writers wait", step.table());
        vec![Advice::warning(message).step("keep the name, or run the migration when little is written")]
    }

    /// An index that goes, and one over the same fields that comes.
    fn migration(&self, whole: &Whole<'_>) -> Option<(Option<usize>, Advice)> {
        let app = &whole.migration.key.app;
        let mut state = whole.before.clone();
        let mut removed: Vec<(String, IndexSchema)> = Vec::new();
        let mut found = None;
        for (position, operation) in whole.migration.operations.iter().enumerate() {
            if let Some(label) = operation.model_label(app) {
                match operation {
                    Operation::RemoveIndex(remove) => {
                        let index = index(&state, &label, &remove.name);
                        removed.extend(index.map(|index| (label, index.clone())));
                    }
                    Operation::AddIndex(add) => {
                        let same =
                            removed.iter().find(|(model, old)| *model == label && old.fields == add.index.fields);
                        let table = state.get(&label).map(ModelSchema::table).unwrap_or_default();
                        if let (Some((_, old)), None, false) = (same, &found, whole.new_tables.contains(&table)) {
                            found = Some((Some(position), advice(&table, &old.name, &add.index.name)));
                        }
                    }
                    _ => {}
                }
            }
            operation.apply(app, &mut state).ok()?;
        }
        found
    }
}

fn index<'a>(state: &'a ProjectState, label: &str, name: &str) -> Option<&'a IndexSchema> {
    state.get(label)?.indexes.iter().find(|index| index.name == name)
}

fn advice(table: &str, from: &str, to: &str) -> Advice {
    Advice::warning(format!(
        "drops the index `{from}` of `{table}` and builds `{to}` over the same fields: queries do without until it is there"
    ))
    .step(format!("replace the two operations by one `rename_index` from `{from}` to `{to}`"))
}
