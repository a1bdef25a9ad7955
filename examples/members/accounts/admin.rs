use rjango::admin::*;

use super::models::*;

register!(
    User,
    ModelAdmin::new()
        .list_display(f!(email, full_name, is_staff))
        .list_filter(f!(is_staff, is_active))
        .search_fields(f!(email, full_name))
);
register!(Note, ModelAdmin::new().list_display(f!(text, author)));
