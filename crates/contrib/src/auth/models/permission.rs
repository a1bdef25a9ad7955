//! The table `auth_permission`.

use std::fmt;

use rjango_macros::Model;
use rjango_orm::{Auto32, ForeignKey};

use crate::contenttypes::ContentType;

/// Something that a user may do with a model's rows: Django's `Permission`.
#[derive(Model, Debug, Clone)]
#[model(
    ordering = "content_type__app_label, content_type__model, codename",
    verbose_name = "permission",
    verbose_name_plural = "permissions",
    unique_together = "content_type, codename"
)]
pub struct Permission {
    /// The key.
    pub id: Auto32,
    /// The name for people: `Can add product`.
    #[field(max_length = 255)]
    pub name: String,
    /// The model.
    #[field(on_delete = "cascade", verbose_name = "content type")]
    pub content_type: ForeignKey<ContentType>,
    /// The name for programs: `add_product`.
    #[field(max_length = 100)]
    pub codename: String,
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.content_type.loaded() {
            Some(content_type) => write!(f, "{content_type} | {}", self.name),
            None => f.write_str(&self.name),
        }
    }
}
