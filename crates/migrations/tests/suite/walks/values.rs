//! What the rows hold: for each kind of field a value for each row, as SQL and as an answer.

use rjango_orm::Engine;
use rjango_schema::{DefaultValue, FieldKind};

use super::world::{Field, Model, World};

/// The rows of a populated table.
pub const ROWS: [i64; 3] = [1, 2, 3];
/// The row that has NULL wherever it may.
pub const NULLS: i64 = 2;

/// A value of this kind for a row; the same number gives the same value.
pub fn value(kind: &FieldKind, row: i64) -> DefaultValue {
    match kind {
        FieldKind::SmallAuto
        | FieldKind::Auto
        | FieldKind::BigAuto
        | FieldKind::SmallInteger
        | FieldKind::Integer
        | FieldKind::BigInteger
        | FieldKind::PositiveSmallInteger
        | FieldKind::PositiveInteger
        | FieldKind::PositiveBigInteger => DefaultValue::Int(row),
        FieldKind::Duration => DefaultValue::Int(row * 1_000_000),
        FieldKind::Boolean => DefaultValue::Bool(row % 2 == 1),
        FieldKind::Float => DefaultValue::Float(row as f64 + 0.5),
        FieldKind::Decimal { .. } => DefaultValue::Text(format!("{row}.25")),
        FieldKind::Date { .. } => DefaultValue::Text(format!("2024-02-0{row}")),
        FieldKind::Time { .. } => DefaultValue::Text(format!("10:00:0{row}")),
        FieldKind::DateTime { .. } => DefaultValue::Text(format!("2024-02-29 23:59:0{row}")),
        FieldKind::Uuid => DefaultValue::Text(format!("{row:032x}")),
        FieldKind::Json => DefaultValue::Json(format!("{{\"it's\": {row}}}")),
        FieldKind::Binary => DefaultValue::Text(format!("b{row}")),
        FieldKind::IpAddress { .. } => DefaultValue::Text(format!("10.0.0.{row}")),
        FieldKind::Char { .. }
        | FieldKind::Text
        | FieldKind::Slug { .. }
        | FieldKind::Email { .. }
        | FieldKind::Url { .. }
        | FieldKind::FilePath { .. }
        | FieldKind::File { .. } => DefaultValue::Text(format!("it's \"{row}\"")),
        FieldKind::ForeignKey(_) | FieldKind::OneToOne(_) | FieldKind::ManyToMany(_) => DefaultValue::Int(row),
    }
}

/// What the person answers for a field: the value that row would have.
pub fn answer(world: &World, field: &Field, row: i64) -> DefaultValue {
    if matches!(
        field.schema.kind,
        FieldKind::Date { auto_now_add: true, .. }
            | FieldKind::Time { auto_now_add: true, .. }
            | FieldKind::DateTime { auto_now_add: true, .. }
    ) {
        return DefaultValue::Function("now".to_owned());
    }
    match field.target.and_then(|target| world.key_kind(target)) {
        Some(kind) => value(kind, row),
        None => value(&field.schema.kind, row),
    }
}

/// The default that a field of this kind may declare.
pub fn default(kind: &FieldKind) -> Option<DefaultValue> {
    match kind {
        FieldKind::Uuid => Some(DefaultValue::Function("Uuid::new_v4".to_owned())),
        FieldKind::Date { auto_now: false, auto_now_add: false }
        | FieldKind::Time { auto_now: false, auto_now_add: false }
        | FieldKind::DateTime { auto_now: false, auto_now_add: false } => {
            Some(DefaultValue::Function("chrono::Utc::now".to_owned()))
        }
        FieldKind::Date { .. } | FieldKind::Time { .. } | FieldKind::DateTime { .. } | FieldKind::Binary => None,
        kind => Some(value(kind, 8)),
    }
}

