//! PostgreSQL's catalog: `pg_catalog`, in the current schema.

/// Partitioned tables are tables; their partitions, and temporary tables, are not.
pub(super) const TABLE_NAMES: &str = "SELECT relname::text FROM pg_catalog.pg_class AS c \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
     WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1";

pub(super) const COLUMN_NAMES: &str = "SELECT a.attname::text FROM pg_catalog.pg_attribute AS a \
     JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
     WHERE n.nspname = current_schema() AND c.relname = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";
