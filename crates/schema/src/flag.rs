//! How a flag stands in a description: left out where it has its usual value.

/// The default of a flag that is usually set.
pub(crate) fn yes() -> bool {
    true
}

/// Whether a flag that is usually set may be left out.
pub(crate) fn is_yes(value: &bool) -> bool {
    *value
}

/// Whether a flag that is usually clear may be left out.
pub(crate) fn is_no(value: &bool) -> bool {
    !*value
}
