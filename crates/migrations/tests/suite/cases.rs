//! The case files in `tests/cases`: models before and after, answers, rows; and what must come of them.
//!
//! A file begins with a sentence and has sections that start with `=== name`. `before`, `after`, `answers`, `told` (the command line)
//! and `rows` are written by hand; the others are what rjango makes of them. `UPDATE_CASES=1 cargo nextest run -p rjango-migrations cases`
//! writes those anew, to be reviewed in the diff.
//!
//! Beyond the text, each case holds on a real SQLite: the migrated tables equal those made fresh from the models after, and
//! going back gives the tables before.

use std::fmt::Write as _;
use std::path::Path;

use rjango_core::Result;
use rjango_migrations::autodetector::{Answer, Told};
use rjango_migrations::executor::Target;
use rjango_migrations::{ProjectState, writer};
use rjango_orm::Engine;
use rjango_schema::DefaultValue;

use crate::models;
use crate::project::{Project, Scripted, rows, schema};

#[tokio::test]
async fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 30, "found only {} cases", names.len());
    let mut failed = Vec::new();
    for path in names {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        eprintln!("case {name}");
        let case = Case::parse(&text);
        let made = case.run().await;
        if std::env::var_os("UPDATE_CASES").is_some() {
            std::fs::write(&path, &made).unwrap();
        } else if made != text {
            failed.push(format!("--- {name}\n{made}"));
        }
    }
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
        Told::parse(options("--rename "), options("--default "))
    }

    async fn run(&self) -> String {
        let mut out = format!("{}\n", self.get(""));
        for name in ["before", "after", "answers", "told", "rows"] {
            if self.sections.iter().any(|(section, _)| *section == name) {
                write!(out, "\n=== {name}\n{}\n", self.get(name)).unwrap();
            }
        }
        let (before, after) = (models::state(self.get("before")), models::state(self.get("after")));
        let project = Project::new();
        project.make(&before, &mut Scripted::new(Vec::new())).unwrap();
        project.migrate(&Target::All).await.unwrap();
        let old_schema = schema(&project.database).await;
        if !self.get("rows").is_empty() {
            project.database.execute_script(self.get("rows")).await.unwrap();
        }
        let old_rows = rows(&project.database).await;
        let old_leaves = project.graph().unwrap();

        let mut scripted = Scripted::new(self.answers());
        let made = self.told().and_then(|told| project.make_as_told(&after, &told, &mut scripted));
        if !scripted.asked.is_empty() {
            write!(out, "\n=== asked\n{}\n", scripted.asked.join("\n")).unwrap();
        }
        let migrations = match made {
            Ok(migrations) => migrations,
            Err(error) => {
                write!(out, "\n=== error\n{error:?}\n").unwrap();
                return out;
            }
        };
        assert_eq!(scripted.answers.next(), None, "an answer was not asked for");
        let mut state = before.clone();
        for migration in &migrations {
            let toml = writer::migration_toml(migration).unwrap();
            let toml: String = toml.lines().skip(2).map(|line| format!("{line}\n")).collect();
            write!(out, "\n=== {}\n", migration.key).unwrap();
            for operation in &migration.operations {
                writeln!(out, "{}", operation.describe_with_symbol()).unwrap();
            }
            write!(out, "\n=== {}/migration.toml\n{toml}", migration.key).unwrap();
            for (name, text) in writer::files(migration, &state, &[Engine::Sqlite]).unwrap().into_iter().skip(1) {
                write!(out, "\n=== {}/{name}\n{text}", migration.key).unwrap();
            }
            for operation in &migration.operations {
                operation.apply(&migration.key.app, &mut state).unwrap();
            }
        }

        if let Err(error) = project.migrate(&Target::All).await {
            write!(out, "\n=== refused\n{error:?}\n").unwrap();
            assert_eq!(schema(&project.database).await, old_schema);
            assert_eq!(rows(&project.database).await, old_rows, "a refused migration loses nothing");
            return out;
        }
        if !self.get("rows").is_empty() {
            write!(out, "\n=== rows after\n{}", rows(&project.database).await).unwrap();
        }
        let (new_schema, new_rows) = (schema(&project.database).await, rows(&project.database).await);
        assert_eq!(new_schema, fresh(&after).await, "the tables are those of the models after");

        // Back to where `before` was: apps that were new go to zero, the others to their old newest migration.
        for app in project.graph().unwrap().apps() {
            let target = match old_leaves.leaf(app) {
                Some(leaf) => Target::Migration(leaf.clone()),
                None => Target::Zero(app.to_owned()),
            };
            if let Err(error) = project.migrate(&target).await {
                write!(out, "\n=== refused back\n{error:?}\n").unwrap();
                assert_eq!(schema(&project.database).await, new_schema, "a refused way back changes nothing");
                assert_eq!(rows(&project.database).await, new_rows, "a refused way back loses nothing");
                return out;
            }
        }
        assert_eq!(schema(&project.database).await, old_schema, "going back gives the tables before");
        if !self.get("rows").is_empty() {
            write!(out, "\n=== rows back\n{}", rows(&project.database).await).unwrap();
        }
        out
    }
}

/// The tables of a database that is made from these models at once.
async fn fresh(state: &ProjectState) -> String {
    let project = Project::new();
    project.make(state, &mut Scripted::new(Vec::new())).unwrap();
    project.migrate(&Target::All).await.unwrap();
    schema(&project.database).await
}
