//! The URLs of a row's pages.

use rjango_core::Result;
use rjango_http::{QueryDict, reverse};
use rjango_orm::Value;

use crate::quoting::quote;
use crate::registration::Registration;

/// The parameter in which a form keeps the query of the list that it was opened from.
pub(crate) const KEPT_FILTERS: &str = "_changelist_filters";

/// The URL of a row's page: `change`, `delete`, `history`.
pub(crate) fn object_url(registration: &Registration, page: &str, pk: &Value) -> Result<String> {
    reverse(&registration.route(page), (quote(&pk.to_string()),))
}

/// The URL with the list's query inside, so that a form can lead back to it.
pub(crate) fn with_kept_filters(url: String, kept: &str) -> String {
    if kept.is_empty() {
        return url;
    }
    let mut query = QueryDict::default();
    query.set(KEPT_FILTERS, kept);
    format!("{url}?{}", query.urlencode())
}

/// The list's URL with the query that was kept.
pub(crate) fn list_url(registration: &Registration, kept: &str) -> Result<String> {
    let url = registration.url("changelist")?;
    Ok(if kept.is_empty() { url } else { format!("{url}?{kept}") })
}
