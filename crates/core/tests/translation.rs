//! Catalogs: what is read from which file, in which order, and what a broken file does.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rjango_core::checks::{CheckContext, all_checks};
use rjango_core::translation::{Catalogs, EmbeddedCatalogs, gettext, language_info, ngettext, npgettext, pgettext};
use rjango_core::{Settings, Site};

/// A compiled catalog of these pairs, as `msgfmt` lays it out.
fn compiled(pairs: &[(&str, &str)], is_big: bool) -> Vec<u8> {
    let mut pairs = pairs.to_vec();
    pairs.sort_unstable();
    let number = |number: usize| {
        let number = u32::try_from(number).unwrap();
        if is_big { number.to_be_bytes() } else { number.to_le_bytes() }
    };
    let originals = 28;
    let translations = originals + pairs.len() * 8;
    let mut texts: Vec<u8> = Vec::new();
    let start = translations + pairs.len() * 8;
    let mut tables = [Vec::new(), Vec::new()];
    for (place, table) in tables.iter_mut().enumerate() {
        for pair in &pairs {
            let text = if place == 0 { pair.0 } else { pair.1 };
            table.extend(number(text.len()));
            table.extend(number(start + texts.len()));
            texts.extend(text.as_bytes());
            texts.push(0);
        }
    }
    let header = [0x9504_12de, 0, pairs.len(), originals, translations, 0, start];
    let mut file: Vec<u8> = header.into_iter().flat_map(number).collect();
    file.extend(tables.concat());
    file.extend(texts);
    file
}

const HEADER: (&str, &str) =
    ("", "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n");

fn write(folder: &Path, locale: &str, bytes: &[u8]) {
    let folder = folder.join(locale).join("LC_MESSAGES");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("django.mo"), bytes).unwrap();
}

fn put(folder: &Path, locale: &str, pairs: &[(&str, &str)]) {
    let mut all = vec![HEADER];
    all.extend(pairs);
    write(folder, locale, &compiled(&all, false));
}

fn settings(folder: &Path) -> Settings {
    let mut settings = Settings::new(folder);
    settings.locale_paths = vec![folder.join("first"), folder.join("second")];
    settings.installed_apps = vec!["shop".to_owned(), "news".to_owned()];
    settings
}

#[test]
fn texts_have_contexts_and_plural_forms_in_both_byte_orders() {
    for is_big in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let russian = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 \
                       : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n";
        let pairs = [
            ("", russian),
            ("Save", "Сохранить"),
            ("month\u{4}May", "Май"),
            ("%(n)d day\0%(n)d days", "%(n)d день\0%(n)d дня\0%(n)d дней"),
            ("ago\u{4}a day\0days", "день назад\0дня назад\0дней назад"),
        ];
        write(&folder.path().join("first"), "ru", &compiled(&pairs, is_big));
        let catalogs = Catalogs::new(&settings(folder.path()), EmbeddedCatalogs::default());
        assert_eq!(catalogs.gettext("ru", "Save"), "Сохранить");
        assert_eq!(catalogs.pgettext("ru", "month", "May"), "Май");
        assert_eq!(catalogs.gettext("ru", "May"), "May");
        assert_eq!(catalogs.pgettext("ru", "verb", "May"), "May");
        let days = |number| catalogs.ngettext("ru", "%(n)d day", "%(n)d days", number).into_owned();
        assert_eq!([1, 3, 5, 21].map(days), ["%(n)d день", "%(n)d дня", "%(n)d дней", "%(n)d день"]);
        assert_eq!(catalogs.npgettext("ru", "ago", "a day", "days", 2), "дня назад");
        assert_eq!(catalogs.npgettext("ru", "then", "a day", "days", 2), "days");
        // What is not there with a context is taken without one, where it has plural forms.
        assert_eq!(catalogs.npgettext("ru", "then", "%(n)d day", "%(n)d days", 2), "%(n)d дня");
        assert_eq!(catalogs.gettext("ru", ""), "");
        assert_eq!(catalogs.gettext("de", "Save"), "Save");
        assert!(catalogs.has("ru") && !catalogs.has("de"));
        assert!(catalogs.problems("ru").is_empty());
    }
}

