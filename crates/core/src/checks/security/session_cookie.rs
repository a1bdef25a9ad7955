//! Whether a session's cookie can be read on the way or by a script.

use super::{SESSION, SESSIONS};
use crate::checks::{Check, CheckContext, CheckMessage};

pub(in crate::checks) const CHECK: Check = Check::new("security::session_cookie", super::TAGS, run).for_deployment();

/// Django has one identifier for the app, one for the middleware and one for both.
fn id(context: &CheckContext<'_>, ids: [&'static str; 3]) -> Option<&'static str> {
    match (context.has_app(SESSIONS), context.has_middleware(SESSION)) {
        (true, true) => Some(ids[2]),
        (false, true) => Some(ids[1]),
        (true, false) => Some(ids[0]),
        (false, false) => None,
    }
}

fn run(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let settings = context.settings();
    let mut messages = Vec::new();
    if let Some(id) = id(context, ["security.W010", "security.W011", "security.W012"])
        && !settings.session_cookie_secure
    {
        messages.push(
            CheckMessage::warning(id, "`SESSION_COOKIE_SECURE` is off, so sessions can be overheard on HTTP")
                .with_hint("set it where the site is on HTTPS"),
        );
    }
    if let Some(id) = id(context, ["security.W013", "security.W014", "security.W015"])
        && !settings.session_cookie_httponly
    {
        messages.push(
            CheckMessage::warning(id, "`SESSION_COOKIE_HTTPONLY` is off, so a script can steal sessions")
                .with_hint("set it: no script needs that cookie"),
        );
    }
    messages
}
