//! One description, two sources: what the derive compiled and what the reader reads are the same.

use std::collections::BTreeMap;
use std::path::Path;

use rjango_orm::{ModelEntry, Models};
use rjango_schema::ModelSchema;
use rjango_schema::read::{SourceProject, read_project};

/// Where a struct stands and how it displays are for the reader alone to know.
fn comparable(schema: &ModelSchema) -> (String, ModelSchema) {
    let mut schema = schema.clone();
    schema.origin = None;
    schema.display = None;
    for field in &mut schema.fields {
        field.line = None;
    }
    (schema.label(), schema)
}

#[test]
fn the_derive_and_the_reader_agree() {
    let apps = ["shop", "library", "signals", "oracle", "deletion", "pages", "zones"];
    let mut project = SourceProject::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/typed"), apps);
    project.crate_root = "main.rs".into();
    let source = read_project(&project).unwrap_or_else(|errors| panic!("{errors:?}"));
    let read: BTreeMap<_, _> = source.models.iter().map(comparable).collect();
    let compiled: BTreeMap<_, _> = ModelEntry::all().map(|entry| comparable(entry.schema())).collect();
    assert_eq!(read.keys().collect::<Vec<_>>(), compiled.keys().collect::<Vec<_>>());
    assert_eq!(read.len(), 32);
    for (label, schema) in &read {
        assert_eq!(compiled.get(label), Some(schema), "{label}");
    }
    // The names of methods too.
    let models = Models::from_inventory(|app| app == "pages").unwrap_or_else(|error| panic!("{error}"));
    for (path, label) in [("pages::models::Post", "pages.Post"), ("pages::models::Member", "pages.Member")] {
        let found = source.registrations.iter().find(|found| found.kind.attribute == "methods" && found.path == path);
        let mut shown = found.map(|found| found.kind.methods.clone()).unwrap_or_default();
        shown.sort();
        let methods = models.get(label).map(|meta| meta.methods.iter().map(|method| method.name.to_string()).collect());
        assert_eq!(Some(shown), methods);
    }
}
