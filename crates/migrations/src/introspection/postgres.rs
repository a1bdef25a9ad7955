//! PostgreSQL's catalog: `pg_catalog`, in the schemas of the `search_path`.

use rjango_core::Result;
use rjango_orm::{Database, Engine};

use super::{
    CheckDescription, ColumnDescription, ForeignKeyDescription, IndexDescription, TableDescription, TableName,
    UniqueDescription, about, filled, grouped, text, texts, yes,
};
use crate::sql::{index_name, renderer};

pub(super) const TABLES: &str = "SELECT c.relname::text, \
     CASE WHEN c.relkind IN ('v', 'm') THEN 'view' WHEN c.relispartition THEN 'partition' ELSE 'table' END \
     FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
     WHERE n.nspname = ANY (current_schemas(false)) AND pg_table_is_visible(c.oid) AND c.relkind IN ('r', 'p', 'f', 'v', 'm')";

pub(super) const COLUMN_NAMES: &str = "SELECT a.attname::text FROM pg_catalog.pg_attribute AS a \
     JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
     WHERE n.nspname = ANY (current_schemas(false)) AND pg_table_is_visible(c.oid) AND c.relname = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

/// A `serial` is a plain column with a sequence of its own; an identity says so.
const COLUMNS: &str = "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull::text, \
     pg_get_expr(d.adbin, d.adrelid), \
     (a.attidentity <> '' OR EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS p JOIN pg_catalog.pg_class AS s \
         ON s.oid = p.objid AND s.relkind = 'S' WHERE p.refobjid = c.oid AND p.refobjsubid = a.attnum \
         AND p.deptype = 'a'))::text, \
     CASE WHEN a.attcollation <> t.typcollation THEN l.collname::text END, col_description(c.oid, a.attnum), \
     (a.attgenerated <> '')::text \
     FROM pg_catalog.pg_attribute AS a \
     JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
     JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid \
     LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = a.attcollation \
     LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum \
     WHERE n.nspname = ANY (current_schemas(false)) AND pg_table_is_visible(c.oid) AND c.relname = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

const COMMENT: &str = "SELECT obj_description(c.oid, 'pg_class') FROM pg_catalog.pg_class AS c \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = ANY (current_schemas(false)) AND pg_table_is_visible(c.oid) AND c.relname = $1";

/// A row for each column of a constraint.
const CONSTRAINTS: &str = "SELECT k.conname::text, k.contype::text, a.attname::text, r.relname::text, f.attname::text, \
     CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' \
         WHEN 'r' THEN 'RESTRICT' ELSE 'NO ACTION' END, pg_get_expr(k.conbin, k.conrelid), \
     CASE k.confupdtype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' \
         ELSE 'NO ACTION' END, pg_get_constraintdef(k.oid) \
     FROM pg_catalog.pg_constraint AS k \
     JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
     LEFT JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (own, other, position) ON true \
     LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.own \
     LEFT JOIN pg_catalog.pg_class AS r ON r.oid = k.confrelid \
     LEFT JOIN pg_catalog.pg_attribute AS f ON f.attrelid = r.oid AND f.attnum = u.other \
     WHERE n.nspname = ANY (current_schemas(false)) AND pg_table_is_visible(c.oid) AND c.relname = $1 AND k.contype IN ('p', 'u', 'c', 'f', 'x') \
     ORDER BY k.conname, u.position";

/// A row for each column of an index that no constraint has: an expression has no name. The last column says whether a model
/// can say the index: it is a B-tree of whole columns over all rows, in the order that is usual for the column. The one
/// before names the class of operators where it is not the type's own.
const INDEXES: &str = "SELECT i.relname::text, x.indisunique::text, a.attname::text, \
     ((u.option & 1) = 1)::text, pg_get_indexdef(x.indexrelid), CASE WHEN NOT o.opcdefault THEN o.opcname::text END, \
     (x.indpred IS NULL AND x.indisvalid AND m.amname = 'btree' AND x.indnkeyatts = x.indnatts AND o.opcdefault \
      AND u.option IN (0, 3) AND u.collation_of = a.attcollation \
      AND coalesce(to_jsonb(x) ->> 'indnullsnotdistinct', 'false') = 'false')::text \
     FROM pg_catalog.pg_index AS x \
     JOIN pg_catalog.pg_class AS c ON c.oid = x.indrelid \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
     JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid \
     JOIN pg_catalog.pg_am AS m ON m.oid = i.relam \
     JOIN LATERAL unnest(x.indkey::int2[], x.indoption::int2[], x.indclass::oid[], x.indcollation::oid[]) \
         WITH ORDINALITY AS u (column_number, option, class, collation_of, position) ON u.position <= x.indnkeyatts \
     LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.column_number AND a.attnum > 0 \
     JOIN pg_catalog.pg_opclass AS o ON o.oid = u.class \
     WHERE n.nspname = ANY (current_schemas(false)) AND pg_table_is_visible(c.oid) AND c.relname = $1 \
     AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS k WHERE k.conindid = x.indexrelid \
         AND k.contype IN ('p', 'u', 'x')) \
     ORDER BY i.relname, u.position";

