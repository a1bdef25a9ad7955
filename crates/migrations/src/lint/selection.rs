//! Which migrations are looked at.

use std::collections::BTreeSet;

use crate::MigrationKey;

/// Migrations to look at, and how they meet the site.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The migrations.
    pub keys: BTreeSet<MigrationKey>,
    /// Whether they go live together: a table that one of them makes then has no rows in the next either.
    pub together: bool,
}
