//! What the admin has inside the program: templates, style, script and migrations.

use rjango_contrib::staticfiles::StaticTable;
use rjango_http::templates::AppTemplates;
use rjango_migrations::AppMigrations;

use crate::checks::APP;

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$((concat!("admin/", $name), include_str!(concat!("templates/admin/", $name)))),*]
    };
}

inventory::submit! {
    AppTemplates {
        app: APP,
        templates: templates![
            "base.html",
            "change_form.html",
            "change_list.html",
            "delete_confirmation.html",
            "index.html",
            "login.html",
            "message.html",
            "object_history.html",
            "password_form.html",
        ],
    }
}

inventory::submit! {
    StaticTable {
        app: APP,
        files: &[
            ("admin/admin.css", include_bytes!("static/admin/admin.css")),
            ("admin/admin.js", include_bytes!("static/admin/admin.js")),
        ],
    }
}

inventory::submit! {
    AppMigrations::embedded("admin", &[
        ("0001_initial/migration.toml", include_str!("migrations/0001_initial/migration.toml")),
        ("0001_initial/up.sqlite.sql", include_str!("migrations/0001_initial/up.sqlite.sql")),
        ("0001_initial/down.sqlite.sql", include_str!("migrations/0001_initial/down.sqlite.sql")),
        ("0001_initial/up.postgres.sql", include_str!("migrations/0001_initial/up.postgres.sql")),
        ("0001_initial/down.postgres.sql", include_str!("migrations/0001_initial/down.postgres.sql")),
        ("0001_initial/up.mysql.sql", include_str!("migrations/0001_initial/up.mysql.sql")),
        ("0001_initial/down.mysql.sql", include_str!("migrations/0001_initial/down.mysql.sql")),
    ])
}
