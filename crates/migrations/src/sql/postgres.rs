//! PostgreSQL: Django's columns, names and alterations, in place and inside a transaction.

use rjango_orm::Engine;
use rjango_schema::{DefaultValue, FieldKind};

use super::held::values;
use super::objects::{Object, Place, What, foreign_keys, named_constraints, together};
use super::server::{self, Server, TAG, index_columns, list};
use super::{
    Check, Column, Fate, Fill, IndexKind, Renderer, Table, TableStep, Translation, fate, index_name, literal, quoted,
};

/// The longest name, in bytes.
const LONGEST: usize = 63;

/// Runs the checks of deferred foreign keys now: a table on which one is due cannot be altered.
const CHECK_NOW: &str = "SET CONSTRAINTS ALL IMMEDIATE;\nSET CONSTRAINTS ALL DEFERRED;";

pub(super) struct Postgres;

impl Renderer for Postgres {
    fn column_type(&self, kind: &FieldKind, _key: bool) -> String {
        match kind {
            FieldKind::SmallAuto | FieldKind::SmallInteger | FieldKind::PositiveSmallInteger => "smallint".to_owned(),
            FieldKind::Auto | FieldKind::Integer | FieldKind::PositiveInteger => "integer".to_owned(),
            FieldKind::BigAuto | FieldKind::BigInteger | FieldKind::PositiveBigInteger => "bigint".to_owned(),
            FieldKind::Char { max_length }
            | FieldKind::Slug { max_length }
            | FieldKind::Email { max_length }
            | FieldKind::Url { max_length }
            | FieldKind::FilePath { max_length }
            | FieldKind::File { max_length, .. } => format!("varchar({max_length})"),
            FieldKind::Text => "text".to_owned(),
            FieldKind::Json => "jsonb".to_owned(),
            FieldKind::Boolean => "boolean".to_owned(),
            FieldKind::Float => "double precision".to_owned(),
            FieldKind::Decimal { max_digits, decimal_places } => format!("numeric({max_digits}, {decimal_places})"),
            FieldKind::Date { .. } => "date".to_owned(),
            FieldKind::Time { .. } => "time".to_owned(),
            FieldKind::DateTime { .. } => "timestamp with time zone".to_owned(),
            FieldKind::Duration => "interval".to_owned(),
            FieldKind::Uuid => "uuid".to_owned(),
            FieldKind::Binary => "bytea".to_owned(),
            FieldKind::IpAddress { .. } => "inet".to_owned(),
            // Relations have their target's type; a many-to-many field is no column.
            FieldKind::ForeignKey(_) | FieldKind::OneToOne(_) | FieldKind::ManyToMany(_) => "bigint".to_owned(),
        }
    }

    fn longest_name(&self) -> usize {
        LONGEST
    }

    fn statements(&self, steps: &[TableStep]) -> Vec<String> {
        server::statements(self, steps)
    }

    fn after_data(&self) -> Option<&'static str> {
        Some(CHECK_NOW)
    }
}

