//! The models, with Django's tables.

mod group;
mod permission;
mod abstract_user;
mod user;

pub use abstract_user::{AbstractBaseUser, AbstractUser, PermissionsMixin, abstract_models};
pub use group::{Group, GroupPermissionsReverse};
pub use permission::{Permission, PermissionContentTypeReverse};
pub use user::{User, UserGroupsReverse, UserUserPermissionsReverse};
