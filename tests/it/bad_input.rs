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
    expect![[r#"
        exit code: 1
        --- stderr
        error: no rjango project here: neither `[project]` nor a folder above it has `manage.rs`
        hint: go into a project's folder, or make one: `rjango startproject mysite`
    "#]]
    .assert_eq(&Project::empty().snapshot(&["migrate"]));
}

#[test]
fn an_unknown_command() {
    expect![[r#"
        exit code: 2
        --- stderr
        error: unknown command `makemigration`
        hint: did you mean `makemigrations`?
    "#]]
    .assert_eq(&Project::started().snapshot(&["makemigration"]));
}

#[test]
fn settings_with_a_syntax_error() {
    let project = Project::started();
    let settings = project.read("config/settings.toml");
    project.write("config/settings.toml", &settings.replace("DEBUG = true", "DEBUG = = true"));
    expect![[r#"
        exit code: 1
        --- stderr
        error: the settings have 2 errors
          config/settings.toml:2:9: extra `=`, expected nothing
            hint: TOML writes `KEY = value`: text in quotes, `true` or `false`, lists in `[ ]`
          config/settings.toml:2:11: unexpected key or value, expected newline, `#`
            hint: TOML writes `KEY = value`: text in quotes, `true` or `false`, lists in `[ ]`
    "#]]
    .assert_eq(&project.snapshot(&["check"]));
}

#[test]
fn templates_with_mistakes_are_told_without_a_build() {
    let project = Project::with_models(PRODUCT);
    let module = project.read("shop/mod.rs");
    project.write("shop/mod.rs", &format!("{module}pub mod extras;\n"));
    project.write(
        "shop/extras.rs",
        "use rjango::templates::{Value, filter, tag};\n\n#[filter]\nfn shout(value: &str) -> String {\n    value.to_uppercase()\n}\n\n\
         #[tag(end = \"endframe\")]\nfn frame(content: Value) -> Value {\n    content\n}\n",
    );
    project.write("shop/templates/shop/right.html", "{% load extras %}{% frame %}{{ name|shout }}{% endframe %}");
    project.write(
        "shop/templates/shop/wrong.html",
        "<ul>\n{% for product in products %}\n{{ product.name|shoot }} {{ url('detail') }}\n{% else %}none{% endfor %}\n</ul>\n",
    );
    expect![[r#"
        exit code: 1
        --- stdout
        System check identified 1 issue (0 silenced).
        --- stderr
        System check identified some issues:

        ERRORS:
        [project]/shop/templates/shop/wrong.html:3:1: (templates.E006) the template `shop/wrong.html` does not parse: `shoot` is not a filter
        3:26: `('detail')` of `url('detail')` is not understood (write `{% url 'detail' %}`)
        4:1: `{% else %}` does not belong here (in a `for` write `{% empty %}`)
             1 | <ul>
             2 | {% for product in products %}
        >    3 | {{ product.name|shoot }} {{ url('detail') }}
             4 | {% else %}none{% endfor %}
             5 | </ul>
        	HINT: did you mean `shout`?

    "#]].assert_eq(&project.snapshot(&["check"]));
}

#[test]
fn settings_with_several_mistakes_are_told_at_once() {
    let project = Project::started();
    let settings = project.read("config/settings.toml");
    project.write(
        "config/settings.toml",
        &settings.replace("DEBUG = true", "DEBUGG = true\nALLOWED_HOST = []\nSESSION_COOKIE_AGE = \"long\""),
    );
    expect![[r#"
        exit code: 1
        --- stderr
        error: the settings have 3 errors
          config/settings.toml:2:1: unknown setting `DEBUGG`
            hint: did you mean `DEBUG`? a key of your own goes into a section, such as `[SHOP]`
          config/settings.toml:3:1: unknown setting `ALLOWED_HOST`
            hint: did you mean `ALLOWED_HOSTS`? a key of your own goes into a section, such as `[SHOP]`
          config/settings.toml:4:22: `SESSION_COOKIE_AGE` expects an integer from 0 on, found the string `long`
    "#]]
    .assert_eq(&project.snapshot(&["check"]));
}

#[test]
fn a_model_with_an_unknown_field_type() {
    let project = Project::with_models(&PRODUCT.replace("pub name: String", "pub name: Strnig"));
    expect![[r#"
        exit code: 1
        --- stderr
        error: unknown field type `Strnig` of `Product.name`
          --> shop/models.rs:7:15
        hint: did you mean `String`? a field has one of the types of `rjango::models`, or an enum with `#[derive(Choices)]`
    "#]].assert_eq(&project.snapshot(&["makemigrations"]));
}

#[test]
fn two_models_of_one_table() {
    let again = PRODUCT.replace("pub struct Product", "#[model(table = \"shop_product\")]\npub struct Article");
    let project = Project::with_models(&format!("{PRODUCT}\n{}", again.replace("use rjango::models::*;", "")));
    expect![[r#"
        exit code: 1
        --- stderr
        error: the models `shop.Article` and `shop.Product` have the same table `shop_product`
          --> shop/models.rs:4
        hint: give one of them another table: `#[model(table = "...")]`
    "#]]
    .assert_eq(&project.snapshot(&["makemigrations"]));
}

#[test]
fn a_model_that_does_not_parse() {
    let project = Project::with_models(&PRODUCT.replace("pub name: String,", "pub name String,"));
    expect![[r#"
        exit code: 1
        --- stderr
        error: expected `:`
          --> shop/models.rs:7:14
    "#]]
    .assert_eq(&project.snapshot(&["makemigrations"]));
}

#[test]
fn a_relation_to_nowhere() {
    let field = "    #[field(on_delete = \"cascade\")]\n    pub maker: ForeignKey<Maker>,\n}";
    let project = Project::with_models(&PRODUCT.replace('}', field));
    expect![[r#"
        exit code: 1
        --- stderr
        error: `Product.maker` refers to the unknown model `Maker`
          --> shop/models.rs:9:27
        hint: import it with `use`, or write its whole path; a model that a macro writes is only known to the project's own binary, which `rjango makemigrations --compiled` asks
    "#]]
    .assert_eq(&project.snapshot(&["makemigrations"]));
}

#[test]
fn an_app_that_is_not_there() {
    let project = Project::started();
    let settings = project.read("config/settings.toml");
    project.write(
        "config/settings.toml",
        &settings.replace("\"rjango.contrib.staticfiles\",", "\"rjango.contrib.staticfiles\",\n    \"blog\","),
    );
    expect![[r#"
        exit code: 1
        --- stderr
        error: there is no app `blog` in the project
          --> config/settings.toml:7:18
        hint: make it with `rjango startapp blog`, or take it out of INSTALLED_APPS
    "#]]
    .assert_eq(&project.snapshot(&["makemigrations"]));
}

#[test]
fn a_database_that_cannot_be_opened() {
    let project = Project::started();
    let settings = project.read("config/settings.toml");
    project.write(
        "config/settings.toml",
        &settings.replace("NAME = \"db.sqlite3\"", "NAME = \"no/such/folder/db.sqlite3\""),
    );
    expect![[r#"
        exit code: 1
        --- stderr
        error: cannot open the database `[project]/no/such/folder/db.sqlite3`
        hint: the folder `[project]/no/such/folder` does not exist; create it, or fix NAME in `[DATABASES]`
    "#]]
    .assert_eq(&project.snapshot(&["migrate"]));
}

#[test]
fn a_server_that_is_not_there() {
    let project = Project::started();
    let mut command = project.command(&["migrate"]);
    // Nobody listens on the discard port.
    command.env("DATABASE_URL", "postgres://me:secret@127.0.0.1:9/shop");
    let shown = project.show(&command.output().unwrap());
    assert!(!shown.contains("secret"), "{shown}");
    expect![[r#"
        exit code: 1
        --- stderr
        error: cannot reach PostgreSQL at `127.0.0.1:9`: the connection is refused
        hint: start the server, or fix HOST and PORT in `[DATABASES]` of the settings (or DATABASE_URL)
    "#]]
    .assert_eq(&shown);
}

#[test]
fn a_port_in_use() {
    let project = Project::started();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let shown = project.snapshot(&["runserver", &port]).replace(&port, "PORT");
    // Which port is free next is the machine's affair.
    let (before, after) = shown.split_once("127.0.0.1:").unwrap();
    let shown = format!("{before}127.0.0.1:NEXT{}", after.trim_start_matches(|digit: char| digit.is_ascii_digit()));
    expect![[r#"
        exit code: 1
        --- stderr
        error: the port PORT is already in use
        hint: stop the server that uses it, or take a free one: `127.0.0.1:NEXT`
    "#]]
    .assert_eq(&shown);
}
