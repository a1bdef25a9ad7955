//! What every model of users can do.

use std::future::Future;

use rjango_core::{Error, Result, Settings};
use rjango_http::BoxFuture;
use rjango_orm::{Model, ModelInstance as _, UserModel, Value};

use super::{AnyUser, is_password_usable, passwords, users};

/// The methods of every instance of a model with `#[model(user)]`. `use rjango::prelude::*` brings them into scope.
pub trait UserInstance: UserModel {
    /// The user as authentication and the admin see one.
    fn as_user(&self) -> AnyUser {
        AnyUser::from(self)
    }

    /// The user of this name, where there is one.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where AUTH_USER_MODEL names another model; the database's.
    fn by_username(username: &str) -> impl Future<Output = Result<Option<Self>>> + Send {
        async move {
            match users::by_username(username).await? {
                Some(user) => user.typed().map(Some),
                None => Ok(None),
            }
        }
    }

    /// Gives the new user a password and inserts the row. Without a password nobody can log in as the user:
    /// `User { email, ..User::default() }.create_with_password(Some("secret")).await?`.
    ///
    /// # Errors
    /// `Integrity` where the name is taken; `ImproperlyConfigured` where PASSWORD_HASHERS is wrong.
    fn create_with_password(mut self, password: Option<&str>) -> BoxFuture<'_, Result<Self>> {
        Box::pin(async move {
            let stored = passwords::make_password(password).await?;
            put_password(&mut self, stored)?;
            self.save_new().await?;
            Ok(self)
        })
    }

    /// Gives the user a password; `save` stores it.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where PASSWORD_HASHERS is wrong.
    fn set_password<'a>(&'a mut self, password: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let stored = passwords::make_password(Some(password)).await?;
            put_password(self, stored)
        })
    }

    /// Takes the password away: nobody can log in with one then. `save` stores it.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where PASSWORD_HASHERS is wrong.
    fn set_unusable_password(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let stored = passwords::make_password(None).await?;
            put_password(self, stored)
        })
    }

    /// Gives the user a password and stores it, and nothing else of the user.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where PASSWORD_HASHERS is wrong; the database's.
    fn change_password<'a>(&'a mut self, password: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut user = self.as_user();
            user.change_password(password).await?;
            put_password(self, user.password().to_owned())
        })
    }

    /// Whether this is the password. Where it is and it was stored with older parameters, it is stored anew.
    ///
    /// # Errors
    /// The database's.
    fn check_password<'a>(&'a mut self, password: &'a str) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let mut user = self.as_user();
            let correct = user.check_password(password).await?;
            put_password(self, user.password().to_owned())?;
            Ok(correct)
        })
    }

    /// Whether the user has a password to log in with.
    fn has_usable_password(&self) -> bool {
        is_password_usable(self.as_user().password())
    }

    /// What ties a session to this password: a change of the password ends the user's other sessions.
    fn session_auth_hash(&self, settings: &Settings) -> String {
        self.as_user().session_auth_hash(settings)
    }
}

impl<U: UserModel> UserInstance for U {}

/// Puts the stored form of a password into its field.
fn put_password<U: Model>(user: &mut U, stored: String) -> Result<()> {
    let fields = &U::entry().schema().fields;
    let place = fields.iter().position(|field| field.name == "password");
    let mut slots = Vec::new();
    user.slots_mut(&mut slots);
    match place.and_then(|place| slots.get_mut(place)) {
        Some(slot) => slot.assign(Value::Text(stored)),
        None => Err(Error::improperly_configured(format!(
            "the model of users `{}` has no field `password`",
            U::entry().schema().label()
        ))
        .with_hint("flatten `AbstractUser` or `AbstractBaseUser`")),
    }
}
