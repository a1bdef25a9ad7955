//! A randomised oracle: templates that nobody wrote, rendered by Django and by our engine over the same context.
//!
//! A seed makes each case: one to six templates that extend and include one another, with all tags and filters, odd arguments and
//! missing names; a value of some kind for each name; and what is in force: a language, a zone, `string_if_invalid`, escaping, groups
//! of digits. Both must give the same page to the byte, or both must refuse. Where the two differ on purpose, a rule in `rules.rs`
//! says which cases are not asked, and why; never a seed.
//!
//! A case that fails is made as small as it fails. `RJANGO_TEST_SEED` and `RJANGO_TEST_TEMPLATES` ask for one's own seed and number in
//! `a_fresh_seed`.
#![allow(clippy::unwrap_used)]

mod case;
#[allow(dead_code)] // The ORM's oracle needs all of it.
#[path = "../../../orm/tests/random/chance.rs"]
mod chance;
mod django;
mod generate;
mod ours;
mod rules;
mod shrink;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use case::{Case, Page};
use chance::Chance;
use django::{Django, Version};
use generate::Generator;
use ours::Ours;

/// How many templates the fixed seed makes.
const FIXED: u64 = 2000;

/// How many the fresh seed makes.
const FRESH: u64 = 300;

/// How many failures are made smaller and told.
const TOLD: usize = 25;

fn case(seed: u64, index: u64, version: Version) -> Case {
    let mut round = 0;
    loop {
        // A case that a rule leaves out is followed by another one of its own.
        let case = Generator::new(Chance::of(seed + round * 1_000_003, index), version == Version::V6_1).case();
        if rules::why_not_asked(&case, version).is_none() {
            return case;
        }
        round += 1;
    }
}

/// The folders of Django's own catalogs.
fn catalogs() -> Vec<PathBuf> {
    let python = std::env::var("RJANGO_TEST_PYTHON").expect("`scripts/test` sets `RJANGO_TEST_PYTHON`");
    let asked = Command::new(python).args(["-c", "import django; print(django.__path__[0])"]).output().unwrap();
    let django = PathBuf::from(String::from_utf8(asked.stdout).unwrap().trim());
    vec![django.join("contrib/humanize/locale"), django.join("conf/locale")]
}

/// Both give one page, or both refuse.
fn agree(ours: &Page, theirs: &Page) -> bool {
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => ours == theirs,
        (Err(_), Err(_)) => true,
        _ => false,
    }
}

/// Holds the first `count` cases of a seed against a Django's pages.
#[track_caller]
fn compare(version: Version, seed: u64, count: u64) {
    let ours = Ours::new(&catalogs());
    let mut django = Django::start(version);
    let (mut pages, mut failed) = (0, Vec::new());
    let mut refusals: BTreeMap<String, u64> = BTreeMap::new();
    for index in 0..count {
        let case = case(seed, index, version);
        let theirs = django.page(&case);
        match &theirs {
            Ok(_) => pages += 1,
            Err(error) => *refusals.entry(error.chars().take(60).collect()).or_default() += 1,
        }
        let own = ours.page(&case);
        if !agree(&own, &theirs) && rules::why_different(&case, &own, &theirs).is_none() {
            failed.push((index, case));
        }
    }
    eprintln!("{version:?}, seed {seed}: {count} cases, {pages} pages, {} differ", failed.len());
    if std::env::var_os("RJANGO_TEST_REFUSALS").is_some() {
        let mut refusals: Vec<_> = refusals.into_iter().collect();
        refusals.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (error, count) in refusals.iter().take(40) {
            eprintln!("{count:5} {error}");
        }
    }
    if !failed.is_empty() {
        let mut words = format!("rjango and Django differ on {} of {count} cases of seed {seed}:\n\n", failed.len());
        for (index, case) in failed.iter().take(TOLD) {
            let mut differs = |case: &Case| {
                let theirs = django.page(case);
                let own = ours.page(case);
                rules::why_not_asked(case, version).is_none()
                    && rules::why_different(case, &own, &theirs).is_none()
                    && !agree(&own, &theirs)
            };
            let small = shrink::smallest(case, &mut differs);
            writeln!(words, "--- case {index} of seed {seed}").unwrap();
            for (name, text) in &small.templates {
                writeln!(words, "{name}: {text:?}").unwrap();
            }
            for (name, value) in &small.context {
                writeln!(words, "  {name} = {value}").unwrap();
            }
            writeln!(
                words,
                "  {} {} grouped {} autoescape {} invalid {:?}\nrjango: {:?}\nDjango: {:?}\n",
                small.language,
                small.zone,
                small.grouped,
                small.autoescape,
                small.invalid,
                ours.page(&small),
                django.page(&small)
            )
            .unwrap();
        }
        panic!("{words}");
    }
    // A generator of templates that all fail would pass unseen.
    assert!(pages * 2 > count, "{pages} of {count} are pages");
}

#[test]
fn a_seed_makes_the_same_templates_again() {
    let made = |seed| (0..50).map(|index| case(seed, index, Version::V5_2).json().to_string()).collect::<Vec<_>>();
    assert_eq!(made(20), made(20));
    assert_ne!(made(20), made(21));
}

#[test]
fn the_fixed_seeds_templates_give_djangos_pages() {
    compare(Version::V5_2, 20, FIXED);
}

#[cfg(feature = "django-6-1-tested")]
#[test]
fn the_fixed_seeds_templates_give_the_pages_of_django_6_1() {
    compare(Version::V6_1, 61, FIXED);
}

#[test]
fn a_fresh_seeds_templates_give_djangos_pages() {
    let told = |name: &str| std::env::var(name).ok().map(|number| number.parse().unwrap());
    let seed = told("RJANGO_TEST_SEED").or_else(commit).unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        now.as_secs() % 1_000_000_000
    });
    eprintln!("the fresh seed is {seed}; RJANGO_TEST_SEED={seed} asks the same again");
    let count = told("RJANGO_TEST_TEMPLATES").unwrap_or(FRESH);
    compare(Version::V5_2, seed, count);
    #[cfg(feature = "django-6-1-tested")]
    compare(Version::V6_1, seed, count);
}

/// A number that each commit has of its own, so that each is asked something new, and whoever tests it again the same.
fn commit() -> Option<u64> {
    let asked = Command::new("git").args(["rev-parse", "--short=7", "HEAD"]).output().ok()?;
    u64::from_str_radix(std::str::from_utf8(&asked.stdout).ok()?.trim(), 16).ok()
}
