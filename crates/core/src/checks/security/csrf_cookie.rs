//! Whether the token's cookie can be read on the way.

use super::CSRF;
use crate::checks::{Check, CheckContext, CheckMessage};

pub(in crate::checks) const CHECK: Check = Check::new("security::csrf_cookie", super::TAGS, run).for_deployment();

fn run(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let settings = context.settings();
    if !context.has_middleware(CSRF) || settings.csrf_cookie_secure {
        return Vec::new();
    }
    vec![
        CheckMessage::warning("security.W016", "`CSRF_COOKIE_SECURE` is off, so tokens can be overheard on HTTP")
            .with_hint("set it where the site is on HTTPS"),
    ]
}
