//! SQLite: Django's table definitions, and the rebuild that stands in for the `ALTER TABLE` that SQLite lacks.
//!
//! A nullable column is added, a plain one dropped and any renamed in place (SQLite 3.35). Everything else builds
//! `new__table`, copies the rows, and takes the old table's place. The executor runs this with foreign keys off, checks
//! them before it commits, and puts back triggers and indexes that it finds missing (see `executor`).

use std::collections::BTreeMap;

use rjango_orm::Engine;
use rjango_schema::{DefaultValue, FieldKind};

use super::change::missing;
use super::held::values;
use super::keys::beside_field;
use super::{
    Change, Check, Column, Constraint, Fate, Fill, Index, IndexKind, Renames, Renderer, Table, TableStep, Translation,
    fate, literal, quoted,
};

pub(super) struct Sqlite;

impl Renderer for Sqlite {
    fn column_type(&self, kind: &FieldKind, key: bool) -> String {
        match kind {
            FieldKind::SmallAuto if key => "smallint".to_owned(),
            FieldKind::BigAuto if key => "bigint".to_owned(),
            FieldKind::PositiveSmallInteger if key => "smallint".to_owned(),
            FieldKind::PositiveInteger if key => "integer".to_owned(),
            FieldKind::PositiveBigInteger if key => "bigint".to_owned(),
            FieldKind::SmallAuto | FieldKind::Auto | FieldKind::BigAuto | FieldKind::Integer => "integer".to_owned(),
            FieldKind::SmallInteger => "smallint".to_owned(),
            FieldKind::BigInteger | FieldKind::Duration => "bigint".to_owned(),
            FieldKind::PositiveSmallInteger => "smallint unsigned".to_owned(),
            FieldKind::PositiveInteger => "integer unsigned".to_owned(),
            FieldKind::PositiveBigInteger => "bigint unsigned".to_owned(),
            FieldKind::Char { max_length }
            | FieldKind::Slug { max_length }
            | FieldKind::Email { max_length }
            | FieldKind::Url { max_length }
            | FieldKind::FilePath { max_length }
            | FieldKind::File { max_length, .. } => format!("varchar({max_length})"),
            FieldKind::Text | FieldKind::Json => "text".to_owned(),
            FieldKind::Boolean => "bool".to_owned(),
            FieldKind::Float => "real".to_owned(),
            FieldKind::Decimal { .. } => "decimal".to_owned(),
            FieldKind::Date { .. } => "date".to_owned(),
            FieldKind::Time { .. } => "time".to_owned(),
            FieldKind::DateTime { .. } => "datetime".to_owned(),
            FieldKind::Uuid => "char(32)".to_owned(),
            FieldKind::Binary => "BLOB".to_owned(),
            FieldKind::IpAddress { .. } => "char(39)".to_owned(),
            // Relations have their target's type; a many-to-many field is no column.
            FieldKind::ForeignKey(_) | FieldKind::OneToOne(_) | FieldKind::ManyToMany(_) => "bigint".to_owned(),
        }
    }

    fn longest_name(&self) -> usize {
        200
    }

    fn statements(&self, steps: &[TableStep]) -> Vec<String> {
        let mut renames = Renames::default();
        let mut statements = Vec::new();
        // A key that is made anew stands beside the old one until every other table is translated.
        let makes_key = |step: &&TableStep| matches!(step, TableStep::Change(change) if change.new_key.is_some());
        for step in steps.iter().filter(makes_key) {
            if let TableStep::Change(change) = step {
                statements.extend(add_new_key(change));
            }
        }
        let ordered = steps.iter().filter(|step| !makes_key(step)).chain(steps.iter().filter(makes_key));
        for step in ordered {
            match step {
                TableStep::Copy(copy) => {
                    statements.push(copy.statement(&|name| quoted(name), &|fill, _| expression(fill)))
                }
                TableStep::Create(table) => {
                    statements.push(create(table, &table.name));
                    statements.extend(table.indexes.iter().map(|index| create_index(index, &table.name)));
                }
                TableStep::Drop(table) => statements.push(format!("DROP TABLE {};", quoted(&table.name))),
                TableStep::Change(change) => statements.extend(change_table(change, &mut renames)),
            }
        }
        statements
    }

    fn after_data(&self) -> Option<&'static str> {
        None
    }
}

