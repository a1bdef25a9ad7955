//! Rust's values as templates', through serde, and back.
//!
//! Objects pass through serde whole: an object that is serialized into a template's value is handed over beside the
//! serializer, and the value is the object itself. Decimals, dates, moments, lengths of time and UUIDs, which serialize as
//! texts, become what they were.

use std::any::type_name;
use std::cell::{Cell, RefCell};
use std::fmt::{self, Display};
use std::sync::Arc;

use chrono::TimeDelta;
use rjango_core::{Error, ErrorKind, Result};
use serde::ser::{self, Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

use super::{Map, Value};

/// The name by which a value that is handed over is known.
const HANDED_OVER: &str = "\0rjango::templates::Value";

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    static HANDED: RefCell<Option<Value>> = const { RefCell::new(None) };
}

/// Whether what is serialized on this thread becomes a value of a template.
pub fn is_serializing() -> bool {
    DEPTH.get() > 0
}

/// Anything that serializes, as a value of a template.
///
/// # Errors
/// What its `Serialize` says.
pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Value> {
    struct Inside;
    impl Drop for Inside {
        fn drop(&mut self) {
            DEPTH.set(DEPTH.get() - 1);
        }
    }
    DEPTH.set(DEPTH.get() + 1);
    let _inside = Inside;
    value_of(value).map_err(|failure| Error::new(ErrorKind::Template, failure.0))
}

/// Serializes a value: into a template's value as it is, elsewhere as its data.
///
/// # Errors
/// The serializer's.
pub fn serialize_object<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    if is_serializing() {
        HANDED.set(Some(value.clone()));
        return serializer.serialize_newtype_struct(HANDED_OVER, &());
    }
    match value {
        Value::Undefined | Value::None => serializer.serialize_none(),
        Value::Bool(flag) => serializer.serialize_bool(*flag),
        Value::Int(number) => serializer.serialize_i64(*number),
        Value::Big(number) => serializer.serialize_i128(**number),
        Value::Float(number) => serializer.serialize_f64(*number),
        Value::Text(text) | Value::Safe(text) => serializer.serialize_str(text),
        Value::Bytes(bytes) => serializer.serialize_bytes(bytes),
        Value::Decimal(number) => Serialize::serialize(number, serializer),
        Value::Date(date) => date.serialize(serializer),
        Value::Time(time) => time.serialize(serializer),
        Value::DateTime(moment) => moment.serialize(serializer),
        Value::Zoned(moment) => serializer.collect_str(&moment.to_rfc3339()),
        Value::Naive(moment) => moment.serialize(serializer),
        Value::Duration(_) => serializer.collect_str(&value.text()),
        Value::Uuid(uuid) => serializer.collect_str(uuid),
        Value::List(items) | Value::Tuple(items) => {
            let mut sequence = serializer.serialize_seq(Some(items.len()))?;
            for item in items.iter() {
                sequence.serialize_element(item)?;
            }
            sequence.end()
        }
        Value::Map(map) => {
            let mut pairs = serializer.serialize_map(Some(map.len()))?;
            for (key, value) in map.iter() {
                pairs.serialize_entry(&*key.text(), value)?;
            }
            pairs.end()
        }
        Value::Object(object) => object.data().serialize(serializer),
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_object(self, serializer)
    }
}

/// The value, with what serde turned into text turned back.
fn value_of<T: Serialize + ?Sized>(value: &T) -> Result<Value, Failure> {
    let made = value.serialize(ToValue)?;
    Ok(match &made {
        Value::Text(text) => read_back(text, type_name::<T>()).unwrap_or(made),
        Value::Tuple(parts) if is_duration(type_name::<T>()) => match &**parts {
            [Value::Int(seconds), Value::Int(nanos)] => {
                let nanos = u32::try_from(*nanos).unwrap_or(0);
                TimeDelta::new(*seconds, nanos).map_or(made.clone(), Value::Duration)
            }
            _ => made,
        },
        _ => made,
    })
}

fn is_duration(name: &str) -> bool {
    name.trim_start_matches('&') == "chrono::time_delta::TimeDelta"
}

