//! The site of these tests: a diary whose entries have three lines each, so that half an entry shows.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rjango_core::{Result, Settings, Site};
use rjango_http::{Handler, Request, Response, Templates, Urls, path, urls};
use rjango_macros::{Model, f};
use rjango_orm::{Auto, Database, Databases, Engine, Models, Statement, Value, ValueType, atomic, block_on};
use tokio::sync::watch;

use crate::engine::{tables, with_settings};
use crate::wire::{Served, request, send, until};

#[derive(Model, Debug, Clone)]
pub struct Entry {
    pub id: Auto,
    pub number: i64,
}

#[derive(Model, Debug, Clone)]
pub struct Line {
    pub id: Auto,
    pub entry: i64,
}

/// What the views saw, whoever was there to hear of it.
#[derive(Debug, Default)]
pub struct Seen {
    pub numbers: Mutex<BTreeSet<i64>>,
    pub began: Mutex<Vec<String>>,
    pub failed: Mutex<Vec<String>>,
    pub ended: Mutex<Vec<String>>,
    pub dropped: Mutex<Vec<String>>,
    /// Views that are late wait until it is open.
    gate: watch::Sender<bool>,
}

impl Seen {
    pub fn of(request: &Request) -> Arc<Self> {
        Arc::clone(request.site().get::<Arc<Self>>().unwrap())
    }

    pub async fn gate_is_open(&self) {
        self.gate.subscribe().wait_for(|is_open| *is_open).await.unwrap();
    }

    pub fn open_the_gate(&self) {
        self.gate.send_replace(true);
    }

    pub fn ended(&self) -> Vec<String> {
        self.ended.lock().unwrap().clone()
    }

    pub fn dropped(&self) -> Vec<String> {
        self.dropped.lock().unwrap().clone()
    }
}

/// Says whether the view that holds it came to its end.
pub struct Witness {
    pub seen: Arc<Seen>,
    pub what: String,
    pub ended: bool,
}

impl Witness {
    pub fn of(request: &Request) -> Self {
        let (seen, what) = (Seen::of(request), format!("{} {}", request.method(), request.path()));
        seen.began.lock().unwrap().push(what.clone());
        Self { seen, what, ended: false }
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let list = if self.ended { &self.seen.ended } else { &self.seen.dropped };
        list.lock().unwrap().push(self.what.clone());
    }
}

async fn write(number: i64) -> Result<()> {
    atomic(async || {
        Entry::objects().create(Entry { number, ..Default::default() }).await?;
        for _ in 0..3 {
            Line::objects().create(Line { entry: number, ..Default::default() }).await?;
        }
        Ok(())
    })
    .await
}

/// Writes an entry with its lines in one transaction.
async fn add(request: Request, number: i64) -> Result<&'static str> {
    let seen = Seen::of(&request);
    seen.numbers.lock().unwrap().insert(number);
    let written = write(number).await;
    if let Err(error) = &written {
        seen.failed.lock().unwrap().push(format!("{number}: {error:?}"));
    }
    written.map(|()| "added")
}

/// Reads its form, then writes an entry of the form's number.
async fn form(request: Request) -> Result<&'static str> {
    let mut witness = Witness::of(&request);
    let form = request.form().await;
    if let Err(error) = &form {
        witness.seen.failed.lock().unwrap().push(error.to_string());
    }
    let number = form?.get("number").unwrap().parse()?;
    write(number).await?;
    witness.ended = true;
    Ok("added")
}

/// Waits for the gate, then writes an entry.
async fn late(request: Request, number: i64) -> Result<&'static str> {
    let mut witness = Witness::of(&request);
    witness.seen.gate_is_open().await;
    write(number).await?;
    witness.ended = true;
    Ok("late")
}

/// Writes an entry and keeps its transaction open for a long time.
async fn endless(request: Request, number: i64) -> Result<&'static str> {
    atomic(async || {
        write(number).await?;
        let mut witness = Witness::of(&request);
        tokio::time::sleep(Duration::from_secs(60)).await;
        witness.ended = true;
        Ok("endless")
    })
    .await
}

/// One statement that runs for a long time.
async fn long_statement(request: Request) -> Result<&'static str> {
    let mut witness = Witness::of(&request);
    let database = Database::current(None)?;
    let sql = match database.engine() {
        Engine::Sqlite => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT COUNT(*) FROM n"
        }
        Engine::Postgres => "SELECT 1 FROM pg_sleep(30)",
        Engine::MySql => "SELECT SLEEP(30)",
    };
    database.fetch(&Statement::new(sql), &[ValueType::Int]).await?;
    witness.ended = true;
    Ok("long")
}

