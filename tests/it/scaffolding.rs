//! `startproject` and `startapp`.

use expect_test::expect;

use crate::project::Project;

#[test]
fn startproject_and_startapp_write_what_the_tour_shows() {
    let project = Project::empty();
    expect![[r#"
        exit code: 0
        --- stderr
        The project is in [project]/mysite.
        next: cd mysite && rjango startapp NAME, or cd mysite && rjango migrate && rjango runserver
    "#]]
    .assert_eq(&project.snapshot(&["startproject", "mysite"]));
    let project = Project::started();
    expect![[r#"
        exit code: 0
        --- stderr
        The app is in [project]/shop; INSTALLED_APPS and manage.rs name it.
    "#]]
    .assert_eq(&project.snapshot(&["startapp", "shop"]));
    for file in [
        "Cargo.toml",
        "Cargo.lock",
        "manage.rs",
        "config/settings.toml",
        "config/urls.rs",
        "shop/mod.rs",
        "shop/models.rs",
        "shop/views.rs",
        "shop/urls.rs",
        "shop/admin.rs",
        "shop/migrations",
        "templates/base.html",
    ] {
        assert!(project.root().join(file).exists(), "{file}");
    }
    expect![[r#"
        //! The project's one binary: the server and every management command (`rjango help`).

        mod config {
            pub mod urls;
        }
        mod shop;

        fn main() -> std::process::ExitCode {
            rjango::manage(rjango::project!().urls(config::urls::urlpatterns))
        }
    "#]]
    .assert_eq(&project.read("manage.rs"));
    let settings = project.read("config/settings.toml");
    assert!(settings.contains("    \"shop\",\n]"), "{settings}");
    expect![[r#"
        exit code: 0
        --- stdout
        System check identified no issues (0 silenced).
    "#]]
    .assert_eq(&project.snapshot(&["check"]));
}

#[test]
fn each_project_has_a_secret_of_its_own() {
    let secret = |project: &Project| {
        project.read("config/settings.toml").split("SECRET_KEY = ").nth(1).unwrap()[..50].to_owned()
    };
    assert_ne!(secret(&Project::started()), secret(&Project::started()));
}

#[test]
fn bad_names_and_taken_folders_are_refused() {
    let project = Project::empty();
    expect![[r#"
        exit code: 1
        --- stderr
        error: `my-site!` is not a valid project name
        hint: make it an identifier of lower-case letters, digits and underscores, for example `my_site`
    "#]]
    .assert_eq(&project.snapshot(&["startproject", "my-site!"]));
    expect![[r#"
        exit code: 1
        --- stderr
        error: `std` conflicts with the name of an existing crate or a Rust keyword and cannot be used as a project name
        hint: try another name, for example `std_site`
    "#]]
    .assert_eq(&project.snapshot(&["startproject", "std"]));
    project.write("mysite/notes.txt", "mine");
    expect![[r#"
        exit code: 1
        --- stderr
        error: `[project]/mysite` already exists
        hint: choose another name, or name the directory: `rjango startproject NAME DIRECTORY`
    "#]]
    .assert_eq(&project.snapshot(&["startproject", "mysite"]));
    assert_eq!(project.read("mysite/notes.txt"), "mine");
    let project = Project::started();
    project.succeeds(&["startapp", "shop"]);
    expect![[r#"
        exit code: 1
        --- stderr
        error: `shop` already exists in `[project]`
        hint: choose another name; nothing has been written
    "#]]
    .assert_eq(&project.snapshot(&["startapp", "shop"]));
    expect![[r#"
        exit code: 1
        --- stderr
        error: `match` conflicts with the name of an existing crate or a Rust keyword and cannot be used as an app name
        hint: try another name
    "#]]
    .assert_eq(&project.snapshot(&["startapp", "match"]));
}
