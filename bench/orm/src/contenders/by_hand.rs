//! sqlx with statements written by hand for each engine: what the others are measured by.

mod postgres;
mod sqlite;
mod values;

use std::sync::Arc;

use crate::Result;
use crate::contender::Contender;
use crate::place::{Engine, Place};

pub use values::open as open_values;

/// The name in the table.
const NAME: &str = "sqlx";

pub fn open(engine: Engine, place: &Place) -> Result<Arc<dyn Contender>> {
    Ok(match engine {
        Engine::Sqlite => Arc::new(sqlite::Sqlite { pool: place.sqlite_pool(NAME)? }),
        Engine::Postgres => Arc::new(postgres::Postgres { pool: place.postgres_pool()? }),
    })
}
