//! Signing, held against values that Django 5.2.19 signed with the same key at the same moment.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rjango_core::Settings;
use rjango_core::signing::{
    Algorithm, BadSignature, Compression, Signer, TimestampSigner, b36_decode, b62_decode, b62_encode, b64_decode,
    cookie_salt, cookie_signer, dumps, loads, random_secret_key, random_string, random_string_of, salted_hmac,
    sign_cookie, unsign_cookie,
};
use serde_json::{Value, json};

const KEY: &str = "predictable-secret";

/// Django's `time.time()` was 1700000000.75.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(1_700_000_000_750)
}

fn settings() -> Settings {
    let mut settings = Settings::for_tests();
    settings.secret_key = KEY.to_owned();
    settings
}

#[test]
fn salted_hmac_is_djangos() {
    let hex: String = salted_hmac("salt", "value", "secret").iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "debaddcd9ecbaab181289870baf8af49b0af0a7050d620d1a63f1e69bd87ceb8");
}

#[test]
fn signer_writes_djangos_bytes() {
    assert_eq!(Signer::new(KEY).sign("hello"), "hello:T8oWtiMIRTzcoR3NRO-2PQNf5dTweZy0EL25Kt6lUo0");
    let slash = Signer::new(KEY).with_salt("x").with_separator("/").unwrap();
    assert_eq!(slash.sign("a/b"), "a/b/_34i0etA7d-WSjcw-6fLIGteDAprQ3Q3uGxmvye6tGI");
    assert_eq!(slash.unsign(&slash.sign("a/b")).unwrap(), "a/b");
    assert_eq!(
        Signer::new(KEY).with_algorithm(Algorithm::Sha512).sign("hello"),
        "hello:Usf3uVQOZ9m6uPfVonKR-EBXjPe7bjMbp3_Fq8MfsptgkkM1ojidN0BxYaT5HAEN1VzO9_jVu7R-VkqknHYNvw"
    );
}

#[test]
fn separators_that_base_64_contains_are_refused() {
    for separator in ["", "abc", "A-Z", "_", "^", "\\"] {
        let error = Signer::new(KEY).with_separator(separator).unwrap_err();
        assert_eq!(error.to_string(), format!("`{separator}` is no safe separator"));
    }
    for separator in ["@", ":", "a:"] {
        let signer = Signer::new(KEY).with_separator(separator).unwrap();
        assert_eq!(signer.unsign(&signer.sign("x")).unwrap(), "x");
    }
}

#[test]
fn tampering_is_noticed() {
    let signer = Signer::new(KEY);
    let signed = signer.sign("hello");
    let forged = [
        signed.to_uppercase(),
        format!("{signed}a"),
        signed.replace("hello", "hallo"),
        signed[..signed.len() - 1].to_owned(),
        "hello:".to_owned(),
        ":".to_owned(),
    ];
    for forged in &forged {
        assert_eq!(signer.unsign(forged).unwrap_err().to_string(), "the signature does not match", "{forged}");
    }
    assert_eq!(signer.unsign("hello").unwrap_err().to_string(), "no `:` found in the signed value");
    assert_eq!(signer.unsign("").unwrap_err().to_string(), "no `:` found in the signed value");
    assert!(Signer::new(KEY).with_salt("other").unsign(&signed).is_err());
    assert!(Signer::new("other").unsign(&signed).is_err());
}

#[test]
fn fallback_keys_read_and_do_not_sign() {
    let old = Signer::new("old");
    let new = Signer::new("new").with_fallback_keys(["older", "old"]);
    assert_eq!(new.unsign(&old.sign("x")).unwrap(), "x");
    assert_eq!(new.sign("x"), Signer::new("new").sign("x"));
    assert!(old.unsign(&new.sign("x")).is_err());
}

#[test]
fn timestamp_signer_writes_djangos_bytes() {
    let signer = TimestampSigner::new(KEY);
    let signed = "hello:1r31eq:ESnvh0UG3MKjmlEh8oOo4AB3aBbzEzE2OxtKdYRmPIU";
    assert_eq!(signer.sign_at("hello", now()), signed);
    assert_eq!(signer.unsign(signed, None).unwrap(), "hello");
    assert_eq!(signer.signed_at(signed).unwrap(), UNIX_EPOCH + Duration::from_secs(1_700_000_000));
}

