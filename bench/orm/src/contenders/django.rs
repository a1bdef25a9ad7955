//! Django, in a process of its own, which does a task whenever a line names one and answers with the time it took.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;

use crate::Result;
use crate::checksum::Checksum;
use crate::contender::{Contender, Done};
use crate::place::{Engine, JOURNAL, Place, SYNCHRONOUS};
use crate::task::Task;

/// The name in the table.
const NAME: &str = "django";

struct Django(Mutex<Process>);

struct Process {
    // Killed when dropped.
    _child: Child,
    asked: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

pub fn open(engine: Engine, place: &Place) -> Result<Arc<dyn Contender>> {
    let python = std::env::var("BENCH_PYTHON").map_err(|_| "no `BENCH_PYTHON`; start `bench/orm/run`")?;
    let mut command = Command::new(python);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/django_tasks.py")).arg("serve").arg(engine.name());
    command.env("BENCH_JOURNAL", JOURNAL).env("BENCH_SYNCHRONOUS", SYNCHRONOUS);
    if engine == Engine::Sqlite {
        command.env("BENCH_SQLITE", place.sqlite(NAME)?);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let asked = child.stdin.take().ok_or("the process has no stdin")?;
    let answers = BufReader::new(child.stdout.take().ok_or("the process has no stdout")?).lines();
    Ok(Arc::new(Django(Mutex::new(Process { _child: child, asked, answers }))))
}

impl Contender for Django {
    fn does(&self, _: Engine, _: Task) -> bool {
        true
    }

    fn run(self: Arc<Self>, task: Task) -> BoxFuture<'static, Result<Done>> {
        Box::pin(async move {
            let mut process = self.0.lock().await;
            process.asked.write_all(format!("{} {}\n", task.name(), task.times()).as_bytes()).await?;
            let answer = process.answers.next_line().await?.ok_or("Django's process has ended")?;
            parse(&answer).ok_or_else(|| format!("expected seconds and a checksum of Django, found `{answer}`").into())
        })
    }
}

/// `seconds rows prices letters`.
fn parse(answer: &str) -> Option<Done> {
    let mut words = answer.split(' ');
    let took = Duration::from_secs_f64(words.next()?.parse().ok()?);
    let (rows, prices) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some(Done { took, sum: Checksum { rows, prices, letters: words.next()?.parse().ok()? } })
}
