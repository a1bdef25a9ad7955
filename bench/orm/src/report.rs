//! The table on stdout.

use std::time::Duration;

use crate::contenders;
use crate::plan::{Line, Times};
use crate::task::Task;

/// Prints the lines: each contender's median round, its ratio to the first contender's, and that of the fastest rounds.
pub fn print(lines: &[Line]) {
    println!("the median round; its ratio to sqlx's; in brackets that of the fastest rounds");
    print!("{:<21}", "");
    for (index, (name, _)) in contenders::ALL.iter().enumerate() {
        print!("{name:>width$}", width = if index == 0 { 10 } else { 27 });
    }
    println!();
    for line in lines {
        print!("{:<9}{:<12}", line.engine.name(), line.task.name());
        let base = line.times.first().copied().flatten();
        for (index, times) in line.times.iter().enumerate() {
            let median = times.map_or_else(|| "-".to_owned(), |times| duration(line.task, times.median));
            match index {
                0 => print!("{median:>10}"),
                _ => print!("{median:>12}{:>15}", ratios(*times, base)),
            }
        }
        println!();
    }
}

fn duration(task: Task, time: Duration) -> String {
    match task {
        Task::Get | Task::List => format!("{:.1} µs", time.as_secs_f64() * 1e6),
        Task::Stream | Task::BulkCreate => format!("{:.0} ms", time.as_secs_f64() * 1e3),
    }
}

fn ratios(times: Option<Times>, base: Option<Times>) -> String {
    let Some((times, base)) = times.zip(base) else { return String::new() };
    let ratio = |time: Duration, base: Duration| time.as_secs_f64() / base.as_secs_f64();
    format!("x{:.2} (x{:.2})", ratio(times.median, base.median), ratio(times.fastest, base.fastest))
}
