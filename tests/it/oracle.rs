//! Django 5.2 over the same database: one site, one login.

use std::process::Command;

use crate::project::{Client, Project, free_port};

/// Runs a Python script in Django, set up on the project's database and key, and gives what it printed.
fn django(project: &Project, script: &str) -> String {
    let python =
        std::env::var("RJANGO_TEST_PYTHON").expect("RJANGO_TEST_PYTHON names the oracle; `scripts/test` sets it");
    let settings = project.read("config/settings.toml");
    let key = settings.split_once("SECRET_KEY = \"").unwrap().1.split('"').next().unwrap().to_owned();
    let prelude = r#"
import os, sys, django
from django.conf import settings
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

    let known = django(
        &project,
        r#"
from django.contrib.auth import authenticate
user = authenticate(username="ada", password="a long enough secret")
print(user.pk, user.username, user.email, user.is_superuser, user.is_staff, user.has_perm("shop.add_product"))
print(authenticate(username="ada", password="another secret"))
from django.contrib.auth.models import User
User.objects.create_superuser("grace", "g@b.example", "another long secret")
"#,
    );
    assert_eq!(known, "1 ada a@b.example True True True\nNone\n");

    let port = free_port();
    let server = project.serve(project.command(&["runserver", &port.to_string()]), port);
    server.wait_for("Quit the server with");
    let client = Client::new();
    let entered = client.post(
        &server.url("/admin/login/?next=/admin/"),
        &[("username", "grace"), ("password", "another long secret"), ("next", "/admin/")],
    );
    assert_eq!(entered.location.as_deref(), Some("/admin/"), "a user that Django made logs in: {}", entered.text);
    let session = django(
        &project,
        r#"
from django.contrib.sessions.models import Session
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import get_user
class Request: pass
request = Request()
request.session = SessionStore(Session.objects.get().session_key)
print(get_user(request))
"#,
    );
    assert_eq!(session, "grace\n", "Django reads the session that rjango wrote");
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
    let script = format!(
        "os.environ['NAME'] = 'oracle.sqlite3'\nsettings.DATABASES['default']['NAME'] = 'oracle.sqlite3'\n\
        from django.db import connections\nconnections['default'].settings_dict['NAME'] = 'oracle.sqlite3'\n{script}"
    );
    let printed = django(&project, &script);
    let (ours, theirs) = printed.strip_prefix("OURS\n").unwrap().split_once("DJANGOS\n").unwrap();
    assert!(ours.contains("auth_user\n") && ours.contains("django_session\n"), "{ours}");
    pretty_equal(ours, theirs);
}

fn pretty_equal(ours: &str, theirs: &str) {
    let ours: Vec<&str> = ours.lines().collect();
    let theirs: Vec<&str> = theirs.lines().collect();
    for (our, their) in ours.iter().zip(&theirs) {
        assert_eq!(our, their, "\nours:\n{}\nDjango's:\n{}", ours.join("\n"), theirs.join("\n"));
    }
    assert_eq!(ours.len(), theirs.len());
}
