//! `narrow-type`: a column's new type has no place for values that the old one holds.

use rjango_orm::Engine;

use super::storage::{Cost, Storage};
use super::{Advice, Rule, RuleInfo, Step};

pub(super) struct NarrowType;

impl Rule for NarrowType {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "narrow-type",
            summary: "gives a column a type that has no place for some of its values",
            // SQLite holds any value in any column.
            engines: &[Engine::Postgres, Engine::MySql],
        }
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let mut found = Vec::new();
        for (old, new) in step.altered_columns() {
            let (Some(from), Some(to)) = (Storage::of(old, step.before), Storage::of(new, step.after)) else {
                continue;
            };
            if !from.is_narrowed_by(to, step.engine) {
                continue;
            }
            let (table, column) = (step.table(), new.column());
            let mut message = format!(
                "narrows `{column}` of `{table}` from {} to {}: a value that does not fit stops the migration, and code \
                 that is still running may write one",
                from.name(),
                to.name()
            );
            if from.cost(to, step.engine) == Cost::Rewrite {
                message.push_str(rewrite(step.engine));
            }
            found.push(
                Advice::error(message)
                    .step(format!("let the code refuse values that are not a {}, and deploy it", to.name()))
                    .step("find the rows that do not fit, and fix them in batches")
                    .step(format!("add a column of the new type beside `{column}`, write both, copy in batches, read the new one, drop the old one last")),
            );
        }
        found
    }
}

/// What a change of type costs on an engine, as the end of a sentence.
pub(super) fn rewrite(engine: Engine) -> &'static str {
    match engine {
        Engine::Postgres => "; the table and its indexes are rewritten while nobody reads or writes it",
        Engine::MySql => "; the table is copied (`ALGORITHM=COPY`) while nobody writes it",
        Engine::Sqlite => "; the table is copied while nobody writes",
    }
}
