//! What reads from outside, given bytes that nobody foresaw: the corpus beside this file, and what a mutator makes of it.
//!
//! Each parser has `RJANGO_FUZZ_SECONDS` (3 by default; `bench/fuzz` gives an hour). A failure prints the input, made small by
//! proptest, and writes it into the corpus: commit it with the fix.
#![allow(clippy::unwrap_used, missing_docs)] // Test code.

mod mutator;
mod site;

use std::borrow::Cow;

use http::{HeaderValue, Method, header};
use rjango_core::Settings;
use rjango_core::signing::{self, Compression, Signer, TimestampSigner};
use serde_json::Value;

use mutator::fuzz;
use site::{Asked, Outside, settings};

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// The bytes as a header's value, without what hyper refuses.
fn header_value(bytes: &[u8]) -> HeaderValue {
    let allowed: Vec<u8> = bytes.iter().copied().filter(|byte| *byte == b'\t' || *byte >= 32 && *byte != 127).collect();
    HeaderValue::from_bytes(&allowed).unwrap()
}

#[test]
fn cookies() {
    let outside = Outside::new(|_| {});
    let words: [&[u8]; 9] = [b";", b"=", b"\"", b"\\", b"\\101", b"\\\"", b"; ", b"\xC3\xA9", b"sessionid="];
    fuzz("cookies", &words, |bytes| {
        let sent = outside.ask(Asked::get("/cookies/").with(header::COOKIE, header_value(bytes)));
        assert!(matches!(sent.status, 200 | 431));
        if sent.status == 200 {
            // What was read is set again, quoted, and comes back as it was.
            let read: Vec<(String, String)> = serde_json::from_str(&sent.body).unwrap();
            let set = outside.ask(Asked::get("/set/").with(header::COOKIE, header_value(bytes)));
            let written: Vec<(String, String)> = set.cookies();
            assert_eq!(set.status, 200);
            for (_, value) in &read {
                assert!(written.iter().any(|(_, back)| back == value), "{value:?} is not among {written:?}");
            }
        }
    });
}

#[test]
fn multipart() {
    let folder = tempfile::tempdir().unwrap();
    let outside = Outside::new(|settings| {
        settings.data_upload_max_number_fields = Some(5);
        settings.data_upload_max_number_files = Some(3);
        settings.file_upload_max_memory_size = 8;
        settings.file_upload_temp_dir = Some(folder.path().to_path_buf());
    });
    let words: [&[u8]; 12] = [
        b"--XX",
        b"--XX--",
        b"\r\n",
        b"\r\n\r\n",
        b"\r\n--XX\r\n",
        b"Content-Disposition: form-data; name=\"a\"\r\n\r\n",
        b"; filename=\"a\"",
        b"; filename*=UTF-8''%C3%A9",
        b"Content-Transfer-Encoding: base64\r\n",
        b"\"",
        b"\\",
        b"x-rjango-end: 1\r\n\r\n",
    ];
    fuzz("multipart", &words, |bytes| {
        let ask =
            |size: usize| outside.ask(Asked::post("/form/", "multipart/form-data; boundary=XX", bytes).in_pieces(size));
        // How the bytes arrive changes nothing.
        let (whole, pieces) = (ask(1 << 20), ask(3));
        assert!(matches!(whole.status, 200 | 400), "{}", whole.body);
        assert_eq!((whole.status, &whole.body), (pieces.status, &pieces.body));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    });
}

#[test]
fn content_types_of_forms() {
    let outside = Outside::new(|_| {});
    let words: [&[u8]; 8] = [b"multipart/form-data", b"; boundary=", b"\"", b"\\", b";", b"=", b"*0*=", b"''"];
    fuzz("content_types", &words, |bytes| {
        let mut asked =
            Asked::post("/form/", "", b"--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--XX--\r\n");
        asked = asked.with(header::CONTENT_TYPE, header_value(bytes));
        let answer = outside.ask(asked);
        assert!(matches!(answer.status, 200 | 400), "{}", answer.body);
    });
}

#[test]
fn urlencoded() {
    let outside = Outside::new(|_| {});
    let words: [&[u8]; 8] = [b"&", b"=", b"%", b"+", b"%C3%A9", b"%FF", b"%00", b";"];
    fuzz("urlencoded", &words, |bytes| {
        let answer = outside.ask(Asked::post("/form/", "application/x-www-form-urlencoded", bytes));
        assert!(matches!(answer.status, 200 | 400), "{}", answer.body);
        let read = rjango_http::QueryDict::parse(&text(bytes));
        assert_eq!(rjango_http::QueryDict::parse(&read.urlencode()), read);
        // As a query string, where it can be one.
        if let Ok(uri) = format!("/cookies/?{}", text(bytes)).parse::<http::Uri>() {
            let answer = outside.ask(Asked::get(&uri.to_string()));
            assert!(matches!(answer.status, 200 | 400), "{}", answer.body);
        }
    });
}

