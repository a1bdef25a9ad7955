//! The same two pages by our engine, by minijinja and by Django: a list of 20 products, and the shape of the admin's change list with
//! 100 rows of 6 columns. Each line is the best of seven rounds.
//!
//! `BENCH_PYTHON` names a Python with Django 5.2. The words `profile NAME` render one page of ours alone, for a profiler.

mod contexts;
mod jinja;
mod ours;

use std::error::Error;
use std::process::Command;
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The microseconds that one call takes, in the best of seven rounds.
fn measure(mut render: impl FnMut() -> Result<String>) -> Result<f64> {
    let mut best = f64::INFINITY;
    for _ in 0..7 {
        let (began, mut count) = (Instant::now(), 0u32);
        while began.elapsed() < Duration::from_millis(400) {
            for _ in 0..20 {
                std::hint::black_box(render()?);
            }
            count += 20;
        }
        best = best.min(began.elapsed().as_secs_f64() * 1e6 / f64::from(count));
    }
    Ok(best)
}

/// What Django says of each page.
fn django() -> Result<Vec<(String, f64)>> {
    let python = std::env::var("BENCH_PYTHON").map_err(|_| "`BENCH_PYTHON` names a Python with Django 5.2")?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/django_pages.py");
    let asked = Command::new(&python).arg(script).output()?;
    if !asked.status.success() {
        return Err(String::from_utf8_lossy(&asked.stderr).into_owned().into());
    }
    let lines = String::from_utf8(asked.stdout)?;
    let parsed = lines
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, micros)| Ok((name.to_owned(), micros.parse()?)));
    parsed.collect()
}

/// The pages must be the same, or the figures compare nothing.
fn same_pages() -> Result<()> {
    let python = std::env::var("BENCH_PYTHON").map_err(|_| "`BENCH_PYTHON` names a Python with Django 5.2")?;
    let asked =
        Command::new(python).args([concat!(env!("CARGO_MANIFEST_DIR"), "/django_pages.py"), "show"]).output()?;
    let theirs = String::from_utf8(asked.stdout)?;
    let own = ours::Pages::new()?;
    let page = own.product_list()? + &own.change_list()?;
    if page != theirs {
        return Err(format!("our pages are not Django's:\n{page}\n{theirs}").into());
    }
    Ok(())
}

fn main() -> Result<()> {
    let own = ours::Pages::new()?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [word, name] = words.as_slice()
        && word == "profile"
    {
        for _ in 0..2_000 {
            std::hint::black_box(if name == "product_list" { own.product_list()? } else { own.change_list()? });
        }
        return Ok(());
    }
    same_pages()?;
    let jinja = jinja::Pages::new()?;
    let theirs = django()?;
    println!(
        "{:<14}{:>12}{:>14}{:>12}{:>24}{:>18}",
        "page", "rjango µs", "minijinja µs", "Django µs", "minijinja / rjango", "Django / rjango"
    );
    for (name, django) in theirs {
        let (ours, jinjas) = match name.as_str() {
            "product_list" => (measure(|| own.product_list())?, measure(|| jinja.product_list())?),
            _ => (measure(|| own.change_list())?, measure(|| jinja.change_list())?),
        };
        println!("{name:<14}{ours:>12.1}{jinjas:>14.1}{django:>12.1}{:>24.2}{:>18.1}", jinjas / ours, django / ours);
    }
    Ok(())
}