/// The value of a row's column, as SQL that every column of the kind takes.
pub fn literal(world: &World, field: &Field, row: i64, engine: Engine) -> String {
    if field.schema.null && row == NULLS {
        return "NULL".to_owned();
    }
    let kind = field.target.and_then(|target| world.key_kind(target)).unwrap_or(&field.schema.kind);
    let text = match value(kind, row) {
        DefaultValue::Bool(value) => return if value { "TRUE".to_owned() } else { "FALSE".to_owned() },
        DefaultValue::Int(_) if engine == Engine::Postgres && matches!(kind, FieldKind::Duration) => {
            format!("{row} seconds")
        }
        DefaultValue::Int(value) => value.to_string(),
        DefaultValue::Float(value) => value.to_string(),
        DefaultValue::Text(text) | DefaultValue::Json(text) | DefaultValue::Function(text) => text,
    };
    let quoted = format!("'{}'", text.replace('\'', "''"));
    match (kind, engine) {
        (FieldKind::Binary, Engine::Sqlite) => format!("CAST({quoted} AS BLOB)"),
        (FieldKind::Decimal { .. } | FieldKind::Float, Engine::Sqlite) => text,
        _ => quoted,
    }
}

/// The statements that fill the tables of the models that are populated, in one transaction.
pub fn insertions(world: &World, engine: Engine) -> Vec<String> {
    let quoted = |name: &str| quoted(name, engine);
    let mut statements = Vec::new();
    for model in world.models.iter().filter(|model| model.populated) {
        let fields: Vec<&Field> = model.fields.iter().filter(|field| field.schema.is_concrete()).collect();
        let columns: Vec<String> = fields.iter().map(|field| quoted(&field.schema.column())).collect();
        for row in ROWS {
            let values: Vec<String> = fields.iter().map(|field| literal(world, field, row, engine)).collect();
            statements.push(format!(
                "INSERT INTO {} ({}) VALUES ({})",
                quoted(&world.schema(model).table()),
                columns.join(", "),
                values.join(", ")
            ));
        }
    }
    if engine == Engine::Postgres {
        // Rows with numbers of their own leave the sequence where it was.
        for model in world.models.iter().filter(|model| model.populated && model.fields[0].schema.kind.is_auto()) {
            let (table, key) = (quoted(&world.schema(model).table()), model.fields[0].schema.column());
            statements.push(format!("SELECT setval(pg_get_serial_sequence('{table}', '{key}'), {})", ROWS.len()));
        }
    }
    for (model, field) in joins(world) {
        let (table, columns) = join(world, model, field);
        for (from, to) in [(1, 1), (1, 3), (3, 2)] {
            let value = |model: u32, row| {
                let model = world.model(model).unwrap();
                literal(world, &model.fields[0], row, engine)
            };
            statements.push(format!(
                "INSERT INTO {} ({}, {}) VALUES ({}, {})",
                quoted(&table),
                quoted(&columns[0]),
                quoted(&columns[1]),
                value(model.id, from),
                value(field.target.unwrap(), to)
            ));
        }
    }
    statements
}

/// The many-to-many fields whose both sides are populated and which have a join table of their own.
pub fn joins(world: &World) -> impl Iterator<Item = (&Model, &Field)> {
    world.models.iter().filter(|model| model.populated).flat_map(move |model| {
        let populated = |id| world.model(id).is_some_and(|model| model.populated);
        model
            .fields
            .iter()
            .filter(move |field| field.is_join() && field.target.is_some_and(populated))
            .map(move |field| (model, field))
    })
}

/// The join table of a field, and its columns that refer to the two sides.
pub fn join(world: &World, model: &Model, field: &Field) -> (String, [String; 2]) {
    let schema = world.schema(model);
    let join = rjango_orm::join_table(&schema, schema.field(&field.schema.name).unwrap()).unwrap();
    (join.table(), [join.fields[1].column(), join.fields[2].column()])
}

/// A name in the engine's quotes.
pub fn quoted(name: &str, engine: Engine) -> String {
    if engine == Engine::MySql { format!("`{name}`") } else { format!("\"{name}\"") }
}
