//! Whether HTTP leads to HTTPS.

use super::SECURITY;
use crate::checks::{Check, CheckContext, CheckMessage};

pub(in crate::checks) const CHECK: Check = Check::new("security::ssl_redirect", super::TAGS, run).for_deployment();

fn run(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    if !context.has_middleware(SECURITY) || context.settings().secure_ssl_redirect {
        return Vec::new();
    }
    vec![
        CheckMessage::warning("security.W008", "`SECURE_SSL_REDIRECT` is off").with_hint(
            "set it, or let the proxy in front redirect and list `security.W008` in `SILENCED_SYSTEM_CHECKS`",
        ),
    ]
}
