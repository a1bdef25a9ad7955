//! What several test files share: a description or its errors as short text.
#![allow(dead_code, reason = "each test file uses a part of it")]

use rjango_schema::read::{ExternalKind, ReadError, SourceProject, parse_model, read_project};
use serde::Serialize;
use serde_json::Value;

/// A model's open description, a line for each field and option, or its errors.
pub fn describe(item: &str) -> String {
    let input: syn::DeriveInput = syn::parse_str(item).expect("the case is Rust");
    let parsed = match parse_model(&input) {
        Ok(parsed) => parsed,
        Err(error) => return errors(error),
    };
    let Ok(mut open) = serde_json::to_value(parsed.open()) else { return String::new() };
    open.sort_all_objects();
    let Value::Object(mut open) = open else { return String::new() };
    let Some(Value::Object(mut model)) = open.remove("model") else { return String::new() };
    let Some(Value::Array(fields)) = model.remove("fields") else { return String::new() };
    let mut text: String = fields.iter().map(|field| format!("{}\n", field_line(field))).collect();
    model.remove("name");
    model.retain(|_, value| *value != Value::String(String::new()));
    // What was taken out has left its place to the last one.
    model.sort_keys();
    open.sort_keys();
    for (option, value) in model.into_iter().chain(open) {
        text.push_str(&format!("{option}: {value}\n"));
    }
    text
}

/// `name kind` and the attributes that differ from the usual, without the line.
fn field_line(field: &Value) -> String {
    let mut field = field.clone();
    field.sort_all_objects();
    let Value::Object(field) = field else { return String::new() };
    let text = |key: &str| field.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut line = format!("{} {}", text("name"), text("kind"));
    for (key, value) in field.iter().filter(|(key, _)| !["name", "kind", "line"].contains(&key.as_str())) {
        match value {
            Value::Bool(true) => line.push_str(&format!(" {key}")),
            value => line.push_str(&format!(" {key}={value}")),
        }
    }
    line
}

/// Each error with the source that it points at.
pub fn errors(error: syn::Error) -> String {
    let line = |error: syn::Error| {
        let source = error.span().source_text().unwrap_or_default();
        format!("`{source}`: {error}\n")
    };
    error.into_iter().map(line).collect()
}

/// A value as compact JSON.
pub fn one_line(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A temporary project from one text: `//- path` starts a file. The apps are `shop` and `blog`.
pub fn project(text: &str) -> (tempfile::TempDir, SourceProject) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for part in text.split("//- ").skip(1) {
        let (path, content) = part.split_once('\n').unwrap_or((part, ""));
        let file = folder.path().join(path.trim());
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent).expect("a folder of the case");
        }
        std::fs::write(file, content).expect("a file of the case");
    }
    let project = SourceProject::new(folder.path(), ["shop", "blog"])
        .with_external("rjango::contrib::auth::User", ExternalKind::Model("auth.User".to_owned()));
    (folder, project)
}

/// The models as lines, then the notes; or the errors.
pub fn read(project: &SourceProject) -> String {
    match read_project(project) {
        Ok(source) => {
            let models = source.models.iter().map(|model| {
                let origin = model.origin.as_ref();
                let origin = origin.map(|origin| format!("{}:{}", origin.file, origin.line)).unwrap_or_default();
                let display = model.display.as_ref().map(|parts| format!("  display {}\n", one_line(parts)));
                let fields = model
                    .fields
                    .iter()
                    .map(|field| format!("  {}\n", field_line(&serde_json::to_value(field).unwrap_or_default())));
                let fields: String = fields.collect();
                format!("{} {origin}\n{fields}{}", model.label(), display.unwrap_or_default())
            });
            models.chain(source.notes.iter().map(|note| format!("note {}", place(note)))).collect()
        }
        Err(errors) => errors.iter().map(place).collect(),
    }
}

fn place(error: &ReadError) -> String {
    let hint = error.hint.as_ref().map(|hint| format!("hint: {hint}\n")).unwrap_or_default();
    format!("{}:{}:{}: {error}\n{hint}", error.file, error.line, error.column)
}
