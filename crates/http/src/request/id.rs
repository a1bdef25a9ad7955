//! A request's id, by which its lines in the log are found.

use http::HeaderMap;
use rjango_core::Settings;

use super::host;

/// The id that a trusted header gives, or a new one.
pub(super) fn of(settings: &Settings, headers: &HeaderMap) -> String {
    let name = settings.logging.request_id_header.as_deref();
    let given = name.and_then(|name| host::only_line(headers, name)).filter(|id| is_id(id));
    given.map_or_else(new, str::to_owned)
}

/// What other programs make of it is not known, so it is plain.
fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:+/=".contains(&byte))
}

fn new() -> String {
    let mut random = [0; 8];
    // Without random numbers all ids are alike; nothing depends on them.
    let _ = getrandom::fill(&mut random);
    format!("{:016x}", u64::from_ne_bytes(random))
}
