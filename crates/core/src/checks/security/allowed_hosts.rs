//! Whether the site knows its own names.

use crate::checks::{Check, CheckContext, CheckMessage};

pub(in crate::checks) const CHECK: Check = Check::new("security::allowed_hosts", super::TAGS, run).for_deployment();

fn run(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    if !context.settings().allowed_hosts.is_empty() {
        return Vec::new();
    }
    vec![
        CheckMessage::warning("security.W020", "`ALLOWED_HOSTS` is empty in a deployment")
            .with_hint("list the site's host names, as in `RJANGO_ALLOWED_HOSTS=example.com,www.example.com`"),
    ]
}
