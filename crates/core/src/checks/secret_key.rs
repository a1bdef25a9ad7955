//! A site without a key signs nothing.

use super::{Check, CheckContext, CheckMessage};

pub(super) const CHECK: Check = Check::new("core::secret_key", &["settings"], run);

fn run(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    if !context.settings().secret_key.is_empty() {
        return Vec::new();
    }
    // DIFFERENCE: Django raises as soon as something reads the key; this says it before anything does.
    vec![
        CheckMessage::error("settings.E001", "`SECRET_KEY` is empty")
            .with_hint("set it in `config/settings.toml`, or by the environment variable `SECRET_KEY`"),
    ]
}
