//! Whether errors would show their insides to strangers.

use crate::checks::{Check, CheckContext, CheckMessage};

pub(in crate::checks) const CHECK: Check = Check::new("security::debug", super::TAGS, run).for_deployment();

fn run(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    if !context.settings().debug {
        return Vec::new();
    }
    vec![
        CheckMessage::warning("security.W018", "`DEBUG` is on in a deployment")
            .with_hint("set `RJANGO_DEBUG=false`: error pages show settings, queries and source"),
    ]
}
