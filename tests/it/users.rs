//! A project with users of its own, as the toolchain sees it: nothing is compiled.

use std::fs;
use std::process::{Command, Stdio};

use expect_test::expect;

use crate::project::{Project, checkout};

const MODELS: &str = "use rjango::contrib::auth::AbstractUser;\nuse rjango::models::*;\n\n";

/// The tour's project with the app `accounts` of `examples/members`.
fn members() -> Project {
    let project = Project::tour();
    let example = checkout().join("examples/members");
    for file in ["accounts/mod.rs", "accounts/models.rs", "accounts/admin.rs", "accounts/views.rs"] {
        project.write(file, &fs::read_to_string(example.join(file)).unwrap());
    }
    installed(&project, "accounts.User");
    project
}

/// A project with the app `accounts`, which has these models.
fn with_accounts(models: &str) -> Project {
    let project = Project::started();
    project.succeeds(&["startapp", "accounts"]);
    project.write("accounts/models.rs", &format!("{MODELS}{models}"));
    project
}

/// Names the app and the model in the settings.
fn installed(project: &Project, users: &str) {
    let settings = project.read("config/settings.toml");
    let settings = if settings.contains("\"accounts\"") {
        settings
    } else {
        settings.replace("INSTALLED_APPS = [", "INSTALLED_APPS = [\n    \"accounts\",")
    };
    project.write("config/settings.toml", &format!("AUTH_USER_MODEL = \"{users}\"\n{settings}"));
    let manage = project.read("manage.rs");
    if !manage.contains("mod accounts;") {
        project.write("manage.rs", &manage.replacen("mod shop;", "mod accounts;\nmod shop;", 1));
    }
}

fn superuser(project: &Project, arguments: &[&str]) {
    let arguments = [&["createsuperuser", "--noinput"], arguments].concat();
    let mut command = project.command(&arguments);
    let output = command.env("RJANGO_SUPERUSER_PASSWORD", "a long enough secret").output().unwrap();
    assert!(output.status.success(), "{}", project.show(&output));
}

fn shell(project: &Project, code: &str) -> String {
    project.succeeds(&["shell", "-c", code]).trim_end().to_owned()
}

#[test]
fn the_toolchain_knows_the_projects_users_from_source() {
    let project = members();
    project.succeeds(&["makemigrations"]);
    let accounts = project.read("accounts/migrations/0001_initial/migration.toml");
    assert!(accounts.contains("dependencies = [\"auth.0001_initial\"]"), "{accounts}");
    let log = project.succeeds(&["sqlmigrate", "admin", "0001"]);
    assert!(log.contains("\"user_id\" char(32) NOT NULL REFERENCES \"accounts_user\" (\"id\")"), "{log}");
    let auth = project.succeeds(&["sqlmigrate", "auth", "0001"]);
    assert!(auth.contains("\"auth_group\"") && !auth.contains("auth_user"), "{auth}");
    project.succeeds(&["migrate"]);
    project.succeeds(&["check"]);
    project.succeeds(&["makemigrations", "--check"]);
    superuser(&project, &["--username", "ada@EXAMPLE.com", "--field", "full_name=Ada"]);
    assert_eq!(shell(&project, "User.objects.get(email='ada@example.com').is_superuser"), "True");
    assert_eq!(shell(&project, "User.objects.get()"), "<User: ada@example.com>");
    // What is missing or does not fit is said by its name.
    let refused = project.run(&["createsuperuser", "--noinput", "--username", "bob@example.com"]);
    let refused = project.show(&refused);
    assert!(refused.contains("the superuser has no `full_name`"), "{refused}");
    assert!(refused.contains("--field full_name=..."), "{refused}");
    let wrong = project.show(&project.run(&["createsuperuser", "--noinput", "--username", "bob"]));
    assert!(wrong.contains("Enter a valid email address."), "{wrong}");
    let again = ["createsuperuser", "--noinput", "--username", "ada@example.com", "--field", "full_name=Ada"];
    let again = project.show(&project.run(&again));
    assert!(again.contains("that email address is already taken"), "{again}");
}

/// A database of its own on a server, for as long as the test runs.
struct OnServer {
    name: String,
    url: String,
    client: Vec<String>,
}

impl OnServer {
    fn postgres() -> Self {
        let server = variable("RJANGO_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432");
        let client = ["psql", "-q", &format!("{server}/postgres"), "-c"].map(str::to_owned);
        Self::made("postgres", &server, client.to_vec())
    }

