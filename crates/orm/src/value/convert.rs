//! Rust values into [`Value`]s, for dynamic code: `("price__lt", 5.into())`.

use crate::{FieldValue, Value};

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

macro_rules! from_field_values {
    ($($type:ty),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                value.to_value()
            }
        }
    )*};
}

from_field_values! {
    i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, bool, rust_decimal::Decimal, chrono::NaiveDate, chrono::NaiveTime,
    chrono::DateTime<chrono::Utc>, chrono::TimeDelta, uuid::Uuid, std::net::IpAddr, crate::Auto, crate::Auto32,
    crate::SmallAuto,
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Self {
        Self::Json(json)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
