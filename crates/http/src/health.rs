//! The health of a site at a path of its own: 200 where every database answers, 503 where one does not.
//!
//! It is asked by machines: load balancers and orchestrators, by address and without a name that ALLOWED_HOSTS knows. So it
//! stands outside of the middleware and answers to any host. It says the databases' aliases and no more; why one does not
//! answer goes to stderr, once. What it asks of the databases is bounded: one trivial query each, at most once a second,
//! however many ask.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use http::{Method, StatusCode, header};
use rjango_core::{Result, Site};
use rjango_orm::{Database, Databases, Statement};
use serde::Serialize;

use crate::request::RequestState;
use crate::{Request, Response};

/// How long a database may take to answer.
const PATIENCE: Duration = Duration::from_millis(1500);

/// How long an answer counts.
const FRESH: Duration = Duration::from_secs(1);

/// The built-in endpoint of `HEALTH_PATH`.
pub(crate) struct Health {
    path: Option<String>,
    /// Whether each database answered, and when. Those who ask at the same time wait for one answer.
    last: tokio::sync::Mutex<Option<(Instant, BTreeMap<String, bool>)>>,
    /// The databases that are known not to answer.
    down: Mutex<BTreeMap<String, String>>,
}

/// What is sent, in this order.
#[derive(Serialize)]
struct Report<'a> {
    status: &'a str,
    databases: BTreeMap<&'a str, &'a str>,
}

impl Health {
    pub(crate) fn new(path: Option<String>) -> Self {
        Self { path, last: tokio::sync::Mutex::default(), down: Mutex::default() }
    }

    /// Whether the request is for the endpoint.
    pub(crate) fn is_asked(&self, request: &RequestState) -> bool {
        self.path.as_deref().is_some_and(|path| path == request.uri().path())
    }

    /// The answer to a request for the endpoint.
    pub(crate) async fn answer(&self, site: &Site, request: Request) -> Response {
        if ![Method::GET, Method::HEAD].contains(request.method()) {
            return Response::method_not_allowed(&["GET", "HEAD"]);
        }
        let databases = self.databases(site).await;
        let is_well = databases.values().all(|answers| *answers);
        let words: BTreeMap<&str, &str> = databases
            .iter()
            .map(|(alias, answers)| (alias.as_str(), if *answers { "ok" } else { "does not answer" }))
            .collect();
        let status = if is_well { "ok" } else { "unavailable" };
        let mut response = Response::json(Report { status, databases: words });
        response.set_header(header::CACHE_CONTROL, "no-store");
        if !is_well {
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
        response
    }

    async fn databases(&self, site: &Site) -> BTreeMap<String, bool> {
        let mut last = self.last.lock().await;
        if let Some((asked, databases)) = &*last
            && asked.elapsed() < FRESH
        {
            return databases.clone();
        }
        let known: Vec<Database> = site.get::<Databases>().map_or_else(Vec::new, |databases| {
            databases.aliases().filter_map(|alias| databases.get(alias).ok()).collect()
        });
        let answers = join_all(known.iter().map(ask)).await;
        let databases = known
            .iter()
            .zip(answers)
            .map(|(database, answer)| {
                let alias = database.alias().to_owned();
                let answers = self.told(&alias, answer);
                (alias, answers)
            })
            .collect::<BTreeMap<_, _>>();
        *last = Some((Instant::now(), databases.clone()));
        databases
    }

    /// Whether the database answered. A change is told in the log, with the reason.
    fn told(&self, alias: &str, answer: Result<(), String>) -> bool {
        let mut down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        match answer {
            Ok(()) => {
                if down.remove(alias).is_some() {
                    tracing::info!(target: "rjango.server", "the database `{alias}` answers again");
                }
                true
            }
            Err(reason) => {
                if down.get(alias) != Some(&reason) {
                    tracing::error!(target: "rjango.server", reason, "the database `{alias}` does not answer");
                    down.insert(alias.to_owned(), reason);
                }
                false
            }
        }
    }
}

/// Asks a database for nothing, to see whether it answers in time.
async fn ask(database: &Database) -> Result<(), String> {
    let statement = Statement::new("SELECT 1");
    match tokio::time::timeout(PATIENCE, database.fetch(&statement, &[])).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(format!("{error:?}")),
        Err(_) => Err(format!("no answer within {} ms", PATIENCE.as_millis())),
    }
}