    fn mysql() -> Self {
        let server = variable("RJANGO_TEST_MYSQL", "mysql://root@127.0.0.1:3306");
        let (user, address) = server.split_once("://").unwrap().1.split_once('@').unwrap();
        let (user, password) = user.split_once(':').unwrap_or((user, ""));
        let (host, port) = address.split_once(':').unwrap();
        let client = ["mariadb", "-h", host, "-P", port, "-u", user, &format!("--password={password}"), "-e"];
        Self::made("mysql", &server, client.map(str::to_owned).to_vec())
    }

    fn made(engine: &str, server: &str, client: Vec<String>) -> Self {
        let name = format!("rjango_it_users_{}", std::process::id());
        let database = Self { url: format!("{server}/{name}"), name, client };
        database.administer("DROP DATABASE IF EXISTS");
        assert!(database.administer("CREATE DATABASE"), "{engine} makes no database");
        database
    }

    fn administer(&self, what: &str) -> bool {
        let sql = format!("{what} {}", self.name);
        let mut command = Command::new(&self.client[0]);
        command.args(&self.client[1..]).arg(sql).stderr(Stdio::null()).status().unwrap().success()
    }
}

impl Drop for OnServer {
    fn drop(&mut self) {
        self.administer("DROP DATABASE IF EXISTS");
    }
}

fn variable(name: &str, usual: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| usual.to_owned())
}

#[test]
fn the_toolchain_makes_the_projects_users_on_the_servers() {
    for database in [OnServer::postgres(), OnServer::mysql()] {
        let project = members();
        let succeeds = |arguments: &[&str]| {
            let mut command = project.command(arguments);
            command.env("DATABASE_URL", &database.url).env("RJANGO_SUPERUSER_PASSWORD", "a long enough secret");
            let output = command.output().unwrap();
            assert!(output.status.success(), "{arguments:?}\n{}", project.show(&output));
            String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
        };
        succeeds(&["makemigrations"]);
        succeeds(&["migrate"]);
        succeeds(&["check", "--database", "default"]);
        let ada = ["--username", "ada@example.com", "--field", "full_name=Ada"];
        succeeds(&[&["createsuperuser", "--noinput"], ada.as_slice()].concat());
        assert_eq!(succeeds(&["shell", "-c", "User.objects.get(is_superuser=True)"]), "<User: ada@example.com>");
        succeeds(&["migrate", "admin", "zero"]);
        succeeds(&["migrate"]);
    }
}