#[test]
fn age_counts_fractions_of_a_second() {
    let signer = TimestampSigner::new(KEY);
    let signed = signer.sign_at("hello", now());
    let ten = Some(Duration::from_secs(10));
    let at = |millis: u64| UNIX_EPOCH + Duration::from_millis(1_700_000_000_000 + millis);
    assert_eq!(signer.unsign_at(&signed, ten, at(10_000)).unwrap(), "hello");
    let expired = signer.unsign_at(&signed, ten, at(10_001)).unwrap_err();
    assert!(expired.is_expired());
    assert_eq!(expired.to_string(), "the signature is 10 seconds old, more than the 10 allowed");
    // A clock that runs behind is no reason to refuse.
    assert_eq!(signer.unsign_at(&signed, ten, UNIX_EPOCH).unwrap(), "hello");
}

#[test]
fn a_signature_without_a_time_is_refused() {
    let undated = Signer::new(KEY).with_salt("django.core.signing.TimestampSigner");
    let signer = TimestampSigner::new(KEY);
    for text in
        [undated.sign("hello"), undated.sign("hello:"), undated.sign("hello:!"), undated.sign("a:zzzzzzzzzzzzz")]
    {
        let error = signer.unsign(&text, None).unwrap_err();
        assert_eq!(error.to_string(), "the signed value has no time", "{text}");
        assert!(!error.is_expired());
    }
}

const DUMPED: &str = "eyJmb28iOiJiYXIiLCJuIjpbMSwyLjUsbnVsbCx0cnVlLDFlKzE2LDFlLTA3LC0wLjBdLCJcdTAwZTlcdTAwN2YiOiJuYVx1MDBlZnZlIFx1MjAxOSBcdWQ4M2RcdWRlMDAgXCJcXC9cbiJ9:1r31eq:jglKLF-VlTPpMEiNvP5SYLl9C6ypNJYSlL2N4ArRRG0";

/// Escapes, surrogate pairs, exponents and a negative zero: everything where JSON writers differ.
fn intricate() -> Value {
    json!({
        "foo": "bar",
        "n": [1, 2.5, null, true, 1e16, 1e-7, -0.0],
        "é\u{7f}": "naïve \u{2019} \u{1f600} \"\\/\n",
    })
}

#[test]
fn json_is_pythons_byte_for_byte() {
    let signer = TimestampSigner::new(KEY).with_salt("django.core.signing");
    assert_eq!(signer.sign_object_at(&intricate(), Compression::Never, now()).unwrap(), DUMPED);
}

#[test]
fn floats_are_written_as_python_repr() {
    let signer = Signer::new(KEY);
    let cases = [
        (0.0, "0.0"),
        (100.0, "100.0"),
        (0.0001, "0.0001"),
        (0.000_012_5, "1.25e-05"),
        (9_999_999_999_999_998.0, "9999999999999998.0"),
        (1.234_567_890_123_456_8e22, "1.2345678901234568e+22"),
        (5e-324, "5e-324"),
    ];
    for (number, text) in cases {
        let signed = signer.sign_object(&number, Compression::Never).unwrap();
        let json = b64_decode(signed.split(':').next().unwrap()).unwrap();
        assert_eq!(String::from_utf8(json).unwrap(), text);
    }
}

#[test]
fn what_django_dumps_is_loaded() {
    assert_eq!(loads::<Value>(&settings(), "django.core.signing", DUMPED, None).unwrap(), intricate());
    let compressed = ".eJyrVipJrShRslJKTEpWGMxYqRYAXcs2cA:1r31eq:O76GFAmFdX-U76qqb9M4re6h2GvqdwaCrdcf-GspzHI";
    let loaded: BTreeMap<String, String> = loads(&settings(), "django.core.signing", compressed, None).unwrap();
    assert_eq!(loaded, BTreeMap::from([("text".to_owned(), "abc ".repeat(40))]));
    let session = ".eJyrVopPLC3JiC8tTi2Kz0xRslIyVNJBFktKTM5OzQNJpGQl5qXn6yXn55UUZSbpgZToQWWL9XzzU1JznKBqawE67h8t:1r31eq:Xrwt2sFefq1X5_QMezPgRVxBkMy4uKCSkxid4Y5M7bQ";
    let loaded: Value = loads(&settings(), "django.contrib.sessions.SessionStore", session, None).unwrap();
    assert_eq!(loaded["_auth_user_id"], "1");
}

#[test]
fn compression_is_used_where_it_is_shorter() {
    let signer = TimestampSigner::new(KEY);
    let long = "abc ".repeat(40);
    let signed = signer.sign_object(&long, Compression::WhenShorter).unwrap();
    assert!(signed.starts_with('.') && signed.len() < 100, "{signed}");
    assert_eq!(signer.unsign_object::<String>(&signed, None).unwrap(), long);
    let short = signer.sign_object("a", Compression::WhenShorter).unwrap();
    assert!(short.starts_with("ImEi:"), "{short}");
}

