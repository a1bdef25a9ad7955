//! The content type and the permissions of a model that is renamed or moves: their rows follow, so that what refers to
//! them (users' permissions, the admin's log) still means the model.
//!
//! DIFFERENCE: Django 5.2 renames the content type by an operation that it injects into the plan, and leaves the permissions'
//! codenames as they were. Here it is SQL of the migration, which a reviewer sees and which goes back with it.

use rjango_schema::ModelSchema;

use super::literal;
use crate::{Operation, ProjectState};

/// The models whose tables the statements name.
pub(crate) const CONTENT_TYPE: &str = "contenttypes.ContentType";
/// The model of permissions.
pub(crate) const PERMISSION: &str = "auth.Permission";

/// The statements for an operation, where the state has these tables.
pub(super) fn follow(operation: &Operation, app: &str, before: &ProjectState, after: &ProjectState) -> Vec<String> {
    if !matches!(operation, Operation::RenameModel(_) | Operation::MoveModel(_)) {
        return Vec::new();
    }
    let label = (operation.model_label(app), operation.label_after(app));
    let model = |state: &ProjectState, label: Option<String>| label.and_then(|label| state.get(&label).cloned());
    let (Some(old), Some(new)) = (model(before, label.0), model(after, label.1)) else {
        return Vec::new();
    };
    let Some(content_type) = after.get(CONTENT_TYPE) else {
        return Vec::new();
    };
    let table = content_type.table();
    let mut statements = vec![rename(&table, &old, &new)];
    if let Some(permission) = after.get(PERMISSION)
        && old.model_name() != new.model_name()
    {
        statements.push(rename_permissions(&permission.table(), &table, &old, &new));
    }
    statements
}

/// A content type of the new name may be left from an earlier model; then the old one stays as it is.
fn rename(table: &str, old: &ModelSchema, new: &ModelSchema) -> String {
    let (old_app, old_name) = (literal(&old.app), literal(&old.model_name()));
    let (new_app, new_name) = (literal(&new.app), literal(&new.model_name()));
    // MySQL reads the table that it updates only through a table of its own.
    format!(
        "UPDATE {table} SET app_label = {new_app}, model = {new_name}\n\
         WHERE app_label = {old_app} AND model = {old_name} AND NOT EXISTS (\n    \
         SELECT 1 FROM (SELECT app_label, model FROM {table}) AS present\n    \
         WHERE present.app_label = {new_app} AND present.model = {new_name}\n);"
    )
}

/// The permissions of every model, under the model's new name. MySQL sets column by column, so the name comes first.
fn rename_permissions(table: &str, content_types: &str, old: &ModelSchema, new: &ModelSchema) -> String {
    let actions = ["add", "change", "delete", "view"];
    let codename = |action: &str, model: &ModelSchema| literal(&format!("{action}_{}", model.model_name()));
    let cases = |value: &dyn Fn(&str) -> String| {
        let cases = actions.map(|action| format!("WHEN {} THEN {}", codename(action, old), value(action)));
        format!("CASE codename {} END", cases.join(" "))
    };
    format!(
        "UPDATE {table} SET\n    name = {},\n    codename = {}\nWHERE codename IN ({}) AND content_type_id IN (\n    \
         SELECT id FROM {content_types} WHERE app_label = {} AND model = {}\n);",
        cases(&|action| literal(&format!("Can {action} {}", new.verbose_name()))),
        cases(&|action| codename(action, new)),
        actions.map(|action| codename(action, old)).join(", "),
        literal(&new.app),
        literal(&new.model_name())
    )
}
