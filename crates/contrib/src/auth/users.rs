//! The users of a site by name: finding and making rows of the model that AUTH_USER_MODEL names.

use std::borrow::Cow;
use std::sync::Arc;

use rjango_core::translation::gettext;
use rjango_core::{Error, ErrorKind, Result, Site};
use rjango_orm::dynamic::{Argument, Instance, Objects};
use rjango_orm::{ModelMeta, Models, Value, clean, parse_value};
use rjango_schema::{FieldSchema, ModelSchema, UserSchema};

use super::{AnyUser, passwords};

/// The model that AUTH_USER_MODEL names.
///
/// # Errors
/// `ImproperlyConfigured` where the site does not have it.
pub fn user_model() -> Result<Arc<ModelMeta>> {
    let site = Site::current()?;
    let models = site.require::<Models>()?;
    models.require(models.users()).cloned()
}

/// Which fields of a model of users are what.
pub(super) fn options(schema: &ModelSchema) -> Cow<'_, UserSchema> {
    schema.user.as_ref().map_or_else(|| Cow::Owned(UserSchema::default()), Cow::Borrowed)
}

/// The field with the name to log in with.
///
/// # Errors
/// `ImproperlyConfigured` where the model has none.
pub fn username_field(model: &ModelMeta) -> Result<&FieldSchema> {
    let name = &options(&model.schema).username_field;
    model.schema.field(name).ok_or_else(|| {
        Error::improperly_configured(format!("the model of users `{}` has no field `{name}`", model.schema.label()))
    })
}

/// The fields that `createsuperuser` asks for besides the name and the password: Django's REQUIRED_FIELDS.
pub fn required_fields(model: &ModelMeta) -> Vec<&FieldSchema> {
    let names = options(&model.schema).required_fields(&model.schema);
    names.iter().filter_map(|name| model.schema.field(name)).collect()
}

/// The user of this name to log in with.
///
/// # Errors
/// The database's.
pub async fn by_username(username: &str) -> Result<Option<AnyUser>> {
    let model = user_model()?;
    let field = username_field(&model)?.name.clone();
    // Not from a replica: what was changed a moment ago decides who is let in.
    let found = Objects::of(model).for_write().filter([(field, Value::Text(username.to_owned()))])?.first().await?;
    Ok(found.map(AnyUser::from))
}

/// The user of this primary key.
///
/// # Errors
/// The database's.
pub async fn by_pk(pk: &Value) -> Result<Option<AnyUser>> {
    let found = Objects::of(user_model()?).for_write().filter([("pk", pk.clone())])?.first().await?;
    Ok(found.map(AnyUser::from))
}

/// The users of these primary keys, those that exist, in no particular order.
///
/// # Errors
/// The database's.
pub async fn by_pks(pks: impl IntoIterator<Item = Value>) -> Result<Vec<AnyUser>> {
    let pks: Vec<Value> = pks.into_iter().collect();
    let found = Objects::of(user_model()?).filter([("pk__in", Argument::from(pks))])?.all().await?;
    Ok(found.into_iter().map(AnyUser::from).collect())
}

/// The primary key that a session keeps as text; `None` where it is not one of this model of users.
pub(super) fn parse_pk(text: &str) -> Result<Option<Value>> {
    let model = user_model()?;
    let key = model.schema.primary_key().and_then(|field| parse_value(field, text).ok());
    Ok(key.filter(|key| !key.is_null()))
}

/// Makes and saves a user: the name to log in with, values of other fields by their names, and the password, without which nobody
/// can log in. A superuser gets `is_staff` and `is_superuser`, where the model has these fields.
///
/// # Errors
/// `Validation` where the name is empty or a value does not fit, `Integrity` where the name is taken.
pub async fn create_user(
    username: &str,
    fields: &[(&str, Value)],
    password: Option<&str>,
    superuser: bool,
) -> Result<AnyUser> {
    if username.is_empty() {
        return Err(Error::new(ErrorKind::Validation, "the given username must be set"));
    }
    let user = new_user(username, fields)?;
    let mut row = Instance::clone(user.instance());
    row.set("password", Value::Text(passwords::make_password(password).await?))?;
    for flag in ["is_staff", "is_superuser"].into_iter().filter(|_| superuser) {
        if row.value(flag).is_some() {
            row.set(flag, true)?;
        }
    }
    row.save_new().await?;
    Ok(AnyUser::from(row))
}

/// A user with these values who is not saved, for what judges a password by them.
///
/// # Errors
/// `Validation` where a value does not fit.
pub fn new_user(username: &str, fields: &[(&str, Value)]) -> Result<AnyUser> {
    let model = user_model()?;
    let (name, email) = (username_field(&model)?.name.clone(), options(&model.schema).email_field.clone());
    let normal = |field: &str, text: &str| if field == email { normalize_email(text) } else { text.to_owned() };
    let mut row = Instance::new(Arc::clone(&model))?;
    row.set(&name, Value::Text(normal(&name, username)))?;
    for (field, value) in fields {
        let value = match value {
            Value::Text(text) => Value::Text(normal(field, text)),
            value => value.clone(),
        };
        row.set(field, value)?;
    }
    Ok(AnyUser::from(row))
}

/// The address with its domain in lower case: domains are the same in any case, mailboxes need not be.
pub(crate) fn normalize_email(email: &str) -> String {
    match email.trim().rsplit_once('@') {
        Some((mailbox, domain)) => format!("{mailbox}@{}", domain.to_lowercase()),
        None => email.to_owned(),
    }
}

/// What is wrong with a name to log in with, as a sentence for the person, or nothing. The field `username` takes the characters
/// that Django's takes; a field of another name takes what its kind takes.
///
/// # Errors
/// `ImproperlyConfigured` where the model of users has no such field.
// DIFFERENCE: Django also brings names into Unicode's form NFKC; that would cost a table of a megabyte.
pub fn username_problem(username: &str) -> Result<Option<String>> {
    let model = user_model()?;
    let field = username_field(&model)?;
    if username.is_empty() {
        return Ok(Some(gettext("This field cannot be blank.").into_owned()));
    }
    if let Err(problem) = clean(field, &Value::Text(username.to_owned())) {
        return Ok(Some(sentence(&problem)));
    }
    let allowed = |letter: char| letter.is_alphanumeric() || "_@.+-".contains(letter);
    Ok((field.name == "username" && !username.chars().all(allowed)).then(|| {
        let text = "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.";
        gettext(text).into_owned()
    }))
}

/// A problem as a sentence of its own: a capital, and a full stop.
pub fn sentence(problem: &str) -> String {
    let mut letters = problem.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    // What the ORM says is one of Django's sentences, but for the full stop.
    gettext(&format!("{first}{}.", letters.as_str())).into_owned()
}
