//! The built-in filters against what Django's own tests recorded, and against bad input.
#![allow(clippy::unwrap_used)]

#[path = "shared/coding.rs"]
mod coding;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use coding::{decode, encode};
use rjango_core::timezone::Zone;
use rjango_templates::{FilterContext, FormatSettings, Formats, Locale, Value, builtin_filter, builtin_filter_names};
use serde_json::{Value as Json, json};

fn clock() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn locale(language: &str) -> Locale {
    Locale {
        language: language.into(),
        formats: Formats::of(language, &FormatSettings::default()),
        zone: Some(Zone::named("America/Chicago").unwrap()),
        use_l10n: true,
        use_tz: true,
        clock,
    }
}

#[track_caller]
fn run(name: &str, value: &Value, argument: Option<&Value>) -> rjango_core::Result<Value> {
    let locale = locale("en");
    let context = FilterContext { autoescape: true, locale: &locale };
    (builtin_filter(name).unwrap().run)(&context, value, argument)
}

#[track_caller]
fn text(name: &str, value: impl Into<Value>, argument: Option<Value>) -> String {
    run(name, &value.into(), argument.as_ref()).unwrap().text().into_owned()
}

#[track_caller]
fn error(name: &str, value: impl Into<Value>, argument: Option<Value>) -> String {
    run(name, &value.into(), argument.as_ref()).unwrap_err().to_string()
}

/// The filter that does what a function of Django does, and whether the function does not escape.
fn filter_of(function: &str) -> Option<(&str, bool)> {
    if let Some(name) = function.strip_prefix("filter.") {
        return Some((name, true));
    }
    Some(match function {
        "django.utils.html.conditional_escape" => ("escape", true),
        "django.utils.html.escape" => ("force_escape", true),
        "django.utils.html.escapejs" => ("escapejs", true),
        "django.utils.html.linebreaks" => ("linebreaks", false),
        "django.utils.html.strip_tags" => ("striptags", true),
        "django.utils.text.phone2numeric" => ("phone2numeric", true),
        "django.utils.text.slugify" => ("slugify", true),
        "django.utils.text.wrap" => ("wordwrap", true),
        _ => return None,
    })
}

/// Why a vector is not for a filter of ours.
fn left_out(vector: &Json) -> Option<&'static str> {
    let function = vector["f"].as_str().unwrap();
    let arguments = vector["args"].as_array().unwrap();
    if filter_of(function).is_none() {
        return Some("a function that no filter shows alone");
    }
    if vector["kwargs"]["allow_unicode"] == true {
        return Some("a keyword that the filter does not have");
    }
    match function {
        "filter.filesizeformat" if vector["result"].as_str().is_some_and(|text| text.ends_with("Bytes")) => {
            return Some("a text of Django's German catalogue");
        }
        "filter.floatformat" if vector["result"]["$safe"] == "66!666.67" => {
            return Some("settings of the test that were not recorded");
        }
        "filter.timesince" if arguments.len() == 1 => return Some("a clock that was not recorded"),
        _ => {}
    }
    if !arguments.iter().all(|argument| decode(argument).is_some()) {
        return Some("a value that templates do not have: a set");
    }
    None
}

#[test]
fn djangos_vectors_hold() {
    let vectors: Vec<Json> = serde_json::from_str(include_str!("vectors/filters.json")).unwrap();
    let mut failures = Vec::new();
    let mut count = 0;
    for vector in &vectors {
        if left_out(vector).is_some() {
            continue;
        }
        count += 1;
        let (name, may_escape) = filter_of(vector["f"].as_str().unwrap()).unwrap();
        let arguments: Vec<Value> = vector["args"].as_array().unwrap().iter().map(|one| decode(one).unwrap()).collect();
        let locale = locale(vector["lang"].as_str().unwrap());
        let autoescape = vector["kwargs"]["autoescape"].as_bool().unwrap_or(may_escape);
        let context = FilterContext { autoescape, locale: &locale };
        let found = (builtin_filter(name).unwrap().run)(&context, &arguments[0], arguments.get(1));
        let expected = &vector["result"];
        let is_same = match (&found, vector["error"].is_null()) {
            (Ok(found), true) if vector["f"].as_str().unwrap().starts_with("filter.") => {
                encode(found) == encode(&decode(expected).unwrap())
            }
            // Functions that are not filters tell nothing about safety.
            (Ok(found), true) => found.text() == decode(expected).unwrap().text(),
            (found, is_fine) => found.is_err() != is_fine,
        };
        if !is_same {
            failures.push(format!("{vector}\n  {:?}", found.map(|found| encode(&found).to_string())));
        }
    }
    assert!(failures.is_empty(), "{} of {count} differ:\n{}", failures.len(), failures.join("\n"));
    assert!(count > 330, "{count} vectors ran");
}

#[test]
fn all_of_djangos_filters_are_here() {
    let mut names: Vec<&str> = builtin_filter_names().collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 57);
    assert!(builtin_filter("length_is").is_none());
    assert!(names.iter().all(|name| builtin_filter(name).unwrap().name == *name));
}

