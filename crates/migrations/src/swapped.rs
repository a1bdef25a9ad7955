//! The migrations where AUTH_USER_MODEL names a model of the project's own.
//!
//! Migrations that come with the framework or another crate make `auth.User` and refer to it. Where another model takes its place,
//! they are read as if they had been written for that model: `auth.User` is not made, relations lead to the project's model, and
//! what refers to it follows the migration that makes it. Their SQL is then rendered from the operations, with the table and the
//! type of key that the model has at that moment. A database's history knows them by their own text all the same: what was applied
//! stays applied.

use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{DEFAULT_USER_MODEL, FieldSchema, ModelSchema, USER_MODEL};

use crate::migration::Files;
use crate::operations::label;
use crate::state::{retarget, target};
use crate::{Graph, Migration, MigrationKey, Operation, ProjectState};

/// What a migration is rendered from, where it is not its file that runs.
#[derive(Debug, Clone)]
pub(crate) struct Swapped {
    /// The model that AUTH_USER_MODEL names.
    users: String,
    /// The models before it.
    before: Arc<ProjectState>,
    /// What it depends on by the swap alone: the migration that makes the users.
    pub(crate) by_swap: Option<MigrationKey>,
}

impl Swapped {
    /// The models before the migration.
    ///
    /// # Errors
    /// `Migration` where no migration makes the model of users yet, and this one refers to it.
    pub(crate) fn before(&self, migration: &Migration) -> Result<&ProjectState> {
        let refers = fields(&migration.operations).any(|field| target(field) == Some(self.users.as_str()));
        if refers && self.by_swap.is_none() {
            let app = self.users.split('.').next().unwrap_or_default();
            return Err(Error::new(
                ErrorKind::Migration,
                format!(
                    "`{}` refers to `{}`, which AUTH_USER_MODEL names and no migration makes",
                    migration.key, self.users
                ),
            )
            .with_hint(format!("run `rjango makemigrations {app}` first")));
        }
        Ok(&self.before)
    }

    /// What is to be done where the migration was applied before the setting named the model.
    pub(crate) fn too_late(&self, key: &MigrationKey, missing: &MigrationKey) -> Error {
        let users = &self.users;
        Error::new(
            ErrorKind::Migration,
            format!("`{key}` was applied for `{DEFAULT_USER_MODEL}`, and AUTH_USER_MODEL now names `{users}`"),
        )
        .with_hint(format!(
            "to keep the users, let the new model have their table as it is (`#[model(user, table = \"auth_user\")]`, `pub id: \
             Auto32`, and `AbstractUser` flattened), write its first migration, and record it with `rjango migrate {} {} --fake`; \
             later migrations change the table. Without users to keep, start with a new database",
            missing.app, missing.name
        ))
    }
}

/// Reads the migrations as those of a project whose users are of this model.
///
/// # Errors
/// `Migration` where a migration of the project's own refers to `auth.User`, and the table of the users is another one.
pub(crate) fn swap(migrations: &mut [Migration], users: &str) -> Result<()> {
    let maker = maker(migrations, users);
    let table = maker.as_ref().and_then(|maker| table_of(migrations, maker, users));
    for migration in migrations {
        let is_own = matches!(migration.files, Files::Directory { .. });
        let app = migration.key.app.clone();
        let refers = fields(&migration.operations).any(|field| is_users(field, users));
        if is_own {
            let is_stale = fields(&migration.operations).any(|field| target(field) == Some(DEFAULT_USER_MODEL));
            if is_stale && users != DEFAULT_USER_MODEL && table.as_deref() != Some("auth_user") {
                return Err(stale(migration, users));
            }
        } else if users != DEFAULT_USER_MODEL {
            migration.operations.retain(|operation| operation.model_label(&app).as_deref() != Some(DEFAULT_USER_MODEL));
        }
        for field in migration.operations.iter_mut().flat_map(Operation::fields_mut) {
            retarget(field, USER_MODEL, users);
            retarget(field, DEFAULT_USER_MODEL, users);
        }
        if users == DEFAULT_USER_MODEL {
            continue;
        }
        let by_swap = maker.clone().filter(|maker| refers && *maker != migration.key);
        if let Some(maker) = by_swap.as_ref().filter(|maker| !migration.dependencies.contains(maker)) {
            migration.dependencies.push(maker.clone());
        }
        // A file on disk refers to the same table as ever.
        if !is_own && (refers || app == "auth") {
            let before = Arc::new(ProjectState::new());
            migration.swapped = Some(Swapped { users: users.to_owned(), before, by_swap });
        }
    }
    Ok(())
}

/// Lets the migrations that are rendered know the models before them.
///
/// # Errors
/// `Migration` where an operation does not follow from those before.
pub(crate) fn with_states(graph: &mut Graph) -> Result<()> {
    let keys: Vec<MigrationKey> =
        graph.files().filter(|migration| migration.swapped.is_some()).map(|migration| migration.key.clone()).collect();
    for key in keys {
        let before = Arc::new(graph.state_before(&key)?);
        if let Some(swapped) = graph.get_mut(&key).and_then(|migration| migration.swapped.as_mut()) {
            swapped.before = before;
        }
    }
    Ok(())
}

/// The migration that gives a model its label.
fn maker(migrations: &[Migration], users: &str) -> Option<MigrationKey> {
    let makes = |migration: &&Migration| {
        migration.operations.iter().any(|operation| {
            let (before, after) =
                (operation.model_label(&migration.key.app), operation.label_after(&migration.key.app));
            let is_new = matches!(operation, Operation::CreateModel(_)) || before != after;
            is_new && after.as_deref() == Some(users)
        })
    };
    migrations.iter().filter(makes).map(|migration| migration.key.clone()).min()
}

/// The table that a model has when its first migration makes it.
fn table_of(migrations: &[Migration], maker: &MigrationKey, users: &str) -> Option<String> {
    let migration = migrations.iter().find(|migration| migration.key == *maker)?;
    migration.operations.iter().find_map(|operation| match operation {
        Operation::CreateModel(create) if label(&maker.app, &create.name) == users => {
            let mut model = ModelSchema::new(&maker.app, &create.name);
            model.table.clone_from(&create.table);
            Some(model.table())
        }
        _ => None,
    })
}

fn is_users(field: &FieldSchema, users: &str) -> bool {
    matches!(target(field), Some(to) if to == USER_MODEL || to == DEFAULT_USER_MODEL || to == users)
}

fn fields(operations: &[Operation]) -> impl Iterator<Item = &FieldSchema> {
    operations.iter().flat_map(Operation::fields)
}

fn stale(migration: &Migration, users: &str) -> Error {
    Error::new(
        ErrorKind::Migration,
        format!(
            "`{}` refers to `{DEFAULT_USER_MODEL}`, in whose place AUTH_USER_MODEL names `{users}`",
            migration.key
        ),
    )
    .at(migration.file("migration.toml"), 0, 0)
    .with_hint(
        "give the new model the table of the old one, `#[model(user, table = \"auth_user\")]`, and both are one; or, where no \
         database has rows to keep, delete the project's migrations and make them anew",
    )
}
