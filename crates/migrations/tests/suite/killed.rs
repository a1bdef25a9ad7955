//! `kill -9` at any moment: the next run completes, the tables are those of an undisturbed run, and every row is whole.
//!
//! The process that is killed is this test's own program, started again with a folder and a database in its environment.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use rjango_core::{DatabaseSettings, Settings};
use rjango_migrations::MigrationKey;
use rjango_migrations::executor::Target;
use rjango_orm::{Database, Databases, Engine};

use crate::models::state;
use crate::project::{Project, Scripted, rows, schema};
use crate::server::{self, Place};

pub(crate) const BEFORE: &str = "struct Category { id: Auto32, #[field(max_length = 20)] name: String }
    struct Product { id: Auto, #[field(max_length = 20)] name: String, stock: i32,
        #[field(on_delete = \"cascade\")] category: ForeignKey<Category> }";

/// Each with the next migrations: columns filled, renamed and retyped, tables made and renamed, keys widened.
pub(crate) const AFTER: [&str; 4] = [
    "struct Category { id: Auto32, #[field(max_length = 20)] name: String }
     struct Product { id: Auto, #[field(max_length = 20)] name: String, stock: i64, #[field(default = 7)] weight: i32,
        #[field(on_delete = \"cascade\")] category: ForeignKey<Category> }",
    "struct Category { id: Auto, #[field(max_length = 20, unique)] name: String }
     struct Product { id: Auto, #[field(max_length = 30, db_index, renamed_from = \"name\")] title: String, stock: i64,
        #[field(default = 7)] weight: i32, #[field(on_delete = \"cascade\")] category: ForeignKey<Category> }",
    "struct Category { id: Auto, #[field(max_length = 20, unique)] name: String }
     struct Tag { id: Auto, #[field(max_length = 20)] label: String }
     #[model(unique_together = \"title, stock\")]
     struct Product { id: Auto, #[field(max_length = 30, db_index)] title: String, stock: Option<i64>,
        #[field(default = 7)] weight: i32, #[field(on_delete = \"cascade\")] category: ForeignKey<Category>,
        tags: ManyToMany<Tag> }",
    "struct Category { id: Auto, #[field(max_length = 20, unique)] name: String }
     struct Tag { id: Auto, #[field(max_length = 20)] label: String }
     #[model(unique_together = \"title, stock\", renamed_from = \"Product\")]
     struct Item { id: Auto, #[field(max_length = 30)] title: String, stock: Option<i64>,
        #[field(default = 7)] weight: i32, #[field(on_delete = \"cascade\")] category: ForeignKey<Category>,
        tags: ManyToMany<Tag> }",
];

const ROWS: &str = "INSERT INTO shop_category (name) VALUES ('Drinks'), ('Food');
    INSERT INTO shop_product (name, stock, category_id) VALUES ('Tea', 3, 1), ('Coffee', 4, 1), ('Bread', 5, 2)";

/// The program that is killed: a test that does nothing unless it is told where to migrate.
#[tokio::test]
async fn migrating_process() {
    let Ok(folder) = std::env::var("KILLED_FOLDER") else { return };
    let engine = Engine::from_name(&std::env::var("KILLED_ENGINE").unwrap()).unwrap();
    let database = open(engine, &std::env::var("KILLED_DATABASE").unwrap());
    Project::at(Path::new(&folder), database).migrate(&Target::All).await.unwrap();
}

fn open(engine: Engine, name: &str) -> Database {
    let database = match engine {
        Engine::Sqlite => DatabaseSettings::sqlite(name),
        _ => server::settings_in(engine, name),
    };
    let mut settings = Settings::for_tests();
    settings.databases = BTreeMap::from([("default".to_owned(), database)]);
    Databases::from_settings(&settings).unwrap().get("default").unwrap()
}

/// A database as it is before the migrations that are disturbed.
pub(crate) struct Ground {
    place: Option<Place>,
    name: String,
    pub(crate) database: Database,
}

impl Ground {
    pub(crate) async fn new(engine: Engine, folder: &Path, first: &str, number: usize) -> Self {
        let (place, name) = match engine {
            Engine::Sqlite => (None, folder.join(format!("{number}.sqlite3")).display().to_string()),
            _ => {
                let place = Place::new(engine).await;
                let name = place.name().to_owned();
                (Some(place), name)
            }
        };
        let database = open(engine, &name);
        let first = Target::Migration(MigrationKey::new("shop", first));
        Project::at(folder, database.clone()).migrate(&first).await.unwrap();
        database.execute_script(ROWS).await.unwrap();
        Self { place, name, database }
    }

    fn start(&self, folder: &Path) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::migrating_process", "--nocapture"])
            .env("KILLED_FOLDER", folder)
            .env("KILLED_ENGINE", self.database.engine().name())
            .env("KILLED_DATABASE", &self.name)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    pub(crate) async fn seen(&self) -> (String, String) {
        (schema(&self.database).await, rows(&self.database).await)
    }

    pub(crate) async fn remove(self) {
        self.database.close().await;
        if let Some(place) = self.place {
            place.remove().await;
        }
    }
}

async fn kill(engine: Engine, times: usize) {
    let files = Project::new();
    for source in std::iter::once(BEFORE).chain(AFTER) {
        files.make(&state(source), &mut Scripted::new(Vec::new())).unwrap();
    }
    let folder = files.folder.path();
    let undisturbed = Ground::new(engine, folder, "0001_initial", 0).await;
    let start = Instant::now();
    assert!(undisturbed.start(folder).wait().unwrap().success(), "an undisturbed run succeeds");
    let mut whole = start.elapsed();
    let expected = undisturbed.seen().await;
    assert!(expected.0.contains("shop_item") && expected.1.contains("Bread"), "{expected:?}");
    undisturbed.remove().await;

    let seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
    let mut random = u64::try_from(seed % u128::from(u64::MAX)).unwrap() | 1;
    let (mut stopped, mut number) = (0, 0);
    while stopped < times {
        number += 1;
        assert!(number <= 20 * times, "only {stopped} of {number} runs were stopped");
        let ground = Ground::new(engine, folder, "0001_initial", number).await;
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let delay = Duration::from_nanos(random % u64::try_from(whole.as_nanos()).unwrap());
        let start = Instant::now();
        let mut child = ground.start(folder);
        tokio::time::sleep(delay).await;
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            // It was done before: the machine is quicker than it was, and later moments are no moments of the run.
            whole = whole.min(start.elapsed());
        } else {
            stopped += 1;
        }
        let next = Project::at(folder, ground.database.clone()).migrate(&Target::All).await;
        assert!(next.is_ok(), "{engine}, killed after {delay:?}: {next:?}");
        let found = ground.seen().await;
        assert_eq!(found.0, expected.0, "{engine}, killed after {delay:?}");
        assert_eq!(found.1, expected.1, "{engine}, killed after {delay:?}");
        ground.remove().await;
    }
}

#[tokio::test]
async fn killed_run_is_completed_on_sqlite() {
    kill(Engine::Sqlite, 50).await;
}

#[tokio::test]
async fn killed_run_is_completed_on_postgres() {
    kill(Engine::Postgres, 30).await;
}

#[tokio::test]
async fn killed_run_is_completed_on_mysql() {
    kill(Engine::MySql, 20).await;
}

#[tokio::test]
async fn two_runs_at_once_follow_each_other_on_every_engine() {
    let files = Project::new();
    for source in std::iter::once(BEFORE).chain(AFTER) {
        files.make(&state(source), &mut Scripted::new(Vec::new())).unwrap();
    }
    let folder = files.folder.path();
    for engine in Engine::ALL {
        let ground = Ground::new(engine, folder, "0001_initial", 1).await;
        let mut children = [ground.start(folder), ground.start(folder)];
        for child in &mut children {
            assert!(child.wait().unwrap().success(), "{engine}");
        }
        assert!(ground.seen().await.0.contains("shop_item"), "{engine}");
        ground.remove().await;
    }
}
