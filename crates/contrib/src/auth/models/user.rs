//! The table `auth_user`: the model of users where AUTH_USER_MODEL names no other.

use std::fmt;

use chrono::Utc;
use rjango_core::{Error, ErrorKind, Result};
use rjango_macros::Model;
use rjango_orm::{Auto32, ManyToMany};

use super::{Group, Permission};
use crate::DateTime;
use crate::auth::{normalize_email, passwords};

/// Someone with a name and a password: Django's `User`.
#[derive(Model, Clone)]
#[model(user, verbose_name = "user", verbose_name_plural = "users")]
pub struct User {
    /// The key.
    pub id: Auto32,
    /// The password as [`crate::auth::Hashers`] store it.
    #[field(max_length = 128)]
    pub password: String,
    /// The moment of the last log-in.
    #[field(verbose_name = "last login")]
    pub last_login: Option<DateTime>,
    /// Whether the user has every permission.
    #[field(
        default = false,
        verbose_name = "superuser status",
        help_text = "Designates that this user has all permissions without explicitly assigning them."
    )]
    pub is_superuser: bool,
    /// The name to log in with.
    #[field(
        max_length = 150,
        unique,
        help_text = "Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only."
    )]
    pub username: String,
    /// The first name.
    #[field(max_length = 150, blank, verbose_name = "first name")]
    pub first_name: String,
    /// The last name.
    #[field(max_length = 150, blank, verbose_name = "last name")]
    pub last_name: String,
    /// The e-mail address; empty for none.
    #[field(email, max_length = 254, blank, verbose_name = "email address")]
    pub email: String,
    /// Whether the admin lets the user in.
    #[field(
        default = false,
        verbose_name = "staff status",
        help_text = "Designates whether the user can log into this admin site."
    )]
    pub is_staff: bool,
    /// Whether the user can log in.
    #[field(
        default = true,
        verbose_name = "active",
        help_text = "Designates whether this user should be treated as active. Unselect this instead of deleting \
                     accounts."
    )]
    pub is_active: bool,
    /// The moment the user was made.
    #[field(default = chrono::Utc::now, verbose_name = "date joined")]
    pub date_joined: DateTime,
    /// The groups whose permissions the user has.
    #[field(
        blank,
        help_text = "The groups this user belongs to. A user will get all permissions granted to each of their \
                     groups."
    )]
    pub groups: ManyToMany<Group>,
    /// The permissions that the user has beside those of the groups.
    #[field(blank, verbose_name = "user permissions", help_text = "Specific permissions for this user.")]
    pub user_permissions: ManyToMany<Permission>,
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