#[test]
fn widths_are_bounded() {
    for name in ["ljust", "rjust", "center"] {
        let message = format!("the filter `{name}` would make more than 10 MB of text");
        assert_eq!(error(name, "x", Some(10_000_000_000_i64.into())), message);
        assert_eq!(text(name, "x", Some(10_000_000.into())).len(), 10_000_000);
        assert_eq!(text(name, "x", Some((-5).into())), "x");
    }
    for format in ["10000000000s", ".10000000000f", "099999999d", "99999999999999999999999999d"] {
        assert_eq!(
            error("stringformat", 1, Some(format.into())),
            "the filter `stringformat` would make more than 10 MB of text"
        );
    }
    assert_eq!(
        error("floatformat", 1.5, Some(99_999_999.into())),
        "the filter `floatformat` would make more than 10 MB of text"
    );
    assert_eq!(text("floatformat", "1e300", Some(2.into())), "1e300");
}

#[test]
fn errors_name_the_filter_and_what_it_got() {
    assert_eq!(
        error("ljust", "x", Some("wide".into())),
        "the filter `ljust` takes a whole number as its argument, not `'wide'`"
    );
    assert_eq!(error("divisibleby", 4, Some(0.into())), "the filter `divisibleby` cannot divide by 0");
    assert_eq!(error("first", 5, None), "the filter `first` takes a list, not `5`");
    let day = chrono::NaiveDate::MIN;
    assert!(error("date", day, Some("H".into())).contains("`H`"), "a day that is asked for its hour is an error");
    assert_eq!(text("time", day, Some("H".into())), "");
    let deep = (0..600).fold(Value::from("x"), |inside, _| Value::list([Value::from("y"), inside]));
    for name in ["unordered_list", "json_script", "pprint"] {
        assert_eq!(
            run(name, &deep, None).unwrap_err().to_string(),
            format!("the filter `{name}` takes 500 lists inside of one another at most")
        );
    }
}

/// Filters that look for structure read a megabyte of what is slow in Django or in Python's parser of HTML. A quadratic one
/// would take hours.
#[test]
fn a_megabyte_of_structure_is_read_in_linear_time() {
    let pieces = [
        "<",
        "<a ",
        "</a ",
        "<!--",
        "<?",
        "<![cdata[",
        "&#",
        "&a-",
        "<a x=\"",
        "<a x=\">\"",
        "<script></",
        "<p>",
        "] ",
        "a@b.",
        "http://a&b;",
        ").;",
        "&;)",
        "!;",
        "((",
        "www.a.com/",
    ];
    for piece in pieces {
        let hostile = Value::from(piece.repeat(1_000_000 / piece.len()));
        for (name, argument) in [
            ("striptags", None),
            ("truncatechars_html", Some(2_000_000)),
            ("truncatewords_html", Some(5)),
            ("urlize", None),
        ] {
            in_time(name, piece, &hostile, argument.map(Value::from));
        }
    }
}

#[test]
fn a_megabyte_of_text_is_read_in_linear_time() {
    for piece in ["\u{301}", "\t", "\n", "a ", "1"] {
        let hostile = Value::from(piece.repeat(1_000_000 / piece.len()));
        for (name, argument) in [
            ("truncatechars", Some(Value::from(500_000))),
            ("truncatewords", Some(2_000_000.into())),
            ("urlizetrunc", Some(5.into())),
            ("wordwrap", Some(1.into())),
            ("wordwrap", Some(80.into())),
            ("linebreaks", None),
            ("linenumbers", None),
            ("slugify", None),
            ("title", None),
            ("pprint", None),
            ("floatformat", None),
            ("stringformat", Some("s".into())),
        ] {
            in_time(name, piece, &hostile, argument);
        }
    }
}

#[track_caller]
fn in_time(name: &str, piece: &str, hostile: &Value, argument: Option<Value>) {
    let started = Instant::now();
    // A refusal is an answer too.
    let _ = run(name, hostile, argument.as_ref());
    let taken = started.elapsed();
    assert!(taken < Duration::from_secs(20), "`{name}` of {piece:?} took {taken:?}");
}

#[test]
fn what_is_random_is_of_the_list() {
    let list: Value = (0..50).collect();
    let found: Vec<i128> = (0..200).map(|_| run("random", &list, None).unwrap().as_int().unwrap()).collect();
    assert!(found.iter().all(|number| (0..50).contains(number)));
    assert!(found.iter().any(|number| *number != found[0]), "200 draws were the same");
    assert_eq!(encode(&run("random", &Value::list([]), None).unwrap()), json!(""));
}

/// What differs from Django, each marked `DIFFERENCE` in the code.
#[test]
fn differences_from_django() {
    // Django 5.2 loses the last dot.
    assert_eq!(
        text("urlize", "(see http://x.com/).", None),
        "(see <a href=\"http://x.com/\" rel=\"nofollow\">http://x.com/</a>)."
    );
    // Django loses the whole text, for an `&` near its end.
    assert_eq!(text("truncatechars_html", "AT&T", Some(10.into())), "AT&amp;T");
    // Python 3.11 raises here.
    assert_eq!(text("striptags", "a<![x]>b", None), "ab");
    // Python sorts what is not a number into no order.
    let list = Value::list([2.0, f64::NAN, 1.0].map(|number| Value::Tuple(Arc::new([number.into()]))));
    assert_eq!(text("dictsort", list, Some(0.into())), "[(1.0,), (2.0,), (nan,)]");
}
