//! The migrations: from what the models say to what the database has.
//!
//! A [`ProjectState`] is made from the models; [`Operation`]s lead from one state to the next and stand in
//! `migration.toml` beside the SQL of each engine. Everything but the loader, the writer and the executor is pure.
#![deny(missing_docs)]

mod operations;
mod source;
mod state;

pub use operations::{
    AddConstraint, AddField, AddIndex, AlterField, AlterModelOptions, AlterModelTable,
    AlterUniqueTogether, CreateModel, DeleteModel, ModelOptions, Operation, RemoveConstraint,
    RemoveField, RemoveIndex, RenameField, RenameModel, RunSql,
};
pub use source::{AppMigrations, Source};
pub use state::{ProjectState, plain_field, same_field, target};
