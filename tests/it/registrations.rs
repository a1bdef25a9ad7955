//! What a project registers by attributes: both binaries see it, and say the same of what is misspelt.

use crate::project::{Project, checkout};

/// Items of the kinds that have guides of their own.
const OTHERS: &str = r#"
use rjango::db::{Routed, router};
use rjango::signals::receiver;

#[router]
fn nowhere(_query: &Routed<'_>) -> Option<String> {
    None
}

#[receiver(post_save)]
async fn unheard(_user: &rjango::contrib::auth::User) -> Result<()> {
    Ok(())
}
"#;

/// Names that rjango has, and a word that it has.
const WRONG: &str = r#"
use rjango::management::{Command, ExitStatus, Running, Terminal, clap, command};
use rjango::prelude::*;
use rjango::templates::{RequestState, context_processor, filter};

#[filter]
fn lower(value: &str) -> String {
    value.to_owned()
}

#[context_processor]
fn csrf_token(_request: &RequestState) -> Result<&'static str> {
    Ok("mine")
}

#[derive(Default)]
struct Migrate;

#[command]
impl Command for Migrate {
    fn name(&self) -> &'static str {
        "migrate"
    }

    fn about(&self) -> &'static str {
        "Does nothing"
    }

    fn run<'a>(
        &'a self,
        _project: &'a rjango::management::Project,
        _matches: &'a clap::ArgMatches,
        _terminal: &'a mut Terminal,
    ) -> Running<'a> {
        Box::pin(async { Ok(ExitStatus::Success) })
    }
}
"#;

/// Each setting that names items, with a project's own.
const SETTINGS: &str = r#"AUTHENTICATION_BACKENDS = ["shop.registered.Nobody", "rjango.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["shop.registered.quick", "rjango.contrib.auth.hashers.PBKDF2PasswordHasher"]
SESSION_ENGINE = "shop.registered.forgetful"
AUTH_PASSWORD_VALIDATORS = [{ NAME = "shop.registered.Digits", OPTIONS = { least = 2 } }]
MESSAGE_STORAGE = "rjango.contrib.messages.storage.session.SessionStorage"
DATABASE_ROUTERS = ["shop.registered.nowhere"]
MIDDLEWARE = [
    "rjango.contrib.sessions.middleware.SessionMiddleware",
    "rjango.middleware.csrf.CsrfViewMiddleware",
    "rjango.contrib.auth.middleware.AuthenticationMiddleware",
    "rjango.contrib.messages.middleware.MessageMiddleware",
    "shop.registered.plain",
]
"#;

/// A letter wrong in each name but the router's, which stops the project's own binary before all else.
const MISSPELT: [(&str, &str); 6] = [
    ("shop.registered.Nobody", "shop.registered.Nobdy"),
    ("shop.registered.quick", "shop.registered.quik"),
    ("shop.registered.forgetful", "shop.registered.forgetfull"),
    ("shop.registered.Digits", "shop.registered.Digit"),
    ("session.SessionStorage", "session.SesionStorage"),
    ("shop.registered.plain", "shop.registered.plane"),
];

const TOLD: &str = "\
config/settings.toml:4:27: (settings.E002) `AUTHENTICATION_BACKENDS` names `shop.registered.Nobdy`, and there is no such authentication backend
	HINT: did you mean `shop.registered.Nobody`?
config/settings.toml:7:28: (settings.E002) `AUTH_PASSWORD_VALIDATORS` names `shop.registered.Digit`, and there is no such password validator
	HINT: did you mean `shop.registered.Digits`?
config/settings.toml:8:19: (settings.E002) `MESSAGE_STORAGE` names `rjango.contrib.messages.storage.session.SesionStorage`, and there is no such message storage
	HINT: did you mean `rjango.contrib.messages.storage.session.SessionStorage`?
config/settings.toml:10:14: (settings.E002) `MIDDLEWARE` names `shop.registered.plane`, and there is no such middleware
	HINT: did you mean `shop.registered.plain`?
config/settings.toml:5:20: (settings.E002) `PASSWORD_HASHERS` names `shop.registered.quik`, and there is no such password hasher
	HINT: did you mean `shop.registered.quick`?
config/settings.toml:6:18: (settings.E002) `SESSION_ENGINE` names `shop.registered.forgetfull`, and there is no such session engine
	HINT: did you mean `shop.registered.forgetful`?
";

