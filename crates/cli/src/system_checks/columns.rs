//! Columns that no field can read: what `check --database` looks for in a database itself.

use rjango_core::Result;
use rjango_core::checks::CheckMessage;
use rjango_migrations::introspection::{ColumnDescription, describe, is_readable, tables};
use rjango_orm::{Databases, Engine};
use rjango_schema::{FieldKind, FieldSchema};

use crate::Project;
use crate::migration_files::database;

/// Holds the columns of one database against the fields of the models that live there. Tables and columns that are not there
/// are the migrations' business.
///
/// # Errors
/// `Database` where the catalog cannot be read; `ImproperlyConfigured` where the settings have no such database.
pub(super) async fn check(project: &Project, alias: &str) -> Result<Vec<CheckMessage>> {
    let database = database(project, alias)?;
    // Its values have types of their own, and asking would make the file.
    if database.engine() == Engine::Sqlite {
        return Ok(Vec::new());
    }
    let databases = project.site.require::<Databases>()?;
    let there = tables(&database).await?;
    let mut messages = Vec::new();
    for meta in project.models.iter().filter(|meta| databases.home(&meta.schema.app) == alias) {
        let Some(table) = there.iter().find(|table| table.name == meta.schema.table()) else { continue };
        let described = describe(&database, table).await?;
        for field in meta.schema.concrete_fields() {
            let name = field.column();
            let Some(column) = described.columns.iter().find(|column| column.name == name) else { continue };
            let label = format!("{}.{}", meta.schema.label(), field.name);
            if let Some(message) = problem(database.engine(), &label, field, column) {
                messages.push(match (&meta.schema.origin, field.line) {
                    (Some(origin), line) => message.at(origin.file.clone(), line.unwrap_or(origin.line), 0),
                    (None, _) => message,
                });
            }
        }
    }
    Ok(messages)
}

fn problem(engine: Engine, label: &str, field: &FieldSchema, column: &ColumnDescription) -> Option<CheckMessage> {
    let ColumnDescription { name, sql_type, .. } = column;
    if !is_readable(engine, sql_type) {
        let text = format!("`{label}` is the column `{name}` of the type `{sql_type}`, which no field can read");
        let hint = "leave the column out of the model, or give the model a view that casts it: `column::text`";
        return Some(CheckMessage::error("models.E060", text).with_hint(hint));
    }
    let FieldKind::Decimal { max_digits, decimal_places } = field.kind else { return None };
    if sql_type == "numeric" {
        let text =
            format!("`{label}` is the column `{name}` of the type `numeric`, whose values have any number of digits");
        let hint = format!(
            "a row with more than {decimal_places} digits behind the point cannot be read; make the type \
             `numeric({max_digits},{decimal_places})`"
        );
        return Some(CheckMessage::warning("models.W060", text).with_hint(hint));
    }
    None
}
