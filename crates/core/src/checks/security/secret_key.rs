//! Whether the keys are long, varied and secret enough.

use std::collections::BTreeSet;

use crate::checks::{Check, CheckContext, CheckMessage};

pub(in crate::checks) const CHECK: Check = Check::new("security::secret_key", super::TAGS, run).for_deployment();

/// What startproject writes before the key that it makes.
const INSECURE_PREFIXES: &[&str] = &["rjango-insecure-", "django-insecure-"];
const MINIMUM_LENGTH: usize = 50;
const MINIMUM_UNIQUE: usize = 5;

/// Why a key is weak, by Django's measures.
fn weakness(key: &str) -> Option<String> {
    if let Some(prefix) = INSECURE_PREFIXES.iter().find(|prefix| key.starts_with(**prefix)) {
        return Some(format!("starts with `{prefix}`, so it is the one that startproject wrote"));
    }
    if key.chars().count() < MINIMUM_LENGTH {
        return Some(format!("has fewer than {MINIMUM_LENGTH} characters"));
    }
    let unique = key.chars().collect::<BTreeSet<_>>().len();
    (unique < MINIMUM_UNIQUE).then(|| format!("has fewer than {MINIMUM_UNIQUE} different characters"))
}

fn run(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let settings = context.settings();
    let hint = "set a long random value by the environment variable `SECRET_KEY`; who knows it can forge sessions";
    let key = weakness(&settings.secret_key)
        .map(|weakness| CheckMessage::warning("security.W009", format!("`SECRET_KEY` {weakness}")).with_hint(hint));
    let fallbacks = settings.secret_key_fallbacks.iter().enumerate().filter_map(|(index, key)| {
        let weakness = weakness(key)?;
        let message = format!("`SECRET_KEY_FALLBACKS[{index}]` {weakness}");
        Some(CheckMessage::warning("security.W025", message).with_hint("remove it as soon as what it signed is old"))
    });
    key.into_iter().chain(fallbacks).collect()
}
