//! Where messages wait for the next page: the cookie, the session, or the cookie first and then the session.

use rjango_core::named::Named;
use rjango_core::{Result, Settings};
use rjango_http::{RequestState, Response};

use super::codec::{self, Codec};
use super::{Message, cookie};
use crate::sessions::RequestSession as _;

/// The session's key.
const SESSION_KEY: &str = "_messages";

/// MESSAGE_STORAGE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    /// The cookie as far as it reaches, the session for the rest.
    Fallback,
    /// The cookie alone; the oldest messages that it cannot take are lost.
    Cookie,
    /// The session alone.
    Session,
}

const STORAGES: [(&str, Storage); 3] = [
    ("rjango.contrib.messages.storage.fallback.FallbackStorage", Storage::Fallback),
    ("rjango.contrib.messages.storage.cookie.CookieStorage", Storage::Cookie),
    ("rjango.contrib.messages.storage.session.SessionStorage", Storage::Session),
];

static STORAGE: Named = Named {
    setting: "MESSAGE_STORAGE",
    noun: "message storage",
    attribute: None,
    named: |settings| vec![settings.message_storage.as_str()],
    compiled: || STORAGES.iter().map(|(path, _)| (*path).to_owned()).collect(),
};

inventory::submit! { &STORAGE }

/// What a storage had, and in which places.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) messages: Vec<Message>,
    in_cookie: bool,
    in_session: bool,
}

impl Storage {
    pub(super) fn from_settings(settings: &Settings) -> Result<Self> {
        let named = settings.message_storage.as_str();
        let found = STORAGES.iter().find(|(path, _)| *path == named);
        found.map(|(_, storage)| *storage).ok_or_else(|| STORAGE.missing(named, settings))
    }

    pub(super) fn needs_session(self) -> bool {
        self != Self::Cookie
    }

    /// The messages that wait.
    pub(super) async fn load(self, request: &RequestState) -> Result<Found> {
        let mut found = Found::default();
        if self != Self::Session {
            let Some(cookie) = request.cookies().get(cookie::NAME) else { return Ok(found) };
            found.in_cookie = true;
            // A forged cookie is dropped with the next change.
            let Some(retrieved) = Codec::new(request.settings()).of_cookie(cookie) else { return Ok(found) };
            found.messages = retrieved.messages;
            if retrieved.is_all || self == Self::Cookie {
                return Ok(found);
            }
        }
        if let Some(text) = request.session().await?.get::<String>(SESSION_KEY).unwrap_or_default() {
            found.in_session = true;
            found.messages.extend(codec::of_session(&text).unwrap_or_default());
        }
        Ok(found)
    }

    /// Lets these messages wait, and none of those that were found.
    pub(super) async fn store(
        self,
        mut messages: &[Message],
        found: &Found,
        request: &RequestState,
        response: &mut Response,
    ) -> Result<()> {
        if self != Self::Session {
            if !messages.is_empty() {
                let codec = Codec::new(request.settings());
                let (mut value, mut taken) = codec.to_cookie(messages)?;
                if self == Self::Cookie {
                    while taken < messages.len() {
                        messages = &messages[1..];
                        (value, taken) = codec.to_cookie(messages)?;
                    }
                }
                cookie::set(request.settings(), response, value);
                messages = &messages[taken..];
            } else if found.in_cookie {
                cookie::delete(request.settings(), response);
            }
        }
        if !messages.is_empty() {
            request.session().await?.set(SESSION_KEY, codec::to_session(messages))?;
        } else if found.in_session {
            request.session().await?.remove(SESSION_KEY);
        }
        Ok(())
    }
}
