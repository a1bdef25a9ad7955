//! Running the checks and sorting what they say.

use std::collections::BTreeSet;

use super::{BUILT_IN, Check, CheckContext, CheckMessage};
use crate::{Error, Result, nearest};

/// What the checks said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// The messages, the most serious first.
    pub messages: Vec<CheckMessage>,
    /// How many more `SILENCED_SYSTEM_CHECKS` kept back.
    pub silenced: usize,
}

impl CheckReport {
    /// Whether a command stops for one of them.
    pub fn is_serious(&self) -> bool {
        self.messages.iter().any(CheckMessage::is_serious)
    }
}

/// Every check: the framework's, then those that are registered, by name.
pub fn all_checks() -> Vec<&'static Check> {
    let mut registered: Vec<_> = inventory::iter::<Check>.into_iter().collect();
    // The linker decides the order of registration.
    registered.sort_by_key(|check| check.name);
    BUILT_IN.iter().chain(registered).collect()
}

/// Runs the checks that have one of these tags, all of them where there are no tags.
///
/// # Errors
/// For a tag that no check has.
pub fn run_checks(context: &CheckContext<'_>, tags: &[&str]) -> Result<CheckReport> {
    run(&all_checks(), context, tags)
}

fn run(checks: &[&Check], context: &CheckContext<'_>, tags: &[&str]) -> Result<CheckReport> {
    let known: BTreeSet<&str> = checks.iter().flat_map(|check| check.tags).copied().collect();
    for tag in tags {
        if !known.contains(tag) {
            let list = known.iter().copied().collect::<Vec<_>>().join("`, `");
            let hint = match nearest(tag, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the tags are `{list}`"),
            };
            return Err(Error::command(format!("no check has the tag `{tag}`")).with_hint(hint));
        }
    }
    let chosen = |check: &Check| tags.is_empty() || check.tags.iter().any(|tag| tags.contains(tag));
    let silenced = &context.settings().silenced_system_checks;
    let mut report = CheckReport::default();
    for check in checks.iter().filter(|check| chosen(check) && (context.is_deploy() || !check.deploy)) {
        for message in (check.run)(context) {
            if silenced.contains(&message.id) {
                report.silenced += 1;
            } else {
                report.messages.push(message);
            }
        }
    }
    // A stable sort: within a level the checks' own order stays.
    report.messages.sort_by_key(|message| std::cmp::Reverse(message.level));
    Ok(report)
}