#[test]
fn the_first_folder_wins_and_apps_come_after_the_paths() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    put(&at("first"), "de", &[("a", "first")]);
    put(&at("second"), "de", &[("a", "second"), ("b", "second")]);
    put(&at("shop/locale"), "de", &[("a", "shop"), ("b", "shop"), ("c", "shop")]);
    put(&at("news/locale"), "de", &[("c", "news"), ("d", "news")]);
    let catalogs = Catalogs::new(&settings(folder.path()), EmbeddedCatalogs::default());
    assert_eq!(
        ["a", "b", "c", "d", "e"].map(|text| catalogs.gettext("de", text).into_owned()),
        ["first", "second", "shop", "news", "e"]
    );
}

#[test]
fn a_variant_has_the_texts_of_its_language_and_of_the_sites_own() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    put(&at("first"), "pt_BR", &[("a", "brazil")]);
    put(&at("first"), "pt", &[("a", "portugal"), ("b", "portugal")]);
    put(&at("second"), "pt", &[("b", "second"), ("d", "second")]);
    put(&at("first"), "fr", &[("a", "france"), ("c", "france")]);
    put(&at("first"), "zh_Hans", &[("a", "china")]);
    let mut settings = settings(folder.path());
    settings.language_code = "fr".to_owned();
    let catalogs = Catalogs::new(&settings, EmbeddedCatalogs::default());
    let texts = |language: &str| ["a", "b", "c", "d"].map(|text| catalogs.gettext(language, text).into_owned());
    // The folder that does not have the variant gives its language in its place, as in Django.
    assert_eq!(texts("pt-br"), ["brazil", "second", "france", "second"]);
    assert_eq!(texts("pt-BR"), texts("pt-br"));
    assert_eq!(texts("zh-hans"), ["china", "b", "france", "d"]);
    assert_eq!(texts("en-gb"), ["a", "b", "c", "d"]);
    assert_eq!(texts("../first/pt"), ["france", "b", "france", "d"]);
    settings.use_i18n = false;
    assert_eq!(Catalogs::new(&settings, EmbeddedCatalogs::default()).gettext("fr", "a"), "a");
}

#[test]
fn catalogs_inside_the_program_count_without_their_files() {
    let bytes: &'static [u8] = compiled(&[HEADER, ("a", "inside")], false).leak();
    let table: &'static [(&str, &[u8])] =
        vec![("first/de/LC_MESSAGES/django.mo", bytes), ("shop/locale/de/LC_MESSAGES/django.mo", &b"broken"[..])]
            .leak();
    let folder = tempfile::tempdir().unwrap();
    put(&folder.path().join("first"), "de", &[("a", "on disk")]);
    put(&folder.path().join("second"), "de", &[("b", "on disk")]);
    let site = Site::new(settings(folder.path())).with(EmbeddedCatalogs(table));
    let catalogs = Catalogs::of_site(&site);
    assert_eq!(["a", "b"].map(|text| catalogs.gettext("de", text).into_owned()), ["inside", "on disk"]);
    assert_eq!(catalogs.problems("de").len(), 1);
    Arc::new(site).enter(|| assert_eq!(Catalogs::current().unwrap().gettext("de", "a"), "inside"));
}

#[test]
fn functions_speak_the_language_of_the_site() {
    assert_eq!(gettext("a"), "a");
    assert_eq!(ngettext("one", "many", 1), "one");
    let folder = tempfile::tempdir().unwrap();
    put(
        &folder.path().join("first"),
        "de",
        &[("a", "ein"), ("x\u{4}a", "im x"), ("one\0many", "eins\0viele"), ("x\u{4}one\0many", "x eins\0x viele")],
    );
    let mut settings = settings(folder.path());
    settings.language_code = "de-at".to_owned();
    Arc::new(Site::new(settings)).enter(|| {
        assert_eq!(gettext("a"), "ein");
        assert_eq!(gettext("b"), "b");
        assert_eq!(pgettext("x", "a"), "im x");
        assert_eq!(ngettext("one", "many", 1), "eins");
        assert_eq!(ngettext("one", "many", 5), "viele");
        assert_eq!(npgettext("x", "one", "many", 5), "x viele");
    });
}

