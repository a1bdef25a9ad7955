//! A project in a temporary folder: its migrations on disk and a database beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rjango_core::{DatabaseSettings, Result, Settings};
use rjango_migrations::autodetector::{Answer, Question, Questioner, Told, changes, changes_as_told};
use rjango_migrations::executor::{Executor, History, Target};
use rjango_migrations::{AppMigrations, Graph, NewMigration, ProjectState, loader, writer};
use rjango_orm::{Database, Databases, Engine, Statement, Value, ValueType};

use crate::server::{self, Place};

pub struct Project {
    pub folder: Folder,
    pub database: Database,
    place: Option<Place>,
}

/// A folder of the project's own, or one that another keeps.
pub enum Folder {
    Own(tempfile::TempDir),
    Other(PathBuf),
}

impl Folder {
    pub fn path(&self) -> &Path {
        match self {
            Self::Own(folder) => folder.path(),
            Self::Other(folder) => folder,
        }
    }
}

/// Answers in turn.
pub struct Scripted {
    pub answers: std::vec::IntoIter<Answer>,
    pub asked: Vec<String>,
}

impl Scripted {
    pub fn new(answers: Vec<Answer>) -> Self {
        Self { answers: answers.into_iter(), asked: Vec::new() }
    }
}

impl Questioner for Scripted {
    fn ask(&mut self, question: &Question<'_>) -> Result<Answer> {
        self.asked.push(question.to_string());
        match self.answers.next() {
            Some(answer) => Ok(answer),
            None => rjango_migrations::autodetector::NonInteractive.ask(question),
        }
    }
}

impl Project {
    /// On SQLite.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = database(&folder.path().join("db.sqlite3").display().to_string());
        Self { folder: Folder::Own(folder), database, place: None }
    }

    /// On this engine, in a place of its own: `close` gives it back.
    pub async fn on(engine: Engine) -> Self {
        if engine == Engine::Sqlite {
            return Self::new();
        }
        let place = Place::new(engine).await;
        Self { folder: Folder::Own(tempfile::tempdir().unwrap()), database: place.database.clone(), place: Some(place) }
    }

    /// The migrations in another project's folder, on this database.
    pub fn at(folder: &Path, database: Database) -> Self {
        Self { folder: Folder::Other(folder.to_owned()), database, place: None }
    }

    pub async fn close(self) {
        if let Some(place) = self.place {
            place.remove().await;
        }
    }

    pub fn apps(&self, state: &ProjectState) -> Vec<AppMigrations> {
        let mut apps: BTreeSet<String> = state.iter().map(|model| model.app.clone()).collect();
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let entry = entry.unwrap();
            if entry.path().is_dir() {
                apps.insert(entry.file_name().into_string().unwrap());
            }
        }
        apps.into_iter()
            .map(|app| {
                let folder = self.folder.path().join(&app).join("migrations");
                AppMigrations::directory(app, folder)
            })
            .collect()
    }

    pub fn graph(&self) -> Result<Graph> {
        loader::load(&self.apps(&ProjectState::new()), self.folder.path(), &[self.database.engine()])
    }

    /// Makes the migrations to a state, writes them, and holds what is read back against what was written.
    pub fn make(&self, to: &ProjectState, questioner: &mut Scripted) -> Result<Vec<NewMigration>> {
        self.make_as_told(to, &Told::default(), questioner)
    }

    /// The same with answers from the command line.
    pub fn make_as_told(&self, to: &ProjectState, told: &Told, questioner: &mut Scripted) -> Result<Vec<NewMigration>> {
        let graph = self.graph()?;
        let mut state = graph.state()?;
        let migrations = changes_as_told(&state, to, told, questioner)?.arrange(&graph, None)?;
        for migration in &migrations {
            let files = writer::files(migration, &state, &Engine::ALL)?;
            let folder = self.folder.path().join(&migration.key.app).join("migrations");
            writer::write(&folder, &migration.key, &files)?;
            for operation in &migration.operations {
                operation.apply(&migration.key.app, &mut state)?;
            }
        }
        let graph = self.graph()?;
        for migration in &migrations {
            let read = graph.get(&migration.key).unwrap();
            assert_eq!(read.operations, migration.operations, "migration.toml says what was meant");
            assert_eq!(read.dependencies, migration.dependencies);
        }
        let again = changes(&graph.state()?, to, &mut Scripted::new(Vec::new()))?;
        assert!(again.is_empty(), "nothing is left to do after {migrations:#?}");
        Ok(migrations)
    }

    /// Runs the SQL of everything that is not applied in one go, which saves a server's time; and records it if wanted.
    pub async fn make_tables(&self, record: bool) {
        let graph = self.graph().unwrap();
        let executor = Executor::new(&self.database, &graph);
        let steps = executor.history().await.unwrap().plan(&graph, &Target::All);
        let scripts = steps.iter().map(|step| graph.get(&step.key).unwrap().up_sql(self.database.engine()).unwrap());
        let script = scripts.collect::<Vec<_>>().join("\n");
        if script.lines().any(|line| !line.is_empty() && !line.starts_with("--")) {
            self.database.execute_script(&script).await.unwrap();
        }
        if record {
            executor.run(&steps, true, &mut ()).await.unwrap();
        }
    }

    pub async fn migrate(&self, target: &Target) -> Result<()> {
        let graph = self.graph()?;
        let history = History::read(&self.database, &graph).await?;
        let graph = graph.with_history(&history)?;
        let executor = Executor::new(&self.database, &graph);
        executor.verify(&history)?;
        let steps = history.plan(&graph, target);
        executor.run(&steps, false, &mut ()).await
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(path)).unwrap()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

