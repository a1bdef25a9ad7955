use rjango::contrib::auth::{AbstractBaseUser, PermissionsMixin};
use rjango::models::*;

/// Somebody, known by an e-mail address.
#[derive(Model, Debug, Clone)]
#[model(user, username_field = "email", required_fields = "full_name", ordering = "email")]
pub struct User {
    #[field(primary_key, default = Uuid::new_v4, editable = false)]
    pub id: Uuid,
    #[field(flatten)]
    pub account: AbstractBaseUser,
    #[field(flatten)]
    pub rights: PermissionsMixin,
    #[field(email, unique, verbose_name = "email address")]
    pub email: String,
    #[field(max_length = 100)]
    pub full_name: String,
    #[field(default = false)]
    pub is_staff: bool,
    #[field(default = true)]
    pub is_active: bool,
}

/// What a member says about a product.
#[derive(Model, Debug, Clone)]
pub struct Note {
    pub id: Auto,
    #[field(on_delete = "cascade", related_name = "notes")]
    pub author: ForeignKey<User>,
    #[field(max_length = 200)]
    pub text: String,
}
