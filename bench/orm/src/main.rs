//! One task, several ORMs, the same rows: rjango, sea-orm, sqlx written by hand, and Django, side by side in one run.
//!
//! `bench/orm/run` makes the databases and starts this. The words on the command line narrow the run down: names of
//! engines, tasks and contenders. The table goes to stdout, what happens meanwhile to stderr.

mod checksum;
mod contender;
mod contenders;
mod place;
mod plan;
mod report;
mod rows;
mod shop;
mod task;

use std::process::ExitCode;

/// Whatever goes wrong ends the run, so that its words are all that matters.
type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Error> = std::result::Result<T, E>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let wanted = plan::Wanted::from_arguments(std::env::args().skip(1))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let lines = runtime.block_on(plan::run(&wanted))?;
    report::print(&lines);
    Ok(())
}
