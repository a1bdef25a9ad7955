//! Values as JSON, and the locale in which a case stands.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rjango_core::timezone::Zone;
use rjango_core::{Settings, Site};
use rjango_templates::{Formats, Locale, Value};
use serde_json::Value as Json;

/// The value that JSON stands for; `None` where this crate has no such value, such as an offset that no zone has.
pub fn value(json: &Json) -> Option<Value> {
    let Json::Object(object) = json else {
        return match json {
            Json::Null => Some(Value::None),
            Json::Bool(flag) => Some((*flag).into()),
            Json::String(text) => Some(text.as_str().into()),
            Json::Number(number) if number.is_f64() && !number.to_string().contains(['.', 'e']) => None,
            Json::Number(number) => Some(number.as_i64().map_or_else(|| number.as_f64().unwrap().into(), Value::from)),
            _ => None,
        };
    };
    let (kind, inner) = object.iter().next()?;
    let text = inner.as_str()?;
    match kind.as_str() {
        "$d" => Some(text.parse::<NaiveDate>().unwrap().into()),
        "$t" => text.parse::<NaiveTime>().ok().map(Value::from),
        "$dec" => text.parse().or_else(|_| rust_decimal::Decimal::from_scientific(text)).ok().map(Value::Decimal),
        "$f" => Some(text.parse::<f64>().unwrap().into()),
        "$safe" => Some(Value::safe(text)),
        "$dt" => moment(text, object.get("zone").and_then(Json::as_str)),
        _ => panic!("a value of the kind `{kind}` is not known"),
    }
}

fn moment(text: &str, zone: Option<&str>) -> Option<Value> {
    if let Ok(naive) = text.parse::<NaiveDateTime>() {
        return Some(naive.into());
    }
    let moment: DateTime<FixedOffset> = text.parse().ok()?;
    if let Some(zone) = zone {
        return Some(Value::Zoned(Arc::new(moment.with_timezone(&Zone::named(zone).unwrap()))));
    }
    match moment.offset().local_minus_utc() {
        0 => Some(moment.with_timezone(&Utc).into()),
        offset => {
            // Zones with an offset of whole hours have a name.
            let zone = Zone::named(&format!("Etc/GMT{:+}", -offset / 3600)).ok().filter(|_| offset % 3600 == 0)?;
            Some(Value::Zoned(Arc::new(moment.with_timezone(&zone))))
        }
    }
}

/// A locale of this language and of the ambient site.
pub fn locale(language: &str, clock: fn() -> DateTime<Utc>) -> Locale {
    let site = Site::current().unwrap();
    Locale {
        language: language.into(),
        formats: Formats::of_site(language, site.settings()),
        use_l10n: true,
        use_tz: true,
        zone: Some(site.settings().time_zone),
        clock,
    }
}

pub fn site(zone: &str, change: impl FnOnce(&mut Settings)) -> Arc<Site> {
    let mut settings = Settings::for_tests();
    settings.time_zone = Zone::named(zone).unwrap();
    change(&mut settings);
    Arc::new(Site::new(settings))
}
