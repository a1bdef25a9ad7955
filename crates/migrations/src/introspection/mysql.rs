//! MySQL's and MariaDB's catalog: `information_schema`, in the current database.
//!
//! Its columns have types of their own making; a `CAST` makes text of them.

use rjango_core::Result;
use rjango_orm::{Database, Statement};

use super::{
    CheckDescription, ColumnDescription, ForeignKeyDescription, IndexDescription, TableDescription, TableName,
    UniqueDescription, about, filled, grouped, text, texts, yes,
};

pub(super) const TABLES: &str = "SELECT CAST(table_name AS CHAR), IF(table_type = 'BASE TABLE', 'table', 'view') \
     FROM information_schema.tables WHERE table_schema = DATABASE() \
     AND table_type IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')";

pub(super) const COLUMN_NAMES: &str = "SELECT CAST(column_name AS CHAR) FROM information_schema.columns \
     WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position";

const COLUMNS: &str = "SELECT CAST(c.column_name AS CHAR), CAST(c.column_type AS CHAR), CAST(c.is_nullable AS CHAR), \
     CAST(c.column_default AS CHAR), IF(c.extra LIKE '%auto_increment%', '1', '0'), \
     CAST(IF(c.collation_name <> t.table_collation, c.collation_name, NULL) AS CHAR), CAST(c.column_comment AS CHAR), \
     CAST(c.generation_expression AS CHAR), IF(c.extra LIKE '%on update%', '1', '0') \
     FROM information_schema.columns AS c JOIN information_schema.tables AS t \
     ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
     WHERE c.table_schema = DATABASE() AND c.table_name = ? ORDER BY c.ordinal_position";

const COMMENT: &str = "SELECT CAST(table_comment AS CHAR) FROM information_schema.tables \
     WHERE table_schema = DATABASE() AND table_name = ? AND table_type <> 'VIEW'";

/// A row for each column of an index; an expression has no name.
const INDEXES: &str = "SELECT CAST(s.index_name AS CHAR), IF(s.non_unique = 0, '1', '0'), CAST(s.column_name AS CHAR), \
     IF(s.collation = 'D', '1', '0'), CAST(s.sub_part AS CHAR), CAST(s.index_type AS CHAR) \
     FROM information_schema.statistics AS s WHERE s.table_schema = DATABASE() AND s.table_name = ? \
     ORDER BY s.index_name, s.seq_in_index";

const FOREIGN_KEYS: &str = "SELECT CAST(k.constraint_name AS CHAR), CAST(k.column_name AS CHAR), \
     CAST(k.referenced_table_name AS CHAR), CAST(k.referenced_column_name AS CHAR), CAST(r.delete_rule AS CHAR), CAST(r.update_rule AS CHAR) \
     FROM information_schema.key_column_usage AS k JOIN information_schema.referential_constraints AS r \
     ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name \
     AND r.table_name = k.table_name \
     WHERE k.table_schema = DATABASE() AND k.table_name = ? AND k.referenced_table_name IS NOT NULL \
     ORDER BY k.constraint_name, k.ordinal_position";

const TRIGGERS: &str = "SELECT CAST(trigger_name AS CHAR) FROM information_schema.triggers \
     WHERE event_object_schema = DATABASE() AND event_object_table = ? ORDER BY trigger_name";

/// MariaDB's names are a table's own, MySQL's the whole database's.
const CHECKS_MARIADB: &str = "SELECT CAST(constraint_name AS CHAR), CAST(check_clause AS CHAR) \
     FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() AND table_name = ? \
     ORDER BY constraint_name";
const CHECKS_MYSQL: &str = "SELECT CAST(c.constraint_name AS CHAR), CAST(c.check_clause AS CHAR) \
     FROM information_schema.check_constraints AS c JOIN information_schema.table_constraints AS t \
     ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name \
     WHERE t.table_schema = DATABASE() AND t.table_name = ? AND t.constraint_type = 'CHECK' ORDER BY c.constraint_name";

