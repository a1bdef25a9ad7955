//! PostgreSQL's catalog: `pg_catalog`, in the current schema.

use rjango_core::Result;
use rjango_orm::Database;

use super::{
    CheckDescription, ColumnDescription, ForeignKeyDescription, IndexDescription, TableDescription, TableName,
    UniqueDescription, about, filled, grouped, text, texts, yes,
};

pub(super) const TABLES: &str = "SELECT c.relname::text, \
     CASE WHEN c.relkind IN ('v', 'm') THEN 'view' WHEN c.relispartition THEN 'partition' ELSE 'table' END \
     FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
     WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'f', 'v', 'm')";

pub(super) const COLUMN_NAMES: &str = "SELECT a.attname::text FROM pg_catalog.pg_attribute AS a \
     JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
     WHERE n.nspname = current_schema() AND c.relname = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

/// A `serial` is a plain column with a sequence of its own; an identity says so.
const COLUMNS: &str = "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull::text, \
     pg_get_expr(d.adbin, d.adrelid), \
     (a.attidentity <> '' OR EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS p JOIN pg_catalog.pg_class AS s \
         ON s.oid = p.objid AND s.relkind = 'S' WHERE p.refobjid = c.oid AND p.refobjsubid = a.attnum \
         AND p.deptype = 'a'))::text, \
     CASE WHEN a.attcollation <> t.typcollation THEN l.collname::text END, col_description(c.oid, a.attnum) \
     FROM pg_catalog.pg_attribute AS a \
     JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
     JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid \
     LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = a.attcollation \
     LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum \
     WHERE n.nspname = current_schema() AND c.relname = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

const COMMENT: &str = "SELECT obj_description(c.oid, 'pg_class') FROM pg_catalog.pg_class AS c \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = $1";

/// A row for each column of a constraint.
const CONSTRAINTS: &str = "SELECT k.conname::text, k.contype::text, a.attname::text, r.relname::text, f.attname::text, \
     CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' \
         WHEN 'r' THEN 'RESTRICT' ELSE 'NO ACTION' END, pg_get_expr(k.conbin, k.conrelid) \
     FROM pg_catalog.pg_constraint AS k \
     JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
     LEFT JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (own, other, position) ON true \
     LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.own \
     LEFT JOIN pg_catalog.pg_class AS r ON r.oid = k.confrelid \
     LEFT JOIN pg_catalog.pg_attribute AS f ON f.attrelid = r.oid AND f.attnum = u.other \
     WHERE n.nspname = current_schema() AND c.relname = $1 AND k.contype IN ('p', 'u', 'c', 'f') \
     ORDER BY k.conname, u.position";

/// A row for each column of an index that no constraint has. Partial indexes, those over expressions, and those that
/// stand beside another for `LIKE` say nothing that a model could.
const INDEXES: &str = "SELECT i.relname::text, x.indisunique::text, a.attname::text, \
     ((u.option & 1) = 1)::text \
     FROM pg_catalog.pg_index AS x \
     JOIN pg_catalog.pg_class AS c ON c.oid = x.indrelid \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
     JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid \
     JOIN LATERAL unnest(x.indkey::int2[], x.indoption::int2[], x.indclass::oid[]) WITH ORDINALITY \
         AS u (column_number, option, class, position) ON u.position <= x.indnkeyatts \
     JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.column_number \
     JOIN pg_catalog.pg_opclass AS o ON o.oid = u.class \
     WHERE n.nspname = current_schema() AND c.relname = $1 AND x.indpred IS NULL AND x.indexprs IS NULL \
     AND o.opcdefault AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS k WHERE k.conindid = x.indexrelid \
         AND k.contype IN ('p', 'u', 'x')) \
     ORDER BY i.relname, u.position";

pub(super) async fn describe(database: &Database, name: &TableName) -> Result<TableDescription> {
    let mut table = TableDescription::new(name);
    let comment = texts(database, &about(COMMENT, &name.name), 1).await?;
    table.comment = comment.first().and_then(|row| filled(row, 0));
    for row in texts(database, &about(COLUMNS, &name.name), 7).await? {
        let Some(column) = text(&row, 0) else { continue };
        let auto = yes(&row, 4);
        table.columns.push(ColumnDescription {
            name: column,
            sql_type: text(&row, 1).unwrap_or_default().to_lowercase(),
            null: !yes(&row, 2),
            auto,
            default: text(&row, 3),
            collation: text(&row, 5),
            comment: filled(&row, 6),
        });
    }
    let rows = texts(database, &about(CONSTRAINTS, &name.name), 7).await?;
    let rows = rows.into_iter().filter_map(|row| Some((text(&row, 0)?, row)));
    for (constraint, rows) in grouped(rows) {
        let columns: Vec<String> = rows.iter().filter_map(|row| text(row, 2)).collect();
        match (rows.first().and_then(|row| text(row, 1)).as_deref(), rows.as_slice()) {
            (Some("p"), _) => table.primary_key = columns,
            (Some("u"), _) => table.uniques.push(UniqueDescription { name: Some(constraint), columns }),
            (Some("c"), [first, ..]) => {
                let sql = text(first, 6).unwrap_or_default();
                table.checks.push(CheckDescription { name: Some(constraint), sql });
            }
            (Some("f"), [row]) => {
                if let (Some(column), Some(target)) = (text(row, 2), text(row, 3)) {
                    table.foreign_keys.push(ForeignKeyDescription {
                        column,
                        table: target,
                        target: text(row, 4),
                        on_delete: text(row, 5).unwrap_or_default(),
                    });
                }
            }
            _ => {}
        }
    }
    let rows = texts(database, &about(INDEXES, &name.name), 4).await?;
    let rows = rows.into_iter().filter_map(|row| Some((text(&row, 0)?, row)));
    for (index, rows) in grouped(rows) {
        let columns = rows.iter().filter_map(|row| Some((text(row, 2)?, yes(row, 3))));
        if rows.first().is_some_and(|row| yes(row, 1)) {
            let columns = columns.map(|(column, _)| column).collect();
            table.uniques.push(UniqueDescription { name: Some(index), columns });
        } else {
            table.indexes.push(IndexDescription { name: index, columns: columns.collect() });
        }
    }
    Ok(table)
}
