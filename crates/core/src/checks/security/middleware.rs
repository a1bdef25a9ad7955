//! Whether the middleware that protects is on the list.

use super::{CSRF, FRAMES, SECURITY};
use crate::checks::{Check, CheckContext, CheckMessage};

pub(in crate::checks) const CHECK: Check = Check::new("security::middleware", super::TAGS, run).for_deployment();

/// Identifier, middleware, what is lost without it.
const PROTECTING: &[(&str, &str, &str)] = &[
    ("security.W001", SECURITY, "no `SECURE_...` setting has an effect"),
    ("security.W002", FRAMES, "other sites can put this one into a frame"),
    ("security.W003", CSRF, "other sites can make a user's browser post forms here"),
];

fn run(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let missing = PROTECTING.iter().filter(|(_, name, _)| !context.has_middleware(name));
    missing
        .map(|(id, name, lost)| {
            CheckMessage::warning(*id, format!("`{name}` is not in `MIDDLEWARE`, so {lost}"))
                .with_hint(format!("add `\"{name}\"` to `MIDDLEWARE`"))
        })
        .collect()
}
