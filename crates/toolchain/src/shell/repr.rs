//! Values as Python's prompt shows them: those of the ORM write themselves.

use minijinja::value::{Value, ValueKind};
use rjango_core::Result;
use rjango_orm::block_on;
use rjango_orm::objects::{self, InstanceObject};

use rjango_templates as templates;

use super::adapter::Wrapped;

/// Python's `repr()`. Objects of the ORM write themselves: `<Product: Coffee>`, `<QuerySet [...]>`.
///
/// # Errors
/// The database's, where a query set runs only now.
pub(super) fn repr(value: &Value) -> Result<String> {
    if let Some(wrapped) = value.downcast_object_ref::<Wrapped>() {
        return Ok(block_on(objects::repr(wrapped.value()))?.unwrap_or_else(|| "None".to_owned()));
    }
    Ok(match value.kind() {
        ValueKind::None | ValueKind::Undefined => "None".to_owned(),
        ValueKind::Bool => if value.is_true() { "True" } else { "False" }.to_owned(),
        ValueKind::String => quoted(value.as_str().unwrap_or_default()),
        ValueKind::Bytes => bytes(value.as_bytes().unwrap_or_default()),
        ValueKind::Seq | ValueKind::Iterable => {
            let items = value.try_iter()?.map(|item| repr(&item)).collect::<Result<Vec<String>>>()?;
            match (value.is_tuple(), items.as_slice()) {
                (true, [only]) => format!("({only},)"),
                (true, items) => format!("({})", items.join(", ")),
                (false, items) => format!("[{}]", items.join(", ")),
            }
        }
        ValueKind::Map => {
            let mut items = Vec::new();
            for key in value.try_iter()? {
                items.push(format!("{}: {}", repr(&key)?, repr(&value.get_item(&key)?)?));
            }
            format!("{{{}}}", items.join(", "))
        }
        ValueKind::Plain => format!("{value:?}"),
        _ => value.to_string(),
    })
}

/// Python's `str()`.
///
/// # Errors
/// As [`repr`].
pub(super) fn text(value: &Value) -> Result<String> {
    if let Some(wrapped) = value.downcast_object_ref::<Wrapped>().map(Wrapped::value) {
        let has_text =
            !matches!(wrapped, templates::Value::Object(_)) || wrapped.downcast::<InstanceObject>().is_some();
        return if has_text { Ok(wrapped.text().into_owned()) } else { repr(value) };
    }
    match value.as_str() {
        Some(text) => Ok(text.to_owned()),
        None => repr(value),
    }
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
    fn values_read_as_in_python() -> Result<()> {
        assert_eq!(repr(&Value::from("it's"))?, "\"it's\"");
        assert_eq!(repr(&Value::from("a\"b'c\n"))?, "'a\"b\\'c\\n'");
        assert_eq!(repr(&Value::from(()))?, "None");
        assert_eq!(repr(&Value::from(true))?, "True");
        assert_eq!(repr(&Value::from(3.5))?, "3.5");
        assert_eq!(repr(&Value::from(vec![Value::from(1), Value::from("a")]))?, "[1, 'a']");
        assert_eq!(repr(&Value::from(BTreeMap::from([("a", 1)])))?, "{'a': 1}");
        assert_eq!(repr(&Value::from_bytes(b"a\x00'".to_vec()))?, "b'a\\x00\\''");
        Ok(())
    }
}