pub fn database(name: &str) -> Database {
    let mut settings = Settings::for_tests();
    settings.databases = BTreeMap::from([("default".to_owned(), DatabaseSettings::sqlite(name))]);
    Databases::from_settings(&settings).unwrap().get("default").unwrap()
}

pub async fn texts(database: &Database, sql: &str, columns: usize) -> Vec<Vec<String>> {
    let rows = database.fetch(&Statement::new(sql), &vec![ValueType::Text; columns]).await.unwrap();
    rows.into_iter()
        .map(|row| {
            row.into_iter()
                .map(|value| match value {
                    Value::Text(text) => text,
                    Value::Null => "NULL".to_owned(),
                    other => format!("{other:?}"),
                })
                .collect()
        })
        .collect()
}

/// The tables that are not SQLite's or the history's.
pub async fn tables(database: &Database) -> Vec<String> {
    if database.engine() != Engine::Sqlite {
        return server::tables(database).await;
    }
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
               AND name NOT LIKE 'rjango_migrations_%' ORDER BY name";
    texts(database, sql, 1).await.into_iter().map(|mut row| row.remove(0)).collect()
}

/// Tables, columns (in any order), keys, indexes, triggers and views, as text.
pub async fn schema(database: &Database) -> String {
    if database.engine() != Engine::Sqlite {
        return server::schema(database).await;
    }
    let mut out = String::new();
    for table in tables(database).await {
        writeln!(out, "{table}").unwrap();
        let columns = format!(
            "SELECT \"name\" || ' ' || \"type\" || ' null=' || (1 - \"notnull\") || ' pk=' || pk || ' ' || coalesce(dflt_value, '') \
             FROM pragma_table_info('{table}') ORDER BY name"
        );
        let keys = format!(
            "SELECT '-> ' || \"from\" || ' ' || \"table\" || '.' || \"to\" FROM pragma_foreign_key_list('{table}') ORDER BY 1"
        );
        let indexes = format!(
            "SELECT CASE WHEN l.origin = 'c' THEN l.name ELSE l.origin END || ' unique=' || l.\"unique\" || ' ' || \
             (SELECT group_concat(x.name || CASE WHEN x.\"desc\" THEN ' desc' ELSE '' END, ', ') FROM pragma_index_xinfo(l.name) x WHERE x.key) \
             FROM pragma_index_list('{table}') l ORDER BY 1"
        );
        for sql in [columns, keys, indexes] {
            for row in texts(database, &sql, 1).await {
                writeln!(out, "    {}", row[0]).unwrap();
            }
        }
        let sql = format!("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table}'");
        let sql = texts(database, &sql, 1).await.remove(0).remove(0);
        let mut checks: Vec<String> = sql.match_indices("CHECK (").map(|(at, _)| balanced(&sql[at..])).collect();
        checks.sort();
        for check in checks {
            writeln!(out, "    {check}").unwrap();
        }
        if sql.contains("AUTOINCREMENT") {
            writeln!(out, "    AUTOINCREMENT").unwrap();
        }
    }
    let others = "SELECT type || ' ' || name || ' on ' || tbl_name FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY 1";
    for row in texts(database, others, 1).await {
        writeln!(out, "{}", row[0]).unwrap();
    }
    out
}

fn balanced(text: &str) -> String {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return text[..=at].to_owned();
                }
            }
            _ => {}
        }
    }
    text.to_owned()
}

/// Every row of every table, columns by name.
pub async fn rows(database: &Database) -> String {
    if database.engine() != Engine::Sqlite {
        return server::rows(database).await;
    }
    let mut out = String::new();
    for table in tables(database).await {
        let names = texts(database, &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY name"), 1).await;
        let shown: Vec<String> =
            names.iter().map(|name| format!("'{0}=' || coalesce(quote(\"{0}\"), 'NULL')", name[0])).collect();
        let sql = format!("SELECT {} FROM \"{table}\" ORDER BY 1", shown.join(" || ' ' || "));
        for row in texts(database, &sql, 1).await {
            writeln!(out, "{table}: {}", row[0]).unwrap();
        }
    }
    out
}
