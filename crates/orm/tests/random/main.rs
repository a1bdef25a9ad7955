//! A randomised oracle: queries that nobody wrote, put to Django and to rjango over the same rows.
//!
//! A seed makes each query: filters of nested conditions over every kind of relation, exclusions, annotations, aggregates,
//! orders, values, slices, combinations. It is put to Django, to the ORM's query as data, and by names where names can say it.
//! All must give the same rows in the same order, on SQLite and on PostgreSQL, and refuse the same. Where the two differ on
//! purpose, a rule in `rules.rs` says which queries are not asked, and why; never a seed.
//!
//! A query that fails is made as small as it fails, and told as Python, as the SQL of both, and as the rows of both.
//! `RJANGO_TEST_SEED` and `RJANGO_TEST_QUERIES` ask for one's own seed and number in `a_fresh_seed`.
#![allow(missing_docs)] // Models of tests explain themselves.

extern crate rjango_orm as rjango;

mod ask;
mod catalogue;
mod chance;
mod compare;
mod data;
#[path = "../engine/mod.rs"]
mod engine;
mod generate;
mod named;
mod oracle;
#[allow(unused_imports)] // The models need a part of it.
#[path = "../typed/prelude.rs"]
mod prelude;
mod python;
mod rules;
mod shrink;

use rjango_orm::Engine;

use oracle::django::Django;

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

/// How many queries the fixed seed makes.
const FIXED: u64 = 2000;

/// How many the fresh seed makes on each engine.
const FRESH: u64 = 100;

#[test]
fn a_seed_makes_the_same_queries_again() {
    let made = |seed| {
        let of = |index| python::ask(&generate::Generator::new(chance::Chance::of(seed, index)).ask());
        (0..50).map(of).collect::<Vec<String>>()
    };
    assert_eq!(made(20), made(20));
    assert_ne!(made(20), made(21));
}

#[test]
fn the_fixed_seeds_queries_give_djangos_rows_on_sqlite() {
    compare::compare(Django::V5_2, Engine::Sqlite, 20, FIXED);
}

#[test]
fn the_fixed_seeds_queries_give_djangos_rows_on_postgres() {
    compare::compare(Django::V5_2, Engine::Postgres, 20, FIXED);
}

#[cfg(feature = "django-6-1-tested")]
#[test]
fn the_fixed_seeds_queries_give_the_rows_of_django_6_1() {
    for engine in ENGINES {
        compare::compare(Django::V6_1, engine, 61, FIXED / 4);
    }
}

#[test]
fn a_fresh_seeds_queries_give_djangos_rows() {
    let told = |name: &str| std::env::var(name).ok().map(|number| number.parse().expect("a number"));
    let seed = told("RJANGO_TEST_SEED").or_else(commit).unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("it is after 1970");
        now.as_secs() % 1_000_000_000
    });
    eprintln!("the fresh seed is {seed}; RJANGO_TEST_SEED={seed} asks the same again");
    for engine in ENGINES {
        compare::compare(Django::V5_2, engine, seed, told("RJANGO_TEST_QUERIES").unwrap_or(FRESH));
    }
}

/// A number that each commit has of its own, so that each is asked something new, and whoever tests it again the same.
fn commit() -> Option<u64> {
    let asked = std::process::Command::new("git").args(["rev-parse", "--short=7", "HEAD"]).output().ok()?;
    u64::from_str_radix(std::str::from_utf8(&asked.stdout).ok()?.trim(), 16).ok()
}
