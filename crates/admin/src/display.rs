//! Values as lists and forms show them. Numbers, dates and moments stay what they are: the page writes them in its language and
//! zone.

use rjango_http::templates::Value as Shown;
use rjango_orm::Value;
use rjango_orm::objects::template_value;
use rjango_schema::{DefaultValue, FieldSchema};

use crate::words::text;

/// What stands for nothing: Django's `empty_value_display`.
pub(crate) const EMPTY: &str = "-";

/// The value of a field, with a choice's label, the field's decimal places, and `-` for nothing.
pub(crate) fn shown(field: &FieldSchema, value: &Value) -> Shown {
    if let Some(choice) = field.choices.iter().find(|choice| is_choice(&choice.value, value)) {
        return text(&choice.label).into();
    }
    match value {
        Value::Null => EMPTY.into(),
        Value::Bool(true) => text("Yes").into(),
        Value::Bool(false) => text("No").into(),
        Value::Int(_) | Value::Float(_) | Value::Date(_) | Value::Time(_) | Value::DateTime(_) => template_value(value),
        other => match other.to_text(field) {
            empty if empty.is_empty() => EMPTY.into(),
            written => match (other, written.parse()) {
                (Value::Decimal(_), Ok(number)) => Shown::Decimal(number),
                _ => written.into(),
            },
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

#[cfg(test)]
mod tests {
    use rjango_orm::dec;
    use rjango_schema::FieldKind;

    use super::*;

    #[test]
    fn values_stay_values() {
        let price = FieldSchema::new("price", FieldKind::Decimal { max_digits: 8, decimal_places: 2 });
        assert_eq!(shown(&price, &Value::Decimal(dec!(3.5))).repr(), "Decimal('3.50')");
        let number = FieldSchema::new("number", FieldKind::Integer);
        assert_eq!(shown(&number, &Value::Int(1000)).repr(), "1000");
        assert_eq!(shown(&number, &Value::Null).repr(), "'-'");
        let moment = FieldSchema::new("at", FieldKind::DateTime { auto_now: false, auto_now_add: false });
        let shown = shown(&moment, &Value::DateTime(chrono::DateTime::UNIX_EPOCH));
        assert!(matches!(shown, Shown::DateTime(_)), "{shown:?}");
    }
}
