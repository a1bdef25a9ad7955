//! Where a walk takes place: a folder for the migrations, a database to migrate, and one to make afresh beside it.

use std::path::{Path, PathBuf};

use rjango_core::Result;
use rjango_migrations::autodetector::{NonInteractive, Questioner, changes};
use rjango_migrations::executor::{Executor, Target};
use rjango_migrations::{AppMigrations, Graph, NewMigration, ProjectState, loader, sql, writer};
use rjango_orm::{Database, Engine};

use super::catalog::catalog;
use crate::project::database;
use crate::server;

pub struct Place {
    pub engine: Engine,
    pub database: Database,
    folder: tempfile::TempDir,
    /// The places of the two databases on a server.
    served: Vec<server::Place>,
}

impl Place {
    /// An empty folder and an empty database.
    pub async fn new(engine: Engine) -> Self {
        // The migrations are synced to the disk one by one; a folder in memory makes that free.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let mut served = Vec::new();
        if engine != Engine::Sqlite {
            served.push(server::Place::new(engine).await);
        }
        let database = served.first().map_or_else(|| database(":memory:"), |place| place.database.clone());
        Self { engine, database, folder: folder.unwrap(), served }
    }

    /// The databases go.
    pub async fn close(self) {
        for place in self.served {
            place.remove().await;
        }
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
        let fresh = if self.engine == Engine::Sqlite {
            database(":memory:")
        } else {
            let place = server::Place::new(self.engine).await;
            let database = place.database.clone();
            self.served.push(place);
            database
        };
        let mut state = ProjectState::new();
        let migrations = changes(&state, to, &mut NonInteractive)?.arrange(&Graph::default(), None)?;
        for migration in &migrations {
            let app = &migration.key.app;
            let script = sql::render(self.engine, app, &migration.operations, &state)?;
            fresh.execute_script(&script.up).await?;
            for operation in &migration.operations {
                operation.apply(app, &mut state)?;
            }
        }
        let catalog = catalog(&fresh).await;
        if self.served.len() > 1
            && let Some(place) = self.served.pop()
        {
            place.remove().await;
        }
        catalog
    }
}
