//! A run that waits says what for and who holds it, on every engine, and ends where the wait has no end.

use std::cell::RefCell;
use std::process::{Command, Stdio};
use std::time::Duration;

use rjango_core::Result;
use rjango_migrations::executor::Target;
use rjango_migrations::{Waiting, watched};
use rjango_orm::{Database, Engine};

use crate::models::state;
use crate::project::{Project, Scripted, database, texts};

const BEFORE: &str = "struct Product { id: Auto, #[field(max_length = 20)] name: String }";
const AFTER: &str = "struct Product { id: Auto, #[field(max_length = 20)] name: String, stock: Option<i32> }";

/// A project with one migration applied and another one to come.
async fn project(engine: Engine) -> Project {
    let project = Project::on(engine).await;
    project.make(&state(BEFORE), &mut Scripted::new(Vec::new())).unwrap();
    project.migrate(&Target::All).await.unwrap();
    project.make(&state(AFTER), &mut Scripted::new(Vec::new())).unwrap();
    project
}

/// Migrates while another session holds what these statements take, and gives what was told: it lets go once something was.
async fn told(project: &Project, take: &str, give_back: &str) -> Vec<Waiting> {
    told_beside(project, &project.database.apart().unwrap(), take, give_back).await
}

async fn told_beside(project: &Project, other: &Database, take: &str, give_back: &str) -> Vec<Waiting> {
    let told = RefCell::new(Vec::new());
    let migrate = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let tell = |waiting| told.borrow_mut().push(waiting);
        watched(&project.database, tell, async || project.migrate(&Target::All).await).await
    };
    let hold = other.with_connection(async || {
        other.execute_script(take).await?;
        while told.borrow().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        other.execute_script(give_back).await
    });
    let (migrated, held) = tokio::join!(migrate, hold);
    migrated.unwrap();
    held.unwrap();
    other.close().await;
    told.into_inner()
}

/// What was told of one wait, which is over.
fn wait(told: &[Waiting]) -> &str {
    match told {
        [Waiting::For(what), Waiting::Over] => what,
        other => panic!("{other:?}"),
    }
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no `{part}` in: {text}");
    }
}

#[tokio::test]
async fn postgres_names_the_table_and_who_holds_it() {
    let project = project(Engine::Postgres).await;
    let take = "SET application_name = 'report'; BEGIN; LOCK TABLE shop_product IN ACCESS SHARE MODE";
    let told = told(&project, take, "ROLLBACK").await;
    has(
        wait(&told),
        &[
            "waiting for a lock of the table `shop_product`, held by process ",
            "application `report`",
            "idle in transaction for",
            "LOCK TABLE shop_product IN ACCESS SHARE MODE",
        ],
    );
    project.close().await;
}

#[tokio::test]
async fn postgres_knows_another_migrate() {
    let project = project(Engine::Postgres).await;
    let take = "BEGIN; SELECT pg_advisory_xact_lock(hashtext('rjango migrate'), hashtext(current_schema()))";
    let told = told(&project, take, "ROLLBACK").await;
    has(wait(&told), &["waiting for the lock that only one `migrate` at a time has, held by process "]);
    project.close().await;
}

/// A pooler gives each transaction another server process: they are known by their application's name.
#[tokio::test]
async fn postgres_behind_a_pooler_finds_its_own_transactions() {
    let project = project(Engine::Postgres).await;
    let mut settings = project.database.settings().clone();
    settings.options.insert("pooler".to_owned(), "transaction".to_owned());
    let pooled = Project::at(project.folder.path(), crate::server::open(&settings));
    let take = "BEGIN; LOCK TABLE shop_product IN ACCESS SHARE MODE";
    let told = told_beside(&pooled, &project.database.apart().unwrap(), take, "ROLLBACK").await;
    has(wait(&told), &["waiting for a lock of the table `shop_product`, held by process "]);
    pooled.database.close().await;
    project.close().await;
}

#[tokio::test]
async fn mysql_names_the_statement_that_waits_and_who_is_in_the_way() {
    let project = project(Engine::MySql).await;
    let told = told(&project, "BEGIN; SELECT count(*) FROM shop_product", "ROLLBACK").await;
    has(
        wait(&told),
        &["waiting for a table metadata lock (`ALTER TABLE `shop_product` ADD", "held by connection ", "(user `"],
    );
    project.close().await;
}

#[tokio::test]
async fn mysql_knows_another_migrate_and_rows_that_are_locked() {
    let project = project(Engine::MySql).await;
    let take = "SELECT GET_LOCK(concat('rjango_migrate_', md5(DATABASE())), 5)";
    let told_of_lock = told(&project, take, &take.replace("GET_LOCK", "RELEASE_LOCK").replace(", 5", "")).await;
    has(wait(&told_of_lock), &["waiting for the lock that only one `migrate` at a time has, held by connection "]);
    project.database.execute_script("INSERT INTO shop_product (name) VALUES ('Tea')").await.unwrap();
    let folder = "shop/migrations/0003_rows";
    project.write(&format!("{folder}/migration.toml"), "dependencies = [\"shop.0002_product_stock\"]\n");
    project.write(&format!("{folder}/up.mysql.sql"), "UPDATE shop_product SET stock = 1;\n");
    let told_of_rows = told(&project, "BEGIN; UPDATE shop_product SET name = 'Coffee'", "ROLLBACK").await;
    has(wait(&told_of_rows), &["waiting for rows that another transaction has changed", "held by connection "]);
    project.close().await;
}

