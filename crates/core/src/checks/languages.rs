//! The language that is used when no other is chosen must be one that the site offers.

use super::{Check, CheckContext, CheckMessage};

pub(super) const CHECK: Check = Check::new("core::languages", &["translation"], run);

fn run(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let settings = context.settings();
    let code = settings.language_code.to_ascii_lowercase();
    // `en-us` is there where `en` is, as Django's `get_supported_language_variant` has it.
    let mut variants = std::iter::successors(Some(code.as_str()), |code| code.rsplit_once('-').map(|(base, _)| base));
    if variants.any(|variant| settings.languages.iter().any(|(offered, _)| offered.eq_ignore_ascii_case(variant))) {
        return Vec::new();
    }
    vec![
        CheckMessage::error(
            "translation.E004",
            format!("`LANGUAGE_CODE = \"{}\"` is not in `LANGUAGES`", settings.language_code),
        )
        .with_hint("add it to `LANGUAGES`, or choose one that is there"),
    ]
}
