//! MySQL and MariaDB: Django's columns and names; every statement commits by itself.

use rjango_orm::Engine;
use rjango_schema::{DefaultValue, FieldKind};

use super::held::values;
use super::objects::{Object, Place, What, foreign_keys, named_constraints, together};
use super::server::{self, Server, TAG, index_columns, list};
use super::{
    Change, Column, Fate, Fill, Held, Index, IndexKind, Renderer, Table, TableStep, Translation, fate, index_name,
};

/// The longest name, in characters.
const LONGEST: usize = 64;

/// MariaDB has a type for UUIDs, which Django uses there, and MySQL has none: each reads its own comment.
const UUID: &str = "/*M! uuid *//*!50700 char(32) */";

pub(super) struct MySql;

impl Renderer for MySql {
    fn column_type(&self, kind: &FieldKind, _key: bool) -> String {
        match kind {
            FieldKind::SmallAuto | FieldKind::SmallInteger => "smallint".to_owned(),
            FieldKind::Auto | FieldKind::Integer => "integer".to_owned(),
            FieldKind::BigAuto | FieldKind::BigInteger | FieldKind::Duration => "bigint".to_owned(),
            FieldKind::PositiveSmallInteger => "smallint UNSIGNED".to_owned(),
            FieldKind::PositiveInteger => "integer UNSIGNED".to_owned(),
            FieldKind::PositiveBigInteger => "bigint UNSIGNED".to_owned(),
            FieldKind::Char { max_length }
            | FieldKind::Slug { max_length }
            | FieldKind::Email { max_length }
            | FieldKind::Url { max_length }
            | FieldKind::FilePath { max_length }
            | FieldKind::File { max_length, .. } => format!("varchar({max_length})"),
            FieldKind::Text => "longtext".to_owned(),
            // MySQL checks a document by itself, and MariaDB adds the check that this type stands for.
            FieldKind::Json => "json".to_owned(),
            FieldKind::Boolean => "bool".to_owned(),
            FieldKind::Float => "double precision".to_owned(),
            FieldKind::Decimal { max_digits, decimal_places } => format!("numeric({max_digits}, {decimal_places})"),
            FieldKind::Date { .. } => "date".to_owned(),
            FieldKind::Time { .. } => "time(6)".to_owned(),
            FieldKind::DateTime { .. } => "datetime(6)".to_owned(),
            FieldKind::Uuid => UUID.to_owned(),
            FieldKind::Binary => "longblob".to_owned(),
            FieldKind::IpAddress { .. } => "char(39)".to_owned(),
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
        None
    }
}

impl Server for MySql {
    // DIFFERENCE: Django checks that positive integers are not negative. UNSIGNED says so already, and MySQL does not
    // rename a column that a check names.
    fn objects(&self, table: &Table) -> Vec<Object> {
        let mut objects = Vec::new();
        for column in &table.columns {
            let name = column.name.clone();
            if column.primary_key {
                objects.push(Object::new("PRIMARY", What::PrimaryKey { column: name }, Place::Column));
            } else if column.unique {
                objects.push(Object::new(&name, What::Unique { columns: vec![name.clone()] }, Place::Column));
            }
        }
        objects.extend(named_constraints(table).map(|mut object| {
            if let What::Check { sql } = &mut object.what {
                *sql = with_backticks(sql, table);
            }
            object
        }));
        objects.extend(together(table));
        objects.extend(table.indexes.iter().filter(|index| is_index(table, index)).map(|index| {
            Object::new(&index.name, What::Index { columns: index.columns.clone(), operators: None }, Place::After)
        }));
        let keys = foreign_keys(table, |column, reference| {
            let suffix = format!("_fk_{}_{}", reference.table, reference.column);
            index_name(&table.name, &[&column.name], &suffix, LONGEST)
        });
        for key in &keys {
            // A foreign key needs an index. InnoDB would make one, and drop it again when another will do: one that the
            // migrations make stays until they drop it. Its name is the one that InnoDB would give it.
            let column = key.columns()[0].to_owned();
            let serves = |object: &Object| match &object.what {
                What::PrimaryKey { .. } | What::Unique { .. } | What::Index { .. } => object.columns()[0] == column,
                _ => false,
            };
            if !objects.iter().any(serves) {
                let what = What::Index { columns: vec![(column, false)], operators: None };
                objects.push(Object::new(&key.name, what, Place::After));
            }
        }
        objects.extend(keys);
        objects
    }

