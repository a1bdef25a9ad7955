//! The migrations: from what the models say to what the database has.
//!
//! A [`ProjectState`] is made from the models; [`Operation`]s lead from one state to the next and stand in
//! `migration.toml` beside the SQL of each engine. The [`autodetector`] finds the operations, [`sql`] renders them, the
//! [`writer`] writes both; the [`loader`] reads them back into a [`Graph`], and the [`executor`] applies them. Everything
//! but the loader, the writer and the executor is pure.
#![deny(missing_docs)]

pub mod autodetector;
mod checks;
mod data_migration;
mod differences;
pub mod executor;
mod graph;
pub mod introspection;
pub mod lint;
pub mod loader;
mod merge;
mod migration;
mod operations;
mod optimizer;
mod post_migrate;
mod reader;
mod rendering;
mod source;
pub mod sql;
mod squash;
mod state;
mod swapped;
mod touched;
mod waiting;
pub mod writer;

pub use checks::check_models;
pub use data_migration::{DataMigration, DataMigrationFuture, StateApps};
pub use differences::differences;
pub use graph::Graph;
pub use merge::{Branch, Clash, Merge};
pub use migration::{Direction, Migration, MigrationKey, NewMigration, TO_BE_WRITTEN};
pub use operations::{
    AddConstraint, AddField, AddIndex, AddIndexConcurrently, AlterField, AlterModelOptions, AlterModelTable,
    AlterUniqueTogether, CreateModel, DeleteModel, EngineSql, ModelOptions, MoveModel, MovedModel, Operation,
    RemoveConstraint, RemoveField, RemoveIndex, RemoveIndexConcurrently, RenameField, RenameIndex, RenameModel,
    RunRust, RunSql, SeparateDatabaseAndState,
};
pub use optimizer::optimize;
pub use post_migrate::{PostMigrate, PostMigrateContext, PostMigrateFuture};
pub use rendering::{Addition, edited_by_hand, unrendered};
pub use source::{AppMigrations, Source};
pub use squash::{Squash, squash};
pub use state::{ProjectState, plain_field, same_field, target};
pub use waiting::{Waiting, watched};
pub use writer::write_initial;
