//! SQLite's catalog: `sqlite_master` and the table-valued pragmas.

/// SQLite's own tables, and the shadow tables of virtual ones, are left out.
pub(super) const TABLE_NAMES: &str = "SELECT name FROM pragma_table_list \
     WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";

/// Hidden columns of virtual tables have `hidden = 1`; generated ones have 2 or 3 and are columns like others.
pub(super) const COLUMN_NAMES: &str = "SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid";
