//! The table `auth_group`.

use std::fmt;

use rjango_macros::Model;
use rjango_orm::{Auto32, ManyToMany};

use super::Permission;

/// Users with permissions in common: Django's `Group`.
#[derive(Model, Debug, Clone)]
#[model(verbose_name = "group", verbose_name_plural = "groups")]
pub struct Group {
    /// The key.
    pub id: Auto32,
    /// The name.
    #[field(max_length = 150, unique)]
    pub name: String,
    /// What every member may do.
    #[field(blank)]
    pub permissions: ManyToMany<Permission>,
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