/// The other process: a test that does nothing unless it is told which file to lock.
#[tokio::test]
async fn locking_process() {
    let Ok(file) = std::env::var("LOCKED_FILE") else { return };
    let other = database(&file);
    let hold = other.with_connection(async || {
        other.begin_transaction().await?;
        other.execute_script("CREATE TABLE other (x)").await?;
        std::fs::write(std::env::var("LOCKED_SIGN")?, "")?;
        tokio::time::sleep(Duration::from_millis(3_500)).await;
        other.roll_back_transaction().await
    });
    hold.await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn sqlite_names_the_file_and_the_process_that_writes() {
    let project = project(Engine::Sqlite).await;
    let sign = project.folder.path().join("sign");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "waiting::locking_process", "--nocapture"])
        .env("LOCKED_FILE", project.folder.path().join("db.sqlite3"))
        .env("LOCKED_SIGN", &sign)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !sign.exists() {
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(child.try_wait().unwrap().is_none(), "the other process ended");
    }
    let told = RefCell::new(Vec::new());
    let tell = |waiting| told.borrow_mut().push(waiting);
    watched(&project.database, tell, async || project.migrate(&Target::All).await).await.unwrap();
    assert!(child.wait().unwrap().success());
    let process = format!("waiting for the file `db.sqlite3`, held by process {} (`", child.id());
    has(wait(&told.into_inner()), &[&process, "waiting::locking_process"]);
}

#[tokio::test]
async fn run_that_waits_for_nothing_tells_nothing() {
    for engine in Engine::ALL {
        let project = project(engine).await;
        let slow = match engine {
            Engine::Sqlite => {
                "CREATE TABLE slow AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 4000000) \
                 SELECT count(*) AS c FROM n;\n"
            }
            Engine::Postgres => "SELECT pg_sleep(2.5);\n",
            Engine::MySql => "DO sleep(2.5);\n",
        };
        let folder = "shop/migrations/0003_slow";
        project.write(&format!("{folder}/migration.toml"), "dependencies = [\"shop.0002_product_stock\"]\n");
        project.write(&format!("{folder}/up.{engine}.sql"), slow);
        let mut told = Vec::new();
        let run = async || project.migrate(&Target::All).await;
        watched(&project.database, |waiting| told.push(waiting), run).await.unwrap();
        assert_eq!(told, [], "{engine}");
        project.close().await;
    }
}

/// The error of a run that another session keeps waiting for longer than this session's own bound.
async fn given_up(engine: Engine, up: &str, take: &str) -> Result<()> {
    let project = project(engine).await;
    let folder = "shop/migrations/0003_bound";
    project.write(&format!("{folder}/migration.toml"), "dependencies = [\"shop.0002_product_stock\"]\n");
    project.write(&format!("{folder}/up.{engine}.sql"), up);
    project.migrate(&Target::parse(&project.graph()?, Some("shop"), Some("0002"))?).await?;
    let other = project.database.apart()?;
    let outcome = other
        .with_connection(async || {
            other.execute_script(take).await?;
            let outcome = project.migrate(&Target::All).await;
            other.execute_script("ROLLBACK").await?;
            outcome
        })
        .await;
    other.close().await;
    project.close().await;
    outcome
}

#[tokio::test]
async fn lock_that_is_not_given_in_time_stops_the_run() {
    let error = given_up(
        Engine::Postgres,
        "SET LOCAL lock_timeout = '100ms';\nALTER TABLE shop_product ADD COLUMN x integer;\n",
        "BEGIN; LOCK TABLE shop_product IN ACCESS SHARE MODE",
    );
    let error = error.await.unwrap_err();
    let place = error.place().unwrap();
    assert_eq!((place.file.as_str(), place.line), ("shop/migrations/0003_bound/up.postgres.sql", 2));
    has(&format!("{error:?}"), &["lock timeout", "perhaps another `migrate`", "the database is as it was before"]);
    let error = given_up(
        Engine::MySql,
        "SET SESSION lock_wait_timeout = 1;\nALTER TABLE shop_product ADD COLUMN x integer;\n",
        "BEGIN; SELECT count(*) FROM shop_product",
    );
    let error = error.await.unwrap_err();
    let place = error.place().unwrap();
    assert_eq!((place.file.as_str(), place.line), ("shop/migrations/0003_bound/up.mysql.sql", 2));
    has(&format!("{error:?}"), &["Lock wait timeout exceeded", "perhaps another `migrate`"]);
}

/// What a migration finds of its session's bound for locks, and what is left of it afterwards.
async fn bound(engine: Engine, sql: &str) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let project = project(engine).await;
    let folder = "shop/migrations/0003_bound";
    project.write(&format!("{folder}/migration.toml"), "dependencies = [\"shop.0002_product_stock\"]\n");
    let script = format!("INSERT INTO shop_product (name) SELECT {sql};\n");
    project.write(&format!("{folder}/up.{engine}.sql"), &script);
    let database: &Database = &project.database;
    let outcome = database
        .with_connection(async || {
            project.migrate(&Target::All).await?;
            Ok((
                texts(database, "SELECT name FROM shop_product", 1).await,
                texts(database, &format!("SELECT concat({sql}, '')"), 1).await,
            ))
        })
        .await
        .unwrap();
    project.close().await;
    outcome
}

#[tokio::test]
async fn no_run_waits_for_a_lock_for_ever() {
    let (within, after) = bound(Engine::Postgres, "current_setting('lock_timeout')").await;
    assert_eq!((within, after), (vec![vec!["10min".to_owned()]], vec![vec!["0".to_owned()]]));
    let (within, after) = bound(Engine::MySql, "@@SESSION.lock_wait_timeout").await;
    assert_eq!(within, [["600"]]);
    assert_ne!(after, [["600"]]);
}
