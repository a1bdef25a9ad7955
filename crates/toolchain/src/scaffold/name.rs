//! Which names a project or an app may have.

use rjango_core::{Error, Result};

/// Rust's keywords, and the crates that are there without being asked for.
const RESERVED: &[&str] = &[
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc_macro",
    "pub",
    "ref",
    "return",
    "rjango",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

/// The labels of the framework's apps, and the folders that a project has beside its apps.
const TAKEN: &[&str] = &[
    "admin",
    "auth",
    "config",
    "contenttypes",
    "manage",
    "media",
    "messages",
    "sessions",
    "staticfiles",
    "target",
    "templates",
];

/// Checks a project's name against Rust and against the packages (`taken`) that it would stand beside.
pub(super) fn check_project(name: &str, taken: impl Fn(&str) -> bool) -> Result<()> {
    check_identifier("project", name)?;
    if RESERVED.contains(&name) || taken(name) {
        return Err(Error::command(format!(
            "`{name}` conflicts with the name of an existing crate or a Rust keyword and cannot be used as a project \
             name"
        ))
        .with_hint(format!("try another name, for example `{name}_site`")));
    }
    Ok(())
}

/// Checks an app's name: it becomes a module and a folder of the project, and the app's label.
pub(super) fn check_app(name: &str, project: &str) -> Result<()> {
    check_identifier("app", name)?;
    if RESERVED.contains(&name) || name == project {
        return Err(Error::command(format!(
            "`{name}` conflicts with the name of an existing crate or a Rust keyword and cannot be used as an app name"
        ))
        .with_hint("try another name"));
    }
    if TAKEN.contains(&name) {
        return Err(Error::command(format!(
            "`{name}` conflicts with an app or a folder that every project has and cannot be used as an app name"
        ))
        .with_hint("try another name"));
    }
    Ok(())
}

fn check_identifier(what: &str, name: &str) -> Result<()> {
    let is_identifier = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.chars().all(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || next == '_')
        && name.chars().any(|next| next != '_');
    if is_identifier {
        return Ok(());
    }
    let error = Error::command(format!("`{name}` is not a valid {what} name"));
    let proposal = rjango_schema::snake_case(name).replace(['-', '.', ' '], "_").replace("__", "_");
    let proposal: String = proposal
        .chars()
        .filter(|next| next.is_ascii_alphanumeric() || *next == '_')
        .skip_while(|next| !next.is_ascii_alphabetic())
        .collect();
    Err(error.with_hint(if proposal.is_empty() {
        "make it an identifier of lower-case letters, digits and underscores, starting with a letter".to_owned()
    } else {
        format!("make it an identifier of lower-case letters, digits and underscores, for example `{proposal}`")
    }))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(result: Result<()>, expected: &Expect) {
        expected.assert_eq(&match result {
            Ok(()) => "fine".to_owned(),
            Err(error) => format!("{error:?}"),
        });
    }

    #[test]
    fn project_names() {
        let taken = |name: &str| name == "serde";
        check(check_project("mysite", taken), &expect!["fine"]);
        check(
            check_project("my-site", taken),
            &expect![[r#"
            `my-site` is not a valid project name
            hint: make it an identifier of lower-case letters, digits and underscores, for example `my_site`"#]],
        );
        check(
            check_project("MySite", taken),
            &expect![[r#"
            `MySite` is not a valid project name
            hint: make it an identifier of lower-case letters, digits and underscores, for example `my_site`"#]],
        );
        check(
            check_project("2fast", taken),
            &expect![[r#"
            `2fast` is not a valid project name
            hint: make it an identifier of lower-case letters, digits and underscores, for example `fast`"#]],
        );
        check(
            check_project("../up", taken),
            &expect![[r#"
            `../up` is not a valid project name
            hint: make it an identifier of lower-case letters, digits and underscores, for example `up`"#]],
        );
        check(
            check_project("", taken),
            &expect![[r#"
            `` is not a valid project name
            hint: make it an identifier of lower-case letters, digits and underscores, starting with a letter"#]],
        );
        check(
            check_project("test", taken),
            &expect![[r#"
            `test` conflicts with the name of an existing crate or a Rust keyword and cannot be used as a project name
            hint: try another name, for example `test_site`"#]],
        );
        check(
            check_project("serde", taken),
            &expect![[r#"
            `serde` conflicts with the name of an existing crate or a Rust keyword and cannot be used as a project name
            hint: try another name, for example `serde_site`"#]],
        );
    }

    #[test]
    fn app_names() {
        check(check_app("shop", "mysite"), &expect!["fine"]);
        check(
            check_app("auth", "mysite"),
            &expect![[r#"
            `auth` conflicts with an app or a folder that every project has and cannot be used as an app name
            hint: try another name"#]],
        );
        check(
            check_app("config", "mysite"),
            &expect![[r#"
            `config` conflicts with an app or a folder that every project has and cannot be used as an app name
            hint: try another name"#]],
        );
        check(
            check_app("mysite", "mysite"),
            &expect![[r#"
            `mysite` conflicts with the name of an existing crate or a Rust keyword and cannot be used as an app name
            hint: try another name"#]],
        );
        check(
            check_app("type", "mysite"),
            &expect![[r#"
            `type` conflicts with the name of an existing crate or a Rust keyword and cannot be used as an app name
            hint: try another name"#]],
        );
        check(
            check_app("Shop", "mysite"),
            &expect![[r#"
            `Shop` is not a valid app name
            hint: make it an identifier of lower-case letters, digits and underscores, for example `shop`"#]],
        );
    }
}
