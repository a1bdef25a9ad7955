//! The guide `docs/templates.md`: its tables have the names that the engine has, its templates make the pages below them, and its Rust
//! is that of `docs/extending.md`, which is compiled and run.
#![allow(clippy::unwrap_used)]

#[path = "hostile/site.rs"]
#[allow(dead_code)] // It is the site of other tests.
mod site;

use std::collections::BTreeSet;

use rjango_templates::{Libraries, Value};

fn guide(name: &str) -> String {
    std::fs::read_to_string(format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The blocks between fences: their first lines, and their texts.
fn blocks(guide: &str) -> Vec<(&str, &str)> {
    guide.split("\n```").skip(1).step_by(2).filter_map(|block| block.split_once('\n')).collect()
}

/// The names of a table, each behind its library.
fn table(guide: &str, heading: &str) -> BTreeSet<String> {
    let section = guide.split(&format!("\n## {heading}\n")).nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(2);
    rows.flat_map(|row| {
        let (library, names) = row.trim_matches(['|', ' ']).split_once(" | ").unwrap();
        let library = library.strip_prefix("`{% load ").and_then(|rest| rest.strip_suffix(" %}`")).unwrap_or_default();
        let names: Vec<String> = names.split('`').skip(1).step_by(2).map(|name| format!("{library}.{name}")).collect();
        names
    })
    .collect()
}

fn own(names: impl Iterator<Item = (Option<&'static str>, &'static str)>) -> BTreeSet<String> {
    names.map(|(library, name)| format!("{}.{name}", library.unwrap_or_default())).collect()
}

#[test]
fn the_tables_have_the_names_that_the_engine_has() {
    let guide = guide("templates.md");
    assert_eq!(table(&guide, "Tags"), own(Libraries::builtin_tags()));
    assert_eq!(table(&guide, "Filters"), own(Libraries::builtin_filters()));
}

#[test]
fn the_templates_of_the_guide_make_its_pages() {
    let guide = guide("templates.md");
    let blocks = blocks(&guide);
    let (_, json) = blocks.iter().find(|(kind, _)| *kind == "json").unwrap();
    let context = Value::from(&serde_json::from_str::<serde_json::Value>(json).unwrap());
    let (mut pages, mut errors) = (0, 0);
    for pair in blocks.windows(2) {
        let [(kind, template), (_, expected)] = pair else { continue };
        match *kind {
            "django" => {
                assert_eq!(site::page(template, context.clone()).unwrap(), *expected);
                pages += 1;
            }
            "django fails" => {
                let told = site::told(site::page(template, context.clone()));
                let lines = told.trim_start_matches("page.html:").lines();
                let told: Vec<&str> = lines.filter(|line| !line.starts_with(' ')).collect();
                assert_eq!(told.join("\n"), *expected);
                errors += 1;
            }
            _ => {}
        }
    }
    assert_eq!((pages, errors), (4, 1));
}

#[test]
fn the_rust_of_the_guide_is_compiled_elsewhere() {
    let (guide, extending) = (guide("templates.md"), guide("extending.md"));
    let code: Vec<&str> =
        blocks(&guide).into_iter().filter(|(kind, _)| *kind == "rust").map(|(_, code)| code).collect();
    assert!(!code.is_empty());
    for block in code {
        assert!(extending.contains(block), "`docs/extending.md` does not have\n{block}");
    }
}