/// One table's way. What it renames in place is noted first, for the table may refer to itself.
fn change_table(change: &Change, renames: &mut Renames) -> Vec<String> {
    renames.note(change);
    let mut statements = Vec::new();
    let mut before = change.before.clone();
    renames.follow(&mut before);
    let after = &change.after;
    if before.name != after.name {
        if before.name.eq_ignore_ascii_case(&after.name) {
            // To SQLite the two are one name, which is taken.
            let aside = format!("{}__aside", after.name);
            statements.push(format!("ALTER TABLE {} RENAME TO {};", quoted(&before.name), quoted(&aside)));
            before.name = aside;
        }
        statements.push(format!("ALTER TABLE {} RENAME TO {};", quoted(&before.name), quoted(&after.name)));
        before.name.clone_from(&after.name);
    }
    for column in &after.columns {
        if let Some(origin) = change.origin(column)
            && origin.name != column.name
        {
            let (table, old, new) = (quoted(&after.name), quoted(&origin.name), quoted(&column.name));
            statements.push(format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new};"));
            before.rename_column(&origin.name, &column.name);
        }
        if let Some(origin) = change.origin(column).map(|column| column.field.clone())
            && let Some(renamed) = before.columns.iter_mut().find(|column| column.field == origin)
        {
            renamed.field.clone_from(&column.field);
        }
    }
    // From here on the two shapes have the same names for the same things.
    let change = Change {
        before,
        after: change.after.clone(),
        renamed: BTreeMap::new(),
        fills: change.fills.clone(),
        translations: change.translations.clone(),
        new_key: change.new_key.clone(),
    };
    let (before, after) = (&change.before, &change.after);
    statements.extend(missing(&before.indexes, &after.indexes).map(drop_index));
    let step = Step::between(&change);
    match step {
        Step::Indexes => {}
        Step::Add(columns) => statements.extend(
            columns
                .into_iter()
                .map(|column| format!("ALTER TABLE {} ADD COLUMN {};", quoted(&after.name), definition(column))),
        ),
        Step::Drop(columns) => statements.extend(
            columns
                .into_iter()
                .map(|column| format!("ALTER TABLE {} DROP COLUMN {};", quoted(&after.name), quoted(&column.name))),
        ),
        Step::Rebuild => {
            statements.extend(rebuild(&change));
            return statements;
        }
    }
    statements.extend(missing(&after.indexes, &before.indexes).map(|index| create_index(index, &after.name)));
    statements
}

