//! Numbers in groups and with an exponent.

use rjango_templates::{FormatSettings, Formats, Value};

fn indian() -> FormatSettings {
    FormatSettings { number_grouping: Some(vec![3, 2, 0]), ..FormatSettings::default() }
}

#[test]
fn groups_may_have_different_sizes() {
    let formats = Formats::of("en", &indian());
    let number = |value: &str| formats.number(&value.into(), None, true);
    assert_eq!(number("12345678"), "1,23,45,678");
    assert_eq!(number("-123"), "-123");
    assert_eq!(number("1234.5678"), "1,234.5678");
    let german = Formats::of("de", &FormatSettings::default());
    assert_eq!(german.number(&Value::Int(-1_234_567), Some(2), true), "-1.234.567,00");
    assert_eq!(german.number(&Value::Int(1_234_567), None, false), "1234567");
    assert_eq!(german.number(&Value::Float(1234.5), Some(0), false), "1234");
}

#[test]
fn a_number_that_prints_as_itself_is_not_written_anew() {
    let english = Formats::english();
    assert_eq!(english.localize(&Value::Int(1_234_567)), None);
    assert_eq!(english.localize(&Value::Bool(true)), None);
    assert_eq!(english.localize(&"1234".into()), None);
    assert_eq!(english.localize(&Value::Float(0.25)), None);
    assert_eq!(english.localize(&Value::Float(1e-5)).as_deref(), Some("0.00001"));
    assert_eq!(english.localize(&Value::Decimal("12.50".parse().unwrap())), None);
    assert_eq!(english.localize(&Value::Decimal("0.00000001".parse().unwrap())).as_deref(), Some("0.00000001"));
    let grouped = FormatSettings { use_thousand_separator: Some(true), ..FormatSettings::default() };
    let grouped = Formats::of("en", &grouped);
    assert_eq!(grouped.localize(&Value::Int(1_234_567)).as_deref(), Some("1,234,567"));
    assert_eq!(grouped.unlocalized().localize(&Value::Int(1_234_567)), None);
    assert_eq!(grouped.unlocalized().localize(&Value::Float(0.5)), None);
    let german = Formats::of("de", &FormatSettings::default());
    assert_eq!(german.localize(&Value::Float(0.5)).as_deref(), Some("0,5"));
    assert_eq!(german.unlocalized().localize(&Value::Float(0.5)), None);
}

#[test]
fn huge_and_tiny_floats_have_an_exponent_where_django_has_one() {
    let english = Formats::english();
    let number = |value: f64, decimals| english.number(&value.into(), decimals, false);
    assert_eq!(number(1e22, None), "10000000000000000000000");
    assert_eq!(number(1e200, None), "1e+200");
    assert_eq!(number(-1.5e250, Some(1)), "-1.5e+250");
    assert_eq!(number(1.5e-250, None), "1.5e-250");
    assert_eq!(number(1.5e-250, Some(2)), "0.00");
    assert_eq!(number(f64::INFINITY, None), "inf");
    assert_eq!(number(f64::NAN, None), "nan");
}

#[test]
fn of_two_equally_near_floats_the_even_one_is_printed() {
    assert_eq!(Value::Float(2_206_039_584_186_080.0 + 0.25).text(), "2206039584186080.2");
    assert_eq!(Value::Float(2_206_039_584_186_080.0 + 0.75).text(), "2206039584186080.8");
    assert_eq!(Value::Float(-687_625_564_379_400.0 - 0.25).text(), "-687625564379400.2");
    assert_eq!(Value::Float(123_456_789_012_345_680.0).text(), "1.2345678901234568e+17");
    assert_eq!(Value::Float(1_234_567_890_123_456.0).text(), "1234567890123456.0");
}