    fn definition(&self, _table: &str, column: &Column, objects: &[Object]) -> String {
        let mut text = modified(column);
        for object in objects.iter().filter(|object| object.is_part_of(column)) {
            text.push_str(if matches!(object.what, What::PrimaryKey { .. }) { " PRIMARY KEY" } else { " UNIQUE" });
        }
        text
    }

    fn constraint(&self, object: &Object) -> String {
        let name = self.quoted(&object.name);
        let sql = match &object.what {
            What::PrimaryKey { column } => return format!("PRIMARY KEY ({})", self.quoted(column)),
            What::Unique { columns } => format!("UNIQUE ({})", list(self, columns)),
            What::Check { sql } => format!("CHECK ({sql})"),
            What::Positive { column } => format!("CHECK ({} >= 0)", self.quoted(column)),
            What::ForeignKey { column, reference } => format!(
                "FOREIGN KEY ({}) REFERENCES {} ({})",
                self.quoted(column),
                self.quoted(&reference.table),
                self.quoted(&reference.column)
            ),
            What::Index { columns, operators } => return format!("({})", index_columns(self, columns, *operators)),
        };
        format!("CONSTRAINT {name} {sql}")
    }

    fn add(&self, table: &str, object: &Object) -> String {
        let (table, constraint) = (self.quoted(table), self.constraint(object));
        match &object.what {
            What::Index { .. } => format!("CREATE INDEX {} ON {table} {constraint};", self.quoted(&object.name)),
            _ => format!("ALTER TABLE {table} ADD {constraint};"),
        }
    }

    fn drop(&self, table: &str, object: &Object) -> String {
        let (table, name) = (self.quoted(table), self.quoted(&object.name));
        match &object.what {
            What::PrimaryKey { .. } => format!("ALTER TABLE {table} DROP PRIMARY KEY;"),
            What::Unique { .. } | What::Index { .. } => format!("ALTER TABLE {table} DROP INDEX {name};"),
            What::Check { .. } | What::Positive { .. } => format!("ALTER TABLE {table} DROP CONSTRAINT {name};"),
            What::ForeignKey { .. } => format!("ALTER TABLE {table} DROP FOREIGN KEY {name};"),
        }
    }

    fn rename(&self, table: &str, old: &str, object: &Object) -> Option<String> {
        let (table, old, new) = (self.quoted(table), self.quoted(old), self.quoted(&object.name));
        match &object.what {
            What::Unique { .. } | What::Index { .. } => {
                Some(format!("ALTER TABLE {table} RENAME INDEX {old} TO {new};"))
            }
            _ => None,
        }
    }

    fn add_column(&self, table: &str, column: &Column, fill: Option<&Fill>, objects: &[Object]) -> Vec<String> {
        let (quoted_table, name) = (self.quoted(table), self.quoted(&column.name));
        let add = |definition: &str| format!("ALTER TABLE {quoted_table} ADD COLUMN {definition};");
        if fill == Some(&Fill::Number) {
            let mut statements = self.add_new_key(table, &column.name, column, &Fill::Number);
            statements.push(format!("ALTER TABLE {quoted_table} MODIFY {};", modified(column)));
            return statements;
        }
        let fill = fill.map(|fill| (expression(fill), is_constant(fill)));
        match fill {
            Some((fill, true)) if takes_default(&column.sql_type) => vec![
                add(&format!("{} DEFAULT {fill}", self.definition(table, column, objects))),
                format!("ALTER TABLE {quoted_table} ALTER COLUMN {name} DROP DEFAULT;"),
            ],
            None if column.null || column.auto => vec![add(&self.definition(table, column, objects))],
            // A new column that is not NULL would be filled with zeros or empty text. Made in two steps, it refuses rows
            // for which there is no value, as on the other engines.
            fill => {
                let nullable = Column { null: true, ..column.clone() };
                let mut statements = vec![add(&self.definition(table, &nullable, objects))];
                statements.extend(fill.map(|(fill, _)| format!("UPDATE {quoted_table} SET {name} = {fill};")));
                if !column.null {
                    statements.push(format!("ALTER TABLE {quoted_table} MODIFY {};", modified(column)));
                }
                statements
            }
        }
    }

