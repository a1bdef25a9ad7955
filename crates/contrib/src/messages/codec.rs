//! Messages as the cookie and the session carry them.

use rjango_core::signing::{Compression, TimestampSigner, cookie_signer};
use rjango_core::{Result, Settings};
use serde_json::Value;

use super::Message;

/// Django's salt.
const SALT: &str = "django.contrib.messages";

/// What stands last in a cookie that could not take every message: the session has the rest.
const NOT_FINISHED: &str = "__messagesnotfinished__";

/// The largest value in bytes; a signed one has no character that must be quoted. Browsers keep 4,096 for all of a host's cookies together
/// with their names, and other cookies need room.
const MAX_COOKIE_SIZE: usize = 2048;

/// Messages from one of the stores.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Retrieved {
    /// The messages.
    pub(super) messages: Vec<Message>,
    /// Whether there are no more in the next store.
    pub(super) is_all: bool,
}

/// Writes and reads the messages of one site.
pub(super) struct Codec(TimestampSigner);

impl Codec {
    pub(super) fn new(settings: &Settings) -> Self {
        Self(cookie_signer(settings, SALT))
    }

    /// The cookie with as many of the messages as it can take, oldest first, and their number.
    pub(super) fn to_cookie(&self, messages: &[Message]) -> Result<(String, usize)> {
        let cookie = self.sign(messages, true)?;
        if cookie.len() <= MAX_COOKIE_SIZE {
            return Ok((cookie, messages.len()));
        }
        // Compression makes the size no plain sum; it does not shrink with more messages, so halving finds the most.
        let (mut fits, mut too_many) = (0, messages.len());
        while too_many - fits > 1 {
            let middle = usize::midpoint(fits, too_many);
            if self.sign(&messages[..middle], false)?.len() <= MAX_COOKIE_SIZE {
                fits = middle;
            } else {
                too_many = middle;
            }
        }
        Ok((self.sign(&messages[..fits], false)?, fits))
    }

    fn sign(&self, messages: &[Message], is_all: bool) -> Result<String> {
        let mut list: Vec<Value> = messages.iter().map(Message::to_json).collect();
        if !is_all {
            list.push(NOT_FINISHED.into());
        }
        self.0.sign_object(&list, Compression::WhenShorter)
    }

    /// The messages of a cookie; `None` where it is forged or of another key.
    pub(super) fn of_cookie(&self, cookie: &str) -> Option<Retrieved> {
        let list: Vec<Value> = self.0.unsign_object(cookie, None).ok()?;
        let is_all = list.last().and_then(Value::as_str) != Some(NOT_FINISHED);
        let end = list.len() - usize::from(!is_all);
        let messages = list[..end].iter().map(Message::from_json).collect::<Option<_>>()?;
        Some(Retrieved { messages, is_all })
    }
}

/// The session's value: JSON in a text, as Django keeps it.
pub(super) fn to_session(messages: &[Message]) -> String {
    Value::Array(messages.iter().map(Message::to_json).collect()).to_string()
}

/// The messages of the session's value.
pub(super) fn of_session(text: &str) -> Option<Vec<Message>> {
    serde_json::from_str::<Vec<Value>>(text).ok()?.iter().map(Message::from_json).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::messages::Level;

    fn codec() -> Codec {
        let mut settings = Settings::for_tests();
        settings.secret_key = "rjango-test-secret-key".to_owned();
        Codec::new(&settings)
    }

    fn numbered(count: usize) -> Vec<Message> {
        // Digests do not compress, so that the size grows with every message.
        let text = |number: usize| {
            rjango_core::signing::b64_encode(rjango_core::signing::salted_hmac("", number.to_string(), ""))
        };
        (0..count).map(|number| Message::new(Level::INFO, text(number))).collect()
    }

    #[test]
    fn reads_what_django_wrote() {
        let cookie = ".eJyLjlaKj88qzs-Lz00tLk5MT1XSMdAxMtBRKk_NSc7PTVVISkzOVorVwarMVEcpP1shptTAINVSwSbJTklHKbWipCgRh3pj\
                      oLGVSrGxAKNFJLw:1xVB2n:SitmefRtf3d13d63zMH2TZz_hGVTcKu9IBU0EIlME8o";
        let messages = vec![
            Message::new(Level::INFO, "welcome back"),
            Message::new(Level::SUCCESS, "ok é <b>").with_extra_tags("extra"),
            Message::new(Level::WARNING, "y"),
        ];
        assert_eq!(codec().of_cookie(cookie), Some(Retrieved { messages, is_all: true }));
        let part = "W1siX19qc29uX21lc3NhZ2UiLDAsMjAsIngiXSwiX19tZXNzYWdlc25vdGZpbmlzaGVkX18iXQ:1xVB2n:\
                    GIrWz1seUoepi0mcqEwUvJRIecZ_6ReLI697bqpj9co";
        let messages = vec![Message::new(Level::INFO, "x")];
        assert_eq!(codec().of_cookie(part), Some(Retrieved { messages, is_all: false }));
    }

    #[test]
    fn the_cookie_takes_as_many_as_it_can() {
        let messages = numbered(60);
        let (cookie, taken) = codec().to_cookie(&messages).unwrap();
        assert!(cookie.len() <= MAX_COOKIE_SIZE && taken > 5 && taken < 60, "{taken} in {}", cookie.len());
        let read = codec().of_cookie(&cookie).unwrap();
        assert_eq!((read.messages.as_slice(), read.is_all), (&messages[..taken], false));
        assert!(codec().sign(&messages[..=taken], false).unwrap().len() > MAX_COOKIE_SIZE);
        let (cookie, taken) = codec().to_cookie(&messages[..3]).unwrap();
        assert_eq!((taken, codec().of_cookie(&cookie).unwrap().is_all), (3, true));
    }

    #[test]
    fn one_message_too_large_for_the_cookie_leaves_it_empty() {
        let huge: String = numbered(99).iter().map(Message::to_string).collect();
        let (cookie, taken) = codec().to_cookie(&[Message::new(Level::INFO, huge)]).unwrap();
        assert_eq!(taken, 0);
        assert_eq!(codec().of_cookie(&cookie), Some(Retrieved { messages: vec![], is_all: false }));
    }

    #[test]
    fn a_forged_cookie_is_no_cookie() {
        let (cookie, _) = codec().to_cookie(&numbered(2)).unwrap();
        assert!(codec().of_cookie(&cookie[1..]).is_none());
        assert!(Codec::new(&Settings::for_tests()).of_cookie(&cookie).is_none());
    }

    #[test]
    fn the_session_carries_the_same_json() {
        let messages = vec![
            Message::new(Level::INFO, "a"),
            Message { is_safe: true, ..Message::new(Level::ERROR, "<b>é</b>").with_extra_tags("x") },
        ];
        let text = to_session(&messages);
        assert_eq!(text, r#"[["__json_message",0,20,"a",""],["__json_message",1,40,"<b>é</b>","x"]]"#);
        assert_eq!(of_session(&text), Some(messages));
        assert_eq!(of_session("[1]"), None);
    }
}
