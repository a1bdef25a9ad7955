//! Django as the oracle: of the same models before and after, both find the same operations and make equivalent tables.
//!
//! The pairs stand in `tests/oracle/*.txt`, in rjango's words and in Django's. Django 5.2 is asked about all pairs at once,
//! and Django 6.1 where there is a Python for it.
//!
//! What is compared of the operations: their type, app, model and field, index or constraint, in any order. What a model
//! brings with it when it is made, and what goes with it when it is deleted, is its own: Django's optimizer folds some of
//! it into the model's operation and leaves some beside it, rjango folds all but what closes a circle. A pair on which the
//! two differ on purpose says why (`differs`), and must differ.
//!
//! What is compared of the tables: their names, and of each its columns with type and nullability, its key, what is unique,
//! its indexes' columns, and its foreign keys. Not the names of indexes: when a column or table is renamed, Django leaves those
//! that it made by its rule under their old names, and rjango renames them, so that the tables are those of a fresh database.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use rjango_core::Result;
use rjango_migrations::autodetector::{Answer, NonInteractive, Question, Questioner, changes};
use rjango_migrations::executor::Target;
use rjango_migrations::{Operation, ProjectState};
use rjango_orm::Database;
use rjango_schema::DefaultValue;

use crate::models;
use crate::project::{Project, Scripted, database, tables, texts};

struct Pair {
    name: String,
    rust: [String; 2],
    django: [String; 2],
    answers: Vec<String>,
    differs: Option<String>,
}

/// Type, app, model, and what of the model.
type Found = BTreeSet<[String; 4]>;

#[tokio::test]
async fn django_finds_the_same_operations_and_makes_the_same_tables() {
    compare("RJANGO_TEST_PYTHON", "5.2").await;
}

#[cfg(feature = "django-6-1-tested")]
#[tokio::test]
async fn django_6_1_finds_the_same_operations_and_makes_the_same_tables() {
    compare("RJANGO_TEST_PYTHON_6_1", "6.1").await;
}

/// Holds every pair against the answers of this version of Django, whose Python the variable names.
async fn compare(variable: &str, version: &str) {
    let python = std::env::var(variable)
        .unwrap_or_else(|_| panic!("`{variable}` names the Python that has Django {version}; `scripts/test` sets it"));
    let pairs = pairs();
    assert!(pairs.len() >= 60, "found only {} pairs", pairs.len());
    let folder = tempfile::tempdir().unwrap();
    let theirs = ask_django(&python, version, folder.path(), &pairs);
    let mut failed = Vec::new();
    for pair in &pairs {
        let project = Project::new();
        let states = pair.rust.each_ref().map(|source| models::state(source));
        let ours = operations(&states, &pair.answers);
        for state in &states {
            project.make(state, &mut Scripted::new(answers(&pair.answers))).unwrap();
            project.migrate(&Target::All).await.unwrap();
        }
        let mut words = String::new();
        let theirs = &theirs[&pair.name];
        if (&ours == theirs) == pair.differs.is_some() {
            writeln!(words, "rjango finds {ours:#?}\nDjango finds {theirs:#?}").unwrap();
        }
        let made = database(&folder.path().join(format!("{}.sqlite3", pair.name)).display().to_string());
        let (ours, theirs) = (shape(&project.database).await, shape(&made).await);
        if ours != theirs {
            writeln!(words, "rjango makes\n{ours}\nDjango makes\n{theirs}").unwrap();
        }
        if !words.is_empty() {
            failed.push(format!("--- {}\n{words}", pair.name));
        }
    }
    assert!(failed.is_empty(), "rjango and Django differ:\n{}", failed.join("\n"));
}

fn pairs() -> Vec<Pair> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "txt")).collect();
    files.sort();
    let mut pairs: Vec<Pair> = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        for part in text.split("\n== ").skip(1) {
            pairs.push(Pair::parse(part));
        }
    }
    let names: BTreeSet<&String> = pairs.iter().map(|pair| &pair.name).collect();
    assert_eq!(names.len(), pairs.len(), "each pair has a name of its own");
    pairs
}

impl Pair {
    fn parse(text: &str) -> Self {
        let (name, body) = text.split_once('\n').unwrap();
        let side = |mark: &str| -> Vec<&str> { body.lines().filter_map(|line| line.strip_prefix(mark)).collect() };
        let whole = body.lines().any(|line| line.contains("struct "));
        let rust = ["r- ", "r+ "].map(|mark| rust(&side(mark), whole));
        let django = ["d- ", "d+ "].map(|mark| django(&side(mark), whole));
        let answers = side("a ").into_iter().map(str::to_owned).collect();
        let differs = side("differs ").first().map(|reason| (*reason).to_owned());
        Self { name: name.trim().to_owned(), rust, django, answers, differs }
    }
}

fn rust(lines: &[&str], whole: bool) -> String {
    if whole {
        return lines.join("\n");
    }
    let (options, fields): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| line.starts_with("#[model"));
    format!(
        "struct Shelf {{ id: Auto, #[field(max_length = 50)] label: String }}\n\
         {}\nstruct Product {{ id: Auto, #[field(max_length = 50)] name: String,\n{} }}",
        options.join("\n"),
        fields.join("\n")
    )
}