    fn alter_column(&self, table: &str, before: &Column, after: &Column, fill: Option<&Fill>) -> Vec<String> {
        if before.sql_type == after.sql_type && before.null == after.null && before.auto == after.auto {
            return Vec::new();
        }
        let (table, name) = (self.quoted(table), self.quoted(&after.name));
        let modify = |column: &Column| format!("ALTER TABLE {table} MODIFY {};", modified(column));
        let mut statements = Vec::new();
        let converted = values(Engine::MySql).converted(&name, before.held, after.held);
        let is_refused = fate(before.held, after.held) == Fate::Refused;
        if converted.is_some() || is_refused {
            // By way of text: MODIFY alone converts few values as they are meant.
            let text = Column { sql_type: text_between(before.held, after.held), ..as_plain(before, after) };
            statements.push(modify(&text));
        }
        statements
            .extend(converted.map(|text| format!("UPDATE {table} SET {name} = {text} WHERE {name} IS NOT NULL;")));
        if let Some(fill) = fill.filter(|_| before.null && !after.null) {
            if before.sql_type != after.sql_type {
                statements.push(modify(&Column { null: true, ..after.clone() }));
            }
            statements.push(format!("UPDATE {table} SET {name} = {} WHERE {name} IS NULL;", expression(fill)));
        }
        // Only a key can be numbered: a column that is about to become one is numbered after it.
        let is_key_already = before.primary_key || !after.auto;
        statements.push(if is_key_already { modify(after) } else { modify(&Column { auto: false, ..after.clone() }) });
        statements
    }

    fn translate_column(&self, table: &str, before: &Column, after: &Column, translation: &Translation) -> Vec<String> {
        let Translation { table: keys, old, new } = translation;
        let (table, name, keys) = (self.quoted(table), self.quoted(&after.name), self.quoted(keys));
        let (old, new, tag) = (self.quoted(old), self.quoted(new), literal(TAG));
        let text = Column { sql_type: text_between(before.held, after.held), ..as_plain(before, after) };
        // As text that is no value of either kind, so that none is taken for one that is translated.
        vec![
            format!("ALTER TABLE {table} MODIFY {};", modified(&text)),
            format!("UPDATE {table} SET {name} = concat({tag}, {name}) WHERE {name} NOT LIKE '{TAG}%';"),
            format!(
                "UPDATE {table} AS c JOIN {keys} AS k ON c.{name} = concat({tag}, CAST(k.{old} AS CHAR))\n\
                 SET c.{name} = CAST(k.{new} AS CHAR);"
            ),
            format!("ALTER TABLE {table} MODIFY {};", modified(&Column { auto: false, ..after.clone() })),
        ]
    }

    fn add_new_key(&self, table: &str, name: &str, key: &Column, fill: &Fill) -> Vec<String> {
        if *fill != Fill::Number {
            let column = Column { name: name.to_owned(), auto: false, ..key.clone() };
            return self.add_column(table, &column, Some(fill), &[]);
        }
        // The old key may be numbered itself, and a table has one numbered column: the rows are counted.
        let (table, name) = (self.quoted(table), self.quoted(name));
        vec![
            format!("ALTER TABLE {table} ADD COLUMN {name} {} NULL;", key.sql_type),
            "SET @rjango_number = 0;".to_owned(),
            format!("UPDATE {table} SET {name} = (@rjango_number := @rjango_number + 1);"),
        ]
    }

    fn take_new_key(&self, table: &str, name: &str, before: &Column, after: &Column) -> Vec<String> {
        let (table, key, beside) = (self.quoted(table), self.quoted(&after.name), self.quoted(name));
        let text = Column { sql_type: text_between(before.held, after.held), ..as_plain(before, after) };
        vec![
            format!("ALTER TABLE {table} MODIFY {};", modified(&text)),
            format!("UPDATE {table} SET {key} = concat({}, {key});", literal(TAG)),
            format!("UPDATE {table} SET {key} = {beside};"),
            format!("ALTER TABLE {table} MODIFY {};", modified(after)),
            format!("ALTER TABLE {table} DROP COLUMN {beside};"),
        ]
    }

