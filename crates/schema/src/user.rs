//! A model of users: what `#[model(user)]` says, and what contrib asks of such a model.
//!
//! The setting AUTH_USER_MODEL names the one that a site uses. Models of the framework and of other crates do not know
//! which it is: their relations point at [`USER_MODEL`], and the registry of a site's models resolves it.

use serde::{Deserialize, Serialize};

use crate::{FieldKind, ModelSchema};

/// The target of a relation to whatever model AUTH_USER_MODEL names: Django's `settings.AUTH_USER_MODEL`.
pub const USER_MODEL: &str = "settings.AUTH_USER_MODEL";

/// The model of users that AUTH_USER_MODEL names where nothing else is said. Another one takes its place: its table is then not made.
pub const DEFAULT_USER_MODEL: &str = "auth.User";

/// What `#[model(user)]` says: which fields of the model contrib looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSchema {
    /// The field with the name to log in with: Django's USERNAME_FIELD.
    pub username_field: String,
    /// The field with the e-mail address: Django's EMAIL_FIELD. The model need not have it.
    pub email_field: String,
    /// What `createsuperuser` asks for besides the name and the password, where the model says so: Django's REQUIRED_FIELDS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_fields: Option<Vec<String>>,
}

impl Default for UserSchema {
    fn default() -> Self {
        Self { username_field: "username".to_owned(), email_field: "email".to_owned(), required_fields: None }
    }
}

/// Something that keeps a model from being one of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserProblem {
    /// The identifier of the check, Django's where it has one.
    pub id: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl UserSchema {
    /// What `createsuperuser` asks for: what the model says, else the e-mail address where the model has it and it is not the name.
    pub fn required_fields(&self, model: &ModelSchema) -> Vec<String> {
        match &self.required_fields {
            Some(fields) => fields.clone(),
            None if self.email_field == self.username_field => Vec::new(),
            None => model.field(&self.email_field).map(|field| field.name.clone()).into_iter().collect(),
        }
    }

    /// What keeps the model from being one of users, as far as its fields show it.
    pub fn problems(&self, model: &ModelSchema) -> Vec<UserProblem> {
        let name = &model.name;
        let mut problems = Vec::new();
        let mut add = |id, message: String, hint: &str| {
            problems.push(UserProblem { id, message, hint: hint.to_owned() });
        };
        match model.field("password").map(|field| &field.kind) {
            Some(FieldKind::Text) => {}
            Some(FieldKind::Char { max_length }) if *max_length >= 128 => {}
            found => add(
                "auth.E101",
                match found {
                    None => format!("the model of users `{name}` has no field `password`"),
                    Some(_) => format!("the field `{name}.password` cannot keep a password's hash"),
                },
                "flatten `AbstractUser` or `AbstractBaseUser`, or write `#[field(max_length = 128)] pub password: String`",
            ),
        }
        let username = &self.username_field;
        match model.field(username) {
            None => add(
                "auth.E102",
                format!("the model of users `{name}` has no field `{username}` to log in with"),
                "write `#[model(user, username_field = \"...\")]` with the field that it has",
            ),
            Some(field) if !field.is_concrete() => add(
                "auth.E102",
                format!("nobody can log in with `{name}.{username}`, which is not a column"),
                "write `#[model(user, username_field = \"...\")]` with a field that is a column",
            ),
            Some(field) if !is_text(&field.kind) => add(
                "auth.E103",
                format!("the name to log in with is a text, and `{name}.{username}` is not"),
                "write `#[model(user, username_field = \"...\")]` with a field of text",
            ),
            Some(field) => {
                let alone = |fields: &Vec<String>| *fields == [username.as_str()];
                let together = model.unique_together.iter().any(alone);
                let constraint = model.constraints.iter().any(|constraint| match constraint {
                    crate::ConstraintSchema::Unique { fields, .. } => alone(fields),
                    crate::ConstraintSchema::Check { .. } => false,
                });
                if !(field.unique || field.primary_key || together || constraint) {
                    add(
                        "auth.E003",
                        format!("`{name}.{username}` must be unique because it is the name to log in with"),
                        "write `#[field(unique)]` above it",
                    );
                }
            }
        }
        for required in self.required_fields.iter().flatten() {
            if required == username || required == "password" {
                add(
                    "auth.E002",
                    format!("`required_fields` of `{name}` lists `{required}`, which is always asked for"),
                    "take it out of the list",
                );
            } else if model.field(required).is_none() {
                add(
                    "auth.E001",
                    format!("`required_fields` of `{name}` lists `{required}`, which is not a field"),
                    "name fields of the model",
                );
            }
        }
        problems
    }
}

fn is_text(kind: &FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Char { .. }
            | FieldKind::Text
            | FieldKind::Slug { .. }
            | FieldKind::Email { .. }
            | FieldKind::Url { .. }
    )
}
