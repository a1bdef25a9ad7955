//! Users and groups in the admin, as Django's `contrib.auth.admin` has them.

use rjango_contrib::auth::{Group, User};
use rjango_macros::f;

crate::register!(Group, ModelAdmin::new().search_fields(f!(name)).ordering(f!(name)));

crate::register!(
    User,
    ModelAdmin::new()
        .list_display(f!(username, email, first_name, last_name, is_staff))
        .list_filter(f!(is_staff, is_superuser, is_active, groups))
        .search_fields(f!(username, first_name, last_name, email))
        .ordering(f!(username))
        .fieldset("", f!(username, password))
        .fieldset("Personal info", f!(first_name, last_name, email))
        .fieldset("Permissions", f!(is_active, is_staff, is_superuser, groups, user_permissions))
        .fieldset("Important dates", f!(last_login, date_joined))
);
