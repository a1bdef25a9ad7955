//! Errors with spans, collected, each with a hint where there is something to do.

use proc_macro2::Span;

/// The errors found so far in one item.
#[derive(Debug, Default)]
pub(super) struct Problems(Option<syn::Error>);

impl Problems {
    /// Notes an error at this place. An empty hint is none.
    pub(super) fn add(&mut self, span: Span, message: impl std::fmt::Display, hint: impl std::fmt::Display) {
        self.push(problem(span, message, hint));
    }

    /// Notes an error.
    pub(super) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            none => *none = Some(error),
        }
    }

    /// `value`, unless an error was noted.
    pub(super) fn or<T>(self, value: T) -> syn::Result<T> {
        self.0.map_or(Ok(value), Err)
    }
}

/// An error at this place, with its hint on a line of its own. An empty hint is none.
pub(super) fn problem(span: Span, message: impl std::fmt::Display, hint: impl std::fmt::Display) -> syn::Error {
    let hint = hint.to_string();
    if hint.is_empty() {
        syn::Error::new(span, message)
    } else {
        syn::Error::new(span, format!("{message}\nhint: {hint}"))
    }
}

/// `did you mean ...?` for the nearest of the known words, or the list of them where none is near.
pub(super) fn suggest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(near) = nearest(found, known.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    match known.as_slice() {
        [] => String::new(),
        known => format!("known: {}", quoted(known)),
    }
}

/// The known word that `found` is most likely a slip of, if any is near enough.
pub(super) fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&found.to_lowercase(), &word.to_lowercase()), word))
        .filter(|(distance, word)| *distance <= (word.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// The words in backticks, with commas between.
pub(super) fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