#[test]
fn dumps_and_loads_are_inverse_and_dated() {
    let settings = settings();
    let signed = dumps(&settings, "shop.invitation", &("a", 7)).unwrap();
    let loaded: (String, i32) = loads(&settings, "shop.invitation", &signed, Some(Duration::from_secs(60))).unwrap();
    assert_eq!(loaded, ("a".to_owned(), 7));
    assert!(loads::<(String, i32)>(&settings, "shop.other", &signed, None).is_err());
    let old = "WzFd:1r31eq";
    let old = Signer::new(KEY).with_salt("s").sign(old);
    assert!(loads::<Vec<i32>>(&settings, "s", &old, Some(Duration::from_secs(60))).unwrap_err().is_expired());
    assert_eq!(loads::<Vec<i32>>(&settings, "s", &old, None).unwrap(), [1]);
}

#[test]
fn a_right_signature_over_something_else_is_an_error() {
    let signer = Signer::new(KEY);
    let read = |text: &str| signer.unsign_object::<Vec<i32>>(&signer.sign(text)).unwrap_err();
    for text in ["*", "WzFd*", ".WzFd", ".", "", "ImEi"] {
        let error: BadSignature = read(text);
        assert!(error.to_string().starts_with("the signed value cannot be read: "), "{text}: {error}");
    }
}

#[test]
fn cookies_are_djangos_with_the_new_salt_and_the_old() {
    let settings = settings();
    assert_eq!(cookie_salt("name", "sält"), "django.http.cookies.v2:4:sältname");
    let new = "välue:1r31eq:3iQaHPre-6FXDuU65wFTP-7QHLfV5sWWfBoQ7qYglFo";
    assert_eq!(cookie_signer(&settings, &cookie_salt("name", "sält")).sign_at("välue", now()), new);
    assert_eq!(unsign_cookie(&settings, "name", "sält", new, None).unwrap(), "välue");
    let old = "value:1r31eq:MQF5P6AOXjeWKEiizfNOFn21sYvBYrq_-cJn27FAxQk";
    assert_eq!(unsign_cookie(&settings, "name", "salt", old, None).unwrap(), "value");
    assert!(unsign_cookie(&settings, "name", "salt", old, Some(Duration::from_secs(1))).unwrap_err().is_expired());
    assert!(unsign_cookie(&settings, "other", "salt", old, None).is_err());
    let signed = sign_cookie(&settings, "name", "", "v");
    assert_eq!(unsign_cookie(&settings, "name", "", &signed, Some(Duration::from_secs(60))).unwrap(), "v");
}

#[test]
fn cookies_of_an_earlier_key_are_read() {
    let mut rotated = settings();
    rotated.secret_key = "new".to_owned();
    rotated.secret_key_fallbacks = vec![KEY.to_owned()];
    let signed = sign_cookie(&settings(), "name", "", "v");
    assert_eq!(unsign_cookie(&rotated, "name", "", &signed, None).unwrap(), "v");
}

#[test]
fn numbers_at_their_bounds() {
    for number in [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX] {
        assert_eq!(b62_decode(&b62_encode(number)), Some(number));
    }
    for text in ["", "-", "--1", "é", "+1", " 1", "AzL8n0Y58m8", "zzzzzzzzzzzz"] {
        assert_eq!(b62_decode(text), None, "{text}");
    }
    assert_eq!(b36_decode("RS"), Some(1000));
    assert_eq!(b36_decode("3w5e11264sgsf"), Some(u64::MAX));
    for text in ["", "+1", "-1", "3w5e11264sgsg", "00000000000001"] {
        assert_eq!(b36_decode(text), None, "{text}");
    }
}

#[test]
fn base_64_takes_padding_and_its_absence() {
    assert_eq!(b64_decode("YQ").unwrap(), b"a");
    assert_eq!(b64_decode("YQ==").unwrap(), b"a");
    assert_eq!(b64_decode("_-8").unwrap(), [0xff, 0xef]);
    assert_eq!(b64_decode("/+8"), None);
}

#[test]
fn random_text_has_its_length_and_letters() {
    for length in [0, 1, 32, 1000] {
        let text = random_string(length);
        assert_eq!(text.len(), length);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
    assert_ne!(random_string(32), random_string(32));
    assert_eq!(random_string_of(3, "x"), "xxx");
    // Each of two letters is missing from 1000 with a chance of 2^-1000.
    let two = random_string_of(1000, "ab");
    assert!(two.contains('a') && two.contains('b'));
    assert_eq!(random_secret_key().len(), 50);
}

#[test]
fn debug_shows_no_key() {
    assert!(!format!("{:?}", TimestampSigner::new("hunter2")).contains("hunter2"));
}
