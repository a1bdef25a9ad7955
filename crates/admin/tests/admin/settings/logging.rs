//! `[LOGGING]`: what is logged, and how.

use std::sync::{Arc, Mutex};

use rjango_http::{Client, logging};

use super::{Shown, handler, read};

pub const SHOWN: &[Shown] = &[("LOGGING", the_section_says_what_is_logged)];

/// The lines of the log for one request.
fn lines(text: &str, path: &str) -> String {
    let lines = Arc::new(Mutex::new(String::new()));
    let write = {
        let lines = Arc::clone(&lines);
        move |line: &str| lines.lock().unwrap().push_str(line)
    };
    let subscriber = logging::subscriber(&read(text), write);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(subscriber, || {
        let mut client = Client::of(handler(text)).with_header(http::HeaderName::from_static("x-request-id"), "abc");
        runtime.block_on(client.get(path));
    });
    let lines = lines.lock().unwrap();
    lines.clone()
}

#[test]
fn the_section_says_what_is_logged() {
    assert_eq!(lines("", "/"), "");
    assert!(lines("", "/nowhere/").contains("WARN rjango.request"));
    assert_eq!(lines("[LOGGING]\nLEVEL = \"error\"", "/nowhere/"), "");
    assert!(lines("[LOGGING]\nACCESS = true", "/").contains("\"GET / HTTP/1.1\" 200"));
    assert!(lines("[LOGGING]\nACCESS = true\nFORMAT = \"json\"", "/").starts_with('{'));
    assert_eq!(lines("[LOGGING]\nACCESS = true\n[LOGGING.TARGETS]\n\"rjango.access\" = \"off\"", "/"), "");
    assert!(lines("[LOGGING]\nREQUEST_ID_HEADER = \"X-Request-Id\"", "/nowhere/").contains("abc"));
    assert!(!lines("", "/nowhere/").contains("abc"));
    let slow = "MIDDLEWARE = []\n[LOGGING]\nSLOW_QUERY_MILLISECONDS = 0";
    assert!(lines(slow, "/healthz").contains("slow query: SELECT 1"));
    assert_eq!(lines("MIDDLEWARE = []", "/healthz"), "");
}
