//! The catalogs of the languages that the site offers must be readable, and LOCALE_PATHS must name folders.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Check, CheckContext, CheckMessage};
use crate::translation::{Catalogs, EmbeddedCatalogs};

pub(super) const CHECK: Check = Check::new("core::catalogs", &["translation"], run);

fn run(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let settings = context.settings();
    let embedded = context.site().get::<EmbeddedCatalogs>().copied().unwrap_or_default();
    let is_inside = |folder: &Path| {
        let inner = folder.strip_prefix(&settings.base_dir).ok();
        inner.is_some_and(|inner| embedded.0.iter().any(|(path, _)| Path::new(path).starts_with(inner)))
    };
    let there = |folder: &Path| folder.is_dir() || is_inside(folder);
    let missing = settings.locale_paths.iter().filter(|folder| !there(folder)).map(|folder| {
        let what = format!("`LOCALE_PATHS` names `{}`, which is not a folder", folder.display());
        CheckMessage::warning("translation.W001", what).with_hint("make the folder, or leave it out")
    });
    let mut messages: Vec<CheckMessage> = missing.collect();
    let catalogs = Catalogs::of_site(context.site());
    // Variants of a language share files.
    let mut told = BTreeSet::new();
    for (code, _) in &settings.languages {
        for problem in catalogs.problems(code) {
            if told.insert(format!("{problem:?}")) {
                messages.push(CheckMessage::from_error("translation.E005", &problem));
            }
        }
    }
    messages
}
