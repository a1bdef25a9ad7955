//! Django as the oracle of queries: each is written in the typed face and in Django's, and both must give the same rows in
//! the same order, on SQLite and on PostgreSQL.
//!
//! The pairs stand in `oracle/`, by subject, both sides next to each other. They ask the catalogue of `oracle/models.rs`,
//! whose twin is `oracle/models.py`, filled with `oracle/data.json`. Every query is totally ordered, so that "the same order"
//! means something. Both sides run each pair in a transaction that is rolled back, so a pair may write.
//!
//! Django 5.2 is asked, and 6.1 where there is a Python for it: about all pairs at once, one process an engine. A pair on
//! which the two differ on purpose says why, and must differ.

mod ask;
mod data;
mod django;
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
mod found;
mod zones;

use rjango_orm::Engine;

use django::Django;
use pair::Pairs;

fn pairs() -> Pairs {
    let mut pairs = Pairs::default();
    lookups::pairs(&mut pairs);
    moments::pairs(&mut pairs);
    moments::compared(&mut pairs);
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
    found::pairs(&mut pairs);
    pairs
}

/// What reads clocks.
fn pairs_of_zones() -> Pairs {
    let mut pairs = Pairs::default();
    moments::pairs(&mut pairs);
    zones::pairs(&mut pairs);
    pairs
}

#[test]
fn django_gives_the_same_rows_on_sqlite() {
    ask::compare(Django::V5_2, Engine::Sqlite, &pairs());
}

#[test]
fn django_gives_the_same_rows_on_postgres() {
    ask::compare(Django::V5_2, Engine::Postgres, &pairs());
}

#[cfg(feature = "django-6-1-tested")]
#[test]
fn django_6_1_gives_the_same_rows_on_sqlite() {
    ask::compare(Django::V6_1, Engine::Sqlite, &pairs());
}

#[cfg(feature = "django-6-1-tested")]
#[test]
fn django_6_1_gives_the_same_rows_on_postgres() {
    ask::compare(Django::V6_1, Engine::Postgres, &pairs());
}

#[test]
fn django_reads_the_same_clocks_on_sqlite() {
    ask::compare_zones(Django::V5_2, Engine::Sqlite, &pairs_of_zones());
}

#[test]
fn django_reads_the_same_clocks_on_postgres() {
    ask::compare_zones(Django::V5_2, Engine::Postgres, &pairs_of_zones());
}

#[test]
fn django_reads_the_same_clocks_on_mysql() {
    ask::compare_zones(Django::V5_2, Engine::MySql, &pairs_of_zones());
}

#[cfg(feature = "django-6-1-tested")]
#[test]
fn django_6_1_reads_the_same_clocks_on_sqlite() {
    ask::compare_zones(Django::V6_1, Engine::Sqlite, &pairs_of_zones());
}

#[cfg(feature = "django-6-1-tested")]
#[test]
fn django_6_1_reads_the_same_clocks_on_postgres() {
    ask::compare_zones(Django::V6_1, Engine::Postgres, &pairs_of_zones());
}