/// What it takes to get from one shape to the other, names being equal.
enum Step<'a> {
    /// Nothing but indexes.
    Indexes,
    /// New columns that SQLite adds in place.
    Add(Vec<&'a Column>),
    /// Columns that SQLite drops in place.
    Drop(Vec<&'a Column>),
    /// A new table.
    Rebuild,
}

impl<'a> Step<'a> {
    fn between(change: &'a Change) -> Self {
        let (before, after) = (&change.before, &change.after);
        let added: Vec<&Column> = after.columns.iter().filter(|column| change.origin(column).is_none()).collect();
        let dropped: Vec<&Column> = change.dropped().collect();
        let altered = after.columns.iter().any(|column| change.origin(column).is_some_and(|origin| origin != column));
        let is_same = change.translations.is_empty() && change.new_key.is_none();
        if altered || !is_same || before.constraints != after.constraints {
            return Self::Rebuild;
        }
        let addable = |column: &&Column| {
            column.null && !column.unique && !column.primary_key && !change.fills.contains_key(&column.field)
        };
        // SQLite refuses to drop keys, unique columns and those that refer to another table.
        let droppable = |column: &&Column| !column.unique && !column.primary_key && column.references.is_none();
        match (added.is_empty(), dropped.is_empty()) {
            (true, true) => Self::Indexes,
            (false, true) if added.iter().all(addable) => Self::Add(added),
            (true, false) if dropped.iter().all(droppable) => Self::Drop(dropped),
            _ => Self::Rebuild,
        }
    }
}

/// A new table takes the old one's place: rows, the sequence of an AUTOINCREMENT key and the known indexes come along.
fn rebuild(change: &Change) -> Vec<String> {
    let (before, after) = (&change.before, &change.after);
    let temporary = format!("new__{}", after.name);
    let (old, new) = (quoted(&after.name), quoted(&temporary));
    let mut targets = Vec::new();
    let mut sources = Vec::new();
    for column in &after.columns {
        let fill = change.fills.get(&column.field).map(expression);
        let source = match (change.origin(column), fill) {
            (Some(origin), Some(fill)) if origin.null && !column.null => {
                format!("coalesce({}, {fill})", carried_over(change, origin, column))
            }
            (Some(origin), _) => carried_over(change, origin, column),
            (None, Some(fill)) => fill,
            // Without a value, a NULL: where the column forbids it, a table with rows refuses the migration.
            (None, None) => continue,
        };
        targets.push(quoted(&column.name));
        sources.push(source);
    }
    let mut statements = vec![create(after, &temporary)];
    statements.push(format!("INSERT INTO {new} ({})\nSELECT {}\nFROM {old};", targets.join(", "), sources.join(", ")));
    if before.is_numbered() && after.is_numbered() {
        // The next number follows the highest ever given, not the highest that is left.
        statements.push(format!("DELETE FROM \"sqlite_sequence\" WHERE \"name\" = {};", literal(&temporary)));
        statements.push(format!(
            "INSERT INTO \"sqlite_sequence\" (\"name\", \"seq\")\nSELECT {}, \"seq\" FROM \"sqlite_sequence\" WHERE \"name\" = {};",
            literal(&temporary),
            literal(&after.name)
        ));
    }
    statements.push(format!("DROP TABLE {old};"));
    // Legacy renaming leaves views and other tables' references alone: they mean the name, and it stays.
    statements.push("PRAGMA legacy_alter_table = ON;".to_owned());
    statements.push(format!("ALTER TABLE {new} RENAME TO {old};"));
    statements.extend(after.indexes.iter().map(|index| create_index(index, &after.name)));
    // The executor takes this line for the end of the rebuild: what is missing by then, it puts back.
    statements.push("PRAGMA legacy_alter_table = OFF;".to_owned());
    statements
}

/// The column beside a key that is made anew, filled.
fn add_new_key(change: &Change) -> Vec<String> {
    let Some(new_key) = &change.new_key else { return Vec::new() };
    let table = quoted(&change.before.name);
    let beside = quoted(&new_key.beside);
    let key = change.after.columns.iter().find(|column| column.name == new_key.column);
    let sql_type = key.map(|key| key.sql_type.as_str()).unwrap_or_default();
    let fill = change.fills.get(&beside_field()).map_or_else(|| "NULL".to_owned(), expression);
    vec![
        format!("ALTER TABLE {table} ADD COLUMN {beside} {sql_type} NULL;"),
        format!("UPDATE {table} SET {beside} = {fill};"),
    ]
}

/// What a column of the new table gets from the old one's.
fn carried_over(change: &Change, origin: &Column, column: &Column) -> String {
    let name = quoted(&origin.name);
    if let Some(new_key) = change.new_key.as_ref().filter(|_| change.makes_key(column)) {
        return quoted(&new_key.beside);
    }
    if let Some(Translation { table, old, new }) = change.translations.get(&column.field) {
        let own = quoted(&change.after.name);
        return format!(
            "(SELECT k.{} FROM {} AS k WHERE k.{} = {own}.{name})",
            quoted(new),
            quoted(table),
            quoted(old)
        );
    }
    if fate(origin.held, column.held) == Fate::Refused {
        return "NULL".to_owned();
    }
    values(Engine::Sqlite).converted(&name, origin.held, column.held).unwrap_or(name)
}

fn create(table: &Table, name: &str) -> String {
    let mut parts: Vec<String> = table.columns.iter().map(definition).collect();
    parts.extend(table.constraints.iter().map(|constraint| match constraint {
        Constraint::Unique { name, columns } => {
            let columns: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
            format!("CONSTRAINT {} UNIQUE ({})", quoted(name), columns.join(", "))
        }
        Constraint::Check { name, sql } => format!("CONSTRAINT {} CHECK ({sql})", quoted(name)),
    }));
    format!("CREATE TABLE {} (\n    {}\n);", quoted(name), parts.join(",\n    "))
}

/// A column with its attributes in Django's order.
fn definition(column: &Column) -> String {
    let name = quoted(&column.name);
    let mut text = format!("{name} {}", column.sql_type);
    text.push_str(if column.null { " NULL" } else { " NOT NULL" });
    if column.primary_key {
        text.push_str(" PRIMARY KEY");
    } else if column.unique {
        text.push_str(" UNIQUE");
    }
    if column.auto {
        text.push_str(" AUTOINCREMENT");
    }
    match column.check {
        Some(Check::Positive) => text.push_str(&format!(" CHECK ({name} >= 0)")),
        Some(Check::Json) => text.push_str(&format!(" CHECK ((JSON_VALID({name}) OR {name} IS NULL))")),
        None => {}
    }
    if let Some(reference) = &column.references {
        let (table, column) = (quoted(&reference.table), quoted(&reference.column));
        text.push_str(&format!(" REFERENCES {table} ({column}) DEFERRABLE INITIALLY DEFERRED"));
    }
    text
}

fn create_index(index: &Index, table: &str) -> String {
    let columns: Vec<String> = index
        .columns
        .iter()
        .map(|(column, descending)| {
            let column = quoted(column);
            if *descending { format!("{column} DESC") } else { column }
        })
        .collect();
    let unique = if index.kind == IndexKind::Together { "UNIQUE " } else { "" };
    format!("CREATE {unique}INDEX {} ON {} ({});", quoted(&index.name), quoted(table), columns.join(", "))
}

fn drop_index(index: &Index) -> String {
    format!("DROP INDEX {};", quoted(&index.name))
}

/// A fill as SQL, in Django's storage formats.
fn expression(fill: &Fill) -> String {
    match fill {
        Fill::Value(DefaultValue::Bool(value)) => i64::from(*value).to_string(),
        Fill::Value(DefaultValue::Int(value)) => value.to_string(),
        Fill::Value(DefaultValue::Float(value)) => format!("{value:?}"),
        Fill::Value(DefaultValue::Text(text) | DefaultValue::Json(text)) => literal(text),
        // A function never gets here: `Fill::from_default` refuses those that SQL has no word for.
        Fill::Value(DefaultValue::Function(_)) => "NULL".to_owned(),
        Fill::Now(FieldKind::Date { .. }) => "date('now')".to_owned(),
        Fill::Now(FieldKind::Time { .. }) => "time('now')".to_owned(),
        Fill::Now(_) => "datetime('now')".to_owned(),
        Fill::Number => "rowid".to_owned(),
        Fill::Partner(partner) => partner.query(&|name| quoted(name)),
        Fill::Uuid => "lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) \
                       || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) \
                       || hex(randomblob(6)))"
            .to_owned(),
    }
}
