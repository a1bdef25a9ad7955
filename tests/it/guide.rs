//! The guides in `docs`, typed in from the top: each file is written, each command run, and what it prints compared.
//!
//! A fenced block is read by its first line. `rust shop/models.rs`, or any other language before a path, is a file's text;
//! with `append` after the path it comes after what is there. `console` has commands after `$ ` and, below each, all that
//! it writes to stdout; after `console fails` they exit with 1. Blocks without a path are for reading only.

use std::fs;

use crate::project::{Project, checkout};

#[test]
fn migrations() {
    let project = Project::started();
    project.succeeds(&["startapp", "shop"]);
    let (files, commands) = follow("migrations.md", &project);
    assert!(files > 5 && commands > 5, "the guide has lost its blocks: {files} files, {commands} commands");
}

#[test]
fn users() {
    let project = Project::started();
    project.succeeds(&["startapp", "accounts"]);
    let settings = project.read("config/settings.toml");
    project.write("config/settings.toml", &format!("AUTH_USER_MODEL = \"accounts.User\"\n{settings}"));
    assert_eq!(follow("users.md", &project), (1, 3));
    // The other code is the example's, which is compiled and run.
    let guide = fs::read_to_string(checkout().join("docs/users.md")).unwrap();
    let example = checkout().join("examples/members");
    for (file, start) in [("accounts/models.rs", "#[derive(Model"), ("accounts/views.rs", "pub async fn me")] {
        let text = fs::read_to_string(example.join(file)).unwrap();
        let code = &text[text.find(start).unwrap()..];
        let code = code.split("\n\n").next().unwrap().trim_end();
        assert!(guide.contains(code), "docs/users.md has not the code of {file}:\n{code}");
    }
}

/// How many files and commands the guide has.
fn follow(guide: &str, project: &Project) -> (usize, usize) {
    let text = fs::read_to_string(checkout().join("docs").join(guide)).unwrap();
    let (mut files, mut commands) = (0, 0);
    for block in text.split("\n```").skip(1).step_by(2) {
        let (first, body) = block.split_once('\n').unwrap_or((block, ""));
        match first.split(' ').collect::<Vec<_>>().as_slice() {
            ["console", how @ ..] => {
                for command in body.split("$ ").skip(1) {
                    let (line, expected) = command.split_once('\n').unwrap_or((command, ""));
                    let words: Vec<&str> = line.strip_prefix("rjango ").unwrap().split(' ').collect();
                    let output = project.run(&words);
                    let code = if how == ["fails"] { 1 } else { 0 };
                    assert_eq!(output.status.code(), Some(code), "`{line}`\n{}", project.show(&output));
                    let printed = String::from_utf8(output.stdout).unwrap();
                    assert_eq!(
                        printed.trim_end(),
                        expected.trim_end(),
                        "`{line}` in docs/{guide} prints something else"
                    );
                    commands += 1;
                }
            }
            [_, path] => {
                project.write(path, &format!("{body}\n"));
                files += 1;
            }
            [_, path, "append"] => {
                project.write(path, &format!("{}\n{body}\n", project.read(path)));
                files += 1;
            }
            _ => {}
        }
    }
    (files, commands)
}
