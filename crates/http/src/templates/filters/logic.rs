//! Filters that stand in for a condition: `default`, `default_if_none`, `yesno`.

use minijinja::{Environment, Value};

pub(super) fn install(environment: &mut Environment<'_>) {
    environment.add_filter(
        "default",
        |value: &Value, other: &Value| {
            if value.is_true() { value.clone() } else { other.clone() }
        },
    );
    environment.add_filter(
        "default_if_none",
        |value: &Value, other: &Value| {
            if value.is_none() { other.clone() } else { value.clone() }
        },
    );
    environment.add_filter("yesno", |value: &Value, words: Option<&str>| {
        let words: Vec<&str> = words.unwrap_or("yes,no,maybe").split(',').collect();
        let [yes, no, ..] = words.as_slice() else { return value.clone() };
        let maybe = words.get(2).unwrap_or(no);
        Value::from(*match (value.is_none(), value.is_true()) {
            (true, _) => maybe,
            (false, true) => yes,
            (false, false) => no,
        })
    });
    environment.add_filter("divisibleby", |value: &Value, by: &Value| {
        match (super::integer(value), super::integer(by)) {
            (Some(value), Some(by)) => value.checked_rem(by) == Some(0),
            _ => false,
        }
    });
}
