//! What people get wrong: each time a clear error with a place and the next step, and nothing lost.

use std::net::TcpListener;

use expect_test::expect;

use crate::project::Project;

const PRODUCT: &str = r#"use rjango::models::*;

#[derive(Model, Debug, Clone)]
pub struct Product {
    pub id: Auto,
    #[field(max_length = 200)]
    pub name: String,
}
"#;

#[test]
fn a_folder_without_a_project() {
    expect![[""]].assert_eq(&Project::empty().snapshot(&["migrate"]));
}

#[test]
fn an_unknown_command() {
    expect![[""]].assert_eq(&Project::started().snapshot(&["makemigration"]));
}

#[test]
fn settings_with_a_syntax_error() {
    let project = Project::started();
    let settings = project.read("config/settings.toml");
    project.write("config/settings.toml", &settings.replace("DEBUG = true", "DEBUG = = true"));
    expect![[""]].assert_eq(&project.snapshot(&["check"]));
}

#[test]
fn settings_with_several_mistakes_are_told_at_once() {
    let project = Project::started();
    let settings = project.read("config/settings.toml");
    project.write(
        "config/settings.toml",
        &settings.replace("DEBUG = true", "DEBUGG = true\nALLOWED_HOST = []\nSESSION_COOKIE_AGE = \"long\""),
    );
    expect![[""]].assert_eq(&project.snapshot(&["check"]));
}

#[test]
fn a_model_with_an_unknown_field_type() {
    let project = Project::with_models(&PRODUCT.replace("pub name: String", "pub name: Strnig"));
    expect![[""]].assert_eq(&project.snapshot(&["makemigrations"]));
}

#[test]
fn two_models_of_one_table() {
    let again = PRODUCT.replace("pub struct Product", "#[model(table = \"shop_product\")]\npub struct Article");
    let project = Project::with_models(&format!("{PRODUCT}\n{}", again.replace("use rjango::models::*;", "")));
    expect![[""]].assert_eq(&project.snapshot(&["makemigrations"]));
}

#[test]
fn a_model_that_does_not_parse() {
    let project = Project::with_models(&PRODUCT.replace("pub name: String,", "pub name String,"));
    expect![[""]].assert_eq(&project.snapshot(&["makemigrations"]));
}

#[test]
fn a_relation_to_nowhere() {
    let field = "    #[field(on_delete = \"cascade\")]\n    pub maker: ForeignKey<Maker>,\n}";
    let project = Project::with_models(&PRODUCT.replace('}', field));
    expect![[""]].assert_eq(&project.snapshot(&["makemigrations"]));
}

#[test]
fn an_app_that_is_not_there() {
    let project = Project::started();
    let settings = project.read("config/settings.toml");
    project.write(
        "config/settings.toml",
        &settings.replace("\"rjango.contrib.staticfiles\",", "\"rjango.contrib.staticfiles\",\n    \"blog\","),
    );
    expect![[""]].assert_eq(&project.snapshot(&["makemigrations"]));
}

#[test]
fn a_database_that_cannot_be_opened() {
    let project = Project::started();
    let settings = project.read("config/settings.toml");
    project.write("config/settings.toml", &settings.replace("NAME = \"db.sqlite3\"", "NAME = \"no/such/folder/db.sqlite3\""));
    expect![[""]].assert_eq(&project.snapshot(&["migrate"]));
}

#[test]
fn a_database_of_an_engine_that_is_not_built_in() {
    let project = Project::started();
    let mut command = project.command(&["migrate"]);
    command.env("DATABASE_URL", "postgres://me:secret@127.0.0.1/shop");
    let shown = project.show(&command.output().unwrap());
    assert!(!shown.contains("secret"), "{shown}");
    expect![[""]].assert_eq(&shown);
}

#[test]
fn a_port_in_use() {
    let project = Project::started();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let next = (taken.local_addr().unwrap().port() + 1).to_string();
    let shown = project.snapshot(&["runserver", &port]).replace(&port, "PORT").replace(&next, "NEXT");
    expect![[""]].assert_eq(&shown);
}