pub(super) async fn describe(database: &Database, name: &TableName) -> Result<TableDescription> {
    let mut table = TableDescription::new(name);
    let comment = texts(database, &about(COMMENT, &name.name), 1).await?;
    table.comment = comment.first().and_then(|row| filled(row, 0));
    for row in texts(database, &about(COLUMNS, &name.name), 9).await? {
        let Some(column) = text(&row, 0) else { continue };
        if yes(&row, 8) {
            table.notes.push(format!("The database sets `{column}` to the moment of each UPDATE that changes a row."));
        }
        table.columns.push(ColumnDescription {
            name: column,
            sql_type: text(&row, 1).unwrap_or_default().to_lowercase(),
            null: yes(&row, 2),
            auto: yes(&row, 4),
            default: text(&row, 3),
            generated: filled(&row, 7),
            collation: text(&row, 5),
            comment: filled(&row, 6),
        });
    }
    let rows = texts(database, &about(FOREIGN_KEYS, &name.name), 6).await?;
    let rows = rows.into_iter().filter_map(|row| Some((text(&row, 0)?, row)));
    for (_, rows) in grouped(rows) {
        if let [row] = rows.as_slice()
            && let (Some(column), Some(target)) = (text(row, 1), text(row, 2))
        {
            let on_delete = text(row, 4).unwrap_or_default();
            let (target_column, on_update) = (text(row, 3), text(row, 5).unwrap_or_default());
            let key = ForeignKeyDescription { column, table: target, target: target_column, on_delete, on_update };
            table.foreign_keys.push(key);
        } else if let Some(target) = rows.first().and_then(|row| text(row, 2)) {
            let list = |column| rows.iter().filter_map(|row| text(row, column)).collect::<Vec<_>>().join(", ");
            table.leave_out("reference", &format!("FOREIGN KEY ({}) REFERENCES {target} ({})", list(1), list(3)));
        }
    }
    let rows = texts(database, &about(INDEXES, &name.name), 6).await?;
    let rows = rows.into_iter().filter_map(|row| Some((text(&row, 0)?, row)));
    for (index, rows) in grouped(rows) {
        let kind = rows.first().and_then(|row| text(row, 5)).unwrap_or_default();
        if kind != "BTREE" || rows.iter().any(|row| text(row, 4).is_some() || text(row, 2).is_none()) {
            let column = |row: &rjango_orm::Row| {
                let part = text(row, 4).map_or_else(String::new, |length| format!("({length})"));
                format!("{}{part}", text(row, 2).unwrap_or_else(|| "an expression".to_owned()))
            };
            let columns = rows.iter().map(column).collect::<Vec<_>>().join(", ");
            let unique = if rows.first().is_some_and(|row| yes(row, 1)) { "UNIQUE " } else { "" };
            table.leave_out("index", &format!("{unique}{kind} {index} ({columns})"));
            continue;
        }
        let columns = rows.iter().filter_map(|row| Some((text(row, 2)?, yes(row, 3))));
        if index == "PRIMARY" {
            table.primary_key = columns.map(|(column, _)| column).collect();
        } else if rows.first().is_some_and(|row| yes(row, 1)) {
            let columns = columns.map(|(column, _)| column).collect();
            table.uniques.push(UniqueDescription { name: Some(index), columns });
        } else {
            table.indexes.push(IndexDescription { name: index, columns: columns.collect() });
        }
    }
    let version = texts(database, &Statement::new("SELECT VERSION()"), 1).await?;
    let version = version.first().and_then(|row| text(row, 0)).unwrap_or_default();
    // MySQL before 8.0.16 reads checks and forgets them: it has no table of them.
    let old =
        !version.contains("MariaDB") && version.split('.').next().is_some_and(|major| major.len() == 1 && major < "8");
    if !old {
        let checks = if version.contains("MariaDB") { CHECKS_MARIADB } else { CHECKS_MYSQL };
        for row in texts(database, &about(checks, &name.name), 2).await? {
            let sql = text(&row, 1).unwrap_or_default();
            table.checks.push(CheckDescription { name: text(&row, 0), sql });
        }
    }
    table.triggers(&texts(database, &about(TRIGGERS, &name.name), 1).await?);
    Ok(table)
}