#[test]
fn with_debug_a_changed_catalog_is_read_again() {
    for is_debug in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        put(&folder.path().join("first"), "de", &[("a", "old")]);
        let mut settings = settings(folder.path());
        settings.debug = is_debug;
        let catalogs = Catalogs::new(&settings, EmbeddedCatalogs::default());
        assert_eq!(catalogs.gettext("de", "a"), "old");
        put(&folder.path().join("first"), "de", &[("a", "newer")]);
        put(&folder.path().join("shop/locale"), "de", &[("b", "new file")]);
        std::thread::sleep(Duration::from_millis(250));
        let expected = if is_debug { ["newer", "new file"] } else { ["old", "b"] };
        assert_eq!(["a", "b"].map(|text| catalogs.gettext("de", text).into_owned()), expected);
    }
}

/// The message of the one problem of these bytes.
fn problem(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("first"), "de", bytes);
    put(&folder.path().join("second"), "de", &[("a", "still there")]);
    let catalogs = Catalogs::new(&settings(folder.path()), EmbeddedCatalogs::default());
    let problems = catalogs.problems("de");
    assert_eq!(catalogs.gettext("de", "a"), "still there");
    let [problem] = problems.as_slice() else { panic!("one problem is expected, found {problems:?}") };
    let path = folder.path().join("first/de/LC_MESSAGES/django.mo").display().to_string();
    assert_eq!(problem.place().unwrap().file, path);
    problem.to_string().strip_prefix("the catalog cannot be read: ").unwrap().to_owned()
}

#[test]
fn a_broken_catalog_is_an_error_with_its_path() {
    assert_eq!(problem(b""), "it has fewer than four bytes");
    assert_eq!(problem(b"<html>"), "it is not a compiled catalog: its first bytes are others");
    let whole = compiled(&[HEADER, ("a", "b")], false);
    assert_eq!(problem(&whole[..10]), "it ends before byte 12, which its header speaks of");
    assert_eq!(problem(&whole[..whole.len() - 2]), "its text 1 lies beyond the end of the file");
    let with = |at: usize, number: u32| {
        let mut file = whole.clone();
        file[at..at + 4].copy_from_slice(&number.to_le_bytes());
        problem(&file)
    };
    assert_eq!(with(4, 0x0002_0000), "it is written in version 2 of the format, and 0 and 1 are known");
    assert!(with(8, u32::MAX).starts_with("its"), "more texts than there is room for");
    assert!(with(12, u32::MAX).starts_with("it ends before byte"));
    assert!(with(28, u32::MAX).starts_with("its text 0 lies beyond"));
    let header = |header: &str| problem(&compiled(&[("", header), ("a", "b")], false));
    assert_eq!(
        header("Content-Type: text/plain; charset=KOI8-R\n"),
        "its letters are in `koi8-r`, and `UTF-8` is expected"
    );
    assert_eq!(
        header("Plural-Forms: nplurals=2; plural=__import__('os');\n"),
        "the expression of the plural forms, `__import__('os')`, has `_` at character 1, which is not expected there"
    );
    assert_eq!(
        header("Plural-Forms: nplurals=2; plural=n;\n"),
        "its 2 plural forms do not have one for 2: the expression is `n`"
    );
    assert!(header("Plural-Forms: nplurals=2; plural=1/n;\n").contains("do not have one for 0"));
    let mut wrong = compiled(&[HEADER, ("a", "xy")], false);
    let end = wrong.len() - 3;
    wrong[end] = 0xff;
    assert_eq!(problem(&wrong), "its text `\u{fffd}y` is not valid UTF-8");
}