    fn around_keys(&self, change: &Change) -> (Vec<String>, Vec<String>) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for column in &change.after.columns {
            let Some(origin) = change.origin(column).filter(|origin| origin.primary_key != column.primary_key) else {
                continue;
            };
            // Only a key is numbered: it stops before it is none, and begins when it is one.
            if origin.auto {
                let plain = Column { auto: false, ..origin.clone() };
                before.push(format!("ALTER TABLE {} MODIFY {};", self.quoted(&change.before.name), modified(&plain)));
            }
            if column.auto {
                after.push(format!("ALTER TABLE {} MODIFY {};", self.quoted(&change.after.name), modified(column)));
            }
        }
        (before, after)
    }

    fn fill(&self, fill: &Fill, _sql_type: &str) -> String {
        expression(fill)
    }

    fn foreign_keys_need_indexes(&self) -> bool {
        true
    }

    fn quoted(&self, name: &str) -> String {
        format!("`{}`", name.replace('`', "``"))
    }
}

/// A column as `MODIFY` takes it: keys and constraints stay what they are.
fn modified(column: &Column) -> String {
    let mut text = format!("{} {}", MySql.quoted(&column.name), column.sql_type);
    if column.auto {
        text.push_str(" AUTO_INCREMENT");
    }
    text.push_str(if column.null { " NULL" } else { " NOT NULL" });
    text
}

/// A column as it is on its way between two types: not numbered, under its new name.
fn as_plain(before: &Column, after: &Column) -> Column {
    Column { name: after.name.clone(), auto: false, ..before.clone() }
}

/// The type of text that values pass through. It takes an index where one may be on the column.
fn text_between(before: Held, after: Held) -> String {
    let is_long = |held| matches!(held, Held::Text { longest: None } | Held::Json | Held::Binary);
    match (before, after) {
        _ if is_long(before) || is_long(after) => "longtext".to_owned(),
        (Held::Text { longest: Some(longest) }, _) => format!("varchar({})", longest.max(255)),
        _ => "varchar(255)".to_owned(),
    }
}

/// Whether MySQL has an index of its own for this one of the model: not for a foreign key's column, which has the key's, and
/// not for a column of unlimited length, as in Django.
fn is_index(table: &Table, index: &Index) -> bool {
    let field = || table.columns.iter().find(|column| column.name == index.columns[0].0);
    match index.kind {
        IndexKind::Together => false,
        IndexKind::Named => true,
        IndexKind::Field => {
            field().is_some_and(|column| column.references.is_none() && takes_default(&column.sql_type))
        }
    }
}

/// Whether the column's type takes a literal default, and an index, on every version.
fn takes_default(sql_type: &str) -> bool {
    !matches!(sql_type, "longtext" | "longblob" | "json")
}

fn is_constant(fill: &Fill) -> bool {
    matches!(fill, Fill::Value(_))
}

/// Text in quotes. A backslash is an escape here.
fn literal(text: &str) -> String {
    super::literal(&text.replace('\\', "\\\\"))
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
        Fill::Now(FieldKind::Date { .. }) => "UTC_DATE()".to_owned(),
        Fill::Now(FieldKind::Time { .. }) => "UTC_TIME(6)".to_owned(),
        Fill::Now(_) => "UTC_TIMESTAMP(6)".to_owned(),
        Fill::Partner(partner) => partner.query(&|name| MySql.quoted(name)),
        // Numbers are the engine's own: `add_column` asks it for them.
        Fill::Number => "NULL".to_owned(),
        Fill::Uuid => "lower(concat(hex(random_bytes(6)), '4', substr(hex(random_bytes(2)), 2), \
                       substr('89ab', 1 + floor(rand() * 4), 1), substr(hex(random_bytes(2)), 2), \
                       hex(random_bytes(6))))"
            .to_owned(),
    }
}

/// A check with the table's columns in MySQL's quotes: between double quotes it reads text.
fn with_backticks(sql: &str, table: &Table) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find(['\'', '"']) {
        let quote = &rest[at..=at];
        let Some(end) = rest[at + 1..].find(quote).map(|end| at + 1 + end) else {
            break;
        };
        let name = &rest[at + 1..end];
        out.push_str(&rest[..at]);
        if quote == "\"" && table.columns.iter().any(|column| column.name == name) {
            out.push_str(&MySql.quoted(name));
        } else {
            out.push_str(&rest[at..=end]);
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out
}
