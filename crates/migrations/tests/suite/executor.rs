//! Applying on a real SQLite.
