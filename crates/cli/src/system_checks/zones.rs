//! Whether a database knows the site's time zone: queries that read clocks ask it for the time there.

use rjango_core::Result;
use rjango_core::checks::CheckMessage;
use rjango_orm::Engine;

use crate::Project;
use crate::migration_files::database;

/// Asks one database for the zone of the settings.
///
/// # Errors
/// `Database` where it cannot be asked; `ImproperlyConfigured` where the settings have no such database.
pub(super) async fn check(project: &Project, alias: &str) -> Result<Vec<CheckMessage>> {
    let database = database(project, alias)?;
    let zone = project.settings().time_zone;
    // SQLite takes zones from this program, and asking would make the file.
    if database.engine() == Engine::Sqlite || database.knows_zone(zone).await? {
        return Ok(Vec::new());
    }
    let text = format!("the server of the database `{alias}` does not know the time zone `{zone}`, which is TIME_ZONE");
    let hint = match database.engine() {
        Engine::Postgres => "install the newest time zone data at the server, or name an older zone",
        _ => {
            "load its tables: `mariadb-tzinfo-to-sql /usr/share/zoneinfo | mariadb -u root mysql`; MySQL's own program is \
             `mysql_tzinfo_to_sql`"
        }
    };
    Ok(vec![CheckMessage::error("databases.E001", text).with_hint(hint)])
}
