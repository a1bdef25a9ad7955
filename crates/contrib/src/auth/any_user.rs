//! A user of whatever model AUTH_USER_MODEL names.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use rjango_core::signing::{Algorithm, salted_hmac_with};
use rjango_core::{Error, Result, Settings};
use rjango_orm::dynamic::{Instance, Objects};
use rjango_orm::{UserKey, UserModel, Value};
use rjango_schema::{ModelSchema, UserSchema};

use super::{Attribute, is_password_usable, passwords, users};

/// A row of the model that AUTH_USER_MODEL names: what authentication, permissions and the admin work with, whatever the
/// project's model is. Clones share the row.
///
/// [`AnyUser::typed`] gives the project's own type. The other way, `AnyUser::from(&user)`.
#[derive(Clone)]
pub struct AnyUser(Arc<Instance>);

impl AnyUser {
    /// The row as the project's own type.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where AUTH_USER_MODEL names another model.
    pub fn typed<U: UserModel>(&self) -> Result<U> {
        let (own, wanted) = (self.schema().label(), (U::entry().label)());
        if own != wanted {
            return Err(Error::improperly_configured(format!(
                "the code asks for a user of the model `{wanted}`, and AUTH_USER_MODEL names `{own}`"
            ))
            .with_hint(format!("write `AUTH_USER_MODEL = \"{wanted}\"` in the settings, or ask for `{own}`")));
        }
        self.0.typed()
    }

    /// The row by name.
    pub fn instance(&self) -> &Arc<Instance> {
        &self.0
    }

    /// The model.
    pub fn schema(&self) -> &ModelSchema {
        &self.0.meta().schema
    }

    /// Which fields of the model are what.
    fn options(&self) -> Cow<'_, UserSchema> {
        users::options(self.schema())
    }

    /// The primary key; NULL before the first save.
    pub fn pk(&self) -> &Value {
        self.0.pk()
    }

    /// The primary key for a field of the type [`UserKey`].
    pub fn key(&self) -> UserKey {
        UserKey::new(self.pk().clone())
    }

    /// The value of a field; `None` where the model has no such field.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.0.value(field)
    }

    fn text(&self, field: &str) -> &str {
        self.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    fn flag(&self, field: &str, otherwise: bool) -> bool {
        match self.get(field) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::Int(number)) => *number != 0,
            _ => otherwise,
        }
    }

    /// The name to log in with.
    pub fn username(&self) -> &str {
        self.text(&self.options().username_field)
    }

    /// The e-mail address; empty where there is none.
    pub fn email(&self) -> &str {
        self.text(&self.options().email_field)
    }

    /// The name of the field with the e-mail address: Django's `EMAIL_FIELD`.
    pub fn email_field(&self) -> String {
        self.options().email_field.clone()
    }

    /// The password as [`super::Hashers`] store it.
    pub fn password(&self) -> &str {
        self.text("password")
    }

    /// Whether the user can log in. Everybody can where the model has no field `is_active`.
    pub fn is_active(&self) -> bool {
        self.flag("is_active", true)
    }

    /// Whether the admin lets the user in. Nobody enters it where the model has no field `is_staff`.
    pub fn is_staff(&self) -> bool {
        self.flag("is_staff", false)
    }

    /// Whether the user has every permission. Nobody has where the model has no field `is_superuser`.
    pub fn is_superuser(&self) -> bool {
        self.flag("is_superuser", false)
    }

    /// First and last name, where the model has these fields; else the field `full_name`.
    pub fn full_name(&self) -> String {
        match format!("{} {}", self.text("first_name"), self.text("last_name")).trim() {
            "" => self.text("full_name").to_owned(),
            name => name.to_owned(),
        }
    }

    /// The first name, where the model has this field.
    pub fn short_name(&self) -> &str {
        self.text("first_name")
    }

    /// Whether the user has a password to log in with.
    pub fn has_usable_password(&self) -> bool {
        is_password_usable(self.password())
    }

    /// Whether this is the password. Where it is and it was stored with older parameters, it is stored anew.
    ///
    /// # Errors
    /// The database's.
    pub async fn check_password(&mut self, password: &str) -> Result<bool> {
        let verdict = passwords::verify_password(password, self.password()).await?;
        if verdict.correct && verdict.must_update {
            self.change_password(password).await?;
        }
        Ok(verdict.correct)
    }

    /// Gives the user a password and stores it, and nothing else of the user.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where PASSWORD_HASHERS is wrong; the database's.
    pub async fn change_password(&mut self, password: &str) -> Result<()> {
        let stored = passwords::make_password(Some(password)).await?;
        self.store("password", Value::Text(stored)).await
    }

    /// Sets a field of the row, here and in the database.
    pub(super) async fn store(&mut self, field: &str, value: Value) -> Result<()> {
        let row = Objects::of(Arc::clone(self.0.meta())).filter([("pk", self.pk().clone())])?;
        row.update([(field, value.clone())]).await?;
        Arc::make_mut(&mut self.0).set(field, value)
    }

    /// What ties a session to this password: a change of the password ends the user's other sessions.
    pub fn session_auth_hash(&self, settings: &Settings) -> String {
        self.session_auth_hash_with(&settings.secret_key)
    }

    /// The same under one of SECRET_KEY_FALLBACKS.
    pub(crate) fn session_auth_hash_with(&self, key: &str) -> String {
        const SALT: &str = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash";
        let digest = salted_hmac_with(Algorithm::Sha256, SALT.as_bytes(), self.password().as_bytes(), key.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What a password should not repeat: the row's texts.
    pub fn attributes(&self) -> Vec<Attribute<'_>> {
        let fields = self.schema().concrete_fields().zip(self.0.values());
        fields
            .filter(|(field, _)| field.name != "password")
            .filter_map(|(field, value)| {
                Some(Attribute { name: &field.name, verbose_name: field.verbose_name().into(), value: value.as_str()? })
            })
            .collect()
    }
}

impl<U: UserModel> From<&U> for AnyUser {
    fn from(user: &U) -> Self {
        Self(Arc::new(Instance::of_model(user)))
    }
}

impl From<&Self> for AnyUser {
    fn from(user: &Self) -> Self {
        user.clone()
    }
}

impl From<Instance> for AnyUser {
    fn from(row: Instance) -> Self {
        Self(Arc::new(row))
    }
}

impl From<&AnyUser> for UserKey {
    fn from(user: &AnyUser) -> Self {
        user.key()
    }
}

/// As the model's `Display` has it; the name to log in with where there is none.
impl fmt::Display for AnyUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.display())
    }
}

/// The key and the name: the hash of a password does not belong in a log.
impl fmt::Debug for AnyUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyUser").field("pk", self.pk()).field("username", &self.username()).finish_non_exhaustive()
    }
}
