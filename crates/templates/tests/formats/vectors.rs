//! Calls that Django 5.2's own tests make, with what came of them.

use chrono::{DateTime, TimeZone as _, Utc};
use rjango_core::ErrorKind;
use rjango_templates::{
    FilterContext, FormatSettings, Formats, Value, format_date, format_time, library_filter, timesince, timeuntil,
};
use serde_json::Value as Json;

use crate::given::{locale, site, value};

const CALLS: &str = include_str!("calls.json");

/// When the calls were recorded.
fn recorded() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 11, 10, 58).unwrap() + chrono::TimeDelta::milliseconds(200)
}

/// The clock of Django's tests of `humanize`: half past four in Chicago.
fn afternoon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2007, 2, 17, 22, 30, 0).unwrap()
}

/// What a call gives here; `None` where a value of it does not exist here.
fn answer(call: &Json) -> Option<Result<String, ErrorKind>> {
    let arguments = call["args"].as_array().unwrap();
    let values: Option<Vec<Value>> = arguments.iter().map(value).collect();
    let values = values?;
    let named = |name: &str| call["kwargs"].get(name).filter(|given| !given.is_null());
    let language = call["lang"].as_str().unwrap();
    let text = |place: usize| values[place].as_str().unwrap_or_default();
    let function = call["f"].as_str().unwrap().rsplit('.').next().unwrap();
    let told = match function {
        "format" if call["f"].as_str().unwrap().contains("numberformat") => {
            let decimals = named("decimal_pos").or(arguments.get(2)).and_then(Json::as_i64);
            let settings = FormatSettings {
                decimal_separator: Some(text(1).to_owned()),
                thousand_separator: Some(named("thousand_sep").and_then(Json::as_str).unwrap_or_default().to_owned()),
                number_grouping: Some(vec![named("grouping").and_then(Json::as_u64).unwrap_or(0) as u32]),
                use_thousand_separator: named("use_l10n").and_then(Json::as_bool),
                ..FormatSettings::default()
            };
            let is_forced = named("force_grouping").is_some();
            Ok(Formats::of(language, &settings).number(&values[0], decimals.map(|number| number as i32), is_forced))
        }
        "format" => format_date(&locale(language, recorded).formats, &values[0], text(1)),
        "time_format" => format_time(&locale(language, recorded).formats, &values[0], text(1)),
        "timesince" | "timeuntil" => {
            let depth = named("depth").map_or(2, |depth| depth.as_u64().unwrap() as usize);
            let is_until = function == "timeuntil" || named("reversed").is_some();
            let between = if is_until { timeuntil } else { timesince };
            between(&locale(language, recorded), &values[0], values.get(1), depth)
        }
        name => {
            let locale = locale(language, afternoon);
            let filter = library_filter("humanize", name).unwrap();
            let context = FilterContext { autoescape: true, locale: &locale };
            // `intcomma` takes a second argument in Python alone.
            (filter.run)(&context, &values[0], None).map(|value| value.text().into_owned())
        }
    };
    Some(told.map_err(|error| error.kind()))
}

#[test]
fn calls_of_djangos_tests_give_the_same() {
    let (mut agreed, mut absent) = (0, Vec::new());
    for line in CALLS.lines() {
        // An integer of three hundred digits leaves what JSON's reader takes.
        let Ok(call) = serde_json::from_str::<Json>(line) else {
            absent.push(line);
            continue;
        };
        let site = site(call["tz"].as_str().unwrap(), |_| {});
        let Some(answer) = site.enter(|| answer(&call)) else {
            absent.push(line);
            continue;
        };
        let expected = match (&call["result"], &call["error"]) {
            (_, Json::String(error)) if error == "TypeError" && call["f"].as_str().unwrap().contains("dateformat") => {
                Err(ErrorKind::Template)
            }
            (_, Json::String(_)) => Err(ErrorKind::Validation),
            (Json::Object(safe), _) => Ok(safe["$safe"].as_str().unwrap().to_owned()),
            (result, _) => Ok(result.as_str().unwrap().to_owned()),
        };
        assert_eq!(answer, expected, "{line}");
        agreed += 1;
    }
    // Offsets that no zone has, decimals and integers of hundreds of digits: values that do not exist here.
    let reasons =
        ["+00:30", "-03:30", "+03:15", "+05:45", "-05:50:36", "9E+", "E-300", "00000000000000", "17976931348623157"];
    for line in &absent {
        assert!(reasons.iter().any(|reason| line.contains(reason)), "{line}");
    }
    assert!(agreed >= 190, "{agreed} agreed, {} were left out", absent.len());
}