#[test]
fn what_cannot_be_the_model_of_users_is_refused_with_its_place() {
    let project = with_accounts(
        "#[derive(Model)]\n#[model(user)]\npub struct User {\n    pub id: Auto,\n    #[field(flatten)]\n    pub base: \
         AbstractUser,\n}\n",
    );
    expect![[r#"
        exit code: 1
        --- stdout
        System check identified 1 issue (0 silenced).
        --- stderr
        System check identified some issues:

        ERRORS:
        accounts/models.rs:6: (auth.E104) `accounts.User` is a model of users, and AUTH_USER_MODEL names `auth.User`
        	HINT: write `AUTH_USER_MODEL = "accounts.User"` in the settings, or take `user` out of the model's `#[model(...)]`

    "#]]
    .assert_eq(&project.snapshot(&["check"]));

    let settings = project.read("config/settings.toml");
    let names =
        |label: &str| project.write("config/settings.toml", &format!("AUTH_USER_MODEL = \"{label}\"\n{settings}"));
    names("accounts.Usr");
    expect![[r#"
        exit code: 1
        --- stderr
        error: AUTH_USER_MODEL names `accounts.Usr`, which is not a model
          --> config/settings.toml:1:19
        hint: did you mean `accounts.User`?
    "#]]
    .assert_eq(&project.snapshot(&["check"]));
    names("auth.Group");
    let refused = project.snapshot(&["check"]);
    assert!(refused.contains("AUTH_USER_MODEL names `auth.Group`, which is not a model of users"), "{refused}");

    names("accounts.User");
    project.write(
        "accounts/models.rs",
        &format!(
            "{MODELS}#[derive(Model)]\n#[model(user, username_field = \"phone\", required_fields = \"phone, fax\")]\npub struct User {{\n    \
             pub id: Auto,\n    #[field(max_length = 20)]\n    pub phone: String,\n    #[field(max_length = 20)]\n    pub password: \
             String,\n}}\n"
        ),
    );
    expect![[r#"
        exit code: 1
        --- stderr
        error: the models have 4 errors
          accounts/models.rs:6:12: `User.phone` must be unique because it is the name to log in with
            hint: write `#[field(unique)]` above it
          accounts/models.rs:6:12: `required_fields` of `User` lists `fax`, which is not a field
            hint: name fields of the model
          accounts/models.rs:6:12: `required_fields` of `User` lists `phone`, which is always asked for
            hint: take it out of the list
          accounts/models.rs:6:12: the field `User.password` cannot keep a password's hash
            hint: flatten `AbstractUser` or `AbstractBaseUser`, or write `#[field(max_length = 128)] pub password: String`
    "#]]
    .assert_eq(&project.snapshot(&["check"]));

    // A word of users without `user`, and a relation to the users that are not there any more.
    project.write(
        "accounts/models.rs",
        "use rjango::contrib::auth::{self, AbstractUser};\nuse rjango::models::*;\n\n#[derive(Model)]\n#[model(user)]\npub struct \
         User {\n    pub id: Auto,\n    #[field(flatten)]\n    pub base: AbstractUser,\n}\n\n#[derive(Model)]\npub struct Note {\n    \
         pub id: Auto,\n    #[field(on_delete = \"cascade\")]\n    pub author: ForeignKey<auth::User>,\n}\n",
    );
    let refused = project.snapshot(&["check"]);
    assert!(
        refused.contains("the field `accounts.Note.author` refers to `auth.User`, in whose place AUTH_USER_MODEL names `accounts.User`"),
        "{refused}"
    );
}

/// The setting comes after the tables: the command says what to do, and what it says keeps the users.
#[test]
fn users_that_are_there_go_over_to_a_model_of_ones_own() {
    let project = Project::started();
    project.succeeds(&["startapp", "accounts"]);
    project.succeeds(&["migrate"]);
    superuser(&project, &["--username", "ada", "--email", "ada@example.com"]);

    let model = |options: &str, fields: &str| {
        format!(
            "{MODELS}#[derive(Model)]\n#[model(user{options})]\npub struct User {{\n    pub id: Auto32,\n    #[field(flatten)]\n    \
             pub base: AbstractUser,\n{fields}}}\n"
        )
    };
    project.write("accounts/models.rs", &model("", ""));
    let settings = project.read("config/settings.toml");
    project.write("config/settings.toml", &format!("AUTH_USER_MODEL = \"accounts.User\"\n{settings}"));
    let early = project.snapshot(&["migrate"]);
    assert!(early.contains("Run 'rjango makemigrations'"), "{early}");
    project.succeeds(&["makemigrations", "accounts"]);
    expect![[r#"
        exit code: 1
        --- stderr
        error: `admin.0001_initial` was applied for `auth.User`, and AUTH_USER_MODEL now names `accounts.User`
        hint: to keep the users, let the new model have their table as it is (`#[model(user, table = "auth_user")]`, `pub id: Auto32`, and `AbstractUser` flattened), write its first migration, and record it with `rjango migrate accounts 0001_initial --fake`; later migrations change the table. Without users to keep, start with a new database
    "#]]
    .assert_eq(&project.snapshot(&["migrate"]));

    fs::remove_dir_all(project.root().join("accounts/migrations")).unwrap();
    project.write("accounts/models.rs", &model(", table = \"auth_user\"", ""));
    project.succeeds(&["makemigrations", "accounts"]);
    project.succeeds(&["migrate", "accounts", "0001_initial", "--fake"]);
    project.succeeds(&["migrate"]);
    assert_eq!(shell(&project, "User.objects.get().email"), "'ada@example.com'");

    // From here on it is a model like any other.
    let nickname = "    #[field(max_length = 30, blank, default = \"\")]\n    pub nickname: String,\n";
    project.write("accounts/models.rs", &model(", table = \"auth_user\"", nickname));
    project.succeeds(&["makemigrations"]);
    project.succeeds(&["migrate"]);
    superuser(&project, &["--username", "bob", "--email", "", "--field", "nickname=Bobby"]);
    assert_eq!(shell(&project, "User.objects.get(username='bob').nickname"), "'Bobby'");
    assert_eq!(shell(&project, "User.objects.get(username='ada').nickname"), "''");
    project.succeeds(&["check"]);
}