#[test]
fn strings_that_lie_on_top_of_one_another_do_not_fill_the_memory() {
    let long = "x".repeat(10_000);
    let mut file = compiled(&[HEADER, ("a", &long), ("b", ""), ("c", "")], false);
    // Each translation is the long one.
    let table = 28 + 4 * 8;
    let long_entry: Vec<u8> = file[table + 8..table + 16].to_vec();
    for entry in 2..4 {
        file[table + entry * 8..table + entry * 8 + 8].copy_from_slice(&long_entry);
    }
    assert_eq!(problem(&file), "its strings lie on top of one another");
}

#[test]
fn letters_of_latin_1_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = compiled(&[("", "Content-Type: text/plain; charset=ISO-8859-1\n"), ("a", "?")], false);
    let end = file.len() - 2;
    file[end] = 0xe9;
    write(&folder.path().join("first"), "fr", &file);
    assert_eq!(Catalogs::new(&settings(folder.path()), EmbeddedCatalogs::default()).gettext("fr", "a"), "é");
}

#[test]
fn the_check_names_broken_catalogs_and_missing_folders() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("first"), "es", b"broken");
    let site = Site::new(settings(folder.path()));
    let checks = all_checks();
    let check = checks.iter().find(|check| check.name == "core::catalogs").unwrap();
    let told: Vec<String> = (check.run)(&CheckContext::new(&site, false))
        .iter()
        .map(|message| {
            let file = message.place.as_ref().map_or("", |place| place.file.as_str());
            format!("{} {file} {}", message.id, message.message)
        })
        .collect();
    let shown = folder.path().display();
    // The variants of Spanish share the file, and it is told once.
    assert_eq!(
        told,
        [
            format!("translation.W001  `LOCALE_PATHS` names `{shown}/second`, which is not a folder"),
            format!(
                "translation.E005 {shown}/first/es/LC_MESSAGES/django.mo the catalog cannot be read: it is not a compiled \
             catalog: its first bytes are others"
            ),
        ]
    );
}

#[test]
fn languages_have_names_and_directions() {
    let told = |code| language_info(code).map(|info| (info.code, info.name, info.name_local, info.bidi));
    assert_eq!(told("de"), Some(("de", "German", "Deutsch", false)));
    assert_eq!(told("DE-at"), Some(("de", "German", "Deutsch", false)));
    assert_eq!(told("he"), Some(("he", "Hebrew", "עברית", true)));
    assert_eq!(told("zh-tw"), Some(("zh-hant", "Traditional Chinese", "繁體中文", false)));
    assert_eq!(told("nb"), Some(("nb", "Norwegian Bokmal", "norsk (bokmål)", false)));
    assert_eq!(told("xx"), None);
    assert_eq!(told("# language"), None);
    let offered = Settings::new("/site").languages;
    assert_eq!(offered.len(), 99);
    assert_eq!(offered[5..7], [("bg".to_owned(), "Bulgarian".to_owned()), ("be".to_owned(), "Belarusian".to_owned())]);
    assert!(offered.contains(&("nb".to_owned(), "Norwegian Bokmål".to_owned())));
}

/// The code of `docs/translation.md`.
#[test]
fn the_guides_code_runs() {
    assert_eq!(gettext("Save"), "Save");
    assert_eq!(ngettext("one apple", "many apples", 3), "many apples");
    // The same word has two meanings: the context tells them apart.
    assert_eq!(pgettext("month", "May"), "May");
    assert_eq!(npgettext("fruit", "a date", "dates", 1), "a date");

    let guide = include_str!("../../../docs/translation.md");
    let code = guide.split("```rust\n").nth(1).unwrap().split("```").next().unwrap();
    let here = include_str!("translation.rs");
    for line in code.lines().filter(|line| !line.starts_with("use ")) {
        assert!(here.contains(line), "docs/translation.md is not what runs: {line}");
    }
}