/// As [`endless`], in plain code. Each time that it waits is a time at which it may end.
fn plain(request: Request, number: i64) -> Result<&'static str> {
    let written = block_on(atomic(async || {
        write(number).await?;
        let mut witness = Witness::of(&request);
        tokio::time::sleep(Duration::from_secs(60)).await;
        witness.ended = true;
        Ok("plain")
    }));
    // It does not give up, and is not heard.
    let again = block_on(write(number + 1)).map(|()| "again");
    for result in [&written, &again] {
        Seen::of(&request).failed.lock().unwrap().push(format!("{result:?}"));
    }
    written
}

async fn panics(request: Request) -> Response {
    let _ = Witness::of(&request);
    panic!("a view that panics");
}

pub fn urlpatterns() -> Urls {
    urls![
        path("add/<int:number>/", add),
        path("form/", form),
        path("late/<int:number>/", late),
        path("endless/<int:number>/", endless),
        path("long/", long_statement),
        path("plain/<int:number>/", plain),
        path("panics/", panics),
    ]
}

/// A site with the diary's tables in a new database of this engine, for the length of the test.
pub async fn in_diary(engine: Engine, urls: Urls, change: impl Fn(&mut Settings), test: impl AsyncFnOnce(Diary)) {
    with_settings(engine, async |database| {
        let mut settings = Settings::for_tests();
        settings.databases.insert("default".to_owned(), database);
        change(&mut settings);
        let databases = Databases::from_settings(&settings).unwrap();
        let models = Models::from_inventory(|app| app == "diary").unwrap();
        let sql = tables(engine, &models);
        let seen = Arc::new(Seen::default());
        let templates = Templates::new(&settings);
        let site =
            Site::new(settings).with(databases.clone()).with(models).with(urls).with(templates).with(Arc::clone(&seen));
        let site = Arc::new(site);
        databases.get("default").unwrap().execute_script(&sql).await.unwrap();
        test(Diary { handler: Handler::new(Arc::clone(&site)).unwrap(), site, seen }).await;
        databases.close().await;
    })
    .await;
}

pub struct Diary {
    pub site: Arc<Site>,
    pub handler: Handler,
    pub seen: Arc<Seen>,
}

impl Diary {
    pub fn serve(&self) -> Served {
        Served::start(self.handler.clone())
    }

    /// A client that sends this request and hangs up once its view has begun.
    pub async fn leave(&self, address: SocketAddr, method: &str, target: &str) {
        let what = format!("{method} {}", target.trim_start_matches("/site"));
        self.leave_once_began(address, &request(method, target), &what).await;
    }

    /// A client that sends these bytes and hangs up once the view of `what` has begun.
    pub async fn leave_once_began(&self, address: SocketAddr, bytes: &str, what: &str) {
        let socket = send(address, bytes.as_bytes()).await;
        let began = async || self.seen.began.lock().unwrap().iter().any(|began| *began == what);
        until(Duration::from_secs(30), "the view begins", began).await;
        drop(socket);
        // The server hears of it.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    /// The numbers of the entries, in order. Each has its three lines; lines without an entry there are none.
    pub async fn entries(&self) -> Vec<i64> {
        let read = async {
            let entries: Vec<i64> = Entry::objects().order_by(f!(number)).values_list(f!(number)).await?;
            let lines: Vec<i64> = Line::objects().order_by(f!(entry)).values_list(f!(entry)).await?;
            Ok::<_, rjango_core::Error>((entries, lines))
        };
        let (entries, lines) = Arc::clone(&self.site).scope(read).await.unwrap();
        let threefold: Vec<i64> = entries.iter().flat_map(|number| [*number; 3]).collect();
        assert_eq!(lines, threefold, "each entry is whole");
        entries
    }

    /// How many transactions are open on the server, where one can ask it.
    pub async fn open_transactions(&self) -> i64 {
        let database = self.site.require::<Databases>().unwrap().get("default").unwrap();
        let sql = match database.engine() {
            Engine::Sqlite => return 0,
            Engine::Postgres => {
                "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
                 AND state LIKE 'idle in transaction%'"
            }
            Engine::MySql => {
                "SELECT COUNT(*) FROM information_schema.innodb_trx t JOIN information_schema.processlist p \
                 ON p.id = t.trx_mysql_thread_id WHERE p.db = DATABASE()"
            }
        };
        count(&database, sql).await
    }
}

pub async fn count(database: &Database, sql: &str) -> i64 {
    let rows = database.fetch(&Statement::new(sql), &[ValueType::Int]).await.unwrap();
    let [Value::Int(number)] = rows[0][..] else { panic!("not a number: {rows:?}") };
    number
}
