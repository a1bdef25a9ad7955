//! The languages that a site offers unless its settings say otherwise: the codes and English names of Django 5.2.

use crate::translation::offered;

/// The list as the setting `LANGUAGES` holds it.
pub(super) fn all() -> Vec<(String, String)> {
    offered().map(|(code, name)| (code.to_owned(), name.to_owned())).collect()
}
