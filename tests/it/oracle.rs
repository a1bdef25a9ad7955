//! Django over the same database: one site, one login. Django 5.2 is asked, and 6.1 where there is a Python for it.

use std::process::Command;

use crate::project::{Client, Project, free_port};

/// The variables that name a Python, and the Django that it has.
const DJANGOS: &[(&str, &str)] = &[
    ("RJANGO_TEST_PYTHON", "5.2"),
    #[cfg(feature = "django-6-1-tested")]
    ("RJANGO_TEST_PYTHON_6_1", "6.1"),
];

/// Runs a Python script in this Django, set up on the project's database and key, and gives what it printed.
fn django((variable, version): (&str, &str), project: &Project, script: &str) -> String {
    let python = std::env::var(variable)
        .unwrap_or_else(|_| panic!("`{variable}` names the Python that has Django {version}; `scripts/test` sets it"));
    let settings = project.read("config/settings.toml");
    let key = settings.split_once("SECRET_KEY = \"").unwrap().1.split('"').next().unwrap().to_owned();
    let prelude = r#"
import os, sys, django
from django.conf import settings
assert django.get_version().startswith(os.environ["DJANGO"]), django.get_version()
settings.configure(
    SECRET_KEY=os.environ["KEY"], USE_TZ=True, TIME_ZONE="UTC",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ.get("NAME", "db.sqlite3")}},
    INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
                    "django.contrib.sessions", "django.contrib.messages"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
"#;
    let output = Command::new(python)
        .args(["-c", &format!("{prelude}\n{script}")])
        .env("KEY", key)
        .env("DJANGO", version)
        .current_dir(project.root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_user_and_a_session_of_ours_are_djangos_too() {
    let project = Project::tour();
    project.succeeds(&["makemigrations"]);
    project.succeeds(&["migrate"]);
    let mut superuser =
        project.command(&["createsuperuser", "--noinput", "--username", "ada", "--email", "a@b.example"]);
    superuser.env("RJANGO_SUPERUSER_PASSWORD", "a long enough secret");
    assert!(superuser.status().unwrap().success());

    for (place, asked) in DJANGOS.iter().enumerate() {
        let known = django(
            *asked,
            &project,
            &format!(
                r#"
from django.contrib.auth import authenticate
user = authenticate(username="ada", password="a long enough secret")
print(user.pk, user.username, user.email, user.is_superuser, user.is_staff, user.has_perm("shop.add_product"))
print(authenticate(username="ada", password="another secret"))
from django.contrib.auth.models import User
User.objects.create_superuser("grace{place}", "g@b.example", "another long secret")
"#
            ),
        );
        assert_eq!(known, "1 ada a@b.example True True True\nNone\n", "{asked:?}");
    }

    let port = free_port();
    let server = project.serve(project.command(&["runserver", &port.to_string()]), port);
    server.wait_for("Quit the server with");
    for (place, asked) in DJANGOS.iter().enumerate() {
        let username = format!("grace{place}");
        let entered = Client::new().post(
            &server.url("/admin/login/?next=/admin/"),
            &[("username", &username), ("password", "another long secret"), ("next", "/admin/")],
        );
        let text = entered.text;
        assert_eq!(entered.location.as_deref(), Some("/admin/"), "a user that {asked:?} made logs in: {text}");
        let session = django(
            *asked,
            &project,
            r#"
from django.contrib.sessions.models import Session
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import get_user
class Request: pass
for session in Session.objects.all():
    request = Request()
    request.session = SessionStore(session.session_key)
    print(get_user(request))
"#,
        );
        assert!(
            session.lines().any(|name| name == username),
            "{asked:?} reads the session that rjango wrote: {session}"
        );
    }
}

#[test]
fn the_frameworks_tables_are_djangos() {
    let project = Project::started();
    project.succeeds(&["migrate"]);
    let script = r#"
import sqlite3
from django.core.management import call_command
call_command("migrate", verbosity=0)
def shape(name):
    db = sqlite3.connect(name)
    for (table,) in sorted(db.execute("select name from sqlite_master where type = 'table'")):
        if table.startswith(("auth_", "django_")) and table != "django_migrations":
            print(table)
            for column, kind, notnull, default, pk in sorted(row[1:] for row in db.execute(f"pragma table_info('{table}')")):
                print("  ", column, kind.lower(), notnull, default, pk)
            print("  ", sorted((row[2], row[3], row[4]) for row in db.execute(f"pragma foreign_key_list('{table}')")))
            indexes = [(row[1], row[2]) for row in db.execute(f"pragma index_list('{table}')") if row[3] != "pk"]
            print("  ", sorted((unique, [row[2] for row in db.execute(f"pragma index_info('{index}')")]) for index, unique in indexes))
print("OURS"); shape("db.sqlite3"); print("DJANGOS"); shape(os.environ["NAME"])
"#;
    for (variable, version) in DJANGOS {
        let name = format!("oracle-{version}.sqlite3");
        let script = format!(
            "os.environ['NAME'] = '{name}'\nsettings.DATABASES['default']['NAME'] = '{name}'\n\
            from django.db import connections\nconnections['default'].settings_dict['NAME'] = '{name}'\n{script}"
        );
        let printed = django((variable, version), &project, &script);
        let (ours, theirs) = printed.strip_prefix("OURS\n").unwrap().split_once("DJANGOS\n").unwrap();
        assert!(ours.contains("auth_user\n") && ours.contains("django_session\n"), "{ours}");
        pretty_equal(ours, theirs);
    }
}

fn pretty_equal(ours: &str, theirs: &str) {
    let ours: Vec<&str> = ours.lines().collect();
    let theirs: Vec<&str> = theirs.lines().collect();
    for (our, their) in ours.iter().zip(&theirs) {
        assert_eq!(our, their, "\nours:\n{}\nDjango's:\n{}", ours.join("\n"), theirs.join("\n"));
    }
    assert_eq!(ours.len(), theirs.len());
}
