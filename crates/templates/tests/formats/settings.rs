//! What a project sets, and in which languages it counts.

use chrono::NaiveDate;
use rjango_core::settings::Sources;
use rjango_core::{NumberGrouping, Settings, Site};
use rjango_templates::{FormatSettings, Formats, Value};

fn day() -> Value {
    NaiveDate::from_ymd_opt(2026, 11, 30).unwrap().into()
}

#[test]
fn a_language_has_its_own_formats() {
    let formats = |language: &str| Formats::of(language, &FormatSettings::default());
    let shown = |language: &str| formats(language).localize(&day()).unwrap();
    assert_eq!(shown("en-us"), "Nov. 30, 2026");
    assert_eq!(shown("de"), "30. November 2026");
    assert_eq!(shown("de-at"), "30. November 2026");
    assert_eq!(shown("fr"), "30 novembre 2026");
    assert_eq!(shown("pt-br"), "30 de Novembro de 2026");
    assert_eq!(shown("ja"), "2026年11月30日");
    assert_eq!(shown("xx"), "Nov. 30, 2026");
    assert_eq!(formats("de-ch").get("THOUSAND_SEPARATOR"), Some("\u{a0}"));
    assert_eq!(formats("de").get("FIRST_DAY_OF_WEEK"), Some("1"));
    assert_eq!(formats("de").get("NO_FORMAT"), None);
    assert_eq!(formats("de").inputs("DATE_INPUT_FORMATS").unwrap()[0], "%d.%m.%Y");
    assert!(formats("de").inputs("TIME_INPUT_FORMATS").unwrap().contains(&"%H:%M:%S.%f"));
    assert_eq!(formats("de").inputs("DATE_FORMAT"), None);
}

#[test]
fn settings_win_in_the_sites_own_language_and_fill_gaps_in_others() {
    let mut settings = Settings::for_tests();
    settings.language_code = "de".to_owned();
    settings.date_format = "Y/m/d".to_owned();
    settings.year_month_format = "m/Y".to_owned();
    settings.decimal_separator = "'".to_owned();
    settings.number_grouping = NumberGrouping::new([2]);
    settings.use_thousand_separator = true;
    let shown = |language: &str| {
        let formats = Formats::of_site(language, &settings);
        [
            formats.localize(&day()).unwrap(),
            formats.localize(&Value::Float(12345.5)).unwrap(),
            formats.get("YEAR_MONTH_FORMAT").unwrap().to_owned(),
        ]
    };
    assert_eq!(shown("de"), ["2026/11/30", "1.23.45'5", "m/Y"]);
    assert_eq!(shown("fr"), ["30 novembre 2026", "12\u{a0}345,5", "F Y"]);
    // Hindi has no format of its own for months, and Estonian none for groups.
    assert_eq!(Formats::of_site("hi", &settings).get("YEAR_MONTH_FORMAT"), Some("m/Y"));
    assert_eq!(Formats::of_site("et", &settings).get("NUMBER_GROUPING"), Some("2"));
    // What is not localised has the settings' formats in each language, and numbers as they are.
    let plain = Formats::of_site("fr", &settings).unlocalized();
    assert_eq!(plain.localize(&day()).as_deref(), Some("2026/11/30"));
    assert_eq!(plain.localize(&Value::Float(12345.5)), None);
}

#[test]
fn a_setting_counts_that_says_the_default_again() {
    let sources = Sources::new("/site")
        .with_file("settings.toml", "LANGUAGE_CODE = \"de\"\nDECIMAL_SEPARATOR = \".\"\nFIRST_DAY_OF_WEEK = 0\n");
    let settings = Settings::from_sources(&sources).unwrap();
    let formats = Formats::of_site("de", &settings);
    assert_eq!(formats.get("DECIMAL_SEPARATOR"), Some("."));
    assert_eq!(formats.get("FIRST_DAY_OF_WEEK"), Some("0"));
    assert_eq!(formats.get("THOUSAND_SEPARATOR"), Some("."));
}

#[test]
fn settings_of_numbers_are_read_from_files_and_variables() {
    let grouping = |text: &str| {
        let sources = Sources::new("/site").with_file("settings.toml", format!("NUMBER_GROUPING = {text}"));
        Settings::from_sources(&sources).map(|settings| settings.number_grouping.sizes().to_vec())
    };
    assert_eq!(grouping("3").unwrap(), [3]);
    assert_eq!(grouping("[3, 2, 0]").unwrap(), [3, 2, 0]);
    assert_eq!(grouping("0").unwrap(), [0; 0]);
    let wrong = grouping("-1").unwrap_err().to_string();
    assert!(wrong.contains("`NUMBER_GROUPING` expects an integer from 0 on, or a list of such integers"), "{wrong}");
    let variable = Sources::new("/site").with_environment([("RJANGO_NUMBER_GROUPING", "3,2")]);
    assert_eq!(Settings::from_sources(&variable).unwrap().number_grouping.sizes(), [3, 2]);
    for (text, told) in [
        ("FIRST_DAY_OF_WEEK = 7", "expects a day from 0 (Sunday) to 6 (Saturday), found `7`"),
        ("DATE_FORMAT = \"Y-m-d H:i\"", "asks a date for its time with `H`, which `DATETIME_FORMAT` may do"),
        ("TIME_FORMAT = \"H:i d\"", "asks a time for its date with `d`, which `DATETIME_FORMAT` may do"),
        ("DECIMAL_SEPARATOR = \"\"", "must not be empty"),
        ("THOUSAND_SEPARATOR = \"0\"", "must not have `0` in it, found `0`"),
    ] {
        let error = Settings::from_sources(&Sources::new("/site").with_file("settings.toml", text)).unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
    }
}

#[test]
fn letters_behind_a_backslash_are_not_asked_for() {
    let sources = Sources::new("/site").with_file("settings.toml", "DATE_FORMAT = 'Y \\H\\a'\nTIME_FORMAT = 'H \\d'");
    let settings = Settings::from_sources(&sources).unwrap();
    assert_eq!(Formats::of_site("en-us", &settings).localize(&day()).as_deref(), Some("2026 Ha"));
}

#[test]
fn names_of_months_come_from_the_projects_catalog_first() {
    let folder = std::env::temp_dir().join(format!("rjango-names-{}", std::process::id()));
    let messages = folder.join("de").join("LC_MESSAGES");
    std::fs::create_dir_all(&messages).unwrap();
    std::fs::write(messages.join("django.mo"), catalog("alt. month\u{4}November", "Nebelung")).unwrap();
    let mut settings = Settings::for_tests();
    settings.locale_paths = vec![folder.clone()];
    let formats = Formats::of("de", &FormatSettings::default());
    let shown = || rjango_templates::format_date(&formats, &day(), "E F").unwrap();
    assert_eq!(shown(), "November November");
    assert_eq!(std::sync::Arc::new(Site::new(settings)).enter(shown), "Nebelung November");
    std::fs::remove_dir_all(folder).unwrap();
}

/// A compiled catalog of one text.
fn catalog(original: &str, translated: &str) -> Vec<u8> {
    let (one, two) = (original.len() as u32, translated.len() as u32);
    let numbers = [0x9504_12de, 0, 1, 28, 36, 0, 44, one, 44, two, 44 + one + 1];
    let mut file: Vec<u8> = numbers.into_iter().flat_map(u32::to_le_bytes).collect();
    file.extend(original.bytes().chain([0]).chain(translated.bytes()).chain([0]));
    file
}