#[test]
fn hosts() {
    let outside = Outside::new(|settings| {
        settings.allowed_hosts = vec!["example.com".to_owned(), ".sub.example".to_owned(), "[::1]".to_owned()];
        settings.use_x_forwarded_host = true;
    });
    let words: [&[u8]; 10] =
        [b"example.com", b".sub.example", b"[::1]", b":80", b":", b".", b"@", b"[", b"]", b"evil.example"];
    fuzz("hosts", &words, |bytes| {
        for name in [header::HOST, http::HeaderName::from_static("x-forwarded-host")] {
            let answer = outside.ask(Asked::get("/host/").with(name, header_value(bytes)));
            assert!(matches!(answer.status, 200 | 400), "{}", answer.body);
            if answer.status == 200 {
                let host = answer.body.to_ascii_lowercase();
                let named = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
                let named = named.map_or(host.as_str(), |(named, _)| named);
                let named = named.strip_suffix('.').unwrap_or(named);
                let known = named == "example.com" || named == "[::1]" || named == "sub.example";
                assert!(known || named.ends_with(".sub.example"), "{host:?} is believed");
                assert!(!host.contains(['@', '/', ' ', '?', '#']), "{host:?} is believed");
            }
        }
    });
}

#[test]
fn what_is_accepted() {
    let outside = Outside::new(|settings| {
        settings.middleware = ["gzip.GZipMiddleware", "locale.LocaleMiddleware", "http.ConditionalGetMiddleware"]
            .map(|name| format!("rjango.middleware.{name}"))
            .to_vec();
    });
    let known: Vec<String> = settings().languages.into_iter().map(|(code, _)| code).collect();
    let words: [&[u8]; 12] =
        [b"de", b"en-us", b"zh-hans", b"*", b",", b";q=", b"0.5", b"1", b"gzip", b"W/", b"\"", b"; "];
    fuzz("accept", &words, |bytes| {
        let names = [
            header::ACCEPT_LANGUAGE,
            header::ACCEPT_ENCODING,
            header::ACCEPT,
            header::IF_NONE_MATCH,
            header::IF_MODIFIED_SINCE,
            header::RANGE,
        ];
        for name in names {
            let answer = outside.ask(Asked::get("/language/").with(name.clone(), header_value(bytes)));
            assert!(matches!(answer.status, 200 | 304), "{name}: {}", answer.status);
            if name == header::ACCEPT_LANGUAGE {
                assert!(known.contains(&answer.body), "{:?} is not offered", answer.body);
            }
        }
    });
}

#[test]
fn signed_data() {
    let settings = settings();
    let signer = Signer::from_settings(&settings);
    let timestamps = TimestampSigner::from_settings(&settings);
    let object = serde_json::json!({ "a": [1, "é".repeat(100)] });
    let genuine = [
        signer.sign("a:b"),
        timestamps.sign("a:b"),
        signing::dumps(&settings, "salt", &object).unwrap(),
        signer.sign_object(&object, Compression::WhenShorter).unwrap(),
        signing::sign_cookie(&settings, "name", "salt", "value"),
    ];
    let mut words: Vec<&[u8]> = genuine.iter().map(String::as_bytes).collect();
    words.extend([&b":"[..], b".", b"=", b"-", b"\xC3\xA9", b"v2:"]);
    fuzz("signed", &words, |bytes| {
        let signed = text(bytes);
        let is_genuine = genuine.iter().any(|known| *known == signed);
        // Nothing is believed that was not signed.
        let believed = [
            signer.unsign(&signed).is_ok(),
            timestamps.unsign(&signed, None).is_ok(),
            signing::loads::<Value>(&settings, "salt", &signed, None).is_ok(),
            signer.unsign_object::<Value>(&signed).is_ok(),
            signing::unsign_cookie(&settings, "name", "salt", &signed, None).is_ok(),
        ];
        assert!(is_genuine || !believed.contains(&true), "{believed:?}");
        let _ = signing::b62_decode(&signed);
        let _ = signing::b36_decode(&signed);
        let _ = signing::b64_decode(&*signed);
    });
}

#[test]
fn sessions_and_messages() {
    let outside = Outside::new(|settings: &mut Settings| {
        settings.middleware = vec![
            "rjango.contrib.sessions.middleware.SessionMiddleware".to_owned(),
            "rjango.contrib.messages.middleware.MessageMiddleware".to_owned(),
        ];
    });
    let given = outside.ask(Asked::get("/begin/"));
    let cookies = given.cookies();
    assert_eq!(cookies.len(), 2, "{given:?}");
    let mut words: Vec<&[u8]> = cookies.iter().map(|(_, value)| value.as_bytes()).collect();
    words.extend([&b"sessionid="[..], b"messages=", b"; ", b":", b".", b"\"", b"\\054"]);
    let genuine = outside.ask(
        Asked::get("/kept/").with(
            header::COOKIE,
            HeaderValue::from_str(
                &cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; "),
            )
            .unwrap(),
        ),
    );
    assert_eq!(genuine.body, "red [hello]");
    fuzz("sessions", &words, |bytes| {
        let answer = outside.ask(Asked::get("/kept/").with(header::COOKIE, header_value(bytes)));
        assert!(matches!(answer.status, 200 | 431), "{}", answer.body);
        if answer.status == 200 {
            assert!(["red [hello]", "red []", "- [hello]", "- []"].contains(&answer.body.as_str()), "{}", answer.body);
        }
    });
}

#[test]
fn paths_and_methods() {
    let outside = Outside::new(|_| {});
    let words: [&[u8]; 9] = [b"/", b"//", b"%2F", b"%", b"%FF", b"%00", b"..", b"?", b"numbers/"];
    fuzz("paths", &words, |bytes| {
        if let Ok(uri) = format!("/{}", text(bytes)).parse::<http::Uri>() {
            for method in [Method::GET, Method::HEAD, Method::POST] {
                let answer = outside.ask(Asked::new(method, &uri.to_string()));
                assert!(answer.status < 500, "{}", answer.body);
            }
        }
    });
}
