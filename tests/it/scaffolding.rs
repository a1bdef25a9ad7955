//! `startproject` and `startapp`.

use expect_test::expect;

use crate::project::Project;

#[test]
fn startproject_and_startapp_write_what_the_tour_shows() {
    let project = Project::empty();
    expect![[""]].assert_eq(&project.snapshot(&["startproject", "mysite"]));
    let project = Project::started();
    expect![[""]].assert_eq(&project.snapshot(&["startapp", "shop"]));
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
    expect![[""]].assert_eq(&project.read("manage.rs"));
    let settings = project.read("config/settings.toml");
    assert!(settings.contains("    \"shop\",\n]"), "{settings}");
    expect![[""]].assert_eq(&project.snapshot(&["check"]));
}

#[test]
fn each_project_has_a_secret_of_its_own() {
    let secret = |project: &Project| project.read("config/settings.toml").split("SECRET_KEY = ").nth(1).unwrap()[..50].to_owned();
    assert_ne!(secret(&Project::started()), secret(&Project::started()));
}

#[test]
fn bad_names_and_taken_folders_are_refused() {
    let project = Project::empty();
    expect![[""]].assert_eq(&project.snapshot(&["startproject", "my-site!"]));
    expect![[""]].assert_eq(&project.snapshot(&["startproject", "std"]));
    project.write("mysite/notes.txt", "mine");
    expect![[""]].assert_eq(&project.snapshot(&["startproject", "mysite"]));
    assert_eq!(project.read("mysite/notes.txt"), "mine");
    let project = Project::started();
    project.succeeds(&["startapp", "shop"]);
    expect![[""]].assert_eq(&project.snapshot(&["startapp", "shop"]));
    expect![[""]].assert_eq(&project.snapshot(&["startapp", "match"]));
}
