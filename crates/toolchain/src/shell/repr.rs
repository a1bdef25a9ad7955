//! Values as Python's prompt shows them.

use minijinja::value::{Value, ValueKind};

/// Python's `repr()`.
pub(super) fn repr(value: &Value) -> String {
    match value.kind() {
        ValueKind::None | ValueKind::Undefined => "None".to_owned(),
        ValueKind::Bool => if value.is_true() { "True" } else { "False" }.to_owned(),
        ValueKind::String => quoted(value.as_str().unwrap_or_default()),
        ValueKind::Bytes => bytes(value.as_bytes().unwrap_or_default()),
        // An object of the ORM writes itself: `<Product: Coffee>`, `Decimal('3.50')`, `<QuerySet [...]>`.
        _ if is_foreign(value) => format!("{value:?}"),
        ValueKind::Seq | ValueKind::Iterable => {
            let items: Vec<String> =
                value.try_iter().map(|items| items.map(|item| repr(&item)).collect()).unwrap_or_default();
            match (value.is_tuple(), items.as_slice()) {
                (true, [only]) => format!("({only},)"),
                (true, items) => format!("({})", items.join(", ")),
                (false, items) => format!("[{}]", items.join(", ")),
            }
        }
        ValueKind::Map => {
            let keys = value.try_iter().map(Iterator::collect::<Vec<Value>>).unwrap_or_default();
            let items: Vec<String> = keys
                .iter()
                .map(|key| format!("{}: {}", repr(key), repr(&value.get_item(key).unwrap_or_default())))
                .collect();
            format!("{{{}}}", items.join(", "))
        }
        _ => value.to_string(),
    }
}

/// Python's `str()`.
pub(super) fn text(value: &Value) -> String {
    match value.kind() {
        ValueKind::String => value.as_str().unwrap_or_default().to_owned(),
        _ if is_foreign(value) => value.to_string(),
        _ => repr(value),
    }
}

/// Whether another crate's type stands behind the value, and not one of minijinja's own lists and maps.
fn is_foreign(value: &Value) -> bool {
    value.as_object().is_some_and(|object| {
        !["minijinja::", "alloc::", "std::", "core::"].iter().any(|own| object.type_name().starts_with(own))
    })
}

fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for next in text.chars() {
        match next {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            next if next == quote => {
                out.push('\\');
                out.push(next);
            }
            next if next.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(next))),
            next => out.push(next),
        }
    }
    out.push(quote);
    out
}

fn bytes(bytes: &[u8]) -> String {
    let mut out = "b'".to_owned();
    for byte in bytes {
        match byte {
            b'\'' | b'\\' => out.push_str(&format!("\\{}", char::from(*byte))),
            b' '..=b'~' => out.push(char::from(*byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn values_read_as_in_python() {
        assert_eq!(repr(&Value::from("it's")), "\"it's\"");
        assert_eq!(repr(&Value::from("a\"b'c\n")), "'a\"b\\'c\\n'");
        assert_eq!(repr(&Value::from(())), "None");
        assert_eq!(repr(&Value::from(true)), "True");
        assert_eq!(repr(&Value::from(3.5)), "3.5");
        assert_eq!(repr(&Value::from(vec![Value::from(1), Value::from("a")])), "[1, 'a']");
        assert_eq!(repr(&Value::from(BTreeMap::from([("a", 1)]))), "{'a': 1}");
        assert_eq!(repr(&Value::from_bytes(b"a\x00'".to_vec())), "b'a\\x00\\''");
    }
}
