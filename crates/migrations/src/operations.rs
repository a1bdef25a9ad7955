//! The operations of a migration: one file each.
//!
//! An operation is engine-neutral data, as `migration.toml` keeps it. It knows its effect on the state, its inverse, its
//! description in Django's words and its share of the migration's name. It knows no SQL: the renderers of [`crate::sql`]
//! read the state before and after.

mod add_constraint;
mod add_field;
mod add_index;
mod add_index_concurrently;
mod alter_field;
mod alter_model_options;
mod alter_model_table;
mod alter_unique_together;
mod create_model;
mod delete_model;
mod move_model;
mod moved_model;
mod remove_constraint;
mod remove_field;
mod remove_index;
mod remove_index_concurrently;
mod rename_field;
mod rename_index;
mod rename_model;
mod run_rust;
mod run_sql;
mod separate_database_and_state;
mod toml_text;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{FieldSchema, ModelSchema};
use serde::Deserialize;

pub use add_constraint::AddConstraint;
pub use add_field::AddField;
pub use add_index::AddIndex;
pub use add_index_concurrently::AddIndexConcurrently;
pub use alter_field::AlterField;
pub use alter_model_options::{AlterModelOptions, ModelOptions};
pub use alter_model_table::AlterModelTable;
pub use alter_unique_together::AlterUniqueTogether;
pub use create_model::CreateModel;
pub use delete_model::DeleteModel;
pub use move_model::MoveModel;
pub use moved_model::MovedModel;
pub use remove_constraint::RemoveConstraint;
pub use remove_field::RemoveField;
pub use remove_index::RemoveIndex;
pub use remove_index_concurrently::RemoveIndexConcurrently;
pub use rename_field::RenameField;
pub(crate) use rename_field::renamed;
pub use rename_index::RenameIndex;
pub use rename_model::RenameModel;
pub use run_rust::RunRust;
pub(crate) use run_rust::{MARK as FUNCTION_MARK, marked, marker};
pub use run_sql::{EngineSql, RunSql};
pub use separate_database_and_state::SeparateDatabaseAndState;
pub(crate) use toml_text::{TomlText, inline};

use crate::ProjectState;

/// A step of a migration.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
#[allow(clippy::large_enum_variant)] // They are few, and stand in lists that are seldom moved.
pub enum Operation {
    /// Makes a model and its table.
    CreateModel(CreateModel),
    /// Drops a model and its table.
    DeleteModel(DeleteModel),
    /// Gives a model, and with it its table, another name.
    RenameModel(RenameModel),
    /// Takes a model over from another app.
    MoveModel(MoveModel),
    /// Notes, in the app that had it, that a model was taken over by another.
    MovedModel(MovedModel),
    /// Adds a field.
    AddField(AddField),
    /// Drops a field.
    RemoveField(RemoveField),
    /// Changes a field's attributes.
    AlterField(AlterField),
    /// Gives a field another name.
    RenameField(RenameField),
    /// Adds an index.
    AddIndex(AddIndex),
    /// Drops an index.
    RemoveIndex(RemoveIndex),
    /// Adds an index while others write to the table.
    AddIndexConcurrently(AddIndexConcurrently),
    /// Drops an index while others write to the table.
    RemoveIndexConcurrently(RemoveIndexConcurrently),
    /// Gives an index another name.
    RenameIndex(RenameIndex),
    /// Adds a named constraint.
    AddConstraint(AddConstraint),
    /// Drops a named constraint.
    RemoveConstraint(RemoveConstraint),
    /// Sets the groups of fields that are unique together.
    AlterUniqueTogether(AlterUniqueTogether),
    /// Sets the options that the database does not know.
    AlterModelOptions(AlterModelOptions),
    /// Sets the table's name.
    AlterModelTable(AlterModelTable),
    /// Runs SQL that a person wrote.
    RunSql(RunSql),
    /// Runs a function of the project.
    RunRust(RunRust),
    /// Does one thing in the database and another in the state.
    SeparateDatabaseAndState(SeparateDatabaseAndState),
}

