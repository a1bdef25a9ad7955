//! Edits of an author's files that change a line and leave every other character as it is.

use rjango_core::{Error, Result};
use syn::spanned::Spanned;
use toml::de::{DeTable, DeValue};

/// `config/settings.toml` with the app at the end of INSTALLED_APPS; `None` where it is in the list already.
///
/// # Errors
/// Where the file does not parse or has no list INSTALLED_APPS.
pub(super) fn add_installed_app(settings: &str, app: &str) -> Result<Option<String>> {
    let table = DeTable::parse(settings)
        .map_err(|error| Error::improperly_configured(format!("the settings do not parse: {}", error.message())))?;
    let list =
        table.get_ref().iter().find(|(key, _)| key.get_ref() == "INSTALLED_APPS").map(|(_, value)| value).ok_or_else(
            || {
                Error::improperly_configured("the settings have no `INSTALLED_APPS`")
                    .with_hint(format!("add the line `INSTALLED_APPS = [\"{app}\"]`"))
            },
        )?;
    let DeValue::Array(apps) = list.get_ref() else {
        return Err(Error::improperly_configured("`INSTALLED_APPS` is not a list"));
    };
    if apps.iter().any(|installed| installed.get_ref().as_str() == Some(app)) {
        return Ok(None);
    }
    let entry = format!("\"{app}\"");
    let Some(last) = apps.iter().last().map(|last| last.span()) else {
        let inside = list.span().start + 1;
        return Ok(Some(insert(settings, inside, &entry)));
    };
    let line_start = settings[..last.start].rfind('\n').map_or(0, |newline| newline + 1);
    let indent = &settings[line_start..last.start];
    let own_line = indent.chars().all(char::is_whitespace);
    if !own_line {
        return Ok(Some(insert(settings, last.end, &format!(", {entry}"))));
    }
    // The comma may stand after a comment's line end, as TOML allows; wherever it stands, one is enough.
    let rest = &settings[last.end..list.span().end];
    let with_comma = if comma_follows(rest) { settings.to_owned() } else { insert(settings, last.end, ",") };
    let line_end = with_comma[last.end..].find('\n').map_or(with_comma.len(), |newline| last.end + newline);
    Ok(Some(insert(&with_comma, line_end, &format!("\n{indent}{entry},"))))
}

/// `manage.rs` with `mod app;` after its last module; `None` where it has that module already.
///
/// # Errors
/// Where the file does not parse.
pub(super) fn add_module(manage: &str, app: &str) -> Result<Option<String>> {
    let file = syn::parse_file(manage).map_err(|error| {
        let place = error.span().start();
        Error::command(error.to_string()).at("manage.rs", place.line, place.column + 1)
    })?;
    let modules =
        || file.items.iter().filter_map(|item| if let syn::Item::Mod(item) = item { Some(item) } else { None });
    if modules().any(|module| module.ident == app) {
        return Ok(None);
    }
    let line = modules().next_back().map(|module| module.span().end().line);
    let (after, text) = match (line, file.items.first()) {
        (Some(line), _) => (line, format!("mod {app};\n")),
        // No module yet: before the first item, after the file's own comments and attributes.
        (None, Some(first)) => (first.span().start().line - 1, format!("mod {app};\n\n")),
        (None, None) => (manage.lines().count(), format!("mod {app};\n")),
    };
    let offset: usize = manage.split_inclusive('\n').take(after).map(str::len).sum();
    let text = if offset > 0 && !manage[..offset].ends_with('\n') { format!("\n{text}") } else { text };
    Ok(Some(insert(manage, offset, &text)))
}

fn insert(text: &str, at: usize, new: &str) -> String {
    format!("{}{new}{}", &text[..at], &text[at..])
}

/// Whether a comma follows, past white space and comments.
fn comma_follows(rest: &str) -> bool {
    rest.lines().map(|line| line.split('#').next().unwrap_or_default()).any(|code| code.contains(','))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(result: Result<Option<String>>, expected: &Expect) {
        expected.assert_eq(&match result {
            Ok(Some(text)) => text,
            Ok(None) => "already there".to_owned(),
            Err(error) => format!("{error:?}"),
        });
    }

    #[test]
    fn app_goes_to_the_end_of_a_list_of_lines() {
        check(
            add_installed_app(
                "# Ours.\nINSTALLED_APPS = [\n    \"a\",  # first\n    \"b\",  # last, with a , in it\n    # the end\n]\nDEBUG = true\n",
                "shop",
            ),
            &expect![[r##"
                # Ours.
                INSTALLED_APPS = [
                    "a",  # first
                    "b",  # last, with a , in it
                    "shop",
                    # the end
                ]
                DEBUG = true
            "##]],
        );
    }

    #[test]
    fn missing_comma_is_added() {
        check(
            add_installed_app("INSTALLED_APPS = [\n  \"a\" # last\n]\n", "shop"),
            &expect![[r#"
            INSTALLED_APPS = [
              "a", # last
              "shop",
            ]
        "#]],
        );
    }

    #[test]
    fn list_of_one_line_stays_on_one_line() {
        check(
            add_installed_app("INSTALLED_APPS = [\"a\", \"b\"] # all\n", "shop"),
            &expect![[r#"
            INSTALLED_APPS = ["a", "b", "shop"] # all
        "#]],
        );
        check(add_installed_app("INSTALLED_APPS = []", "shop"), &expect![[r#"INSTALLED_APPS = ["shop"]"#]]);
    }

    #[test]
    fn installed_app_is_not_added_again() {
        check(add_installed_app("INSTALLED_APPS = ['shop']", "shop"), &expect!["already there"]);
    }

    #[test]
    fn settings_without_the_list_say_what_to_add() {
        check(
            add_installed_app("DEBUG = true", "shop"),
            &expect![[r#"
            the settings have no `INSTALLED_APPS`
            hint: add the line `INSTALLED_APPS = ["shop"]`"#]],
        );
        check(add_installed_app("INSTALLED_APPS = 3", "shop"), &expect!["`INSTALLED_APPS` is not a list"]);
        check(
            add_installed_app("INSTALLED_APPS = [", "shop"),
            &expect!["the settings do not parse: unclosed array, expected `]`"],
        );
    }

    #[test]
    fn module_goes_after_the_last_one() {
        check(
            add_module(
                "//! Ours.\n\nmod config {\n    pub mod urls;\n}\nmod blog; // the news\n\nfn main() {}\n",
                "shop",
            ),
            &expect![[r#"
                //! Ours.

                mod config {
                    pub mod urls;
                }
                mod blog; // the news
                mod shop;

                fn main() {}
            "#]],
        );
        check(
            add_module("//! Ours.\n\nfn main() {}\n", "shop"),
            &expect![[r#"
            //! Ours.

            mod shop;

            fn main() {}
        "#]],
        );
        check(
            add_module("mod config { pub mod urls; }", "shop"),
            &expect![[r#"
            mod config { pub mod urls; }
            mod shop;
        "#]],
        );
    }

    #[test]
    fn module_is_not_added_again() {
        check(add_module("mod shop;\nfn main() {}\n", "shop"), &expect!["already there"]);
    }

    #[test]
    fn source_that_does_not_parse_names_the_place() {
        check(add_module("mod shop\nfn main() {}\n", "blog"), &expect!["manage.rs:2:1: expected `;` or curly braces"]);
    }
}
