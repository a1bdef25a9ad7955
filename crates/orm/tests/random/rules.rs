//! Where rjango and Django differ on purpose: which queries are not asked, and which answers may differ.

use rjango_orm::Engine;
use serde_json::Value as Json;

use crate::ask::{Ask, Give};

/// Why the query is not put to both, if it is not.
pub fn why_not_asked(ask: &Ask, _engine: Engine) -> Option<&'static str> {
    let by_many = ask.rows.order.iter().flatten().any(|term| term.by.many);
    if by_many && matches!(ask.give, Give::Count | Give::Aggregate(_)) {
        return Some("an order by many related rows gives a row for each, and they count; Django counts without it");
    }
    None
}

/// Why the two may answer differently, if they may.
pub fn why_different(_ask: &Ask, _engine: Engine, _ours: &Json, theirs: &Json) -> Option<&'static str> {
    const DATABASES: [&str; 5] =
        ["DatabaseError", "DataError", "InternalError", "OperationalError", "ProgrammingError"];
    let error = theirs.get("error").and_then(Json::as_str).unwrap_or_default();
    let message = theirs.get("message").and_then(Json::as_str).unwrap_or_default();
    if DATABASES.contains(&error) {
        return Some("Django wrote SQL that the database refuses, where rjango's may be right");
    }
    if message.contains("output_field") {
        return Some("Django wants to be told the type of what is computed, which rjango knows");
    }
    None
}
