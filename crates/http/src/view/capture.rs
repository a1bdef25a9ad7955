//! Captured parts of a path and the types that they become.

use std::any::{Any, TypeId, type_name};
use std::borrow::Cow;
use std::sync::Arc;

use uuid::Uuid;

/// What the path gave a view, outermost route first, then the route's extra arguments.
pub(crate) type Captures = Vec<Capture>;

/// One captured part of a path.
#[derive(Clone)]
pub struct Capture {
    /// Its text, percent-decoded; nothing for an optional group of a regular expression that did not match.
    pub text: Option<String>,
    /// What an own converter made of it.
    pub value: Option<Arc<dyn Any + Send + Sync>>,
}

/// Where a capture comes from: what the start-up check compares with the view's types.
#[derive(Clone)]
pub struct CaptureSource {
    pub(crate) converter: Cow<'static, str>,
    pub(crate) value: Option<(TypeId, &'static str)>,
}

impl CaptureSource {
    /// The converter's name: `int`, `str`, `slug`, `uuid`, `path`, an own one, or `regex` for a group of `re_path`.
    pub fn converter(&self) -> &str {
        &self.converter
    }

    /// Whether an own converter makes values of this type.
    pub fn makes<T: 'static>(&self) -> bool {
        self.value.is_some_and(|(id, _)| id == TypeId::of::<T>())
    }

    pub(crate) fn found(&self) -> String {
        match (self.converter(), self.value) {
            ("int", _) => "an integer or `String`".to_owned(),
            ("uuid", _) => "`Uuid` or `String`".to_owned(),
            (_, Some((_, value))) => format!("`{value}` or `String`"),
            _ => "`String`".to_owned(),
        }
    }
}

/// A type that a view may take for a captured part of the path.
///
/// A type of your own, made by your own [`Converter`], takes one line: `impl FromCapture for Year {}`.
#[diagnostic::on_unimplemented(
    message = "a view cannot take `{Self}` for a captured part of the path",
    note = "take an integer, `String` or `Uuid`, or write `impl FromCapture for ...` for a converter's type"
)]
pub trait FromCapture: Clone + Send + Sync + Sized + 'static {
    /// The value, or nothing where the text is none, such as a number that is too large: the page is not found.
    fn from_capture(capture: &Capture) -> Option<Self> {
        capture.value.as_ref()?.downcast_ref::<Self>().cloned()
    }

    /// Whether captures of this source can become this type.
    fn accepts(source: &CaptureSource) -> bool {
        source.makes::<Self>()
    }
}

/// A converter of your own for [`path`](crate::path): Django's `register_converter`, but without a global.
///
/// Give it to the routes with [`Urls::converter`](crate::Urls::converter).
pub trait Converter: Send + Sync + 'static {
    /// What views get.
    type Value: Clone + Send + Sync + 'static;

    /// The regular expression of the text, without groups and anchors.
    fn regex(&self) -> &str;

    /// The value, or nothing where the text is none after all: then the route does not match.
    fn to_value(&self, text: &str) -> Option<Self::Value>;

    /// The text in a URL of an argument given to `reverse`, or nothing where there is none.
    fn to_url(&self, argument: &str) -> Option<String> {
        Some(argument.to_owned())
    }
}

/// A [`Converter`] behind one type.
pub(crate) trait AnyConverter: Send + Sync {
    fn regex(&self) -> &str;
    fn to_value(&self, text: &str) -> Option<Arc<dyn Any + Send + Sync>>;
    fn to_url(&self, argument: &str) -> Option<String>;
    fn value(&self) -> (TypeId, &'static str);
}

impl<C: Converter> AnyConverter for C {
    fn regex(&self) -> &str {
        Converter::regex(self)
    }

    fn to_value(&self, text: &str) -> Option<Arc<dyn Any + Send + Sync>> {
        Converter::to_value(self, text).map(|value| Arc::new(value) as Arc<dyn Any + Send + Sync>)
    }

    fn to_url(&self, argument: &str) -> Option<String> {
        Converter::to_url(self, argument)
    }

    fn value(&self) -> (TypeId, &'static str) {
        (TypeId::of::<C::Value>(), type_name::<C::Value>())
    }
}

/// A type that a view takes, for the start-up check.
pub(crate) struct CaptureType {
    pub name: &'static str,
    pub accepts: fn(&CaptureSource) -> bool,
}

impl CaptureType {
    pub(crate) fn of<T: FromCapture>() -> Self {
        Self { name: type_name::<T>(), accepts: T::accepts }
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl FromCapture for $integer {
            fn from_capture(capture: &Capture) -> Option<Self> {
                if let Some(value) = capture.value.as_ref().and_then(|value| value.downcast_ref()) {
                    return Some(*value);
                }
                capture.text.as_ref()?.parse().ok()
            }

            fn accepts(source: &CaptureSource) -> bool {
                matches!(source.converter(), "int" | "regex" | "extra") || source.makes::<Self>()
            }
        }
    )*};
}

integers!(i32, i64, u32, u64, usize);

impl FromCapture for String {
    fn from_capture(capture: &Capture) -> Option<Self> {
        capture.text.clone()
    }

    fn accepts(_: &CaptureSource) -> bool {
        true
    }
}

impl FromCapture for Uuid {
    fn from_capture(capture: &Capture) -> Option<Self> {
        Self::parse_str(capture.text.as_ref()?).ok()
    }

    fn accepts(source: &CaptureSource) -> bool {
        matches!(source.converter(), "uuid" | "regex")
    }
}

/// For a group of `re_path` that may be left out.
impl<T: FromCapture> FromCapture for Option<T> {
    fn from_capture(capture: &Capture) -> Option<Self> {
        match capture.text {
            None => Some(None),
            Some(_) => T::from_capture(capture).map(Some),
        }
    }

    fn accepts(source: &CaptureSource) -> bool {
        T::accepts(source)
    }
}
