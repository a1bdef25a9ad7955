//! A project in a temporary folder whose models a test gives, and the command lines that are run on it.

mod command_line;

use std::collections::BTreeMap;
use std::sync::Arc;

use expect_test::Expect;
use rjango_cli::{Project, site};
use rjango_core::{DatabaseSettings, Settings};
use rjango_migrations::AppMigrations;
use rjango_orm::Models;
use rjango_schema::ModelSchema;

pub struct Shop {
    folder: tempfile::TempDir,
}

impl Shop {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, path: &str) -> std::path::PathBuf {
        self.folder.path().join(path)
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }

    pub fn write(&self, path: &str, text: &str) {
        std::fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        std::fs::write(self.path(path), text).unwrap();
    }

    pub fn remove(&self, path: &str) {
        let path = self.path(path);
        if path.is_dir() { std::fs::remove_dir_all(path).unwrap() } else { std::fs::remove_file(path).unwrap() }
    }

    /// The folders of the shop's migrations.
    #[allow(dead_code, reason = "not every test that shares this file lists them")]
    pub fn migrations(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path("shop/migrations")).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn project(&self, models: &[String]) -> Project {
        let mut settings = Settings::for_tests();
        let name = self.path("db.sqlite3").display().to_string();
        settings.databases = BTreeMap::from([("default".to_owned(), DatabaseSettings::sqlite(&name))]);
        let schemas = models.iter().map(|model| Arc::new(toml::from_str::<ModelSchema>(model).unwrap()));
        let models = Models::from_schemas(schemas).unwrap();
        Project {
            base_dir: self.folder.path().to_owned(),
            site: Arc::new(site(settings, &models, false).unwrap()),
            models,
            migrations: vec![AppMigrations::directory("shop", self.path("shop/migrations"))],
            compiled: false,
        }
    }

    /// Runs a command line; gives the exit code, stdout and stderr.
    pub fn run(&self, models: &[String], line: &str, answers: &[&str]) -> String {
        command_line::run(line, answers, &|| self.project(models)).to_string()
    }

    pub fn check(&self, models: &[String], line: &str, expected: &Expect) {
        expected.assert_eq(&self.run(models, line, &[]));
    }

    /// Runs several command lines that nobody answers to.
    pub fn run_all(&self, models: &[String], lines: &[&str]) -> String {
        lines.iter().map(|line| format!("$ rjango {line}\n{}", self.run(models, line, &[]))).collect()
    }

    /// Runs what is to succeed and is not looked at.
    pub fn done(&self, models: &[String], line: &str) {
        let outcome = self.run(models, line, &[]);
        assert!(outcome.starts_with("exit 0\n"), "{line}: {outcome}");
    }
}

/// A model of the shop with a key and these fields, each as TOML without its braces.
pub fn model(name: &str, fields: &[&str]) -> String {
    let fields: String = fields.iter().map(|field| format!("    {{ {field} }},\n")).collect();
    format!(
        "app = \"shop\"\nname = \"{name}\"\nfields = [\n    {{ name = \"id\", kind = \"big_auto\", primary_key = true }},\n{fields}]\n"
    )
}
