//! `rjango.middleware.locale.LocaleMiddleware`: the language of the request, from the cookie or `Accept-Language`. Without
//! `USE_I18N` it is `LANGUAGE_CODE`.

mod accept;

use http::HeaderValue;
use http::header;
use rjango_core::{Result, Settings, translation};

use super::{Middleware, MiddlewareEntry, Next};
use crate::request::RequestState;
use crate::{BoxFuture, Request, Response};

pub use accept::parse_accept_language;

struct Locale;

inventory::submit! {
    MiddlewareEntry::new(|| "rjango.middleware.locale.LocaleMiddleware".to_owned(), |_| Ok(Box::new(Locale)))
}

impl Middleware for Locale {
    fn call<'a>(&'a self, request: Request, next: Next) -> BoxFuture<'a, Result<Response>> {
        Box::pin(async move {
            let is_chosen = request.settings().use_i18n;
            if is_chosen {
                let language = language_of(&request);
                request.set_language(&language);
                translation::activate(&language)?;
            }
            let state = request.state();
            let mut response = next.run(request).await?;
            // DIFFERENCE: Django says so without USE_I18N too, where the answer is one for all.
            if is_chosen {
                response.patch_vary(&["Accept-Language"]);
            }
            if !response.headers().contains_key(header::CONTENT_LANGUAGE)
                && let Ok(language) = HeaderValue::from_str(state.language_code())
            {
                response.headers_mut().insert(header::CONTENT_LANGUAGE, language);
            }
            Ok(response)
        })
    }
}

/// The language that the cookie names, or the best of `Accept-Language` that the site has, or `LANGUAGE_CODE`.
fn language_of(request: &RequestState) -> String {
    let settings = request.settings();
    if let Some(code) = request.cookies().get(&settings.language_cookie_name)
        && let Some(language) = supported(settings, code)
    {
        return language;
    }
    let accepted = request.header(header::ACCEPT_LANGUAGE).unwrap_or_default();
    for (code, _) in parse_accept_language(accepted) {
        if code == "*" {
            break;
        }
        if let Some(language) = supported(settings, &code) {
            return language;
        }
    }
    supported(settings, &settings.language_code).unwrap_or_else(|| settings.language_code.clone())
}

/// The site's language nearest to a code: itself, then ever fewer of its subtags, then a sibling of the same
/// language. Django's `get_supported_language_variant`.
pub fn supported(settings: &Settings, code: &str) -> Option<String> {
    // The bound is Django's, against headers made to be slow.
    if code.is_empty() || code.len() > 500 {
        return None;
    }
    let code = code.to_ascii_lowercase();
    let find = |wanted: &str| {
        settings.languages.iter().find(|(known, _)| known.eq_ignore_ascii_case(wanted)).map(|(known, _)| known.clone())
    };
    let fallback: &[&str] = match code.as_str() {
        "zh-cn" | "zh-my" | "zh-sg" => &["zh-hans"],
        "zh-hk" | "zh-mo" | "zh-tw" => &["zh-hant"],
        _ => &[],
    };
    if let Some(found) = find(&code).or_else(|| fallback.iter().find_map(|code| find(code))) {
        return Some(found);
    }
    let mut shorter = code.as_str();
    while let Some((head, _)) = shorter.rsplit_once('-') {
        if let Some(found) = find(head) {
            return Some(found);
        }
        shorter = head;
    }
    let sibling = format!("{shorter}-");
    settings
        .languages
        .iter()
        .find(|(known, _)| known.get(..sibling.len()).is_some_and(|head| head.eq_ignore_ascii_case(&sibling)))
        .map(|(known, _)| known.clone())
}
