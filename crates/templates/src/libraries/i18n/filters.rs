//! The filters of `i18n`: what a language is called, and which way it is written.

use rjango_core::translation::LanguageInfo;
use rjango_core::{Error, ErrorKind, Result};

use crate::filter::{Filter, FilterContext};
use crate::translate;
use crate::value::Value;

pub(crate) const FILTERS: &[Filter] = &[
    Filter::new("language_name", language_name),
    Filter::new("language_name_translated", language_name_translated),
    Filter::new("language_name_local", language_name_local),
    Filter::new("language_bidi", language_bidi),
];

fn language_name(_: &FilterContext<'_>, code: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(info(code)?.name.into())
}

fn language_name_translated(context: &FilterContext<'_>, code: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(translate::gettext(&context.locale.language, info(code)?.name).into_owned().into())
}

fn language_name_local(_: &FilterContext<'_>, code: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(info(code)?.name_local.into())
}

fn language_bidi(_: &FilterContext<'_>, code: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(info(code)?.bidi.into())
}

/// What is known of a language. A code that nobody knows is an error, as in Django.
fn info(code: &Value) -> Result<LanguageInfo> {
    let text = code.text();
    let found = code.as_str().and_then(super::language_of);
    found.ok_or_else(|| Error::new(ErrorKind::Template, format!("`{text}` is not the code of a known language")))
}
