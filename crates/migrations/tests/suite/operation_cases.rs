//! The case files in `tests/operations`: operations that a person writes into `migration.toml`, and what comes of them.
//!
//! `before` has the models, `operations` the operations, `rows` rows; the others are what rjango makes of them, for every
//! engine that has a renderer. `UPDATE_CASES=1 cargo nextest run -p rjango-migrations cases` writes those anew.
//!
//! Beyond the text: what is read back equals what was written, and on a real SQLite going back gives the tables before.

use std::fmt::Write as _;
use std::path::Path;

use rjango_core::{Result, Settings, Site};
use rjango_migrations::executor::Target;
use rjango_migrations::{Migration, NewMigration, ProjectState, writer};
use rjango_orm::Engine;

use crate::models;
use crate::project::{Project, Scripted, rows, schema};

#[tokio::test]
async fn operation_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/operations");
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 8, "found only {} cases", paths.len());
    let mut failed = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        eprintln!("case {name}");
        let site = std::sync::Arc::new(Site::new(Settings::for_tests()));
        let made = site.scope(run(&text)).await;
        if std::env::var_os("UPDATE_CASES").is_some() {
            std::fs::write(&path, &made).unwrap();
        } else if made != text {
            failed.push(format!("--- {name}\n{made}"));
        }
    }
    assert!(failed.is_empty(), "these cases came out differently:\n{}", failed.join("\n"));
}

const FOLDER: &str = "shop/migrations/0002_custom";

fn section<'a>(text: &'a str, name: &str) -> &'a str {
    let start = format!("\n=== {name}\n");
    let Some((_, rest)) = text.split_once(&start) else { return "" };
    rest.split("\n=== ").next().unwrap_or_default().trim_end()
}

async fn run(text: &str) -> String {
    let mut out = text.split("\n\n=== ").next().unwrap().trim_end().to_owned() + "\n";
    for name in ["before", "operations", "rows"] {
        let body = section(text, name);
        if !body.is_empty() {
            write!(out, "\n=== {name}\n{body}\n").unwrap();
        }
    }
    let project = Project::new();
    let before = models::state(section(text, "before"));
    project.make(&before, &mut Scripted::new(Vec::new())).unwrap();
    project.migrate(&Target::All).await.unwrap();
    project.database.execute_script(section(text, "rows")).await.unwrap();
    let (old_schema, old_rows) = (schema(&project.database).await, rows(&project.database).await);

    let toml = format!("dependencies = [\"shop.0001_initial\"]\n\n{}\n", section(text, "operations"));
    project.write(&format!("{FOLDER}/migration.toml"), &toml);
    project.write(&format!("{FOLDER}/up.sqlite.sql"), "");
    let new = match read(&project) {
        Ok(new) => new,
        Err(error) => {
            write!(out, "\n=== refused\n{error:?}\n").unwrap();
            return out;
        }
    };
    let toml = writer::migration_toml(&new).unwrap();
    project.write(&format!("{FOLDER}/migration.toml"), &toml);
    assert_eq!(read(&project).unwrap().operations, new.operations, "what is written is what is read");
    out.push_str("\n=== described\n");
    for operation in &new.operations {
        writeln!(out, "{}", operation.describe_with_symbol()).unwrap();
    }
    let written: String = toml.lines().skip(3).map(|line| format!("{line}\n")).collect();
    write!(out, "\n=== migration.toml\n{}", written.trim_start()).unwrap();
    for engine in Engine::ALL {
        match writer::files(&new, &before, &[engine]) {
            Ok(files) => {
                for (name, text) in files.into_iter().skip(1) {
                    write!(out, "\n=== {name}\n{text}").unwrap();
                    project.write(&format!("{FOLDER}/{name}"), &text);
                }
            }
            Err(error) if error.to_string().contains("cannot be written for") => {}
            Err(error) => {
                write!(out, "\n=== refused on {engine}\n{error:?}\n").unwrap();
                return out;
            }
        }
    }
    let mut after = before.clone();
    for operation in &new.operations {
        if let Err(error) = operation.apply("shop", &mut after) {
            write!(out, "\n=== refused\n{error:?}\n").unwrap();
            return out;
        }
    }
    write!(out, "\n=== state\n{}", show(&after)).unwrap();

    if let Err(error) = project.migrate(&Target::All).await {
        write!(out, "\n=== refused\n{error:?}\n").unwrap();
        assert_eq!((schema(&project.database).await, rows(&project.database).await), (old_schema, old_rows));
        return out;
    }
    if !old_rows.is_empty() {
        write!(out, "\n=== rows after\n{}", rows(&project.database).await).unwrap();
    }
    let back = Target::parse(&project.graph().unwrap(), Some("shop"), Some("0001")).unwrap();
    if let Err(error) = project.migrate(&back).await {
        write!(out, "\n=== refused back\n{error:?}\n").unwrap();
        return out;
    }
    assert_eq!(schema(&project.database).await, old_schema, "going back gives the tables before");
    if !old_rows.is_empty() {
        write!(out, "\n=== rows back\n{}", rows(&project.database).await).unwrap();
    }
    out
}

/// The second migration as its file says.
fn read(project: &Project) -> Result<NewMigration> {
    let graph = project.graph()?;
    let migration: &Migration = graph.iter().find(|migration| migration.key.name == "0002_custom").unwrap();
    Ok(NewMigration {
        key: migration.key.clone(),
        initial: false,
        dependencies: migration.dependencies.clone(),
        replaces: Vec::new(),
        atomic: migration.atomic,
        operations: migration.operations.clone(),
    })
}

/// Models with their fields.
fn show(state: &ProjectState) -> String {
    let mut out = String::new();
    for model in state.iter() {
        let fields: Vec<&str> = model.fields.iter().map(|field| field.name.as_str()).collect();
        writeln!(out, "{} ({}): {}", model.label(), model.table(), fields.join(", ")).unwrap();
    }
    out
}
