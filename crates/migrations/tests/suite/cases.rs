//! The case files in `tests/cases`: models before and after, answers, rows; and what must come of them.
//!
//! A file begins with a sentence and has sections that start with `=== name`. `before`, `after`, `answers`, `told` (the
//! command line) and `rows` are written by hand; the others are what rjango makes of them.
//! `UPDATE_CASES=1 cargo nextest run -p rjango-migrations cases` writes those anew, to be reviewed in the diff;
//! `CASE=rename_` runs only those whose names begin so, `CASES=key` those whose names hold the word.
//!
//! Beyond the text, each case holds on a real SQLite, PostgreSQL and MySQL or MariaDB: the migrated tables equal those made
//! fresh from the models after, and going back gives the tables before. What the servers do otherwise than SQLite (other
//! rows, a refusal) stands in sections `... on postgres` and `... on mysql`; `rows.postgres` replaces `rows` there.

use std::fmt::Write as _;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Mutex;

use rjango_core::Result;
use rjango_migrations::autodetector::{Answer, Told};
use rjango_migrations::executor::Target;
use rjango_migrations::{Graph, NewMigration, ProjectState, writer};
use rjango_orm::Engine;
use rjango_schema::DefaultValue;

use crate::models;
use crate::project::{Project, Scripted, rows, schema};

/// The servers that each case runs on, beside SQLite.
const SERVERS: [Engine; 2] = [Engine::Postgres, Engine::MySql];

/// How many cases run at once: most of their time is the servers'.
const AT_ONCE: usize = 4;

#[test]
fn cases_that_alter() {
    check(|name| name.starts_with("alter"));
}

#[test]
fn cases_that_rename() {
    check(|name| name.starts_with("rename"));
}

#[test]
fn cases_that_do_anything_else() {
    check(|name| !name.starts_with("alter") && !name.starts_with("rename"));
}

/// Holds these cases against what is made of them now.
fn check(is_wanted: impl Fn(&str) -> bool) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 150, "found only {} cases", names.len());
    let (start, word) = (std::env::var("CASE").unwrap_or_default(), std::env::var("CASES").unwrap_or_default());
    names.retain(|path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        is_wanted(&name) && name.starts_with(&start) && name.contains(&word)
    });
    let todo = Mutex::new(names.into_iter());
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                loop {
                    let Some(path) = todo.lock().unwrap().next() else { break };
                    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                    let text = std::fs::read_to_string(&path).unwrap();
                    let made = std::panic::catch_unwind(AssertUnwindSafe(|| {
                        runtime.block_on(async { Case::parse(&text).run().await })
                    }));
                    match made {
                        Err(panic) => {
                            let what = panic.downcast_ref::<String>().map_or("see above", String::as_str);
                            failed.lock().unwrap().push(format!("--- {name}: {what}"));
                        }
                        Ok(made) if made == text => {}
                        Ok(made) if std::env::var_os("UPDATE_CASES").is_some() => std::fs::write(&path, &made).unwrap(),
                        Ok(made) => failed.lock().unwrap().push(format!("--- {name}\n{made}")),
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort();
    assert!(failed.is_empty(), "these cases came out differently:\n{}", failed.join("\n"));
}

struct Case<'a> {
    sections: Vec<(&'a str, &'a str)>,
}

impl<'a> Case<'a> {
    fn parse(text: &'a str) -> Self {
        let mut sections = Vec::new();
        for part in text.split("\n=== ") {
            match sections.is_empty() {
                true => sections.push(("", part.trim())),
                false => {
                    let (name, body) = part.split_once('\n').unwrap_or((part, ""));
                    sections.push((name.trim(), body.trim_end()));
                }
            }
        }
        Self { sections }
    }

