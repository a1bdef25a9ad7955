//! The table `auth_user`.

use std::fmt;

use chrono::Utc;
use rjango_core::{Error, ErrorKind, Result, Settings};
use rjango_macros::{Model, q, set};
use rjango_orm::{Auto32, ManyToMany};
use serde::{Serialize, Serializer};

use super::{Group, Permission};
use crate::DateTime;
use crate::auth::{Attribute, is_password_usable, passwords};

/// Someone with a name and a password: Django's `User`.
#[derive(Model, Clone)]
#[model(verbose_name = "user", verbose_name_plural = "users", serialize = false)]
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
        help_text = "The groups this user belongs to. A user will get all permissions granted to each of their groups."
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

    /// Gives the user a password; `save` stores it.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where PASSWORD_HASHERS is wrong.
    pub async fn set_password(&mut self, password: &str) -> Result<()> {
        self.password = passwords::make_password(Some(password)).await?;
        Ok(())
    }

    /// Gives the user a password and stores it, and nothing else of the user.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where PASSWORD_HASHERS is wrong; the database's.
    pub async fn change_password(&mut self, password: &str) -> Result<()> {
        self.set_password(password).await?;
        let stored = &self.password;
        Self::objects().filter(q!(pk = self.id)).update(set!(password = stored)).await?;
        Ok(())
    }

    /// Takes the password away: nobody can log in with one then.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where PASSWORD_HASHERS is wrong.
    pub async fn set_unusable_password(&mut self) -> Result<()> {
        self.password = passwords::make_password(None).await?;
        Ok(())
    }

    /// Whether the user has a password to log in with.
    pub fn has_usable_password(&self) -> bool {
        is_password_usable(&self.password)
    }

    /// Whether this is the password. Where it is and it was stored with older parameters, it is stored anew.
    ///
    /// # Errors
    /// The database's.
    pub async fn check_password(&mut self, password: &str) -> Result<bool> {
        let verdict = passwords::verify_password(password, &self.password).await?;
        if verdict.correct && verdict.must_update {
            self.change_password(password).await?;
        }
        Ok(verdict.correct)
    }

    /// What ties a session to this password: a change of the password ends the user's other sessions.
    pub fn session_auth_hash(&self, settings: &Settings) -> String {
        self.session_auth_hash_with(&settings.secret_key)
    }

    /// The same under one of SECRET_KEY_FALLBACKS.
    pub(crate) fn session_auth_hash_with(&self, key: &str) -> String {
        const SALT: &str = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash";
        use rjango_core::signing::{Algorithm, salted_hmac_with};
        let digest = salted_hmac_with(Algorithm::Sha256, SALT.as_bytes(), self.password.as_bytes(), key.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// The first name.
    pub fn short_name(&self) -> &str {
        &self.first_name
    }

    /// What a password should not repeat.
    pub fn attributes(&self) -> [Attribute<'_>; 4] {
        [
            Attribute { name: "username", verbose_name: "username", value: &self.username },
            Attribute { name: "first_name", verbose_name: "first name", value: &self.first_name },
            Attribute { name: "last_name", verbose_name: "last name", value: &self.last_name },
            Attribute { name: "email", verbose_name: "email address", value: &self.email },
        ]
    }

    /// The user of this name.
    ///
    /// # Errors
    /// The database's.
    pub async fn by_username(username: &str) -> Result<Option<Self>> {
        // Not from a replica: what was changed a moment ago decides who is let in.
        Self::objects().for_write().filter(q!(username = username)).first().await
    }
}

/// Everything but the password, which stays empty: the hash of a password does not belong in a page or in JSON.
impl Serialize for User {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        rjango_orm::serialize_model(&Self { password: String::new(), ..self.clone() }, serializer)
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

/// The address with its domain in lower case: domains are the same in any case, mailboxes need not be.
pub(crate) fn normalize_email(email: &str) -> String {
    match email.trim().rsplit_once('@') {
        Some((mailbox, domain)) => format!("{mailbox}@{}", domain.to_lowercase()),
        None => email.to_owned(),
    }
}

/// What is wrong with a name to log in with, as a sentence for the person, or nothing.
// DIFFERENCE: Django also brings names into Unicode's form NFKC; that would cost a table of a megabyte.
pub fn username_problem(username: &str) -> Option<String> {
    if username.is_empty() {
        return Some("This field cannot be blank.".to_owned());
    }
    let length = username.chars().count();
    if length > 150 {
        return Some(format!("Ensure this value has at most 150 characters (it has {length})."));
    }
    let allowed = |letter: char| letter.is_alphanumeric() || "_@.+-".contains(letter);
    (!username.chars().all(allowed)).then(|| {
        "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.".to_owned()
    })
}
