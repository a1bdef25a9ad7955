//! `lose-values`: rows lose what they hold, or the migration is refused because they would.

use rjango_orm::Engine;

use super::{Advice, Concern, Rule, RuleInfo, Step};
use crate::sql::losses;

pub(super) struct LoseValues;

impl Rule for LoseValues {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "lose-values",
            summary: "loses values or links of a field that goes on under its name, or is refused while rows have them",
            engines: &Engine::ALL,
        }
    }

    fn concern(&self) -> Concern {
        Concern::Engine
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let Some(loss) = losses::of(step.operation, step.later, step.app, step.before) else { return Vec::new() };
        vec![loss.keep.into_iter().fold(Advice::error(loss.what), Advice::step)]
    }
}
