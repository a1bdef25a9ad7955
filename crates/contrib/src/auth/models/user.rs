//! The table `auth_user`: the model of users where AUTH_USER_MODEL names no other.

use std::fmt;

use chrono::Utc;
use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::Auto32;

use super::abstract_user::user_fields;
use crate::auth::{normalize_email, passwords};

user_fields! {
    /// Someone with a name and a password: Django's `User`.
    #[model(user, verbose_name = "user", verbose_name_plural = "users")]
    User {
        /// The key.
        pub id: Auto32,
    }
}

impl User {
    /// Makes and saves a user without rights: Django's `create_user`. Without a password nobody can log in as them.
    ///
    /// # Errors
    /// `Validation` where the name is empty, `Integrity` where it is taken.
    pub async fn create_user(username: &str, email: &str, password: Option<&str>) -> Result<Self> {
        Self::create(username, email, password, false).await
    }

    /// Makes and saves a user with every right: Django's `create_superuser`.
    ///
    /// # Errors
    /// As [`User::create_user`].
    pub async fn create_superuser(username: &str, email: &str, password: Option<&str>) -> Result<Self> {
        Self::create(username, email, password, true).await
    }

    async fn create(username: &str, email: &str, password: Option<&str>, superuser: bool) -> Result<Self> {
        if username.is_empty() {
            return Err(Error::new(ErrorKind::Validation, "the given username must be set"));
        }
        let user = Self {
            username: username.to_owned(),
            email: normalize_email(email),
            password: passwords::make_password(password).await?,
            is_staff: superuser,
            is_superuser: superuser,
            is_active: true,
            date_joined: Utc::now(),
            ..Self::default()
        };
        Self::objects().create(user).await
    }

    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// The first name.
    pub fn short_name(&self) -> &str {
        &self.first_name
    }
}

/// The name alone: the hash of a password does not belong in a log.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("username", &self.username).finish_non_exhaustive()
    }
}

impl fmt::Display for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.username)
    }
}
