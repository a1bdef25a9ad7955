//! What a project's own model of users flattens: [`AbstractUser`], or [`AbstractBaseUser`] and [`PermissionsMixin`].
//!
//! The fields are those of Django's classes of these names, in their order. `auth.User` has those of `AbstractUser` itself, so that
//! they are read and written without a step between; a test holds the two against each other.

use std::fmt;

use rjango_macros::Model;
use rjango_orm::{AbstractModel as _, ManyToMany};
use rjango_schema::FieldSchema;

use super::{Group, Permission};
use crate::DateTime;

/// Everything that Django's users have but the key: `#[field(flatten)] pub base: AbstractUser` in a struct with
/// `#[model(user)]`, which adds fields of its own.
#[derive(Model, Clone)]
#[model(abstract)]
pub struct AbstractUser {
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

/// The least that a user has, a password: for a model whose name to log in with is its own. With [`PermissionsMixin`] the
/// user can have permissions and enter the admin.
#[derive(Model, Clone)]
#[model(abstract)]
pub struct AbstractBaseUser {
    /// The password as [`crate::auth::Hashers`] store it.
    #[field(max_length = 128)]
    pub password: String,
    /// The moment of the last log-in.
    #[field(verbose_name = "last login")]
    pub last_login: Option<DateTime>,
}

/// What a user may do: the fields that Django's `PermissionsMixin` has.
#[derive(Model, Clone, Debug)]
#[model(abstract)]
pub struct PermissionsMixin {
    /// Whether the user has every permission.
    #[field(
        default = false,
        verbose_name = "superuser status",
        help_text = "Designates that this user has all permissions without explicitly assigning them."
    )]
    pub is_superuser: bool,
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

/// The bases with their fields, for who reads a project's source: it names them, and their source is not there.
pub fn abstract_models() -> [(&'static str, Vec<FieldSchema>); 3] {
    [
        ("AbstractUser", AbstractUser::describe().fields),
        ("AbstractBaseUser", AbstractBaseUser::describe().fields),
        ("PermissionsMixin", PermissionsMixin::describe().fields),
    ]
}

/// The name alone: the hash of a password does not belong in a log.
impl fmt::Debug for AbstractUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbstractUser").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Without the password, whose hash does not belong in a log.
impl fmt::Debug for AbstractBaseUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbstractBaseUser").field("last_login", &self.last_login).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rjango_orm::Model as _;

    use super::*;
    use crate::auth::User;

    #[test]
    fn users_and_bases_have_the_same_fields() {
        let large = AbstractUser::describe().fields;
        let plain = |field: &FieldSchema| FieldSchema { line: None, ..field.clone() };
        let own = User::entry().schema().fields[1..].iter().map(plain);
        assert_eq!(own.collect::<Vec<_>>(), large.iter().map(plain).collect::<Vec<_>>());
        for field in AbstractBaseUser::describe().fields.iter().chain(&PermissionsMixin::describe().fields) {
            let same = large.iter().find(|other| other.name == field.name).map(plain);
            assert_eq!(same, Some(plain(field)));
        }
    }
}
