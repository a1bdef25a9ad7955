//! The models, with Django's tables.

mod group;
mod permission;
mod user;

pub use group::{Group, GroupPermissionsReverse};
pub use permission::{Permission, PermissionContentTypeReverse};
pub use user::{User, UserGroupsReverse, UserUserPermissionsReverse, username_problem};
