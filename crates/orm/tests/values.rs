//! Values as text, as JSON, in order, and from Rust types.
#![allow(clippy::unwrap_used)]

use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use expect_test::expect;
use rjango_orm::{FieldValue, Value, ValueType, parse_value};
use rjango_schema::{FieldKind, FieldSchema, IpProtocol};

const DATE: FieldKind = FieldKind::Date { auto_now: false, auto_now_add: false };
const TIME: FieldKind = FieldKind::Time { auto_now: false, auto_now_add: false };
const DATE_TIME: FieldKind = FieldKind::DateTime { auto_now: false, auto_now_add: false };
const DECIMAL: FieldKind = FieldKind::Decimal { max_digits: 5, decimal_places: 2 };

fn parsed(kind: FieldKind, text: &str) -> String {
    match parse_value(&FieldSchema::new("field", kind), text) {
        Ok(value) => format!("{value:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn text_becomes_the_fields_value() {
    assert_eq!(parsed(FieldKind::Integer, " 5 "), "Int(5)");
    assert_eq!(parsed(FieldKind::Integer, "5.0"), "Int(5)");
    assert_eq!(parsed(FieldKind::Integer, ""), "Null");
    assert_eq!(parsed(FieldKind::Text, " a "), "Text(\" a \")");
    assert_eq!(parsed(FieldKind::Boolean, "on"), "Bool(true)");
    assert_eq!(parsed(DECIMAL, "1.5"), "Decimal(1.5)");
    assert_eq!(parsed(DATE, "11/22/2026"), "Date(2026-11-22)");
    assert_eq!(parsed(TIME, "16:39"), "Time(16:39:00)");
    assert_eq!(parsed(DATE_TIME, "2026-11-22T16:39:05.5"), "DateTime(2026-11-22T16:39:05.500Z)");
    assert_eq!(parsed(DATE_TIME, "2026-11-22 16:39:05+02:00"), "DateTime(2026-11-22T14:39:05Z)");
    assert_eq!(parsed(DATE_TIME, "2026-11-22"), "DateTime(2026-11-22T00:00:00Z)");
    assert_eq!(parsed(FieldKind::Duration, "3 04:05:06.5"), parsed(FieldKind::Duration, "P3DT04H05M06.5S"));
    assert_eq!(parsed(FieldKind::Json, "{\"a\": 1}"), "Json(Object {\"a\": Number(1)})");
    assert_eq!(parsed(FieldKind::IpAddress { protocol: IpProtocol::Both }, "::1"), "Text(\"::1\")");
    assert_eq!(parsed(FieldKind::Binary, "00ff"), "Bytes([0, 255])");
}

#[test]
fn what_is_no_value_is_answered_as_django_forms_do() {
    assert_eq!(parsed(FieldKind::Integer, "five"), "Enter a whole number.");
    assert_eq!(parsed(FieldKind::SmallInteger, "40000"), "Ensure this value is less than or equal to 32767.");
    assert_eq!(parsed(FieldKind::PositiveInteger, "-1"), "Ensure this value is greater than or equal to 0.");
    assert_eq!(parsed(DECIMAL, "x"), "Enter a number.");
    assert_eq!(parsed(DECIMAL, "1234567"), "Ensure that there are no more than 5 digits in total.");
    assert_eq!(parsed(DECIMAL, "1.234"), "Ensure that there are no more than 2 decimal places.");
    assert_eq!(parsed(DECIMAL, "1234.5"), "Ensure that there are no more than 3 digits before the decimal point.");
    assert_eq!(parsed(FieldKind::Float, "inf"), "Enter a number.");
    assert_eq!(parsed(DATE, "2026-02-30"), "Enter a valid date.");
    assert_eq!(parsed(TIME, "25:00"), "Enter a valid time.");
    assert_eq!(parsed(DATE_TIME, "soon"), "Enter a valid date/time.");
    assert_eq!(parsed(FieldKind::Duration, "long"), "Enter a valid duration.");
    assert_eq!(parsed(FieldKind::Uuid, "1"), "Enter a valid UUID.");
    assert_eq!(parsed(FieldKind::Json, "{"), "Enter a valid JSON.");
}

#[test]
fn a_value_shows_itself_as_python_does_and_its_field_knows_better() {
    let values: Vec<Value> = vec![
        Value::Null,
        true.into(),
        1.0.into(),
        rust_decimal::Decimal::new(350, 2).into(),
        (Utc.with_ymd_and_hms(2026, 11, 22, 16, 39, 5).unwrap() + TimeDelta::microseconds(7)).into(),
        (TimeDelta::days(-1) + TimeDelta::seconds(-1)).into(),
    ];
    let shown: Vec<String> = values.iter().map(ToString::to_string).collect();
    expect!["None | True | 1.0 | 3.50 | 2026-11-22 16:39:05.000007+00:00 | -2 23:59:59"].assert_eq(&shown.join(" | "));
    let field = FieldSchema::new("price", DECIMAL);
    assert_eq!(Value::from(rust_decimal::Decimal::new(35, 1)).to_text(&field), "3.50");
    assert_eq!(Value::Null.to_text(&field), "");
}

#[test]
fn json_is_what_django_writes() {
    let values: Vec<Value> = vec![
        rust_decimal::Decimal::new(350, 2).into(),
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap().into(),
        NaiveTime::from_hms_micro_opt(1, 2, 3, 456_789).unwrap().into(),
        (Utc.with_ymd_and_hms(2026, 11, 22, 16, 39, 5).unwrap() + TimeDelta::microseconds(123_456)).into(),
        Utc.with_ymd_and_hms(2026, 11, 22, 16, 39, 5).unwrap().into(),
        TimeDelta::milliseconds(93_784_500).into(),
        TimeDelta::seconds(-1).into(),
        uuid::Uuid::from_u128(1).into(),
        Value::Null,
    ];
    expect![[
        r#"["3.50","2026-11-22","01:02:03.456","2026-11-22T16:39:05.123Z","2026-11-22T16:39:05Z","P1DT02H03M04.500000S","-P0DT00H00M01S","00000000-0000-0000-0000-000000000001",null]"#
    ]]
    .assert_eq(&serde_json::to_string(&values).unwrap());
}

#[test]
fn numbers_compare_across_their_types() {
    assert!(Value::from(1) < Value::from(1.5));
    assert!(Value::from(rust_decimal::Decimal::new(25, 1)) > Value::from(2));
    assert!(Value::from("a") < Value::from("b"));
    assert_eq!(Value::from("1").partial_cmp(&Value::from(1)), None);
}

#[test]
fn rust_types_refuse_what_does_not_fit() {
    assert_eq!(i8::from_value(Value::Int(200)).unwrap_err().to_string(), "the number 200 does not fit into `i8`");
    assert_eq!(u32::from_value(Value::Int(-1)).unwrap_err().to_string(), "the number -1 does not fit into `u32`");
    assert_eq!(
        String::from_value(Value::Null).unwrap_err().to_string(),
        "expected a value of type `String`, found NULL"
    );
    assert_eq!(Option::<bool>::from_value(Value::Null).unwrap(), None);
    assert_eq!(<Option<i64> as FieldValue>::TYPE, ValueType::Int);
}