/// The Rust of `docs/extending.md`, block after block.
fn code_of_the_guide() -> String {
    let text = std::fs::read_to_string(checkout().join("docs/extending.md")).unwrap();
    let blocks = text.split("\n```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("rust\n"));
    blocks.map(|block| format!("{block}\n")).collect()
}

/// Adds the items of the guide, and the settings that name them, to a project with the app `shop`.
pub fn add(project: &Project) {
    project.write("shop/registered.rs", &(code_of_the_guide() + OTHERS));
    project.write("shop/mod.rs", &(project.read("shop/mod.rs") + "pub mod registered;\n"));
    write_settings(project, "shop", SETTINGS);
}

fn write_settings(project: &Project, app: &str, settings: &str) {
    let apps = ["admin", "auth", "contenttypes", "sessions", "messages", "staticfiles"];
    let apps: String = apps.map(|app| format!("\"rjango.contrib.{app}\", ")).concat();
    let database = "[DATABASES.default]\nENGINE = \"sqlite\"\nNAME = \"db.sqlite3\"\n";
    project.write(
        "config/settings.toml",
        &format!("DEBUG = true\nSECRET_KEY = \"for-tests\"\nINSTALLED_APPS = [{apps}\"{app}\"]\n{settings}{database}"),
    );
}

/// Runs a command that must not build: there is no cargo for it.
fn without_cargo(project: &Project, arguments: &[&str]) -> String {
    project.show(&project.command(arguments).env("CARGO", "/there/is/no/cargo").output().unwrap())
}

/// What `check` tells of errors: their lines, and their hints.
fn told(shown: &str) -> String {
    let mut told = String::new();
    let mut is_error = false;
    for line in shown.lines() {
        is_error = line.contains(".E0") || is_error && line.starts_with("\tHINT:");
        if is_error {
            told.push_str(line);
            told.push('\n');
        }
    }
    told
}

fn misspelt(settings: &str) -> String {
    MISSPELT.iter().fold(settings.to_owned(), |text, (right, wrong)| text.replace(right, wrong))
}

fn wrong_items(project: &Project) {
    project.write("shop/wrong.rs", WRONG);
    project.write("shop/mod.rs", &(project.read("shop/mod.rs") + "pub mod wrong;\n"));
}

/// What both binaries say of [`WRONG`].
const CLASHES: [&str; 3] = [
    "(commands.E001) `shop.wrong.Migrate` is the command `migrate`, which rjango has already",
    "(templates.E003) `shop.wrong.lower` makes the filter `lower`, which Django has",
    "(templates.E004) `shop.wrong.csrf_token` makes the template variable `csrf_token`, which rjango has already",
];

#[test]
fn the_source_shows_what_a_project_registers() {
    let project = Project::with_models("");
    add(&project);
    let shown = without_cargo(&project, &["check"]);
    assert!(shown.starts_with("exit code: 0\n"), "{shown}");
    assert!(shown.contains("`rjango check --compiled` runs them too"), "{shown}");
    assert!(without_cargo(&project, &["check", "--list-tags"]).contains("\nshop\n"));

    let help = without_cargo(&project, &["help"]);
    assert!(help.contains("[shop]\n    greet "), "{help}");
    assert!(help.contains("Says hello, loudly\n"), "{help}");
    let shown = without_cargo(&project, &["gret"]);
    assert!(shown.contains("unknown command `gret`\nhint: did you mean `greet`?"), "{shown}");

    write_settings(&project, "shop", &misspelt(SETTINGS));
    assert_eq!(told(&without_cargo(&project, &["check"])), TOLD);
    // A name that nothing has is not worth a build.
    let shown = without_cargo(&project, &["clearsessions"]);
    assert!(shown.contains("there is no such session engine\n"), "{shown}");
    assert!(shown.contains("hint: did you mean `shop.registered.forgetful`?"), "{shown}");
    write_settings(&project, "shop", &SETTINGS.replace("shop.registered.nowhere", "shop.registered.nowere"));
    let shown = without_cargo(&project, &["check"]);
    assert!(
        shown.contains("`DATABASE_ROUTERS` names `shop.registered.nowere`, and there is no such router\n"),
        "{shown}"
    );
    assert!(shown.contains("HINT: did you mean `shop.registered.nowhere`?"), "{shown}");

    write_settings(&project, "shop", SETTINGS);
    wrong_items(&project);
    let shown = without_cargo(&project, &["check"]);
    for clash in CLASHES {
        assert!(shown.contains(clash), "no `{clash}` in\n{shown}");
    }
}

#[test]
fn what_a_cfg_hides_is_neither_refused_nor_asked_for() {
    let project = Project::with_models("");
    project.write("shop/mod.rs", &(project.read("shop/mod.rs") + "pub mod hashers;\n"));
    project.write(
        "shop/hashers.rs",
        "#[cfg(feature = \"quick\")]\n#[password_hasher]\nfn perhaps() -> Pbkdf2Sha256 { make() }\n\
         #[cfg(test)]\nmod tests {\n    #[password_hasher]\n    fn never() -> Pbkdf2Sha256 { make() }\n}\n",
    );
    let check = |name: &str| {
        write_settings(&project, "shop", &format!("PASSWORD_HASHERS = [\"shop.hashers.{name}\"]\n"));
        told(&without_cargo(&project, &["check"]))
    };
    assert_eq!(check("perhaps"), "");
    assert!(check("tests.never").contains("there is no such password hasher"));
}

/// A user who is made without what the project does for each would be one by half.
#[test]
fn what_hears_of_new_users_or_makes_their_defaults_is_left_to_the_projects_own_binary() {
    let project = Project::with_models("use rjango::models::*;\n");
    project.succeeds(&["migrate"]);
    let made = |name: &str| {
        let command = ["createsuperuser", "--noinput", "--username", name];
        without_cargo(&project, &command)
    };
    assert!(made("ada").contains("Superuser created successfully."));
    let hooks = |signal: &str, model: &str| {
        let text = format!("#[receiver({signal})]\npub async fn greet(_user: &{model}) -> Result<()> {{ Ok(()) }}\n");
        project.write("shop/hooks.rs", &text);
    };
    project.write("shop/mod.rs", &format!("{}pub mod hooks;\n", project.read("shop/mod.rs")));
    hooks("post_save", "auth::User");
    let shown = made("bob");
    let told =
        "`shop.hooks.greet` hears of each `auth.User` that is saved, the project's own code: building the project";
    assert!(shown.contains(told), "{shown}");
    assert_eq!(project.succeeds(&["shell", "-c", "User.objects.count()"]), "1\n");
    // What hears of something else is not asked.
    hooks("post_delete", "auth::User");
    assert!(made("bob").contains("Superuser created successfully."));
    hooks("post_save", "auth::Group");
    assert!(made("cleo").contains("Superuser created successfully."));
}

/// Holds the project's own binary against what the source showed. The project has been built before.
pub fn both_binaries_agree(project: &Project) {
    let shown = project.snapshot(&["check", "--compiled"]);
    assert!(shown.starts_with("exit code: 0\n"), "{shown}");
    assert!(shown.contains("(shop.W001) prices have one currency\n"), "{shown}");
    let shown = project.snapshot(&["check", "--tag", "shop"]);
    assert!(shown.contains("(shop.W001) prices have one currency\n"), "{shown}");

    assert_eq!(project.succeeds(&["greet"]), "HELLO!!\n");
    let shown = project.snapshot(&["help", "greet"]);
    assert!(shown.contains("Says hello, loudly"), "{shown}");

    // What needs the project's own code is left to it.
    let mut superuser = project.command(&["createsuperuser", "--noinput", "--username", "ada"]);
    let output = superuser.env("RJANGO_SUPERUSER_PASSWORD", "a long enough secret").output().unwrap();
    let shown = project.show(&output);
    assert!(output.status.success(), "{shown}");
    assert!(shown.contains("`PASSWORD_HASHERS` names `shop.registered.quick`, the project's own code"), "{shown}");
    let password = project.succeeds(&["shell", "-c", "User.objects.get(username=\"ada\").password"]);
    assert!(password.starts_with("'pbkdf2_sha256$7$"), "{password}");
    let shown = project.snapshot(&["clearsessions", "-v", "2"]);
    assert!(shown.contains("42 expired sessions deleted."), "{shown}");

    write_settings(project, "shop", &misspelt(SETTINGS));
    assert_eq!(told(&project.snapshot(&["check", "--compiled"])), TOLD);
    write_settings(project, "shop", &SETTINGS.replace("shop.registered.nowhere", "shop.registered.nowere"));
    let shown = project.snapshot(&["check", "--compiled"]);
    assert!(
        shown.contains("`DATABASE_ROUTERS` names `shop.registered.nowere`, and there is no such router\n"),
        "{shown}"
    );

    let options = SETTINGS.replace("{ least = 2 }", "{ least = 2, most = 3 }");
    write_settings(project, "shop", &options);
    let shown = project.snapshot(&["check", "--compiled"]);
    assert!(shown.contains("there is no option `most`; it takes `least`"), "{shown}");

    // Apps that are not there stop both, in the same words.
    let error = |shown: String| shown.split_once("error: ").map(|(_, error)| error.to_owned()).unwrap_or_default();
    for (app, expected) in [
        ("shopp", "there is no app `shopp` in the project\n"),
        ("rjango.contrib.auht", "rjango has no app `rjango.contrib.auht`\n"),
    ] {
        write_settings(project, app, SETTINGS);
        let of_source = error(without_cargo(project, &["check"]));
        assert!(of_source.contains(expected) && of_source.contains("did you mean"), "{of_source}");
        assert_eq!(error(project.snapshot(&["check", "--compiled"])), of_source);
    }

    write_settings(project, "shop", SETTINGS);
    wrong_items(project);
    let shown = project.snapshot(&["check", "--compiled"]);
    assert!(shown.starts_with("exit code: 1\n"), "{shown}");
    for clash in CLASHES {
        assert!(shown.contains(clash), "no `{clash}` in\n{shown}");
    }
    assert!(!shown.contains("urls.E001"), "nothing is told twice: {shown}");
}