impl Server for Postgres {
    fn objects(&self, table: &Table) -> Vec<Object> {
        let mut objects = Vec::new();
        for column in &table.columns {
            let name = column.name.clone();
            if column.primary_key {
                let what = What::PrimaryKey { column: name.clone() };
                objects.push(Object::new(automatic(&table.name, None, "pkey"), what, Place::Column));
            }
            if column.unique {
                let what = What::Unique { columns: vec![name.clone()] };
                objects.push(Object::new(automatic(&table.name, Some(&name), "key"), what, Place::Column));
            }
            if column.check == Some(Check::Positive) {
                let constraint = automatic(&table.name, Some(&name), "check");
                objects.push(Object::new(constraint, What::Positive { column: name }, Place::Column));
            }
        }
        for mut object in named_constraints(table) {
            // Within CREATE TABLE PostgreSQL makes one of two that say the same; each of ours is to be there.
            let says_the_same = |other: &Object| {
                matches!(other.what, What::Unique { .. } | What::PrimaryKey { .. })
                    && other.columns() == object.columns()
            };
            if matches!(object.what, What::Unique { .. }) && objects.iter().any(says_the_same) {
                object.place = Place::After;
            }
            objects.push(object);
        }
        objects.extend(together(table));
        let of_field = |column: &Column| {
            table.indexes.iter().find(|index| index.kind == IndexKind::Field && index.columns[0].0 == column.name)
        };
        for column in &table.columns {
            let index = of_field(column);
            let columns = vec![(column.name.clone(), false)];
            if let Some(index) = index {
                let what = What::Index { columns: columns.clone(), operators: None };
                objects.push(Object::new(&index.name, what, Place::After));
            }
            // Outside of the C locale a plain index is of no use to LIKE: text has a second one.
            if (index.is_some() || column.unique || column.primary_key)
                && let Some(operators) = pattern_operators(&column.sql_type)
            {
                let name = index_name(&table.name, &[&column.name], "_like", LONGEST);
                objects.push(Object::new(name, What::Index { columns, operators: Some(operators) }, Place::After));
            }
        }
        for index in table.indexes.iter().filter(|index| index.kind == IndexKind::Named) {
            let what = What::Index { columns: index.columns.clone(), operators: None };
            objects.push(Object::new(&index.name, what, Place::After));
        }
        objects.extend(foreign_keys(table, |column, reference| {
            let suffix = format!("_fk_{}_{}", reference.table, reference.column);
            index_name(&table.name, &[&column.name], &suffix, LONGEST)
        }));
        objects
    }

    fn definition(&self, table: &str, column: &Column, objects: &[Object]) -> String {
        let name = quoted(&column.name);
        let mut text = format!("{name} {}", column.sql_type);
        text.push_str(if column.null { " NULL" } else { " NOT NULL" });
        for object in objects.iter().filter(|object| object.is_part_of(column)) {
            let (implied, sql) = match &object.what {
                What::PrimaryKey { .. } => (implied(table, None, "pkey"), "PRIMARY KEY".to_owned()),
                What::Unique { .. } => (implied(table, Some(&column.name), "key"), "UNIQUE".to_owned()),
                _ => (implied(table, Some(&column.name), "check"), format!("CHECK ({name} >= 0)")),
            };
            if implied != object.name {
                text.push_str(&format!(" CONSTRAINT {}", quoted(&object.name)));
            }
            text.push_str(&format!(" {sql}"));
        }
        if column.auto {
            text.push_str(" GENERATED BY DEFAULT AS IDENTITY");
        }
        text
    }

    fn constraint(&self, object: &Object) -> String {
        let name = quoted(&object.name);
        let sql = match &object.what {
            What::PrimaryKey { column } => format!("PRIMARY KEY ({})", quoted(column)),
            What::Unique { columns } => format!("UNIQUE ({})", list(self, columns)),
            What::Check { sql } => format!("CHECK ({sql})"),
            What::Positive { column } => format!("CHECK ({} >= 0)", quoted(column)),
            What::ForeignKey { column, reference } => format!(
                "FOREIGN KEY ({}) REFERENCES {} ({}) DEFERRABLE INITIALLY DEFERRED",
                quoted(column),
                quoted(&reference.table),
                quoted(&reference.column)
            ),
            What::Index { columns, operators } => return format!("({})", index_columns(self, columns, *operators)),
        };
        format!("CONSTRAINT {name} {sql}")
    }

    fn add(&self, table: &str, object: &Object) -> String {
        let (table, constraint) = (quoted(table), self.constraint(object));
        match &object.what {
            What::Index { .. } => format!("CREATE INDEX {} ON {table} {constraint};", quoted(&object.name)),
            _ => format!("ALTER TABLE {table} ADD {constraint};"),
        }
    }

    fn drop(&self, table: &str, object: &Object) -> String {
        let (table, name) = (quoted(table), quoted(&object.name));
        match &object.what {
            What::Index { .. } => format!("DROP INDEX {name};"),
            _ => format!("ALTER TABLE {table} DROP CONSTRAINT {name};"),
        }
    }

    fn rename(&self, table: &str, old: &str, object: &Object) -> Option<String> {
        let (table, old, new) = (quoted(table), quoted(old), quoted(&object.name));
        Some(match &object.what {
            What::Index { .. } => format!("ALTER INDEX {old} RENAME TO {new};"),
            _ => format!("ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new};"),
        })
    }

