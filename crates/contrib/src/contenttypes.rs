//! Content types: a row for each model, so that rows can say which model they are about.
//! `rjango.contrib.contenttypes`.

mod create;
mod models;
mod migrations;

pub use create::create_contenttypes;
pub use models::ContentType;

pub(crate) use create::migrated_models;
