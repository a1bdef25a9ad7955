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
    follow("migrations.md", &project);
}

fn follow(guide: &str, project: &Project) {
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
    assert!(files > 5 && commands > 5, "docs/{guide} has lost its blocks: {files} files, {commands} commands");
}
