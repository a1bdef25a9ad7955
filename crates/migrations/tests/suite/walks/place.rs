//! Where a walk takes place: a folder for the migrations, a database to migrate, and one to make afresh beside it.

use std::path::{Path, PathBuf};

use rjango_core::Result;
use rjango_migrations::autodetector::{NonInteractive, Questioner, changes};
use rjango_migrations::executor::{Executor, Target};
use rjango_migrations::{AppMigrations, Graph, NewMigration, ProjectState, loader, sql, writer};
use rjango_orm::{Database, Engine};

use super::catalog::catalog;
use crate::project::database;

pub struct Place {
    pub engine: Engine,
    pub database: Database,
    folder: tempfile::TempDir,
    fresh: Database,
}

impl Place {
    /// An empty folder and empty databases.
    pub fn new(engine: Engine) -> Self {
        // The migrations are synced to the disk one by one; a folder in memory makes that free.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self { engine, database: database(":memory:"), folder: folder.unwrap(), fresh: database(":memory:") }
    }

    fn migrations(&self, app: &str) -> PathBuf {
        self.folder.path().join(app).join("migrations")
    }

    pub fn graph(&self) -> Result<Graph> {
        let mut apps = Vec::new();
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let app = entry.unwrap().file_name().into_string().unwrap();
            apps.push(AppMigrations::directory(app.clone(), self.migrations(&app)));
        }
        apps.sort_by(|one, other| one.app.cmp(&other.app));
        loader::load(&apps, self.folder.path(), &[self.engine])
    }

    /// Makes the migrations to a state and writes them.
    pub fn make(&self, to: &ProjectState, questioner: &mut dyn Questioner) -> Result<(Vec<NewMigration>, String)> {
        let graph = self.graph()?;
        let mut state = graph.state()?;
        let migrations = changes(&state, to, questioner)?.arrange(&graph, None)?;
        let mut text = String::new();
        for migration in &migrations {
            let files = writer::files(migration, &state, &[self.engine])?;
            for (name, body) in &files {
                text.push_str(&format!("=== {}/{name}\n{body}\n", migration.key));
            }
            writer::write(&self.migrations(&migration.key.app), &migration.key, &files)?;
            for operation in &migration.operations {
                operation.apply(&migration.key.app, &mut state)?;
            }
        }
        Ok((migrations, text))
    }

    pub async fn migrate(&self, graph: &Graph, target: &Target) -> Result<()> {
        let executor = Executor::new(&self.database, graph);
        let history = executor.history().await?;
        executor.verify(&history)?;
        executor.run(&history.plan(graph, target), false, &mut ()).await
    }

    /// The catalog of a database that is made from these models at once.
    pub async fn fresh_catalog(&mut self, to: &ProjectState) -> Result<String> {
        self.fresh = database(":memory:");
        let mut state = ProjectState::new();
        let migrations = changes(&state, to, &mut NonInteractive)?.arrange(&Graph::default(), None)?;
        for migration in &migrations {
            let app = &migration.key.app;
            let script = sql::render(self.engine, app, &migration.operations, &state)?;
            self.fresh.execute_script(&script.up).await?;
            for operation in &migration.operations {
                operation.apply(app, &mut state)?;
            }
        }
        catalog(&self.fresh).await
    }
}
