//! A session's data as Django stores it: signed, dated JSON, compressed where that is shorter.

use std::time::Duration;

use rjango_core::signing::{Compression, TimestampSigner};
use rjango_core::{Result, Settings};
use serde_json::{Map, Value};

/// What a session holds: a JSON value a key.
pub type SessionData = Map<String, Value>;

/// Django's salt of every backend that keeps the data on the server.
const STORE_SALT: &str = "django.contrib.sessions.SessionStore";

/// Django's salt of the backend whose cookie is the data.
const COOKIE_SALT: &str = "django.contrib.sessions.backends.signed_cookies";

/// Writes and reads session data for one site and one purpose.
#[derive(Clone)]
pub(super) struct Codec {
    signer: TimestampSigner,
    max_age: Option<Duration>,
}

impl Codec {
    /// For data on the server, whose age the server judges by other means.
    pub(super) fn for_store(settings: &Settings) -> Self {
        Self { signer: TimestampSigner::from_settings(settings).with_salt(STORE_SALT), max_age: None }
    }

    /// For data in the cookie itself, refused when older than SESSION_COOKIE_AGE.
    pub(super) fn for_cookie(settings: &Settings) -> Self {
        Self {
            signer: TimestampSigner::from_settings(settings).with_salt(COOKIE_SALT),
            max_age: Some(Duration::from_secs(settings.session_cookie_age)),
        }
    }

    /// The stored form.
    pub(super) fn encode(&self, data: &SessionData) -> Result<String> {
        self.signer.sign_object(data, Compression::WhenShorter)
    }

    /// The data, unless the text is forged, too old or of another key.
    pub(super) fn decode(&self, stored: &str) -> Option<SessionData> {
        self.signer.unsign_object(stored, self.max_age).ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn settings() -> Settings {
        let mut settings = Settings::for_tests();
        settings.secret_key = "rjango-test-secret-key".to_owned();
        settings
    }

    // Written by Django 5.2.19's `SessionStore().encode(...)` with the key above.
    const WRITTEN: [(&str, &str); 3] = [
        ("{}", "e30:1xVB2n:YOeB059daH2FrTFZArPX-eQ1ke2WLB-pIBvINh6hX5s"),
        (
            r#"{"_auth_user_id":"1","visits":3,"x":["a",null,1.5,"é"]}"#,
            "eyJfYXV0aF91c2VyX2lkIjoiMSIsInZpc2l0cyI6MywieCI6WyJhIixudWxsLDEuNSwiXHUwMGU5Il19:1xVB2n:\
             _3EpljtC0lj32X2iLHwibHc9YzRB69Ht4KpfT1dYYuM",
        ),
        (r#"{"big":"AAA"}"#, ".eJyrVkrKTFeyUkocBUQDpVoAf5R0mQ:1xVB2n:GnjK4ebAwNv1D8enJ45pJE9L4By-2VPSFVu7JaxGzsM"),
    ];

    #[test]
    fn reads_what_django_wrote() {
        let codec = Codec::for_store(&settings());
        for (data, stored) in WRITTEN {
            let data = data.replace("AAA", &"a".repeat(300));
            let data: SessionData = serde_json::from_str(&data).unwrap();
            assert_eq!(codec.decode(stored), Some(data));
        }
    }

    #[test]
    fn reads_what_it_wrote_and_nothing_else() {
        let codec = Codec::for_store(&settings());
        let data = json!({"visits": 3, "name": "é".repeat(300)}).as_object().cloned().unwrap();
        let stored = codec.encode(&data).unwrap();
        assert_eq!(codec.decode(&stored), Some(data));
        assert_eq!(Codec::for_cookie(&settings()).decode(&stored), None);
        assert_eq!(Codec::for_store(&Settings::for_tests()).decode(&stored), None);
        for forged in ["", "x", "e30:1xVB2n:YOeB059daH2FrTFZArPX-eQ1ke2WLB-pIBvINh6hX5t", &stored[1..]] {
            assert_eq!(codec.decode(forged), None, "{forged}");
        }
    }

    #[test]
    fn data_under_an_earlier_key_is_still_read() {
        let mut rotated = settings();
        rotated.secret_key_fallbacks = vec![std::mem::replace(&mut rotated.secret_key, "new".to_owned())];
        assert!(Codec::for_store(&rotated).decode(WRITTEN[0].1).is_some());
    }

    #[test]
    fn an_old_cookie_is_refused() {
        let mut brief = settings();
        brief.session_cookie_age = 60;
        let old = TimestampSigner::from_settings(&brief)
            .with_salt(COOKIE_SALT)
            .sign_object_at(
                &SessionData::new(),
                Compression::Never,
                std::time::SystemTime::now() - Duration::from_secs(61),
            )
            .unwrap();
        assert_eq!(Codec::for_cookie(&brief).decode(&old), None);
        assert!(Codec::for_cookie(&settings()).decode(&old).is_some());
    }
}
