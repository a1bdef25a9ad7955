//! The app's migrations, inside the program.

use rjango_migrations::AppMigrations;

inventory::submit! {
    AppMigrations::embedded("sessions", &[
        ("0001_initial/migration.toml", include_str!("migrations/0001_initial/migration.toml")),
        ("0001_initial/up.sqlite.sql", include_str!("migrations/0001_initial/up.sqlite.sql")),
        ("0001_initial/down.sqlite.sql", include_str!("migrations/0001_initial/down.sqlite.sql")),
        ("0001_initial/up.postgres.sql", include_str!("migrations/0001_initial/up.postgres.sql")),
        ("0001_initial/down.postgres.sql", include_str!("migrations/0001_initial/down.postgres.sql")),
        ("0001_initial/up.mysql.sql", include_str!("migrations/0001_initial/up.mysql.sql")),
        ("0001_initial/down.mysql.sql", include_str!("migrations/0001_initial/down.mysql.sql")),
    ])
}
