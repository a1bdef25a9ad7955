//! Values of Python as tagged JSON, and back: `{"$safe": ..}`, `{"$dt": ..}` and their like.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use rjango_core::timezone::Zone;
use rjango_templates::{Map, Value};
use serde_json::{Value as Json, json};

/// The value that a tagged JSON stands for; nothing where we have no such value.
pub fn decode(json: &Json) -> Option<Value> {
    let Json::Object(pairs) = json else {
        return Some(match json {
            Json::Array(items) => Value::List(items.iter().map(decode).collect::<Option<Arc<[Value]>>>()?),
            plain => Value::from(plain),
        });
    };
    let tagged = pairs.iter().next().filter(|(key, _)| pairs.len() == 1 && key.starts_with('$'));
    let Some((tag, content)) = tagged else {
        let pairs = pairs.iter().map(|(key, value)| Some((Value::from(key.as_str()), decode(value)?)));
        return Some(Value::Map(Arc::new(pairs.collect::<Option<Map>>()?)));
    };
    let text = content.as_str().unwrap_or_default();
    Some(match tag.as_str() {
        "$safe" => Value::safe(text),
        "$d" => Value::Date(text.parse::<NaiveDate>().ok()?),
        "$t" => Value::Time(text.parse::<NaiveTime>().ok()?),
        "$dt" => moment(text)?,
        "$zoned" => {
            let (moment, zone) = text.split_once(' ')?;
            let zone = Zone::named(zone).ok()?;
            Value::Zoned(Arc::new(moment.parse::<DateTime<Utc>>().ok()?.with_timezone(&zone)))
        }
        "$td" => {
            let micros = (content.as_f64()? * 1e6).round();
            Value::Duration(TimeDelta::microseconds(micros as i64))
        }
        "$dec" => Value::Decimal(text.parse().ok()?),
        "$f" => Value::Float(text.parse().ok()?),
        "$int" => Value::int(text.parse().ok()?),
        "$uuid" => Value::Uuid(text.parse().ok()?),
        "$tuple" => Value::Tuple(content.as_array()?.iter().map(decode).collect::<Option<Arc<[Value]>>>()?),
        "$b" => Value::Bytes(
            (0..text.len() / 2)
                .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok())
                .collect::<Option<_>>()?,
        ),
        "$map" => {
            let pairs = content.as_array()?.iter().map(|pair| Some((decode(&pair[0])?, decode(&pair[1])?)));
            Value::Map(Arc::new(pairs.collect::<Option<Map>>()?))
        }
        _ => return None,
    })
}

fn moment(text: &str) -> Option<Value> {
    if let Ok(naive) = text.parse::<NaiveDateTime>() {
        return Some(Value::Naive(naive));
    }
    text.parse::<DateTime<Utc>>().ok().map(Value::DateTime)
}

/// The tagged JSON of a value.
pub fn encode(value: &Value) -> Json {
    match value {
        Value::Undefined => json!(""),
        Value::None => Json::Null,
        Value::Bool(flag) => json!(flag),
        Value::Int(number) => json!(number),
        Value::Big(number) => json!({ "$int": number.to_string() }),
        Value::Float(_) => json!({ "$f": value.text() }),
        Value::Text(text) => json!(&**text),
        Value::Safe(text) => json!({ "$safe": &**text }),
        Value::List(items) => items.iter().map(encode).collect(),
        Value::Tuple(items) => json!({ "$tuple": items.iter().map(encode).collect::<Json>() }),
        Value::Map(map) => {
            let pairs = map.iter().map(|(key, value)| json!([encode(key), encode(value)]));
            json!({ "$map": pairs.collect::<Json>() })
        }
        other => json!({ "$other": other.repr() }),
    }
}