    fn add_column(&self, table: &str, column: &Column, fill: Option<&Fill>, objects: &[Object]) -> Vec<String> {
        let definition = self.definition(table, column, objects);
        let (table, name) = (quoted(table), quoted(&column.name));
        let Some(fill) = fill else {
            return vec![format!("ALTER TABLE {table} ADD COLUMN {definition};")];
        };
        match fill {
            Fill::Number => {
                return vec![
                    format!("ALTER TABLE {table} ADD COLUMN {definition} GENERATED BY DEFAULT AS IDENTITY;"),
                    format!("ALTER TABLE {table} ALTER COLUMN {name} DROP IDENTITY;"),
                ];
            }
            Fill::Partner(partner) => {
                let nullable = format!("{name} {} NULL", column.sql_type);
                let mut statements = vec![
                    format!("ALTER TABLE {table} ADD COLUMN {nullable};"),
                    format!("UPDATE {table} SET {name} = {};", partner.query(&|name| quoted(name))),
                    CHECK_NOW.to_owned(),
                ];
                if !column.null {
                    statements.push(format!("ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL;"));
                }
                return statements;
            }
            _ => {}
        }
        let fill = expression(fill, &column.sql_type);
        vec![
            format!("ALTER TABLE {table} ADD COLUMN {definition} DEFAULT {fill};"),
            format!("ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT;"),
        ]
    }

    fn alter_column(&self, table: &str, before: &Column, after: &Column, fill: Option<&Fill>) -> Vec<String> {
        let (table, name) = (quoted(table), quoted(&after.name));
        let alter = |what: &str| format!("ALTER TABLE {table} ALTER COLUMN {name} {what};");
        let mut statements = Vec::new();
        if before.auto && !after.auto {
            statements.push(alter("DROP IDENTITY IF EXISTS"));
        }
        if before.sql_type != after.sql_type {
            let using = match fate(before.held, after.held) {
                Fate::Refused => Some(format!("NULL::{}", after.sql_type)),
                _ => values(Engine::Postgres).converted(&name, before.held, after.held),
            };
            let using = using.map(|using| format!(" USING {using}")).unwrap_or_default();
            statements.push(alter(&format!("TYPE {}{using}", after.sql_type)));
        }
        if before.null && !after.null {
            if let Some(fill) = fill {
                let fill = expression(fill, &after.sql_type);
                statements.push(format!("UPDATE {table} SET {name} = {fill} WHERE {name} IS NULL;"));
                if after.references.is_some() {
                    statements.push(CHECK_NOW.to_owned());
                }
            }
            statements.push(alter("SET NOT NULL"));
        } else if !before.null && after.null {
            statements.push(alter("DROP NOT NULL"));
        }
        if !before.auto && after.auto {
            statements.push(alter("ADD GENERATED BY DEFAULT AS IDENTITY"));
            // The first number follows the largest that is there.
            statements.push(format!(
                "SELECT setval(pg_get_serial_sequence({}, {}), coalesce(max({name}), 0) + 1, false) FROM {table};",
                literal(&table),
                literal(&after.name)
            ));
        }
        statements
    }

    fn translate_column(&self, table: &str, before: &Column, after: &Column, translation: &Translation) -> Vec<String> {
        let Translation { table: keys, old, new } = translation;
        let (table, name, keys) = (quoted(table), quoted(&after.name), quoted(keys));
        let tag = literal(TAG);
        let back = match after.sql_type.as_str() {
            sql_type if pattern_operators(sql_type).is_some() => String::new(),
            sql_type => format!(" USING {name}::{sql_type}"),
        };
        let mut statements = Vec::new();
        if before.auto {
            statements.push(format!("ALTER TABLE {table} ALTER COLUMN {name} DROP IDENTITY IF EXISTS;"));
        }
        // As text that is no value of either kind, so that none is taken for one that is translated.
        statements.extend([
            format!("ALTER TABLE {table} ALTER COLUMN {name} TYPE text USING {tag} || {name}::text;"),
            format!(
                "UPDATE {table} SET {name} = k.{}::text\nFROM {keys} AS k\nWHERE {table}.{name} = {tag} || k.{}::text;",
                quoted(new),
                quoted(old)
            ),
            // The rows are this transaction's own by now, so that each of their foreign keys is checked again.
            CHECK_NOW.to_owned(),
            format!("ALTER TABLE {table} ALTER COLUMN {name} TYPE {}{back};", after.sql_type),
        ]);
        statements
    }

