//! Values as people read them, in Django's English formats.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use rjango_orm::Value;
use rjango_schema::{DefaultValue, FieldSchema};

/// What stands for nothing: Django's `empty_value_display`.
pub(crate) const EMPTY: &str = "-";

/// The value of a field, with a choice's label, the field's decimal places, and `-` for nothing.
pub(crate) fn field_text(field: &FieldSchema, value: &Value) -> String {
    if let Some(choice) = field.choices.iter().find(|choice| is_choice(&choice.value, value)) {
        return choice.label.clone();
    }
    match value {
        Value::Null => EMPTY.to_owned(),
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        Value::Date(date) => date_text(*date),
        Value::Time(time) => time_text(*time),
        Value::DateTime(moment) => date_time_text(*moment),
        other => match other.to_text(field) {
            text if text.is_empty() => EMPTY.to_owned(),
            text => text,
        },
    }
}

/// Whether a choice has this value.
pub(crate) fn is_choice(choice: &DefaultValue, value: &Value) -> bool {
    match (choice, value) {
        (DefaultValue::Text(choice), Value::Text(text)) => choice == text,
        (DefaultValue::Int(choice), Value::Int(number)) => choice == number,
        _ => false,
    }
}

/// `Nov. 22, 2026, 5:44 p.m.`
pub(crate) fn date_time_text(moment: chrono::DateTime<chrono::Utc>) -> String {
    let naive = moment.naive_utc();
    format!("{}, {}", date_text(naive.date()), time_text(naive.time()))
}

/// `Nov. 22, 2026`: the months as the Associated Press writes them.
pub(crate) fn date_text(date: NaiveDate) -> String {
    const MONTHS: [&str; 12] =
        ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."];
    let month = MONTHS.get(date.month0() as usize).copied().unwrap_or_default();
    format!("{month} {}, {}", date.day(), date.year())
}

/// `5:44 p.m.`, `5 p.m.`, `noon`, `midnight`.
pub(crate) fn time_text(time: NaiveTime) -> String {
    let (is_afternoon, hour) = time.hour12();
    let half = if is_afternoon { "p.m." } else { "a.m." };
    match (time.hour(), time.minute()) {
        (0, 0) => "midnight".to_owned(),
        (12, 0) => "noon".to_owned(),
        (_, 0) => format!("{hour} {half}"),
        (_, minute) => format!("{hour}:{minute:02} {half}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_djangos() {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 7).map(time_text).unwrap_or_default();
        assert_eq!(
            [at(0, 0), at(0, 5), at(9, 0), at(12, 0), at(12, 1), at(17, 44)],
            ["midnight", "12:05 a.m.", "9 a.m.", "noon", "12:01 p.m.", "5:44 p.m."]
        );
        assert_eq!(NaiveDate::from_ymd_opt(2026, 9, 1).map(date_text).as_deref(), Some("Sept. 1, 2026"));
    }
}