    fn get(&self, name: &str) -> &'a str {
        self.sections.iter().find(|(section, _)| *section == name).map_or("", |(_, body)| body)
    }

    fn answers(&self) -> Vec<Answer> {
        let answer = |line: &str| match line.split_once(' ') {
            _ if line == "yes" => Answer::Yes,
            _ if line == "no" => Answer::No,
            _ if line == "leave" => Answer::Leave,
            Some(("int", number)) => Answer::Value(DefaultValue::Int(number.parse().unwrap())),
            Some(("text", text)) => Answer::Value(DefaultValue::Text(text.to_owned())),
            Some(("function", path)) => Answer::Value(DefaultValue::Function(path.to_owned())),
            _ => panic!("`{line}` is no answer"),
        };
        self.get("answers").lines().map(answer).collect()
    }

    /// The command line, an option a line.
    fn told(&self) -> Result<Told> {
        let options = |name: &'static str| self.get("told").lines().filter_map(move |line| line.strip_prefix(name));
        Told::parse(options("--rename "), options("--default "))?.with_fates(options("--keep "), options("--lose "))
    }

    async fn run(&self) -> String {
        let mut out = format!("{}\n", self.get(""));
        for name in ["before", "after", "answers", "told", "rows", "rows.postgres", "rows.mysql"] {
            if self.sections.iter().any(|(section, _)| *section == name) {
                write!(out, "\n=== {name}\n{}\n", self.get(name)).unwrap();
            }
        }
        let lived = self.live(Engine::Sqlite).await;
        out.push_str(&lived.told);
        lived.write(&mut out, "", None);
        if lived.made {
            for engine in SERVERS {
                self.live(engine).await.write(&mut out, &format!(" on {engine}"), Some(&lived));
            }
        }
        out
    }

    fn rows(&self, engine: Engine) -> &'a str {
        let own = self.get(&format!("rows.{engine}"));
        if own.is_empty() { self.get("rows") } else { own }
    }

    /// The case on an engine.
    async fn live(&self, engine: Engine) -> Lived {
        let (before, after) = (models::state(self.get("before")), models::state(self.get("after")));
        let project = Project::on(engine).await;
        let mut lived = Lived::default();
        project.make(&before, &mut Scripted::new(Vec::new())).unwrap();
        project.make_tables(true).await;
        insert(&project, self.rows(engine)).await;
        let old = (schema(&project.database).await, rows(&project.database).await);
        let old_leaves = project.graph().unwrap();

        let mut scripted = Scripted::new(self.answers());
        let made = self.told().and_then(|told| project.make_as_told(&after, &told, &mut scripted));
        if !scripted.asked.is_empty() {
            write!(lived.told, "\n=== asked\n{}\n", scripted.asked.join("\n")).unwrap();
        }
        match made {
            Ok(migrations) => {
                assert_eq!(scripted.answers.next(), None, "an answer was not asked for");
                lived.made = true;
                lived.told.push_str(&told(&migrations, before));
                self.migrate(&project, &mut lived, &after, &old_leaves, old).await;
            }
            Err(error) => write!(lived.told, "\n=== error\n{error:?}\n").unwrap(),
        }
        project.close().await;
        lived
    }

    async fn migrate(
        &self,
        project: &Project,
        lived: &mut Lived,
        after: &ProjectState,
        old_leaves: &Graph,
        old: (String, String),
    ) {
        let engine = project.database.engine();
        // MySQL carries a refused migration out as far as it goes.
        let is_whole = engine != Engine::MySql;
        if let Err(error) = project.migrate(&Target::All).await {
            lived.refused = Some(told_error(&error));
            let now = (schema(&project.database).await, rows(&project.database).await);
            if is_whole {
                assert_eq!(now.0, old.0, "a refused migration changes nothing");
            }
            assert!(!is_whole || now.1 == old.1, "a refused migration loses nothing on {engine}: {}", now.1);
            return;
        }
        let has_rows = !self.rows(engine).is_empty();
        let new = (schema(&project.database).await, rows(&project.database).await);
        lived.rows_after = has_rows.then(|| new.1.clone());
        same(&new.0, &fresh(engine, after).await, "the tables are those of the models after");

        // Back to where `before` was: apps that were new go to zero, the others to their old newest migration.
        for app in project.graph().unwrap().apps() {
            let target = match old_leaves.leaf(app) {
                Some(leaf) => Target::Migration(leaf.clone()),
                None => Target::Zero(app.to_owned()),
            };
            if let Err(error) = project.migrate(&target).await {
                lived.refused_back = Some(told_error(&error));
                if is_whole {
                    same(&schema(&project.database).await, &new.0, "a refused way back changes nothing");
                    same(&rows(&project.database).await, &new.1, "a refused way back loses nothing");
                }
                return;
            }
        }
        same(&schema(&project.database).await, &old.0, "going back gives the tables before");
        lived.rows_back = has_rows.then_some(rows(&project.database).await);
    }
}