    fn add_new_key(&self, table: &str, name: &str, key: &Column, fill: &Fill) -> Vec<String> {
        let column = Column { name: name.to_owned(), auto: false, ..key.clone() };
        self.add_column(table, &column, Some(fill), &[])
    }

    fn take_new_key(&self, table: &str, name: &str, before: &Column, after: &Column) -> Vec<String> {
        let (quoted_table, key, beside) = (quoted(table), quoted(&after.name), quoted(name));
        let alter = |what: &str| format!("ALTER TABLE {quoted_table} ALTER COLUMN {key} {what};");
        let mut statements = Vec::new();
        if before.auto {
            statements.push(alter("DROP IDENTITY IF EXISTS"));
        }
        statements.push(alter(&format!("TYPE {} USING {beside}", after.sql_type)));
        let retyped = Column { auto: false, ..after.clone() };
        statements.extend(self.alter_column(table, &retyped, after, None));
        statements.push(format!("ALTER TABLE {quoted_table} DROP COLUMN {beside};"));
        statements
    }

    fn after_rows(&self) -> Option<&'static str> {
        Some(CHECK_NOW)
    }

    fn fill(&self, fill: &Fill, sql_type: &str) -> String {
        expression(fill, sql_type)
    }

    fn foreign_keys_need_indexes(&self) -> bool {
        false
    }

    fn quoted(&self, name: &str) -> String {
        quoted(name)
    }
}

/// The name that PostgreSQL gives a constraint in a column's definition, as long as it is short enough.
fn implied(table: &str, column: Option<&str>, suffix: &str) -> String {
    match column {
        Some(column) => format!("{table}_{column}_{suffix}"),
        None => format!("{table}_{suffix}"),
    }
}

/// The name of a constraint in a column's definition: PostgreSQL's own; where that would be cut short, and might meet
/// another, one with a hash.
fn automatic(table: &str, column: Option<&str>, suffix: &str) -> String {
    let name = implied(table, column, suffix);
    if name.len() <= LONGEST {
        return name;
    }
    let columns: Vec<&str> = column.into_iter().collect();
    index_name(table, &columns, &format!("_{suffix}"), LONGEST)
}

fn pattern_operators(sql_type: &str) -> Option<&'static str> {
    match sql_type {
        "text" => Some("text_pattern_ops"),
        _ if sql_type.starts_with("varchar") => Some("varchar_pattern_ops"),
        _ => None,
    }
}

/// A fill as SQL for a column of this type.
fn expression(fill: &Fill, sql_type: &str) -> String {
    let is_text = pattern_operators(sql_type).is_some();
    match fill {
        Fill::Value(DefaultValue::Bool(value)) if sql_type == "boolean" => value.to_string(),
        Fill::Value(DefaultValue::Bool(value)) => i64::from(*value).to_string(),
        Fill::Value(DefaultValue::Int(value)) if sql_type == "interval" => literal(&format!("{value} microseconds")),
        Fill::Value(DefaultValue::Int(value)) if is_text => literal(&value.to_string()),
        Fill::Value(DefaultValue::Int(value)) => value.to_string(),
        Fill::Value(DefaultValue::Float(value)) => format!("{value:?}"),
        Fill::Value(DefaultValue::Text(text) | DefaultValue::Json(text)) => literal(text),
        // A function never gets here: `Fill::from_default` refuses those that SQL has no word for.
        Fill::Value(DefaultValue::Function(_)) => "NULL".to_owned(),
        Fill::Now(FieldKind::Date { .. }) => "(now() AT TIME ZONE 'UTC')::date".to_owned(),
        Fill::Now(FieldKind::Time { .. }) => "(now() AT TIME ZONE 'UTC')::time".to_owned(),
        Fill::Now(_) => "now()".to_owned(),
        Fill::Uuid => "gen_random_uuid()".to_owned(),
        Fill::Partner(partner) => partner.query(&|name| quoted(name)),
        // Numbers are the engine's own: `add_column` asks it for them.
        Fill::Number => "NULL".to_owned(),
    }
}
