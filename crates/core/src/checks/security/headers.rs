//! Whether the headers that protect are sent.

use super::{FRAMES, SECURITY};
use crate::checks::{Check, CheckContext, CheckMessage};

pub(in crate::checks) const CHECK: Check = Check::new("security::headers", super::TAGS, run).for_deployment();

fn run(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let settings = context.settings();
    let security = context.has_middleware(SECURITY);
    let mut messages = Vec::new();
    if security && !settings.secure_content_type_nosniff {
        messages.push(
            CheckMessage::warning("security.W006", "`SECURE_CONTENT_TYPE_NOSNIFF` is off, so browsers guess types")
                .with_hint("set it: a guess can turn an uploaded file into a script"),
        );
    }
    if context.has_middleware(FRAMES) && settings.x_frame_options != "DENY" {
        messages.push(
            CheckMessage::warning("security.W019", "`X_FRAME_OPTIONS` is not `DENY`")
                .with_hint("set it to `DENY` unless pages of this site stand in frames of this site"),
        );
    }
    if security && settings.secure_referrer_policy.is_none() {
        messages.push(
            CheckMessage::warning(
                "security.W022",
                "`SECURE_REFERRER_POLICY` is off, so other sites see users' addresses here",
            )
            .with_hint("set it, for example to `same-origin`"),
        );
    }
    messages
}