fn django(lines: &[&str], whole: bool) -> String {
    if whole {
        return lines.join("\n");
    }
    let mut text = "class Shelf(models.Model):\n    label = models.CharField(max_length=50)\n\
                    class Product(models.Model):\n    name = models.CharField(max_length=50)\n"
        .to_owned();
    let (options, fields): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| line.starts_with("Meta: "));
    for field in fields {
        writeln!(text, "    {field}").unwrap();
    }
    for (position, option) in options.iter().enumerate() {
        let head = if position == 0 { "    class Meta:\n" } else { "" };
        writeln!(text, "{head}        {}", option.trim_start_matches("Meta: ")).unwrap();
    }
    text
}

fn ask_django(python: &str, version: &str, folder: &Path, pairs: &[Pair]) -> BTreeMap<String, Found> {
    let asked: Vec<serde_json::Value> = pairs
        .iter()
        .map(|pair| {
            let [before, after] = &pair.django;
            serde_json::json!({ "name": pair.name, "before": before, "after": after, "answers": pair.answers })
        })
        .collect();
    let mut child = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/oracle.py"))
        .arg(folder)
        .arg(version)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(serde_json::to_string(&asked).unwrap().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: BTreeMap<String, Vec<[String; 4]>> = serde_json::from_slice(&output.stdout).unwrap();
    found.into_iter().map(|(name, operations)| (name, normal(operations))).collect()
}

fn operations(states: &[ProjectState; 2], answers: &[String]) -> Found {
    let found = changes(&states[0], &states[1], &mut Answers(answers)).unwrap();
    normal(found.operations().map(|(app, operation)| listed(app, operation)).collect())
}

fn listed(app: &str, operation: &Operation) -> [String; 4] {
    let label = operation.model_label(app).unwrap();
    let model = label.split_once('.').unwrap().1.to_lowercase();
    let name = match operation {
        Operation::AddField(add) => add.field.name.clone(),
        Operation::AlterField(alter) => alter.field.name.clone(),
        Operation::RemoveField(remove) => remove.name.clone(),
        Operation::RenameField(rename) => format!("{} {}", rename.from, rename.to),
        Operation::RenameModel(rename) => format!("{} {}", rename.from, rename.to),
        Operation::RenameIndex(rename) => format!("{} {}", rename.from, rename.to),
        Operation::AddIndex(add) => add.index.name.clone(),
        Operation::RemoveIndex(remove) => remove.name.clone(),
        Operation::AddConstraint(add) => add.constraint.name().to_owned(),
        Operation::RemoveConstraint(remove) => remove.name.clone(),
        _ => String::new(),
    };
    [operation.type_name().to_owned(), app.to_owned(), model, name.to_lowercase()]
}

/// Without what belongs to models that come or go.
fn normal(operations: Vec<[String; 4]>) -> Found {
    let ends: BTreeSet<[String; 2]> = operations
        .iter()
        .filter(|[kind, ..]| kind == "create_model" || kind == "delete_model")
        .map(|[_, app, model, _]| [app.clone(), model.clone()])
        .collect();
    let own = |[kind, app, model, _]: &[String; 4]| {
        kind.ends_with("_model") && !kind.starts_with("rename") || !ends.contains(&[app.clone(), model.clone()])
    };
    operations.into_iter().filter(own).collect()
}

/// Answers by what they are good for, whoever asks first.
struct Answers<'a>(&'a [String]);

impl Questioner for Answers<'_> {
    fn ask(&mut self, question: &Question<'_>) -> Result<Answer> {
        let value = answers(self.0).into_iter().find(|answer| matches!(answer, Answer::Value(_)));
        match question {
            Question::NotNullAddition { .. } | Question::NotNullAlteration { .. } => {
                value.map_or_else(|| NonInteractive.ask(question), Ok)
            }
            _ if self.0.iter().any(|answer| answer == "yes") => Ok(Answer::Yes),
            _ => Ok(Answer::No),
        }
    }
}

fn answers(words: &[String]) -> Vec<Answer> {
    let answer = |word: &String| match word.split_once(' ') {
        _ if word == "yes" => Answer::Yes,
        _ if word == "no" => Answer::No,
        Some(("int", number)) => Answer::Value(DefaultValue::Int(number.parse().unwrap())),
        Some(("text", text)) => Answer::Value(DefaultValue::Text(text.to_owned())),
        Some(("function", path)) => Answer::Value(DefaultValue::Function(path.to_owned())),
        _ => panic!("`{word}` is no answer"),
    };
    words.iter().map(answer).collect()
}

/// The tables as both make them: names of columns and types, keys, what is unique, what is indexed, what refers to what.
async fn shape(database: &Database) -> String {
    let mut out = String::new();
    for table in tables(database).await {
        writeln!(out, "{table}").unwrap();
        let columns = format!(
            "SELECT \"name\" || ' ' || lower(\"type\") || ' null=' || (1 - \"notnull\") || ' pk=' || pk \
             FROM pragma_table_info('{table}') ORDER BY name"
        );
        let keys = format!(
            "SELECT '-> ' || \"from\" || ' ' || \"table\" || '.' || \"to\" FROM pragma_foreign_key_list('{table}') ORDER BY 1"
        );
        let indexes = format!(
            "SELECT DISTINCT CASE l.\"unique\" WHEN 1 THEN 'unique' ELSE 'index' END || ' ' || \
             (SELECT group_concat(x.name || CASE WHEN x.\"desc\" THEN ' desc' ELSE '' END, ', ') \
              FROM pragma_index_xinfo(l.name) x WHERE x.key) FROM pragma_index_list('{table}') l ORDER BY 1"
        );
        for sql in [columns, keys, indexes] {
            for row in texts(database, &sql, 1).await {
                writeln!(out, "    {}", row[0]).unwrap();
            }
        }
    }
    out
}