/// What became of a case on an engine.
#[derive(Default)]
struct Lived {
    /// The questions, the operations and the SQL.
    told: String,
    made: bool,
    refused: Option<String>,
    rows_after: Option<String>,
    refused_back: Option<String>,
    rows_back: Option<String>,
}

impl Lived {
    /// Writes the sections in which this one differs from another.
    fn write(&self, out: &mut String, suffix: &str, other: Option<&Self>) {
        type Part = for<'a> fn(&'a Lived) -> Option<&'a String>;
        let parts: [(&str, Part); 4] = [
            ("refused", |lived| lived.refused.as_ref()),
            ("rows after", |lived| lived.rows_after.as_ref()),
            ("refused back", |lived| lived.refused_back.as_ref()),
            ("rows back", |lived| lived.rows_back.as_ref()),
        ];
        for (name, part) in parts {
            let text = part(self);
            if other.is_none_or(|other| part(other) != text)
                && let Some(text) = text
            {
                let text = text.trim_end();
                write!(out, "\n=== {name}{suffix}\n{text}\n").unwrap();
            }
        }
    }
}

/// The error without the driver's own words below it, and without names that are another each time.
fn told_error(error: &rjango_core::Error) -> String {
    let text = format!("{error:?}");
    // The whole of it stands beside a failure, where the server's own words may be wanted.
    eprintln!("{text}");
    let lines = text.lines().filter(|line| {
        let cause = line.trim_start().strip_prefix("caused by: ");
        cause.is_none_or(|cause| !cause.starts_with("error returned") && !cause.starts_with(|c: char| c.is_numeric()))
            && line.rsplit_once(" at line ").is_none_or(|(_, number)| number.parse::<u32>().is_err())
    });
    let words = lines.map(|line| {
        let words = line.split('`').map(|word| match word {
            _ if word.starts_with("rjango_m") => "database",
            _ if word.starts_with("#sql") => "#sql",
            _ => word,
        });
        words.collect::<Vec<_>>().join("`")
    });
    words.collect::<Vec<_>>().join("\n")
}

/// The migrations with the SQL for every engine.
fn told(migrations: &[NewMigration], mut state: ProjectState) -> String {
    let mut out = String::new();
    for migration in migrations {
        let toml = writer::migration_toml(migration).unwrap();
        let toml: String = toml.lines().skip(2).map(|line| format!("{line}\n")).collect();
        write!(out, "\n=== {}\n", migration.key).unwrap();
        for operation in &migration.operations {
            writeln!(out, "{}", operation.describe_with_symbol()).unwrap();
        }
        write!(out, "\n=== {}/migration.toml\n{toml}", migration.key).unwrap();
        for (name, text) in writer::files(migration, &state, &Engine::ALL).unwrap().into_iter().skip(1) {
            write!(out, "\n=== {}/{name}\n{text}", migration.key).unwrap();
        }
        for operation in &migration.operations {
            operation.apply(&migration.key.app, &mut state).unwrap();
        }
    }
    out
}

async fn insert(project: &Project, sql: &str) {
    if sql.is_empty() {
        return;
    }
    // The rows' names stand in the quotes of standard SQL.
    let sql = match project.database.engine() {
        Engine::MySql => format!(
            "SET @mode = @@sql_mode, sql_mode = 'ANSI_QUOTES,STRICT_TRANS_TABLES'; {}; SET sql_mode = @mode",
            sql.trim_end().trim_end_matches(';')
        ),
        _ => sql.to_owned(),
    };
    project.database.execute_script(&sql).await.unwrap();
}

/// Equal, or the lines that differ.
fn same(one: &str, other: &str, what: &str) {
    let only = |a: &str, b: &str| {
        let lines = a.lines().filter(|line| !b.lines().any(|other| other == *line));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert!(one == other, "{what}\nfound:\n{}\nexpected:\n{}", only(one, other), only(other, one));
}

/// The tables of a database that is made from these models at once.
async fn fresh(engine: Engine, state: &ProjectState) -> String {
    let project = Project::on(engine).await;
    project.make(state, &mut Scripted::new(Vec::new())).unwrap();
    project.make_tables(false).await;
    let schema = schema(&project.database).await;
    project.close().await;
    schema
}
