//! `{% load i18n %}`: texts in the visitor's language.

mod block;
pub(super) mod filters;
mod languages;
mod text;

use rjango_core::Result;
use rjango_core::translation::{LanguageInfo, language_info};

use crate::expression::Expression;
use crate::render::Render;
use crate::tag::TagReader;

pub(super) static TAGS: [TagReader; 10] = [
    TagReader { name: "translate", end: None, read: text::read },
    TagReader { name: "trans", end: None, read: text::read },
    TagReader { name: "blocktranslate", end: Some("endblocktranslate"), read: block::read },
    TagReader { name: "blocktrans", end: Some("endblocktrans"), read: block::read },
    TagReader { name: "language", end: Some("endlanguage"), read: languages::read_language },
    TagReader { name: "get_available_languages", end: None, read: languages::read_available },
    TagReader { name: "get_current_language", end: None, read: languages::read_current },
    TagReader { name: "get_current_language_bidi", end: None, read: languages::read_bidi },
    TagReader { name: "get_language_info", end: None, read: languages::read_info },
    TagReader { name: "get_language_info_list", end: None, read: languages::read_info_list },
];

/// The context of a text, where a tag names one. What Python takes for false is none.
async fn context(render: &mut Render, context: Option<&Expression>) -> Result<Option<String>> {
    let Some(context) = context else { return Ok(None) };
    let value = render.resolve(context).await?;
    Ok(value.is_true().then(|| value.text().into_owned()))
}

/// What is known of the language of a code. As in Django a code is in small letters.
fn language_of(code: &str) -> Option<LanguageInfo> {
    let is_small = !code.bytes().any(|byte| byte.is_ascii_uppercase());
    language_info(code).filter(|_| is_small)
}
