//! Whether browsers are told to use HTTPS alone.

use super::SECURITY;
use crate::checks::{Check, CheckContext, CheckMessage};

pub(in crate::checks) const CHECK: Check = Check::new("security::hsts", super::TAGS, run).for_deployment();

fn run(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let settings = context.settings();
    if !context.has_middleware(SECURITY) {
        return Vec::new();
    }
    if settings.secure_hsts_seconds == 0 {
        return vec![CheckMessage::warning("security.W004", "`SECURE_HSTS_SECONDS` is not set").with_hint(
            "where the whole site is on HTTPS, set it: first an hour, later a year; it cannot be taken back at once",
        )];
    }
    let mut messages = Vec::new();
    if !settings.secure_hsts_include_subdomains {
        messages.push(
            CheckMessage::warning(
                "security.W005",
                "`SECURE_HSTS_INCLUDE_SUBDOMAINS` is off, so an insecure subdomain can attack the site",
            )
            .with_hint("set it where every subdomain is on HTTPS"),
        );
    }
    if !settings.secure_hsts_preload {
        messages.push(
            CheckMessage::warning(
                "security.W021",
                "`SECURE_HSTS_PRELOAD` is off, so the site cannot stand in the browsers' preload lists",
            )
            .with_hint("set it where it shall stand there"),
        );
    }
    messages
}
