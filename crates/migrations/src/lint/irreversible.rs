//! `irreversible`: a migration that cannot be taken back.

use rjango_orm::Engine;

use super::{Advice, Rule, RuleInfo, Whole};
use crate::migration::Direction;

pub(super) struct Irreversible;

impl Rule for Irreversible {
    fn info(&self) -> RuleInfo {
        RuleInfo { name: "irreversible", summary: "cannot be taken back: it has no `down` SQL", engines: &Engine::ALL }
    }

    fn migration(&self, whole: &Whole<'_>) -> Option<(Option<usize>, Advice)> {
        let file = Direction::Down.file_name(whole.engine);
        let migration = whole.migration;
        // An engine that the migration was not written for has neither way.
        if migration.files.has(&file) || !migration.files.has(&Direction::Up.file_name(whole.engine)) {
            return None;
        }
        let app = &migration.key.app;
        let mut state = whole.before.clone();
        let mut culprit = None;
        for (position, operation) in migration.operations.iter().enumerate() {
            if operation.inverse(app, &state).is_ok_and(|inverse| inverse.is_none()) {
                culprit = Some(position);
                break;
            }
            operation.apply(app, &mut state).ok()?;
        }
        let advice = Advice::warning(format!("cannot be taken back on {}: there is no `{file}`", whole.engine))
            .step("give the operation the SQL that undoes it: `reverse_sql`, even if it is only a comment")
            .step(format!("or write `{file}` by hand"));
        Some((culprit, advice))
    }
}
