//! Django itself is asked the same questions: Django 5.2, and 6.1 where there is a Python for it.
//!
//! Its own catalogs are read by our reader, so that words agree in each language.

use std::process::Command;

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use rjango_core::translation::Catalogs;
use rjango_core::{Error, Result};
use rjango_templates::{FilterContext, Formats, format_date, library_filter, timesince, timeuntil};
use serde_json::{Value as Json, json};

use crate::given::{locale, site, value};

const LANGUAGES: &str = include_str!("../../../core/src/translation/languages.txt");
const FORMATS: &str = include_str!("../../src/formats/languages.txt");
const LETTERS: &str = "aAbcdDeEfFgGhHiIjlLmMnNoOPrsStTUuwWyYzZ";

/// The time that `oracle.py` has too.
fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 30, 5, 54, 55).unwrap() + TimeDelta::milliseconds(902)
}

/// A version of Django.
struct Django {
    python: String,
    version: &'static str,
}

impl Django {
    fn new(variable: &str, version: &'static str) -> Self {
        let python = std::env::var(variable).unwrap_or_else(|_| {
            panic!("`{variable}` names the Python that has Django {version}; `scripts/test` sets it")
        });
        Self { python, version }
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new(&self.python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formats/oracle.py"))
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Puts the questions to both, and counts in which they agree.
    fn agree(&self, name: &str, is_grouped: bool, questions: Vec<Json>) {
        let folders: Vec<String> = self.run(&[]).lines().map(str::to_owned).collect();
        let file = std::env::temp_dir().join(format!("rjango-oracle-{name}-{}-{}", self.version, std::process::id()));
        std::fs::write(&file, serde_json::to_vec(&questions).unwrap()).unwrap();
        let path = file.display().to_string();
        let answers = self.run(&[if is_grouped { "grouped" } else { "plain" }, &path]);
        std::fs::remove_file(file).unwrap();
        let answers: Vec<String> = serde_json::from_str(&answers).unwrap();
        assert_eq!(answers.len(), questions.len());
        let site = site("Europe/Berlin", |settings| {
            settings.locale_paths = folders.into_iter().map(Into::into).collect();
            settings.use_thousand_separator = is_grouped;
        });
        let mut wrong = Vec::new();
        let mut agreed = 0;
        for (question, expected) in questions.iter().zip(answers) {
            let got = site.enter(|| answer(question)).unwrap_or_else(|_| "!".to_owned());
            let expected = if expected.starts_with('!') { "!".to_owned() } else { expected };
            if got == expected {
                agreed += 1;
            } else if !self.is_known(question) {
                wrong.push(format!("{question}\n  here   {got:?}\n  Django {expected:?}"));
            }
        }
        let shown = wrong.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
        assert!(wrong.is_empty(), "{} of {} differ:\n{shown}", wrong.len(), questions.len());
        assert!(agreed * 100 >= questions.len() * 95, "{agreed} of {} agree", questions.len());
    }

    /// What differs on purpose: the tables are those of 5.2.
    fn is_known(&self, question: &Json) -> bool {
        let language = question["lang"].as_str().unwrap();
        let is_first = question["name"] == "ordinal" && [json!(1), json!(true)].contains(&question["value"]);
        self.version == "6.1" && (is_first || ["eu", "fr-ca", "ht"].contains(&language))
    }
}

/// Our answer.
fn answer(question: &Json) -> Result<String> {
    let language = question["lang"].as_str().unwrap();
    let locale = locale(language, now);
    let formats: &Formats = &locale.formats;
    let given = question.get("value").map(|given| value(given).unwrap());
    let given = given.as_ref();
    let text = |name: &str| question[name].as_str().unwrap();
    let given = || given.unwrap();
    match text("do") {
        "date" => format_date(formats, given(), text("format")),
        "get" => Ok(match formats.inputs(text("name")) {
            Some(inputs) => inputs.join("|"),
            None => formats.get(text("name")).unwrap().to_owned(),
        }),
        "number" => {
            let decimals = question["decimals"].as_i64().map(|number| number as i32);
            Ok(formats.number(given(), decimals, question["grouping"].as_bool().unwrap()))
        }
        "localize" => {
            let plain = formats.unlocalized();
            let formats = if question["localized"].as_bool().unwrap() { formats } else { &plain };
            Ok(formats.localize(given()).unwrap_or_else(|| given().text().into_owned()))
        }
        "gettext" => Ok(Catalogs::current().unwrap().gettext(language, text("text")).into_owned()),
        "timesince" | "timeuntil" => {
            let between = if text("do") == "timesince" { timesince } else { timeuntil };
            between(&locale, given(), value(&question["now"]).as_ref(), question["depth"].as_u64().unwrap() as usize)
        }
        "filter" => {
            let filter = library_filter(text("library"), text("name")).unwrap();
            let context = FilterContext { autoescape: true, locale: &locale };
            let local = if filter.expects_localtime { locale.localtime(given()) } else { given().clone() };
            (filter.run)(&context, &local, None).map(|value| value.text().into_owned())
        }
        other => Err(Error::command(format!("`{other}` is not a question"))),
    }
}

/// Numbers that are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len() as u64) as usize]
    }