/// The names are those that the compiler gives to the types; a test holds them.
fn read_back(text: &str, name: &str) -> Option<Value> {
    Some(match name.trim_start_matches('&') {
        "rust_decimal::decimal::Decimal" => Value::Decimal(text.parse().ok()?),
        "chrono::datetime::DateTime<chrono::offset::utc::Utc>" => Value::DateTime(text.parse().ok()?),
        "chrono::naive::date::NaiveDate" => Value::Date(text.parse().ok()?),
        "chrono::naive::time::NaiveTime" => Value::Time(text.parse().ok()?),
        "chrono::naive::datetime::NaiveDateTime" => Value::Naive(text.parse().ok()?),
        "uuid::Uuid" => Value::Uuid(text.parse().ok()?),
        _ => return None,
    })
}

/// What a `Serialize` refused.
#[derive(Debug)]
struct Failure(String);

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl ser::Error for Failure {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// The serializer.
struct ToValue;

/// A list or tuple in the making; with a name, the value of an enum's variant.
struct Sequence {
    items: Vec<Value>,
    is_tuple: bool,
    variant: Option<&'static str>,
}

/// A mapping in the making.
struct Pairs {
    pairs: Vec<(Value, Value)>,
    key: Option<Value>,
    variant: Option<&'static str>,
}

fn named(variant: Option<&'static str>, value: Value) -> Value {
    match variant {
        Some(name) => Value::map([(name, value)]),
        None => value,
    }
}

impl Sequence {
    fn new(length: usize, is_tuple: bool, variant: Option<&'static str>) -> Self {
        // The length is a hint of somebody else's.
        Self { items: Vec::with_capacity(length.min(1024)), is_tuple, variant }
    }

    fn finish(self) -> Value {
        let items: Arc<[Value]> = self.items.into();
        named(self.variant, if self.is_tuple { Value::Tuple(items) } else { Value::List(items) })
    }
}

impl Pairs {
    fn new(variant: Option<&'static str>) -> Self {
        Self { pairs: Vec::new(), key: None, variant }
    }

    fn finish(self) -> Value {
        named(self.variant, Value::Map(Arc::new(self.pairs.into_iter().collect::<Map>())))
    }
}

impl Serializer for ToValue {
    type Ok = Value;
    type Error = Failure;
    type SerializeSeq = Sequence;
    type SerializeTuple = Sequence;
    type SerializeTupleStruct = Sequence;
    type SerializeTupleVariant = Sequence;
    type SerializeMap = Pairs;
    type SerializeStruct = Pairs;
    type SerializeStructVariant = Pairs;

    fn serialize_bool(self, value: bool) -> Result<Value, Failure> {
        Ok(value.into())
    }

    fn serialize_i8(self, value: i8) -> Result<Value, Failure> {
        Ok(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<Value, Failure> {
        Ok(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<Value, Failure> {
        Ok(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<Value, Failure> {
        Ok(value.into())
    }

    fn serialize_i128(self, value: i128) -> Result<Value, Failure> {
        Ok(value.into())
    }

    fn serialize_u8(self, value: u8) -> Result<Value, Failure> {
        Ok(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<Value, Failure> {
        Ok(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<Value, Failure> {
        Ok(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<Value, Failure> {
        Ok(value.into())
    }

    fn serialize_u128(self, value: u128) -> Result<Value, Failure> {
        i128::try_from(value).map(Value::int).map_err(|_| Failure(format!("the number {value} has more than 127 bits")))
    }

    fn serialize_f32(self, value: f32) -> Result<Value, Failure> {
        // By its own digits: 0.1 as `f32` is not 0.1 as `f64`.
        Ok(Value::Float(value.to_string().parse().unwrap_or_else(|_| f64::from(value))))
    }

    fn serialize_f64(self, value: f64) -> Result<Value, Failure> {
        Ok(value.into())
    }

    fn serialize_char(self, value: char) -> Result<Value, Failure> {
        Ok(value.into())
    }

    fn serialize_str(self, value: &str) -> Result<Value, Failure> {
        Ok(value.into())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Value, Failure> {
        Ok(Value::Bytes(value.into()))
    }

    fn serialize_none(self) -> Result<Value, Failure> {
        Ok(Value::None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Failure> {
        value_of(value)
    }

    fn serialize_unit(self) -> Result<Value, Failure> {
        Ok(Value::None)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Failure> {
        Ok(Value::None)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, Failure> {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<Value, Failure> {
        if name == HANDED_OVER
            && let Some(handed) = HANDED.take()
        {
            return Ok(handed);
        }
        value_of(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Failure> {
        Ok(Value::map([(variant, value_of(value)?)]))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Sequence, Failure> {
        Ok(Sequence::new(length.unwrap_or(0), false, None))
    }

    fn serialize_tuple(self, length: usize) -> Result<Sequence, Failure> {
        Ok(Sequence::new(length, true, None))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Sequence, Failure> {
        Ok(Sequence::new(length, true, None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Sequence, Failure> {
        Ok(Sequence::new(length, true, Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Pairs, Failure> {
        Ok(Pairs::new(None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Pairs, Failure> {
        Ok(Pairs::new(None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Pairs, Failure> {
        Ok(Pairs::new(Some(variant)))
    }
}

macro_rules! sequence {
    ($($interface:ident $method:ident;)*) => {
        $(impl ser::$interface for Sequence {
            type Ok = Value;
            type Error = Failure;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
                self.items.push(value_of(value)?);
                Ok(())
            }

            fn end(self) -> Result<Value, Failure> {
                Ok(self.finish())
            }
        })*
    };
}

sequence! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

impl ser::SerializeMap for Pairs {
    type Ok = Value;
    type Error = Failure;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        self.key = Some(value_of(key)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        let key = self.key.take().ok_or_else(|| Failure("a value came without a key".to_owned()))?;
        self.pairs.push((key, value_of(value)?));
        Ok(())
    }

    fn end(self) -> Result<Value, Failure> {
        Ok(self.finish())
    }
}

macro_rules! fields {
    ($($interface:ident)*) => {
        $(impl ser::$interface for Pairs {
            type Ok = Value;
            type Error = Failure;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Failure> {
                self.pairs.push((name.into(), value_of(value)?));
                Ok(())
            }

            fn end(self) -> Result<Value, Failure> {
                Ok(self.finish())
            }
        })*
    };
}

fields! { SerializeStruct SerializeStructVariant }

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
    use rust_decimal::Decimal;
    use serde::Serialize;
    use uuid::Uuid;

    use super::*;

    #[derive(Serialize)]
    struct Row<'a> {
        price: Decimal,
        cheaper: Option<Decimal>,
        prices: Vec<&'a Decimal>,
        day: NaiveDate,
        time: NaiveTime,
        moment: DateTime<Utc>,
        naive: NaiveDateTime,
        length: TimeDelta,
        key: Uuid,
        text: &'a str,
        handed: Value,
    }

    #[test]
    fn values_stay_what_they_are() {
        let price = Decimal::new(300, 2);
        let moment = DateTime::from_timestamp(1_000_000_000, 5_000).unwrap();
        let row = Row {
            price,
            cheaper: Some(price),
            prices: vec![&price],
            day: moment.date_naive(),
            time: moment.time(),
            moment,
            naive: moment.naive_utc(),
            length: TimeDelta::new(-5, 7_000).unwrap(),
            key: Uuid::nil(),
            text: "3.00",
            handed: Value::safe("<b>"),
        };
        let value = from_serialize(&row).unwrap();
        let expected = "{'price': Decimal('3.00'), 'cheaper': Decimal('3.00'), 'prices': [Decimal('3.00')], \
            'day': datetime.date(2001, 9, 9), 'time': datetime.time(1, 46, 40, 5), \
            'moment': datetime.datetime(2001, 9, 9, 1, 46, 40, 5, tzinfo=datetime.timezone.utc), \
            'naive': datetime.datetime(2001, 9, 9, 1, 46, 40, 5), \
            'length': datetime.timedelta(days=-1, seconds=86395, microseconds=7), \
            'key': UUID('00000000-0000-0000-0000-000000000000'), 'text': '3.00', 'handed': '<b>'}";
        assert_eq!(value.repr(), expected);
        assert!(matches!(value.attribute("handed"), super::super::Attribute::Value(Value::Safe(_))));
    }
}
