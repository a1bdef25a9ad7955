//! Django as the oracle of queries: each is written in the typed face and in Django's, and both must give the same rows in
//! the same order, on SQLite and on PostgreSQL.
//!
//! The pairs stand in `oracle/`, by subject, both sides next to each other. They ask the catalogue of `oracle/models.rs`,
//! whose twin is `oracle/models.py`, filled with `oracle/data.json`. Every query is totally ordered, so that "the same order"
//! means something. Both sides run each pair in a transaction that is rolled back, so a pair may write.
//!
//! `scripts/test` names the Python that has Django 5.2 and psycopg in `RJANGO_TEST_PYTHON`; it is asked about all pairs at
//! once, one process an engine. A pair on which the two differ on purpose says why, and must differ.

mod ask;
mod data;
mod literals;
pub mod models;
mod pair;
mod plain;

mod lookups;
mod moments;
mod documents;
mod relations;
mod exclusion;
mod ways_back;
mod ordering;
mod aggregates;
mod annotations;
mod having;
mod expressions;
mod functions;
mod subqueries;
mod windows;
mod rows;
mod writing;
mod creating;

use rjango_orm::Engine;

use pair::Pairs;

fn pairs() -> Pairs {
    let mut pairs = Pairs::default();
    lookups::pairs(&mut pairs);
    moments::pairs(&mut pairs);
    documents::pairs(&mut pairs);
    relations::pairs(&mut pairs);
    exclusion::pairs(&mut pairs);
    ways_back::pairs(&mut pairs);
    ordering::pairs(&mut pairs);
    aggregates::pairs(&mut pairs);
    annotations::pairs(&mut pairs);
    having::pairs(&mut pairs);
    expressions::pairs(&mut pairs);
    functions::pairs(&mut pairs);
    subqueries::pairs(&mut pairs);
    windows::pairs(&mut pairs);
    rows::pairs(&mut pairs);
    writing::pairs(&mut pairs);
    creating::pairs(&mut pairs);
    pairs
}

#[test]
fn django_gives_the_same_rows_on_sqlite() {
    ask::compare(Engine::Sqlite, &pairs());
}

#[test]
fn django_gives_the_same_rows_on_postgres() {
    ask::compare(Engine::Postgres, &pairs());
}
