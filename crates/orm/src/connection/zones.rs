//! Whether a database's server knows a time zone.

use rjango_core::Result;
use rjango_core::timezone::Zone;

use super::{Database, Engine, Statement};
use crate::{Value, ValueType};

impl Database {
    /// Whether queries by the clocks of this zone can be put to the database. SQLite takes zones from this program. PostgreSQL has
    /// data of its own, and MySQL and MariaDB have tables that somebody must fill.
    ///
    /// # Errors
    /// `Database` where it cannot be asked.
    pub async fn knows_zone(&self, zone: Zone) -> Result<bool> {
        if zone.is_utc() || zone.fixed_minutes().is_some() {
            return Ok(true);
        }
        let sql = match self.engine() {
            Engine::Sqlite => return Ok(true),
            Engine::Postgres => "SELECT EXISTS(SELECT 1 FROM pg_timezone_names WHERE name = $1)",
            Engine::MySql => "SELECT CONVERT_TZ('2000-01-01 00:00:00', '+00:00', ?) IS NOT NULL",
        };
        let statement = Statement::new(sql).bind(Value::Text(zone.name().to_owned()));
        let rows = self.fetch(&statement, &[ValueType::Bool]).await?;
        Ok(rows.first().is_some_and(|row| row.first() == Some(&Value::Bool(true))))
    }
}
