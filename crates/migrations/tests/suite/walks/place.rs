//! Where a walk takes place: a folder for the migrations, a database to migrate, and one to make afresh beside it.

use std::path::{Path, PathBuf};

use rjango_core::Result;
use rjango_migrations::autodetector::{NonInteractive, Questioner, changes};
use rjango_migrations::executor::{Executor, Target};
use rjango_migrations::{
    AppMigrations, Graph, MigrationKey, NewMigration, Operation, ProjectState, loader, sql, writer,
};
use rjango_orm::{Database, Engine};

use super::catalog::catalog;
use super::world::LineEnds;
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

    /// Makes a migration of one app's own with this operation.
    pub fn make_own(&self, app: &str, operation: Operation) -> Result<()> {
        let graph = self.graph()?;
        let leaf = graph.leaf(app).unwrap().clone();
        let number = leaf.name.split('_').next().and_then(|number| number.parse::<u32>().ok()).unwrap_or_default();
        let migration = NewMigration {
            key: MigrationKey { app: app.to_owned(), name: format!("{:04}_by_hand", number + 1) },
            initial: false,
            dependencies: vec![leaf],
            replaces: Vec::new(),
            atomic: true,
            operations: vec![operation],
        };
        let files = writer::files(&migration, &graph.state()?, &[self.engine])?;
        writer::write(&self.migrations(app), &migration.key, &files).map(drop)
    }

    /// Removes the folders of migrations.
    pub fn remove(&self, migrations: &[NewMigration]) {
        for migration in migrations {
            std::fs::remove_dir_all(self.migrations(&migration.key.app).join(&migration.key.name)).unwrap();
        }
    }

    /// Gives every file of every migration these line ends.
    pub fn check_out(&self, ends: LineEnds) {
        if ends == LineEnds::Lf {
            return;
        }
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let mut text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
                if matches!(ends, LineEnds::CrLf | LineEnds::Both) {
                    text = text.replace('\n', "\r\n");
                }
                if matches!(ends, LineEnds::ByteOrderMark | LineEnds::Both) {
                    text.insert(0, '\u{feff}');
                }
                std::fs::write(&path, text).unwrap();
            }
        }
    }

    /// How many migrations are applied.
    pub async fn applied(&self) -> Result<usize> {
        let graph = self.graph()?;
        let history = Executor::new(&self.database, &graph).history().await?;
        Ok(history.applied().count())
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
