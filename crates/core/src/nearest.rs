//! The known name that an unknown one was most likely meant to be.

/// The nearest of the names; none where even the nearest is far.
///
/// Case does not count, so `debug` is near `DEBUG`; otherwise at most a third of the letters may differ.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_ascii_uppercase();
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wrong, &name.to_ascii_uppercase()), name))
        .filter(|(distance, name)| distance * 3 <= name.len().max(wrong.len()))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