/// What every operation can do. `app` is the label of the app whose migration it stands in.
pub(crate) trait Act {
    /// The value of `type` in `migration.toml`.
    fn type_name(&self) -> &'static str;
    /// Django's category: `+` adds, `-` removes, `~` alters, `s` is SQL, `r` is Rust, `?` is more than one.
    fn symbol(&self) -> char;
    /// Django's sentence for it.
    fn describe(&self) -> String;
    /// Its share of the migration's name; `None` where it has nothing to say.
    fn fragment(&self) -> Option<String>;
    /// The struct name of the model that it is about, in the state before.
    fn model(&self) -> Option<&str>;
    /// The label of that model before the operation; another app's where a model moves.
    fn label_before(&self, app: &str) -> Option<String> {
        self.model().map(|model| label(app, model))
    }
    /// The label of that model after the operation.
    fn label_after(&self, app: &str) -> Option<String> {
        self.label_before(app)
    }
    /// Makes the change in the state.
    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()>;
    /// The operation that undoes it, seen from the state before; `None` where nothing can.
    fn inverse(&self, app: &str, before: &ProjectState) -> Result<Option<Operation>>;
    /// Writes its keys, all but `type`.
    fn write(&self, text: &mut TomlText) -> Result<()>;
}

impl Operation {
    fn act(&self) -> &dyn Act {
        match self {
            Self::CreateModel(operation) => operation,
            Self::DeleteModel(operation) => operation,
            Self::RenameModel(operation) => operation,
            Self::MoveModel(operation) => operation,
            Self::MovedModel(operation) => operation,
            Self::AddField(operation) => operation,
            Self::RemoveField(operation) => operation,
            Self::AlterField(operation) => operation,
            Self::RenameField(operation) => operation,
            Self::AddIndex(operation) => operation,
            Self::RemoveIndex(operation) => operation,
            Self::AddIndexConcurrently(operation) => operation,
            Self::RemoveIndexConcurrently(operation) => operation,
            Self::RenameIndex(operation) => operation,
            Self::AddConstraint(operation) => operation,
            Self::RemoveConstraint(operation) => operation,
            Self::AlterUniqueTogether(operation) => operation,
            Self::AlterModelOptions(operation) => operation,
            Self::AlterModelTable(operation) => operation,
            Self::RunSql(operation) => operation,
            Self::RunRust(operation) => operation,
            Self::SeparateDatabaseAndState(operation) => operation,
        }
    }

    /// The fields that it brings or changes.
    pub(crate) fn fields(&self) -> Vec<&FieldSchema> {
        match self {
            Self::CreateModel(create) => create.fields.iter().collect(),
            Self::AddField(add) => vec![&add.field],
            Self::AlterField(alter) => vec![&alter.field],
            Self::SeparateDatabaseAndState(separate) => {
                let parts = separate.database_operations.iter().chain(&separate.state_operations);
                parts.flat_map(Self::fields).collect()
            }
            _ => Vec::new(),
        }
    }

