//! The tables are Django's: held against what Django 5.2 makes of the same models (`tests/django`).

use rjango_migrations::executor::Target;

use crate::models::state;
use crate::project::{Project, Scripted, texts};

#[tokio::test]
async fn tables_are_those_that_django_makes() {
    let project = Project::new();
    project.make(&state(include_str!("../django/models.rs")), &mut Scripted::new(Vec::new())).unwrap();
    project.migrate(&Target::All).await.unwrap();
    let sql = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' \
               AND name NOT LIKE 'rjango_migrations_%'";
    let mut ours: Vec<String> = texts(&project.database, sql, 1).await.into_iter().map(|row| normal(&row[0])).collect();
    let recorded = include_str!("../django/tables.sql").lines().filter(|line| !line.starts_with("--"));
    let mut theirs: Vec<String> = recorded.map(|line| normal(line.trim_end_matches(';'))).collect();
    ours.sort();
    theirs.sort();
    let missing: Vec<&String> = theirs.iter().filter(|sql| !ours.contains(sql)).collect();
    let extra: Vec<&String> = ours.iter().filter(|sql| !theirs.contains(sql)).collect();
    assert!(missing.is_empty() && extra.is_empty(), "Django has {missing:#?}\nrjango has {extra:#?}");
    assert_eq!(ours.len(), 37, "every statement was compared");
}

/// A statement with its parts in order and its blanks evened out: Django puts the columns of relations last.
fn normal(sql: &str) -> String {
    let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    if !sql.starts_with("CREATE TABLE") {
        return sql;
    }
    let (head, body) = sql.split_once('(').unwrap();
    let body = body.strip_suffix(')').unwrap().trim();
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for character in body.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().unwrap().push(character);
    }
    let mut parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
    parts.sort_unstable();
    format!("{}({})", head, parts.join(", "))
}
