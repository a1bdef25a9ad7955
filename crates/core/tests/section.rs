//! An app's own section.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use rjango_core::settings::{Settings, Sources};
use serde::Deserialize;

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Shop {
    currency: String,
    #[serde(default)]
    page_size: u8,
    #[serde(default)]
    ratio: f64,
    #[serde(default)]
    open: bool,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    limits: BTreeMap<String, i32>,
    #[serde(default)]
    mood: Mood,
    note: Option<String>,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
enum Mood {
    #[default]
    Calm,
    Busy,
    Fixed(u8),
}

fn read(file: &str, variables: &[(&str, &str)]) -> rjango_core::Result<Shop> {
    let sources =
        Sources::new("/site").with_file("config/settings.toml", file).with_environment(variables.iter().copied());
    Settings::from_sources(&sources).unwrap().section("SHOP")
}

fn check_error(file: &str, variables: &[(&str, &str)], expected: Expect) {
    expected.assert_eq(&format!("{:?}", read(file, variables).unwrap_err()));
}

#[test]
fn keys_in_capitals_fill_fields() {
    let file = "[SHOP]\nCURRENCY = \"EUR\"\npage_size = 20\nRatio = 0.5\nOPEN = true\nTAGS = [\"a\"]\nMOOD = \"busy\"\n[SHOP.LIMITS]\nx = 3";
    let shop = read(file, &[]).unwrap();
    assert_eq!((shop.currency.as_str(), shop.page_size, shop.ratio, shop.open), ("EUR", 20, 0.5, true));
    assert_eq!((shop.tags, shop.limits["x"], shop.mood, shop.note), (vec!["a".to_owned()], 3, Mood::Busy, None));
    assert_eq!(read("[SHOP]\nCURRENCY = \"EUR\"\nMOOD = { Fixed = 3 }", &[]).unwrap().mood, Mood::Fixed(3));
}

#[test]
fn variables_take_the_type_of_the_field() {
    let variables = [
        ("RJANGO_SHOP__CURRENCY", "42"),
        ("RJANGO_SHOP__PAGE_SIZE", "20"),
        ("RJANGO_SHOP__RATIO", "2"),
        ("RJANGO_SHOP__OPEN", "yes"),
        ("RJANGO_SHOP__TAGS", "a, b"),
        ("RJANGO_SHOP__LIMITS", "{ x = 3 }"),
        ("RJANGO_SHOP__MOOD", "BUSY"),
        ("RJANGO_SHOP__NOTE", "hello"),
    ];
    let shop = read("", &variables).unwrap();
    assert_eq!((shop.currency.as_str(), shop.page_size, shop.ratio, shop.open), ("42", 20, 2.0, true));
    assert_eq!((shop.tags, shop.limits["x"], shop.mood), (vec!["a".to_owned(), "b".to_owned()], 3, Mood::Busy));
    assert_eq!(shop.note.as_deref(), Some("hello"));
}

#[test]
fn variables_win_over_the_files_spelling() {
    let shop = read("[SHOP]\ncurrency = \"EUR\"", &[("RJANGO_SHOP__CURRENCY", "USD")]).unwrap();
    assert_eq!(shop.currency, "USD");
}

#[test]
fn errors_name_key_file_and_line() {
    check_error(
        "[SHOP]\nCURRENCY = 3",
        &[],
        expect!["config/settings.toml:2:12: `SHOP.CURRENCY` is wrong: invalid type: integer `3`, expected a string"],
    );
    check_error(
        "[SHOP]\nCURRENCY = \"EUR\"\nPAGE_SIZE = 300",
        &[],
        expect!["config/settings.toml:3:13: `SHOP.PAGE_SIZE` is wrong: invalid value: integer `300`, expected u8"],
    );
    check_error(
        "[SHOP]\nCURRENCY = \"EUR\"\nTAGS = [\"a\", 7]",
        &[],
        expect!["config/settings.toml:3:14: `SHOP.TAGS` is wrong: invalid type: integer `7`, expected a string"],
    );
    check_error(
        "[SHOP]\nCURRENCY = \"EUR\"\nLIMITS = { x = \"y\" }",
        &[],
        expect![[r#"config/settings.toml:3:16: `SHOP.LIMITS.x` is wrong: invalid type: string "y", expected i32"#]],
    );
    check_error(
        "[SHOP]\nCURENCY = \"EUR\"",
        &[],
        expect![
            "config/settings.toml:2:1: `SHOP` is wrong: unknown field `CURENCY`, expected one of `currency`, `page_size`, `ratio`, `open`, `tags`, `limits`, `mood`, `note`"
        ],
    );
    check_error(
        "[SHOP]\nPAGE_SIZE = 3",
        &[],
        expect!["config/settings.toml:1:1: `SHOP` is wrong: missing field `currency`"],
    );
    check_error(
        "[SHOP]\nCURRENCY = \"EUR\"\nMOOD = \"sad\"",
        &[],
        expect![
            "config/settings.toml:3:8: `SHOP.MOOD` is wrong: unknown variant `sad`, expected one of `Calm`, `Busy`, `Fixed`"
        ],
    );
    check_error(
        "[SHOP]\nCURRENCY = \"EUR\"",
        &[("RJANGO_SHOP__PAGE_SIZE", "many")],
        expect![[
            r#"environment variable RJANGO_SHOP__PAGE_SIZE: `SHOP.PAGE_SIZE` is wrong: invalid type: string "many", expected u8"#
        ]],
    );
}

#[test]
fn a_missing_section_is_an_empty_one() {
    check_error(
        "",
        &[],
        expect![[r#"
        `SHOP` is wrong: missing field `currency`
        hint: the settings have no section `[SHOP]`: write it"#]],
    );
    let empty: BTreeMap<String, i32> = Settings::new("/site").section("SHOP").unwrap();
    assert!(empty.is_empty());
}

#[test]
fn which_tables_are_sections() {
    let read = |text: &str| Settings::from_sources(&Sources::new("/site").with_file("s.toml", text));
    let error = |text: &str| format!("{:?}", read(text).unwrap_err());
    expect!["s.toml:1:2: the section `[shop]` is not in capitals\nhint: write `[SHOP]`"]
        .assert_eq(&error("[shop]\na = 1"));
    expect!["s.toml:1:2: unknown setting `DATABASE`\nhint: did you mean `DATABASES`?"]
        .assert_eq(&error("[DATABASE.default]\na = 1"));
    // An installed app of that name may have it.
    read("INSTALLED_APPS = [\"database\"]\n[DATABASE]\nA = 1").unwrap();
    read("INSTALLED_APPS = [\"acme.database\"]\n[DATABASE]\nA = 1").unwrap();
}