const TRIGGERS: &str = "SELECT t.tgname::text FROM pg_catalog.pg_trigger AS t \
     JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
     WHERE n.nspname = ANY (current_schemas(false)) AND pg_table_is_visible(c.oid) AND c.relname = $1 \
     AND NOT t.tgisinternal ORDER BY t.tgname";

pub(super) async fn describe(database: &Database, name: &TableName) -> Result<TableDescription> {
    let mut table = TableDescription::new(name);
    let comment = texts(database, &about(COMMENT, &name.name), 1).await?;
    table.comment = comment.first().and_then(|row| filled(row, 0));
    for row in texts(database, &about(COLUMNS, &name.name), 8).await? {
        let Some(column) = text(&row, 0) else { continue };
        let auto = yes(&row, 4);
        table.columns.push(ColumnDescription {
            name: column,
            sql_type: text(&row, 1).unwrap_or_default().to_lowercase(),
            null: !yes(&row, 2),
            auto,
            default: text(&row, 3).filter(|_| !yes(&row, 7)),
            generated: text(&row, 3).filter(|_| yes(&row, 7)),
            collation: text(&row, 5),
            comment: filled(&row, 6),
        });
    }
    let rows = texts(database, &about(CONSTRAINTS, &name.name), 9).await?;
    let rows = rows.into_iter().filter_map(|row| Some((text(&row, 0)?, row)));
    for (constraint, rows) in grouped(rows) {
        let columns: Vec<String> = rows.iter().filter_map(|row| text(row, 2)).collect();
        let sql = rows.first().and_then(|row| text(row, 8)).unwrap_or_default();
        match (rows.first().and_then(|row| text(row, 1)).as_deref(), rows.as_slice()) {
            (Some("p"), _) => table.primary_key = columns,
            (Some("u"), _) => {
                if !sql.starts_with("UNIQUE (") || !sql.ends_with(')') || sql.contains(" INCLUDE (") {
                    table.notes.push(format!("The constraint `{constraint}` says more: `{sql}`."));
                }
                table.uniques.push(UniqueDescription { name: Some(constraint), columns });
            }
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
                        on_update: text(row, 7).unwrap_or_default(),
                    });
                }
            }
            (Some("f"), _) => table.leave_out("reference", &sql),
            (Some("x"), _) => table.leave_out("constraint", &sql),
            _ => {}
        }
    }
    let rows = texts(database, &about(INDEXES, &name.name), 7).await?;
    let rows = rows.into_iter().filter_map(|row| Some((text(&row, 0)?, row)));
    let mut left_out = Vec::new();
    for (index, rows) in grouped(rows) {
        let columns: Vec<(String, bool)> = rows.iter().filter_map(|row| Some((text(row, 2)?, yes(row, 3)))).collect();
        if !rows.iter().all(|row| yes(row, 6)) || columns.len() < rows.len() {
            left_out.push((index, columns, rows));
        } else if rows.first().is_some_and(|row| yes(row, 1)) {
            let columns = columns.into_iter().map(|(column, _)| column).collect();
            table.uniques.push(UniqueDescription { name: Some(index), columns });
        } else {
            table.indexes.push(IndexDescription { name: index, columns });
        }
    }
    for (index, columns, rows) in left_out {
        let Some(first) = rows.first() else { continue };
        // An indexed text has a second index for LIKE, which the field stands for.
        let is_like = matches!(columns.as_slice(), [(column, false)]
            if text(first, 5).is_some_and(|class| class.ends_with("_pattern_ops"))
                && index == index_name(&table.name, &[column], "_like", renderer(Engine::Postgres).longest_name()));
        if !is_like {
            table.leave_out("index", &text(first, 4).unwrap_or_default());
        }
    }
    table.triggers(&texts(database, &about(TRIGGERS, &name.name), 1).await?);
    Ok(table)
}