    /// As [`Operation::fields`], to change them.
    pub(crate) fn fields_mut(&mut self) -> Vec<&mut FieldSchema> {
        match self {
            Self::CreateModel(create) => create.fields.iter_mut().collect(),
            Self::AddField(add) => vec![&mut add.field],
            Self::AlterField(alter) => vec![&mut alter.field],
            Self::SeparateDatabaseAndState(separate) => {
                let parts = separate.database_operations.iter_mut().chain(&mut separate.state_operations);
                parts.flat_map(Self::fields_mut).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether it is about rows, as a person wrote it, and leaves the tables as they are.
    pub(crate) fn is_data(&self) -> bool {
        match self {
            Self::RunSql(_) | Self::RunRust(_) => true,
            Self::SeparateDatabaseAndState(separate) => {
                let operations = &separate.database_operations;
                !operations.is_empty() && operations.iter().all(Self::is_data)
            }
            _ => false,
        }
    }

    /// The value of `type` in `migration.toml`, for example `create_model`.
    pub fn type_name(&self) -> &'static str {
        self.act().type_name()
    }

    /// Django's category: `+` adds, `-` removes, `~` alters, `s` is SQL, `r` is Rust, `?` is more than one.
    pub fn symbol(&self) -> char {
        self.act().symbol()
    }

    /// Django's sentence, for example `Add field sku to product`.
    pub fn describe(&self) -> String {
        self.act().describe()
    }

    /// The sentence with the category before it, as `makemigrations` prints it.
    pub fn describe_with_symbol(&self) -> String {
        format!("{} {}", self.symbol(), self.describe())
    }

    /// The share of the migration's name, for example `product_sku`.
    pub fn fragment(&self) -> Option<String> {
        self.act().fragment()
    }

    /// The label of the model that the operation is about, in the state before it.
    pub fn model_label(&self, app: &str) -> Option<String> {
        self.act().label_before(app)
    }

    /// The label of that model in the state after the operation.
    pub fn label_after(&self, app: &str) -> Option<String> {
        self.act().label_after(app)
    }

    /// Makes the change in the state.
    ///
    /// # Errors
    /// `Migration` where the state has not what the operation needs.
    pub fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        self.act().apply(app, state)
    }

    /// The operation that undoes this one, given the state before it; `None` where nothing can.
    ///
    /// # Errors
    /// `Migration` where the state has not what the operation needs.
    pub fn inverse(&self, app: &str, before: &ProjectState) -> Result<Option<Self>> {
        self.act().inverse(app, before)
    }

    /// Whether it may be left out where a squashed migration starts from nothing: it only touched rows.
    pub fn is_elidable(&self) -> bool {
        match self {
            Self::RunSql(operation) => operation.elidable,
            Self::RunRust(operation) => operation.elidable,
            _ => false,
        }
    }

    /// Whether the operation, or one inside it, cannot run in a transaction.
    pub fn needs_no_transaction(&self) -> bool {
        match self {
            Self::AddIndexConcurrently(_) | Self::RemoveIndexConcurrently(_) => true,
            Self::SeparateDatabaseAndState(separate) => {
                separate.database_operations.iter().any(Self::needs_no_transaction)
            }
            _ => false,
        }
    }

    /// The `[[operations]]` table of `migration.toml`.
    ///
    /// # Errors
    /// `Migration` where a value has no TOML form.
    pub fn to_toml(&self) -> Result<String> {
        let mut text = TomlText::new("operations", self.type_name());
        self.act().write(&mut text)?;
        Ok(text.finish())
    }
}

/// The operations that undo these, the last one's first, from the state before them; `None` where one of them cannot be.
fn inverses(operations: &[Operation], app: &str, before: &ProjectState) -> Result<Option<Vec<Operation>>> {
    let mut state = before.clone();
    let mut inverses = Vec::with_capacity(operations.len());
    for operation in operations {
        let Some(inverse) = operation.inverse(app, &state)? else { return Ok(None) };
        inverses.push(inverse);
        operation.apply(app, &mut state)?;
    }
    inverses.reverse();
    Ok(Some(inverses))
}

/// `app.Model`.
pub(crate) fn label(app: &str, model: &str) -> String {
    format!("{app}.{model}")
}

fn field_position(model: &ModelSchema, name: &str) -> Result<usize> {
    model.fields.iter().position(|field| field.name == name).ok_or_else(|| no_field(model, name))
}

fn field<'a>(model: &'a ModelSchema, name: &str) -> Result<&'a FieldSchema> {
    model.field(name).ok_or_else(|| no_field(model, name))
}

fn already_there(label: &str) -> Error {
    Error::new(ErrorKind::Migration, format!("the state already has the model `{label}`"))
        .with_hint("two migrations create it: remove one, or the operation in the later one")
}

fn no_field(model: &ModelSchema, name: &str) -> Error {
    Error::new(ErrorKind::Migration, format!("the state's model `{}` has no field `{name}`", model.label()))
        .with_hint("an operation refers to a field that no earlier migration adds")
}

fn already(model: &ModelSchema, what: &str, name: &str) -> Error {
    Error::new(ErrorKind::Migration, format!("the state's model `{}` already has the {what} `{name}`", model.label()))
        .with_hint("two migrations add it: remove one, or the operation in the later one")
}

fn has_no(model: &ModelSchema, what: &str, name: &str) -> Error {
    Error::new(ErrorKind::Migration, format!("the state's model `{}` has no {what} `{name}`", model.label()))
        .with_hint(format!("an operation refers to a {what} that no earlier migration adds"))
}