    /// A moment between 1950 and 2035: naive, in UTC or in a zone.
    fn moment(&mut self) -> Json {
        let seconds = self.below(2_680_000_000) as i64 - 630_000_000;
        let micros = if self.below(3) == 0 { self.below(1_000_000) as u32 } else { 0 };
        let seconds = match self.below(6) {
            0 => seconds - seconds.rem_euclid(86_400),
            1 => seconds - seconds.rem_euclid(43_200),
            2 => seconds - seconds.rem_euclid(3_600),
            _ => seconds,
        };
        let moment = Utc.timestamp_opt(seconds, micros * 1_000).unwrap();
        match self.below(4) {
            0 => json!({ "$dt": moment.naive_utc().format("%Y-%m-%dT%H:%M:%S%.6f").to_string() }),
            1 => json!({ "$dt": moment.format("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string() }),
            _ => {
                let zone = self.of(&[
                    "Europe/Berlin",
                    "America/New_York",
                    "America/St_Johns",
                    "Asia/Kathmandu",
                    "Australia/Lord_Howe",
                    "America/Sao_Paulo",
                    "Etc/GMT-3",
                ]);
                json!({ "$dt": moment.format("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string(), "zone": zone })
            }
        }
    }

    fn number(&mut self) -> Json {
        let digits = self.below(16) as u32 + 1;
        let whole = self.below(1 << 31) * self.below(1 << 31) % 10u64.pow(digits);
        let sign = if self.below(3) == 0 { "-" } else { "" };
        match self.below(5) {
            0 | 1 => serde_json::from_str(&format!("{sign}{whole}")).unwrap(),
            2 => json!({ "$dec": format!("{sign}{whole}.{:03}", self.below(1_000)) }),
            3 => json!({ "$f": format!("{sign}{whole}.{:02}", self.below(100)) }),
            _ => json!({ "$f": format!("{sign}{}e{}", self.below(10_000), self.below(500) as i64 - 250) }),
        }
    }
}

fn languages() -> Vec<&'static str> {
    let codes = |table: &'static str| table.lines().filter(|line| !line.starts_with('#'));
    let mut languages: Vec<&str> = codes(LANGUAGES)
        .chain(codes(FORMATS))
        .map(|line| line.split('\t').next().unwrap())
        // What Django knows a fallback of alone, it does not activate.
        .filter(|code| !code.starts_with("zh-") || code.starts_with("zh-han"))
        .chain(["de-at", "en-us", "pt-pt"])
        .collect();
    languages.sort_unstable();
    languages.dedup();
    languages
}

fn dates_agree(django: &Django) {
    let mut random = Random(7);
    let mut questions = Vec::new();
    for language in languages() {
        for month in 1..=12 {
            let hour = [0, 12, 9, 21][month % 4];
            let minute = if month % 3 == 0 { 30 } else { 0 };
            let moment = json!({ "$dt": format!("2026-{month:02}-{:02}T{hour:02}:{minute:02}:00", month + 9) });
            questions
                .push(json!({ "do": "date", "lang": language, "value": moment, "format": "a|A|b|D|E|F|f|l|M|N|P" }));
        }
    }
    for _ in 0..2_000 {
        let moment = random.moment();
        let letters: Vec<String> = LETTERS.chars().map(|letter| letter.to_string()).collect();
        questions.push(json!({ "do": "date", "lang": "en", "value": moment, "format": letters.join("|") }));
    }
    for letter in LETTERS.chars() {
        for given in [json!({ "$d": "2026-03-29" }), json!({ "$t": "16:25:01.5" }), json!("text")] {
            let format = format!("{letter}");
            questions.push(json!({ "do": "date", "lang": "en", "value": given, "format": format }));
        }
    }
    // The clocks of Berlin show 02:30 never on the one day and twice on the other one.
    for moment in
        ["2026-03-29T02:30:00", "2026-10-25T02:30:00", "2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00"]
    {
        for given in [json!({ "$dt": moment }), json!({ "$dt": moment, "zone": "Europe/Berlin" })] {
            if moment.contains('+') || given.get("zone").is_none() {
                questions.push(json!({ "do": "date", "lang": "en", "value": given, "format": "c|e|I|O|r|T|U|Z" }));
            }
        }
    }
    for format in ["\\Y", "\\\\Y", "\\\\\\Y", "Y\\", "\\aY", "\\\n", "B", "Yd\\\\", "jS \\o\\f F", "{Y}", "\\é"] {
        let moment = json!({ "$dt": "2026-11-30T05:54:55" });
        questions.push(json!({ "do": "date", "lang": "en", "value": moment, "format": format }));
    }
    django.agree("dates", false, questions);
}

fn formats_agree(django: &Django) {
    let names = [
        "DATE_FORMAT",
        "DATETIME_FORMAT",
        "TIME_FORMAT",
        "YEAR_MONTH_FORMAT",
        "MONTH_DAY_FORMAT",
        "SHORT_DATE_FORMAT",
        "SHORT_DATETIME_FORMAT",
        "FIRST_DAY_OF_WEEK",
        "DECIMAL_SEPARATOR",
        "THOUSAND_SEPARATOR",
        "NUMBER_GROUPING",
        "DATE_INPUT_FORMATS",
        "TIME_INPUT_FORMATS",
        "DATETIME_INPUT_FORMATS",
    ];
    let mut questions = Vec::new();
    for language in languages() {
        questions.extend(names.map(|name| json!({ "do": "get", "lang": language, "name": name })));
    }
    django.agree("formats", false, questions);
}

fn numbers_agree(django: &Django) {
    for is_grouped in [false, true] {
        let mut random = Random(11);
        let languages = languages();
        let mut questions = Vec::new();
        for _ in 0..4_000 {
            let language = random.of(&languages);
            let decimals = [None, Some(0), Some(1), Some(2), Some(5)][random.below(5) as usize];
            let number = random.number();
            questions.push(match random.below(3) {
                0 => json!({ "do": "localize", "lang": language, "value": number, "localized": random.below(4) != 0 }),
                _ => json!({ "do": "number", "lang": language, "value": number, "decimals": decimals, "grouping": random.below(2) == 0 }),
            });
        }
        for language in &languages {
            for given in [
                json!({ "$d": "2026-11-30" }),
                json!({ "$t": "14:05:00" }),
                json!({ "$dt": "2026-11-30T14:05:00+00:00" }),
            ] {
                for is_localized in [true, false] {
                    questions
                        .push(json!({ "do": "localize", "lang": language, "value": given, "localized": is_localized }));
                }
            }
        }
        django.agree(if is_grouped { "grouped" } else { "numbers" }, is_grouped, questions);
    }
}

fn lengths_of_time_agree(django: &Django) {
    let mut random = Random(13);
    let languages = languages();
    let mut questions = Vec::new();
    for place in 0..6_000 {
        let language = languages[place % languages.len()];
        let (one, two) = (random.moment(), random.moment());
        let naive = |moment: &Json| json!({ "$dt": &moment["$dt"].as_str().unwrap()[..26] });
        // Moments with a zone and without one do not compare; a few of them are asked all the same.
        let (one, two) = if random.below(10) == 0 { (one, two) } else { (naive(&one), naive(&two)) };
        let name = random.of(&["timesince", "timeuntil"]);
        questions.push(json!({ "do": name, "lang": language, "value": one, "now": two, "depth": random.below(6) }));
    }
    django.agree("lengths", false, questions);
}

fn filters_agree(django: &Django) {
    let mut random = Random(17);
    let languages = languages();
    let mut questions = Vec::new();
    let mut ask = |language: &str, library: &str, name: &str, given: Json| {
        questions.push(json!({ "do": "filter", "lang": language, "library": library, "name": name, "value": given }));
    };
    for language in &languages {
        for number in [0, 1, 2, 3, 7, 10, 11, 12, 13, 21, 101, 111, 112, 1_000, -5] {
            ask(language, "humanize", "ordinal", json!(number));
            ask(language, "humanize", "apnumber", json!(number));
        }
        for number in [999_999, 1_000_000, 1_250_000, 5_050_000, -2_300_000, 21_000_000_000i64, 1_999_999_999_999_999] {
            ask(language, "humanize", "intword", json!(number));
        }
        for digits in ["1e18", "2.5e21", "3e24", "4e27", "5e30", "6e33", "7e36", "8e100", "9e103"] {
            ask(language, "humanize", "intword", json!({ "$f": digits }));
        }
        for _ in 0..6 {
            ask(language, "humanize", "intcomma", random.number());
            ask(language, "l10n", "localize", random.number());
            ask(language, "l10n", "unlocalize", random.number());
        }
        for days in -3..=3 {
            let day = now().date_naive() + TimeDelta::days(days);
            ask(language, "humanize", "naturalday", json!({ "$d": day.to_string() }));
        }
        for seconds in
            [0, 1, 2, 5, 59, 60, 119, 120, 3_599, 3_600, 7_200, 86_399, 86_400, 90_000, 1_000_000, 40_000_000]
        {
            for seconds in [-seconds, seconds] {
                let moment = now() + TimeDelta::seconds(seconds);
                let text = moment.format("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string();
                ask(language, "humanize", "naturaltime", json!({ "$dt": text }));
            }
        }
        for code in ["de", "de-at", "he", "ar", "zh-tw", "pt-br", "en", "nb", "sr-latn", "xx", "xx-yy"] {
            for name in ["language_name", "language_name_translated", "language_name_local", "language_bidi"] {
                ask(language, "i18n", name, json!(code));
            }
        }
    }
    for text in [
        "",
        "12",
        " 12 ",
        "1_000",
        "_1",
        "1__0",
        "+7",
        "-0",
        "007",
        "1.5",
        "-1234567.891",
        "12345abc",
        "abc",
        "1e3",
        "- 1",
    ] {
        for name in ["ordinal", "apnumber", "intword", "intcomma"] {
            // Django 6.1 reads fractions from texts. 5.2 does not.
            if name != "intcomma" || django.version == "5.2" {
                ask("en", "humanize", name, json!(text));
            }
        }
    }
    for given in [
        json!(null),
        json!(true),
        json!({ "$f": "inf" }),
        json!({ "$f": "nan" }),
        json!({ "$dec": "-12.9" }),
        json!({ "$f": "2.9" }),
    ] {
        for name in ["ordinal", "apnumber", "intword"] {
            ask("en", "humanize", name, given.clone());
        }
    }
    for _ in 0..300 {
        let moment = random.moment();
        for name in ["localtime", "utc"] {
            ask("en", "tz", name, moment.clone());
        }
        ask("en", "humanize", "naturalday", moment.clone());
        ask("de", "humanize", "naturaltime", moment);
    }
    for given in [json!({ "$d": "2026-11-30" }), json!("text"), json!({ "$t": "10:00:00" })] {
        for (library, name) in
            [("tz", "localtime"), ("tz", "utc"), ("humanize", "naturalday"), ("humanize", "naturaltime")]
        {
            ask("en", library, name, given.clone());
        }
    }
    django.agree("filters", false, questions);
}

/// Each text of Django's catalogs, in each language, with and without a variant.
fn catalogs_agree(django: &Django) {
    let texts = [
        "Yes",
        "No",
        "January",
        "Enter a number.",
        "This field is required.",
        "Afrikaans",
        "yes,no,maybe",
        "midnight",
        "%d",
        "German",
        "Norwegian Bokmål",
        "",
        " ",
        "not in any catalog",
        "Page not found",
        "%(num)d year",
        "line\r\nend",
    ];
    let mut questions = Vec::new();
    for language in languages() {
        questions.extend(texts.map(|text| json!({ "do": "gettext", "lang": language, "text": text })));
    }
    django.agree("catalogs", false, questions);
}

/// The tables are what the script makes of this Django.
#[test]
fn tables_are_those_of_django_5_2() {
    let django = Django::new("RJANGO_TEST_PYTHON", "5.2");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/language-tables");
    let output = Command::new(django.python).arg(script).arg("--check").output().unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}");
}

macro_rules! against {
    ($($test:ident, $newer:ident => $agree:ident;)*) => {$(
        #[test]
        fn $test() {
            $agree(&Django::new("RJANGO_TEST_PYTHON", "5.2"));
        }

        #[cfg(feature = "django-6-1-tested")]
        #[test]
        fn $newer() {
            $agree(&Django::new("RJANGO_TEST_PYTHON_6_1", "6.1"));
        }
    )*};
}

against! {
    dates_agree_with_django, dates_agree_with_django_6_1 => dates_agree;
    formats_agree_with_django, formats_agree_with_django_6_1 => formats_agree;
    numbers_agree_with_django, numbers_agree_with_django_6_1 => numbers_agree;
    lengths_of_time_agree_with_django, lengths_of_time_agree_with_django_6_1 => lengths_of_time_agree;
    filters_agree_with_django, filters_agree_with_django_6_1 => filters_agree;
    catalogs_agree_with_django, catalogs_agree_with_django_6_1 => catalogs_agree;
}
