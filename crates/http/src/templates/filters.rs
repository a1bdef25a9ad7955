//! Django's filters under Django's names, one file for each group.

use minijinja::Environment;

pub(super) fn install(_environment: &mut Environment<'_>) {}
